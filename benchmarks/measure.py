"""What one program cost: user and system time and peak memory of a process and of the children it waited for.

This module must stay small: Linux hands the peak memory of the parent on to a child until it has begun its own program.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).parent.parent


class ProgramFailed(Exception):
    """A measured program did not do what it was started for; one line that says what."""


@dataclass(frozen=True, slots=True)
class Cost:
    """`cpu` and `wall` in seconds, `peak_rss` in bytes, `pages` as the program itself counted them."""

    cpu: float
    wall: float
    peak_rss: int
    pages: int


def measure(command: Sequence[str | Path], folder: Path = ROOT) -> Cost:
    """Run `command` in `folder` to its end. The last line it prints is an object of JSON with its `pages`.

    Raises ProgramFailed where it exits with an error.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out, tempfile.TemporaryFile("w+", encoding="utf-8") as err:
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - began
        if process.returncode:
            raise ProgramFailed(f"exit {process.returncode}: {_last_line(err)}")
        pages = json.loads(_last_line(out))["pages"]
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024, pages)


def _last_line(stream: TextIO) -> str:
    stream.seek(0)
    return next((line.strip() for line in reversed(stream.readlines()) if line.strip()), "no word")
