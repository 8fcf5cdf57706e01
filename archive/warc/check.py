"""Finds every damaged byte of a WARC file, says where and what, and goes on behind it. For files of any tool.

A gzip member's CRC and length cover the record, the digests cover its block once more, and for our own files the rest
is fixed: the gzip header, the ids, the groups. Two things a file cannot tell by itself: a member that unpacks to the
same bytes in spite of a changed bit, and what is missing from its end; for those give `sha256` and `length`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from archive.digests import matches
from archive.warc.description import MAIN_TYPES, captured_at
from archive.warc.gzip_members import HEADER, MAGIC, Bytes, mapped
from archive.warc.http_message import decode, entity_of, parse_head
from archive.warc.record import Record, RecordError, parse_fields, parse_record
from archive.warc.scan import Damage, Found, next_member, peek, scan_members

Format = Literal["warc.gz", "warc", "arc.gz", "arc", "unknown"]

_REQUIRED = ("WARC-Type", "WARC-Record-ID", "WARC-Date")  # WARC 1.1, 5.1
_ARC_LINE = re.compile(rb"(\S+) (\S+) (\d{8,14}) (\S+) (?:.* )?(\d+)\n")
_RECORD_START = re.compile(rb"WARC/[01]\.\d\d?\r\n")
_PLAIN_HEAD_LIMIT = 1 << 16


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


@dataclass(frozen=True, slots=True)
class _Unit:
    """A record's bytes where it stands, unpacked; `member` is the beginning of its gzip member, None where plain."""

    offset: int
    length: int
    data: bytes
    member: bytes | None


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
def open_check(path: Path) -> Iterator[FileCheck]:
    """A check of `path` whose records the caller takes as they are walked, so that nobody has to walk them again."""
    with mapped(path) as source:
        yield FileCheck(path, source)


class FileCheck:
    """One walk through one file: take `records_found` to its end, then ask for the `report`."""

    def __init__(self, path: Path, source: Bytes) -> None:
        self.source = source
        self.format = _format(source)
        self.records = 0
        self.problems: list[Problem] = []
        self._path = path
        self._ours = False
        self._ids: dict[str, int] = {}
        self._references: list[tuple[int, int, str | None, str, str]] = []
        self._mains: dict[str, tuple[int, int, str | None]] = {}

    def add(self, offset: int, length: int, reason: str, url: str | None = None, *, note: bool = False) -> None:
        """Report a problem."""
        severity: Literal["damage", "note"] = "note" if note else "damage"
        self.problems.append(Problem(self._path, offset, length, url, reason, severity))

    def records_found(self) -> Iterator[Found]:
        """Look at every record, then at what they say of each other; gives the WARC records that can be taken apart."""
        if self.format == "unknown":
            self.add(0, len(self.source), "neither WARC nor ARC" if len(self.source) else "the file is empty")
            return
        for unit in _units(self.source, self.format):
            if isinstance(unit, Damage):
                self.add(unit.offset, unit.length, unit.reason, _url_at(self.source, unit.offset, self.format))
            elif self.format.startswith("arc"):
                self._check_arc(unit)
            elif (record := self._check_warc(unit)) is not None:
                yield Found(unit.offset, unit.length, record)
        self._check_references()

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

    def _check_warc(self, unit: _Unit) -> Record | None:
        try:
            record = parse_record(unit.data)
        except RecordError as error:
            self.add(unit.offset, unit.length, str(error), _url_in(unit.data))
            return None
        url = record.get("WARC-Target-URI")
        before = len(self.problems)
        if record.type == "warcinfo":
            self._ours = b"software: svodka" in record.block.lower()
        for reason in _header_faults(record):
            self.add(unit.offset, unit.length, reason, url)
        if self._ours and unit.member is not None and unit.member != HEADER:
            self.add(unit.offset, len(HEADER), "the gzip header is not the one we write", url)
        for reason in _digest_faults(record):
            self.add(unit.offset, unit.length, reason, url)
        self.records += len(self.problems) == before
        self._note_body(unit, record, url)
        self._remember(unit, record, url)
        return record

    def _note_body(self, unit: _Unit, record: Record, url: str | None) -> None:
        if record.type != "response" or record.get("WARC-Truncated") or not (url or "").startswith("http"):
            return
        head = parse_head(record.block)
        entity = entity_of(record.block, head)
        problem = entity.problem or decode(entity.data, head.codings).problem
        if head.status is None:
            problem = "no HTTP status line"
        if problem:
            self.add(unit.offset, unit.length, f"body as received: {problem}", url, note=True)

    def _remember(self, unit: _Unit, record: Record, url: str | None) -> None:
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

    def _check_arc(self, unit: _Unit) -> None:
        line = _ARC_LINE.match(unit.data)
        if line is None:
            self.add(unit.offset, unit.length, "no ARC record header")
            return
        rest = len(unit.data) - line.end() - int(line[5])
        if rest < 0 or unit.data[len(unit.data) - rest :].strip(b"\r\n"):
            self.add(unit.offset, unit.length, "the ARC record is not as long as it says", _text(line[1]))
            return
        self.records += 1


