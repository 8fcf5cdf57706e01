"""What was written is on disk when these return: a file's bytes, and a folder's names after a rename or a new file.

An error names the file, which that of the system call does not.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

Fsync = Callable[[int], None]


def sync_file(descriptor: int, path: Path, fsync: Fsync = os.fsync) -> None:
    """Have all bytes of the open file `path` on disk. Raises OSError."""
    try:
        fsync(descriptor)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def sync_folder(folder: Path, fsync: Fsync = os.fsync) -> None:
    """Have the names in `folder` on disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync_file(descriptor, folder, fsync)
    finally:
        os.close(descriptor)
