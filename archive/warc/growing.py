"""A WARC file's name ends in `.open` while it grows: it may be closed, and so renamed, while somebody looks for it.

It is renamed once and in one direction, so who looks for both names and then for the first one again does find it.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

OPEN_SUFFIX = ".open"


def final_name(path: Path) -> str:
    """The name of the file once it is closed, by which rows and indexes name it at all times."""
    return path.name.removesuffix(OPEN_SUFFIX)


def find_file(folder: Path, name: str) -> Path | None:
    """The file of that final name as it is called now; None where there is none."""
    closed, growing = folder / name, folder / (name + OPEN_SUFFIX)
    return next((path for path in (closed, growing, closed) if path.exists()), None)


def open_file(path: Path) -> BinaryIO:
    """The file opened for reading, under its final name where it was closed meanwhile. Raises FileNotFoundError."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        if not path.name.endswith(OPEN_SUFFIX):
            raise
        return path.with_name(final_name(path)).open("rb")
