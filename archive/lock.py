"""One writer a data folder: the second one is told who the first is (exit code 75).

Whoever only looks whether there is one takes the lock for a moment, which must not cost a crawl its hour.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic, sleep

from archive.errors import Locked
from archive.home import Home

PATIENCE = 1.0  # seconds; who looks holds the lock for some microseconds, longer only where the machine is busy


@contextmanager
def exclusive(home: Home, command: str) -> Iterator[None]:
    """Hold the data folder's lock. Raises Locked, naming the holder. The kernel frees it whatever ends the process."""
    descriptor = os.open(home.lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _take(descriptor, home)
        _sign(descriptor, command)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, home: Home) -> None:
    deadline = monotonic() + PATIENCE
    while not _taken(descriptor, fcntl.LOCK_EX):
        if monotonic() > deadline:
            raise Locked(f"{home.path} is in use by {_holder(descriptor)}; wait for it or stop it")
        sleep(PATIENCE / 100)


def _taken(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(descriptor: int, command: str) -> None:
    started = datetime.now(UTC).isoformat(timespec="seconds")
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "command": command, "since": started}).encode(), 0)


def _holder(descriptor: int) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        return f"`{holder['command']}` (process {holder['pid']}, since {holder['since']})"
    except (ValueError, KeyError):
        return "another command"


def is_held(home: Home) -> bool:
    """Whether a command holds the data folder at this moment."""
    try:
        descriptor = os.open(home.lock_path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _taken(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)
