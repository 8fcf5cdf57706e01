"""What was written is on disk when these return: a file's bytes, and a folder's names after a rename or a new file.

An error names the file, which that of the system call does not.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

Fsync = Callable[[int], None]


def sync_file(descriptor: int, path: Path, fsync: Fsync = os.fsync) -> None:
    """Have all bytes of the open file `path` on disk. Raises OSError."""
    try:
        fsync(descriptor)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def sync_folder(folder: Path, fsync: Fsync = os.fsync) -> None:
    """Have the names in `folder` on disk. Raises OSError."""
    sync_path(folder, fsync)


def sync_path(path: Path, fsync: Fsync = os.fsync) -> None:
    """Have a file that is closed again, or a folder's names, on disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        sync_file(descriptor, path, fsync)
    finally:
        os.close(descriptor)


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` at the end: whatever happens, one of the two is there, whole.

    Raises OSError.
    """
    part = path.with_name(path.name + ".new")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            sync_file(file.fileno(), part)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