def _format(source: Bytes) -> Format:
    start = source[:8]
    if start[:3] == MAGIC:
        return "arc.gz" if peek(source, 0, 16).startswith(b"filedesc://") else "warc.gz"
    if start[:5] == b"WARC/":
        return "warc"
    return "arc" if source[:11] == b"filedesc://" else _format_behind_damage(source)


def _format_behind_damage(source: Bytes) -> Format:
    """The first bytes are damaged, or this is something else: what stands behind them tells."""
    member = next_member(source, 0)
    if member is not None:
        return "warc.gz" if peek(source, member, 5) == b"WARC/" else "arc.gz"
    return "warc" if _RECORD_START.search(source) else "unknown"


def _units(source: Bytes, kind: Format) -> Iterator[_Unit | Damage]:
    if kind == "warc":
        yield from _plain_warc(source)
    elif kind == "arc":
        yield from _plain_arc(source)
    else:
        for member in scan_members(source):
            if isinstance(member, Damage):
                yield member
            else:
                start = bytes(source[member.offset : member.offset + len(HEADER)])
                yield _Unit(member.offset, member.length, member.data, start)


def _plain_warc(source: Bytes) -> Iterator[_Unit | Damage]:
    offset = 0
    while offset < len(source):
        end = _end_of_plain(source, offset)
        if end is not None:
            yield _Unit(offset, end - offset, bytes(source[offset:end]), None)
            offset = end
            continue
        following = _RECORD_START.search(source, offset + 1)
        end = following.start() if following else len(source)
        yield Damage(offset, end - offset, "no whole WARC record stands here", torn=following is None)
        offset = end


def _end_of_plain(source: Bytes, offset: int) -> int | None:
    if source[offset : offset + 5] != b"WARC/":
        return None
    head_end = source.find(b"\r\n\r\n", offset, offset + _PLAIN_HEAD_LIMIT)
    length = re.search(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", source[offset : head_end + 2], re.IGNORECASE)
    if head_end < 0 or length is None:
        return None
    end = head_end + 4 + int(length[1])
    if end > len(source):
        return None
    while source[end : end + 1] in (b"\r", b"\n"):
        end += 1
    return end if end == len(source) or source[end : end + 5] == b"WARC/" else None


def _plain_arc(source: Bytes) -> Iterator[_Unit | Damage]:
    offset = 0
    while offset < len(source):
        line = _ARC_LINE.match(source, offset)
        end = line.end() + int(line[5]) if line else None
        if end is None or end > len(source):
            reason = "no ARC record header" if end is None else "the file ends inside this ARC record"
            yield Damage(offset, len(source) - offset, reason, torn=True)
            return
        while source[end : end + 1] in (b"\n", b"\r"):
            end += 1
        yield _Unit(offset, end - offset, bytes(source[offset:end]), None)
        offset = end


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
    block = record.get("WARC-Block-Digest")
    if block and record.type != "revisit" and matches(block, record.block) is False:
        yield "the block does not have its WARC-Block-Digest"
    payload = record.get("WARC-Payload-Digest")
    if payload and record.type in ("response", "resource") and not _has_payload(record, payload):
        yield "the payload does not have its WARC-Payload-Digest"


def _has_payload(record: Record, digest: str) -> bool:
    """Tools differ in what they hash of a chunked or coded body (WARC 1.1, 5.9): any of the readings will do."""
    if record.type == "resource" or record.get("WARC-Segment-Number"):
        return matches(digest, record.block) is not False or record.get("WARC-Segment-Number") is not None
    head = parse_head(record.block)
    if matches(digest, record.block[head.body_start or 0 :]) is not False:
        return True
    if head.status is None:
        return matches(digest, record.block) is not False
    entity = entity_of(record.block, head).data
    return bool(matches(digest, entity) or matches(digest, decode(entity, head.codings).data))


def _url_at(source: Bytes, offset: int, kind: Format) -> str | None:
    if kind.endswith(".gz"):
        return _url_in(peek(source, offset, 4096)) if source[offset : offset + 3] == MAGIC else None
    return _url_in(bytes(source[offset : offset + 4096]))


def _url_in(data: bytes) -> str | None:
    if not data.startswith(b"WARC/"):
        return None
    head = data.partition(b"\r\n\r\n")[0].partition(b"\r\n")[2]
    return dict(parse_fields(head)).get("WARC-Target-URI")


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
