"""An export is there whole or not at all: written beside its place, put on disk, then renamed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from archive.disk import sync_path
from archive.errors import UsageError


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """A folder to write into, which becomes `out` at the end of the block; nothing stays where that fails.

    Raises UsageError where `out` is there already and is not an empty folder: an export never changes another.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out}: is there already; name a folder that is new or empty")
    out = out.resolve()  # `.` has no name that could be taken
    with _beside(out) as part:
        part.mkdir()
        yield part
        for path in part.iterdir():
            sync_path(path)
        sync_path(part)
        if out.exists():
            out.rmdir()
        part.rename(out)
        sync_path(out.parent)


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A file name to write to, which becomes `path` at the end of the block; nothing stays where that fails.

    Raises UsageError where `path` is there already.
    """
    if path.exists():
        raise UsageError(f"{path}: is there already")
    folder_is_new = not path.parent.exists()
    try:
        with _beside(path) as part:
            yield part
            sync_path(part)
            part.rename(path)
            sync_path(path.parent)
    except BaseException:
        if folder_is_new:
            with suppress(OSError):  # others' files have come into it
                path.parent.rmdir()
        raise


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A name of its own on the same disk as `path`, so that nothing that is there already is touched."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder = TemporaryDirectory(prefix=".export-", dir=path.parent)
    except FileNotFoundError:  # as /proc answers, which takes no files
        raise UsageError(f"{path.parent}: no folder can be made in it") from None
    with folder as own:
        yield Path(own) / path.name


def digest_of(file: IO[bytes]) -> str:
    """`sha256:<hex>` of what is left to read in `file`."""
    return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
