"""Finds every damaged byte of a WARC file, says where and what, and goes on behind it. For files of any tool.

A gzip member's CRC and length cover the record, the digests cover its block once more, and for our own files the rest
is fixed: the gzip header, the ids, the groups. Two things a file cannot tell by itself: a member that unpacks to the
same bytes in spite of a changed bit, and what is missing from its end; for those give `sha256` and `length`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from archive.warc.codings import decode
from archive.warc.description import MAIN_TYPES, captured_at
from archive.warc.formats import PACKED_AS_ONE, Format, Unit, format_of, is_packed_as_one, parse, units
from archive.warc.gzip_members import HEADER, MAGIC, Bytes, mapped
from archive.warc.http_message import entity_of, parse_head
from archive.warc.payload_digest import has_block, has_payload
from archive.warc.record import Record, RecordError, is_coarse, parse_fields, warc_start
from archive.warc.scan import Damage, Found, peek
from archive.warc.segments import MISSING, Segments

_REQUIRED = ("WARC-Type", "WARC-Record-ID", "WARC-Date")  # WARC 1.1, 5.1


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at an offset (bytes) of the file. A `note` is odd, but may be as it was sent or meant."""

    path: Path
    offset: int
    length: int
    url: str | None
    reason: str
    severity: Literal["damage", "note"] = "damage"

    def __str__(self) -> str:
        where = f"{self.path}: offset {self.offset}"
        return f"{where}: {self.url}: {self.reason}" if self.url else f"{where}: {self.reason}"


