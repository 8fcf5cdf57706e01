"""How the command line ends: every mistake of a user is one line and its exit code, `--debug` shows the traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

from archive.errors import DiskFull, SvodkaError, UsageError
from pipelines.commands.before import given
from pipelines.commands.output import ReaderGoneError, say

READER_GONE = 141  # as a shell says of a program that SIGPIPE ended
_FULL = (errno.ENOSPC, errno.EDQUOT)
_BROKEN = (errno.EIO, errno.EROFS)
_NO_PATH = (errno.ENAMETOOLONG, errno.ELOOP)
_UNUSABLE = {
    PermissionError: "no permission to read or write it",
    FileExistsError: "is there already, so nothing can be made in its place",
    IsADirectoryError: "is a folder, not a file",
    NotADirectoryError: "is not in a folder: a part of the path is a file",
}


def run_to_its_end(commands: Callable[[], object]) -> None:
    """Run the command line. Exits with the codes of docs/commands.md."""
    _open_what_is_closed()
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
    except (ReaderGoneError, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(READER_GONE)
    except OSError as error:
        told = None if given.debug else _told(error)
        if told is None:
            raise
        say(f"svodka: {told[0]}")
        sys.exit(told[1])


def _open_what_is_closed() -> None:
    """Lead the streams that the caller closed (`>&-`) to nothing: the next file opened would have their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nothing = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - for the life of the process
            setattr(sys, name, nothing)


def _told(error: OSError) -> tuple[str, int] | None:
    """The line and the exit code for a disk or a file that cannot be used; None for what may be a fault of ours."""
    if error.errno in (*_FULL, *_BROKEN):
        line = f"{error.filename or 'the disk'}: {error.strerror}; what was acknowledged is safe"
        return line, DiskFull.exit_code if error.errno in _FULL else SvodkaError.exit_code
    if error.errno in _NO_PATH:
        return f"{error.filename or 'a path'}: {error.strerror}", UsageError.exit_code
    if type(error) in _UNUSABLE and error.filename is not None:
        return f"{error.filename}: {_UNUSABLE[type(error)]}", UsageError.exit_code
    return None
