"""How far a verification has come, so that an interrupted one goes on there: the files that were found sound, by line.

`verify.jsonl` in the data folder is there while a verification is under way, and after one that was interrupted. A line
speaks for a file only as long as its length, its time of change and its rows are what they were; nothing depends on
it: a lost or torn line costs reading a file again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from archive.records import WrittenCapture

NAME = "verify.jsonl"


@dataclass(frozen=True, slots=True)
class Sound:
    """A WARC file in which nothing was wrong. `size` in bytes, `changed` is its mtime in nanoseconds.

    `sha256` (hex) is of its bytes, `rows` of the captures that its rows were then; `lines` counts its lines of the
    CDXJ, and `lines_sum` is the sum of their digests.
    """

    site: str
    file: str
    size: int
    changed: int
    sha256: str
    rows: str
    records: int
    captures: int
    lines: int
    lines_sum: int


class Checkpoint:
    """The files that a verification has found sound so far. A context: a verification that ends removes it."""

    def __init__(self, folder: Path, *, resume: bool) -> None:
        self._path = folder / NAME
        self._known: dict[tuple[str, str], Sound] = {}
        self._out: IO[str] | None = None
        self.since = datetime.now(UTC)
        if resume:
            self._read()

    def __enter__(self) -> Checkpoint:
        """Begin to write, with what is known already; where the folder takes no file, nothing is noted."""
        with suppress(OSError):
            self._out = self._path.open("w", encoding="utf-8")
        self._write({"since": self.since.isoformat()})
        for file in self._known.values():
            self.add(file)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Remove it, unless the verification was broken off."""
        if self._out is not None:
            with suppress(OSError):
                self._out.close()
            if kind is None:
                self._path.unlink(missing_ok=True)

    def __len__(self) -> int:
        return len(self._known)

    def sound(self, site: str, file: str, path: Path, sha256: str | None, rows: str) -> Sound | None:
        """What was found of the file, if it and its rows are as they were then; `sha256` is what its row says."""
        known = self._known.get((site, file))
        if known is None:
            return None
        stat = path.stat()
        same = (known.size, known.changed, known.sha256, known.rows) == (stat.st_size, stat.st_mtime_ns, sha256, rows)
        return known if same else None

    def add(self, file: Sound) -> None:
        """Note a file in which nothing was wrong."""
        self._write(asdict(file))

    def _write(self, line: dict[str, Any]) -> None:
        if self._out is None:
            return
        try:
            self._out.write(json.dumps(line) + "\n")
            self._out.flush()
        except OSError:
            self._out = None

    def _read(self) -> None:
        with suppress(OSError, ValueError, KeyError, TypeError):  # a torn line ends it
            first, *lines = self._path.read_text(encoding="utf-8").splitlines()
            self.since = datetime.fromisoformat(json.loads(first)["since"])
            for line in lines:
                sound = Sound(**json.loads(line))
                self._known[sound.site, sound.file] = sound


def digest_of(rows: Iterable[WrittenCapture]) -> str:
    """A digest (hex) of rows, the same in whatever order."""
    digest = hashlib.sha256()
    for line in sorted(repr(astuple(row)) for row in rows):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()