@dataclass(frozen=True, slots=True)
class FileReport:
    """What a check of a file found. `records` counts the sound ones, `sha256` (hex) is over the whole file."""

    path: Path
    format: Format
    size: int
    records: int
    sha256: str
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is damaged; notes do not count."""
        return all(problem.severity == "note" for problem in self.problems)


def check_file(
    path: Path, *, sha256: str | None = None, length: int | None = None, records: int | None = None
) -> FileReport:
    """Every byte of `path` against everything that speaks of it.

    `sha256` (hex), `length` (bytes) and `records` are what the file should have, where that is known: a file that is
    shorter or holds fewer records is damaged. A longer one is not: records may have been written since. Raises OSError.
    """
    with open_check(path) as check:
        for _ in check.records_found():
            pass
        return check.report(sha256=sha256, length=length, records=records)


@contextmanager
def open_check(path: Path, upto: int | None = None) -> Iterator[FileCheck]:
    """A check of `path` whose records the caller takes as they are walked, so that nobody has to walk them again.

    Of a file that is still being written only the bytes before `upto` are looked at.
    """
    with mapped(path, upto) as source:
        yield FileCheck(path, source)


class FileCheck:
    """One walk through one file: take `records_found` to its end, then ask for the `report`."""

    def __init__(self, path: Path, source: Bytes) -> None:
        self.source = source
        self.format = format_of(source)
        self.records = 0
        self.problems: list[Problem] = []
        self._path = path
        self._ours = False
        self._ids: dict[str, int] = {}
        self._segments = Segments()
        self._references: list[tuple[int, int, str | None, str, str]] = []
        self._mains: dict[str, tuple[int, int, str | None]] = {}

    def add(self, offset: int, length: int, reason: str, url: str | None = None, *, note: bool = False) -> None:
        """Report a problem."""
        severity: Literal["damage", "note"] = "note" if note else "damage"
        self.problems.append(Problem(self._path, offset, length, url, reason, severity))

    def records_found(self) -> Iterator[Found]:
        """Look at every record, then at what they say of each other; gives the records that can be taken apart."""
        if self.format == "unknown":
            self.add(0, len(self.source), "neither WARC nor ARC" if len(self.source) else "the file is empty")
            return
        for unit in units(self.source, self.format):
            if isinstance(unit, Damage):
                self.add(unit.offset, unit.length, unit.reason, _url_at(self.source, unit.offset, self.format))
            elif (record := self._check(unit)) is not None:
                yield Found(unit.offset, unit.length, record)
        self._check_references()
        self._check_segments()

    def report(self, *, sha256: str | None = None, length: int | None = None, records: int | None = None) -> FileReport:
        """What was found, held against what the file should have (see `check_file`)."""
        size, found = len(self.source), hashlib.sha256(self.source).hexdigest()
        if sha256 is not None and found != sha256:
            self.add(0, size, f"SHA-256 of the file is {found}, not {sha256}")
        if length is not None and size < length:
            self.add(size, length - size, f"{length - size} bytes are missing at the end")
        if records is not None and self.records < records:
            self.add(0, size, f"{self.records} sound records, not {records}")
        return FileReport(self._path, self.format, size, self.records, found, tuple(self.problems))

    def _check(self, unit: Unit) -> Record | None:
        try:
            record = parse(unit.data)
        except RecordError as error:
            packed_as_one = unit.length == len(self.source) and is_packed_as_one(self.source)
            self.add(unit.offset, unit.length, PACKED_AS_ONE if packed_as_one else str(error), _url_in(unit.data))
            return None
        url = record.get("WARC-Target-URI")
        before = len(self.problems)
        if self.format == "arc" and unit.offset and self.source[unit.offset - 1 : unit.offset] != b"\n":
            self.add(unit.offset, 0, "no line end parts this ARC record from the one before it", url, note=True)
        if record.type == "warcinfo":
            self._ours = b"software: svodka" in record.block.lower()
        for reason in _header_faults(record):
            self.add(unit.offset, unit.length, reason, url)
        if is_coarse(date := record.get("WARC-Date")):
            self.add(unit.offset, unit.length, f"WARC-Date {date} is taken for its first moment", url, note=True)
        if self._ours and unit.member is not None and unit.member != HEADER:
            self.add(unit.offset, len(HEADER), "the gzip header is not the one we write", url)
        for reason in _digest_faults(record):
            self.add(unit.offset, unit.length, reason, url)
        self.records += all(problem.severity == "note" for problem in self.problems[before:])
        self._note_body(unit, record, url)
        self._remember(unit, record, url)
        return record

    def _note_body(self, unit: Unit, record: Record, url: str | None) -> None:
        if record.is_segment:
            self._segments.add(Found(unit.offset, unit.length, record))
            return
        if record.type != "response" or record.get("WARC-Truncated") or not (url or "").startswith("http"):
            return
        head = parse_head(record.block)
        entity = entity_of(record.block, head)
        problem = entity.problem or decode(entity.data, head.codings).problem
        if head.status is None:
            problem = "no HTTP status line"
        if problem:
            self.add(unit.offset, unit.length, f"body as received: {problem}", url, note=True)

    def _remember(self, unit: Unit, record: Record, url: str | None) -> None:
        if record.id is not None:
            if record.id in self._ids:
                reason = f"{record.id} is also the id of offset {self._ids[record.id]}"
                self.add(unit.offset, unit.length, reason, url, note=not self._ours)
            self._ids.setdefault(record.id, unit.offset)
            if self._ours and record.type in MAIN_TYPES and record.get("WARC-Concurrent-To") is None:
                self._mains[record.id] = (unit.offset, unit.length, url)
        for name in ("WARC-Concurrent-To", "WARC-Warcinfo-ID"):
            target = record.get(name)
            if target:
                self._references.append((unit.offset, unit.length, url, name, target))
            if target and name == "WARC-Concurrent-To" and record.type == "metadata":
                self._mains.pop(target, None)

    def _check_references(self) -> None:
        for offset, length, url, name, target in self._references:
            if target not in self._ids:
                self.add(offset, length, f"{name} {target} is not in this file", url, note=not self._ours)
        for offset, length, url in self._mains.values():
            self.add(
                offset, length, "the capture has no metadata record: it was not written to its end", url, note=True
            )

    def _check_segments(self) -> None:
        """What cannot be put together; segments that are not here may stand in another file."""
        for reason, parts in self._segments.left():
            for part in parts:
                self.add(part.offset, part.length, reason, part.record.get("WARC-Target-URI"), note=reason == MISSING)


def _header_faults(record: Record) -> Iterator[str]:
    for name in _REQUIRED:
        if record.get(name) is None:
            yield f"{name} is missing"
    names = [name.lower() for name, _ in record.headers if name.lower() != "warc-concurrent-to"]  # WARC 1.1, 5.7
    for name in sorted({name for name in names if names.count(name) > 1 and name.startswith(("warc-", "content-"))}):
        yield f"{name} stands there more than once"
    if record.get("WARC-Date") is not None:
        try:
            captured_at(record)
        except RecordError as error:
            yield str(error)
    if record.type == "revisit" and record.get("WARC-Profile") is None:  # WARC 1.1, 5.18
        yield "WARC-Profile is missing"


def _digest_faults(record: Record) -> Iterator[str]:
    if record.type != "revisit" and not has_block(record):
        yield "the block does not have its WARC-Block-Digest"
    if not record.is_segment and not has_payload(record):  # a segment's is of the payload as a whole (WARC 1.1, 7)
        yield "the payload does not have its WARC-Payload-Digest"


def _url_at(source: Bytes, offset: int, kind: Format) -> str | None:
    if kind.endswith(".gz"):
        return _url_in(peek(source, offset, 4096)) if source[offset : offset + 3] == MAGIC else None
    return _url_in(bytes(source[offset : offset + 4096]))


def _url_in(data: bytes) -> str | None:
    if not warc_start(data):
        return None
    head = data.partition(b"\r\n\r\n")[0].partition(b"\r\n")[2]
    return dict(parse_fields(head)).get("WARC-Target-URI")
