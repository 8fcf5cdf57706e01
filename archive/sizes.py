"""How many bytes files take, of which a crawl may rename or remove some while they are counted."""

from __future__ import annotations

from pathlib import Path
from stat import S_ISREG


def size_of(path: Path) -> int:
    """The bytes of a file; 0 of what is none, or is not there any more."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0
    return found.st_size if S_ISREG(found.st_mode) else 0


def size_below(folder: Path) -> int:
    """The bytes of all files in a folder and in those below it."""
    return sum(map(size_of, folder.rglob("*")))
