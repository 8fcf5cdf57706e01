"""The chain of custody: every closed WARC file has one line, and each line holds the digest of the line before it.

So no file was replaced, removed or reordered since its line was written, unless every later line was written again;
that is what a signature or a time stamp of the head (`signatures.py`) shows. Lines are only ever appended, each is
on disk before the rows call the file closed, and a line that a crash tore is cut off and written again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from archive.disk import Fsync, sync_file, sync_folder
from archive.errors import DamagedArchive
from archive.failpoints import failpoint
from archive.warc.growing import OPEN_SUFFIX

FIRST = "0" * 64  # what stands for the digest of the line before the first
FIELDS = ("number", "file", "length", "sha256", "records", "closed_at", "previous")


class ManifestFile(Protocol):
    """A closed WARC file, as the writer and the recovery give it; `length` in bytes, `sha256` in hex."""

    @property
    def name(self) -> str:
        """The file's final name."""

    @property
    def length(self) -> int:
        """Bytes in it."""

    @property
    def record_count(self) -> int:
        """WARC records in it."""

    @property
    def closed_at(self) -> datetime:
        """When it was finished."""

    @property
    def sha256(self) -> str:
        """Of all of it, in hex."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `digest` is the SHA-256 of the line without its newline, which the next line names as `previous`."""

    number: int
    file: str
    length: int
    sha256: str
    records: int
    closed_at: str
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Head:
    """What the whole manifest comes to: the number of its entries and the digest of the last one."""

    site: str
    number: int
    digest: str

    @property
    def statement(self) -> bytes:
        """The text that is signed and time-stamped."""
        return f"svodka manifest\nsite: {self.site}\nentries: {self.number}\nsha256: {self.digest}\n".encode()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that the manifest shows to be wrong, with the file that it concerns."""

    file: str
    reason: str


def add_to_manifest(path: Path, file: ManifestFile, *, fsync: Fsync = os.fsync) -> Entry | None:
    """Append the line of `file`, on disk when this returns; None where it has its line already.

    A torn last line is cut off first. Raises OSError where the disk refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("ab+") as out:
        _cut_torn_line(out.fileno(), path, fsync)
        lines = list(_lines(path))
        if any(entry and entry.file == file.name and entry.sha256 == file.sha256 for _, entry in lines):
            return None
        entry, line = _entry(len(lines) + 1, file, hashlib.sha256(lines[-1][0]).hexdigest() if lines else FIRST)
        failpoint("manifest.torn", lambda: os.write(out.fileno(), line[: len(line) // 2]))
        out.write(line + b"\n")
        out.flush()
        sync_file(out.fileno(), path, fsync)
    if is_new:
        sync_folder(path.parent, fsync)
    failpoint("manifest.after_sync")
    return entry


def adopt(path: Path, files: Sequence[ManifestFile], paths: Mapping[str, Path]) -> list[Entry]:
    """Give a line to the closed files that have none (an archive that is older than its manifest), in order of time.

    Raises DamagedArchive for a file whose bytes are not what its row says: no line is given to a file that changed.
    """
    known = {entry.file for entry in read_manifest(path)}
    added = []
    for file in sorted(files, key=lambda each: (each.closed_at, each.name)):
        if file.name in known:
            continue
        if file.name not in paths or _sha256(paths[file.name]) != file.sha256:
            raise DamagedArchive(f"{file.name}: is not the file that the rows know; see `svodka verify`")
        if entry := add_to_manifest(path, file):
            added.append(entry)
    return added


def read_manifest(path: Path) -> list[Entry]:
    """The whole lines that are entries, in the order of the file; what else stands there is for `check_manifest`."""
    return [entry for _, entry in _lines(path) if entry is not None]


def head_of(path: Path, site: str, number: int | None = None) -> Head | None:
    """The head after `number` entries, after all of them if not given; None where there are not so many, or none."""
    entries = read_manifest(path)
    count = len(entries) if number is None else number
    if not 0 < count <= len(entries):
        return None
    return Head(site, count, entries[count - 1].digest)


def check_manifest(
    path: Path, files: Mapping[str, Path], sha256s: Mapping[str, str | None], closed: Sequence[str]
) -> Iterator[Fault]:
    """Everything that is wrong between the manifest and the closed WARC files of its site.

    `files` are the files that are there by final name, `sha256s` the digests that the rows give and that are held
    against the bytes elsewhere, `closed` the names that must have a line.
    """
    entries: dict[str, Entry] = {}
    previous, count = FIRST, 0
    for number, (line, entry) in enumerate(_lines(path), 1):
        count = number
        if entry is None:
            yield Fault(path.name, f"line {number} is no entry: it was changed or torn")
        elif entry.previous != previous or entry.number != number:
            yield Fault(path.name, f"line {number} ({entry.file}) does not follow the line before it: "
                        "lines were changed, removed or reordered")  # fmt: skip
        if entry is not None:
            if entry.file in entries:
                yield Fault(entry.file, f"has two lines in {path.name}, the second is line {number}")
            entries[entry.file] = entry
        previous = hashlib.sha256(line).hexdigest()
    if _torn(path):
        yield Fault(path.name, f"line {count + 1} is torn: run `svodka repair`")
    for name, entry in entries.items():
        yield from _compare(path, entry, files.get(name), sha256s.get(name))
    for name in closed:
        if name not in entries:
            yield Fault(name, f"has no line in {path.name}: a line was removed, or the file is older than the manifest")


def _compare(path: Path, entry: Entry, file: Path | None, known: str | None) -> Iterator[Fault]:
    if file is None:
        yield Fault(entry.file, f"is line {entry.number} of {path.name} and is not there: it was removed")
    elif file.name.endswith(OPEN_SUFFIX):
        yield Fault(entry.file, f"is line {entry.number} of {path.name} and is open again: run `svodka repair`")
    elif file.stat().st_size != entry.length or (known != entry.sha256 and _sha256(file) != entry.sha256):
        yield Fault(entry.file, f"is not the file of line {entry.number} of {path.name}: it was replaced or changed")


def _entry(number: int, file: ManifestFile, previous: str) -> tuple[Entry, bytes]:
    closed_at = file.closed_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    values = (number, file.name, file.length, file.sha256, file.record_count, closed_at, previous)
    line = json.dumps(dict(zip(FIELDS, values, strict=True)), ensure_ascii=False).encode()
    return Entry(*values, hashlib.sha256(line).hexdigest()), line


def _lines(path: Path) -> Iterator[tuple[bytes, Entry | None]]:
    """The whole lines without their newlines, each with the entry that it is."""
    if path.exists():
        *whole, _ = path.read_bytes().split(b"\n")
        for line in whole:
            yield line, _parse(line)


def _parse(line: bytes) -> Entry | None:
    with suppress(ValueError, TypeError):
        values: dict[str, Any] = json.loads(line)
        if isinstance(values, dict) and tuple(values) == FIELDS:
            return Entry(**values, digest=hashlib.sha256(line).hexdigest())
    return None


def _torn(path: Path) -> bool:
    return path.exists() and bool(path.read_bytes().rpartition(b"\n")[2])


def _cut_torn_line(fd: int, path: Path, fsync: Fsync) -> None:
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.ftruncate(fd, whole)
        sync_file(fd, path, fsync)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
