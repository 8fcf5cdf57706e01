"""How the command line ends: every mistake of a user is one line and its exit code, `--debug` shows the traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable

from archive.errors import DiskFull, SvodkaError
from pipelines.commands.before import given
from pipelines.commands.output import say

_FULL = (errno.ENOSPC, errno.EDQUOT)
_BROKEN = (errno.EIO, errno.EROFS)


def run_to_its_end(commands: Callable[[], object]) -> None:
    """Run the command line. Exits with the codes of docs/commands.md."""
    try:
        commands()
    except SvodkaError as error:
        if given.debug:
            raise
        say(f"svodka: {error}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        say("svodka: interrupted; nothing is lost, the next run goes on")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        if error.errno not in (*_FULL, *_BROKEN) or given.debug:
            raise
        say(f"svodka: {error.filename or 'the disk'}: {error.strerror}; what was acknowledged is safe")
        sys.exit(DiskFull.exit_code if error.errno in _FULL else SvodkaError.exit_code)
