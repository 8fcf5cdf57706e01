"""The CDXJ index of a collection: which capture of a URL stands where, in the form that pywb and others read.

Lines are those of cdxj-indexer, byte for byte. The index is replaced whole, so a reader sees the old one or the new.

One function says what a line is: `cdx_line`, from a record taken apart, whose head `_HttpAsIndexed._parse` reads as
cdxj-indexer does. Two shorter ways to the same line are there for speed only, and give way to it wherever they meet
anything odd: `_plain_line`, which takes no record apart, and `_HttpAsIndexed._parse_plainly`, which takes no head
apart. tests/archive/warc/test_cdxj.py holds them equal, on responses made odd at random (`_plain_line` against
`cdx_line` in test_however_odd_a_response_is_its_line_is_that_of_taking_it_apart, `_parse_plainly` against `_parse` in
test_however_odd_a_head_is_it_is_read_the_same_in_both_ways).
"""

from __future__ import annotations

import base64
import hashlib
import heapq
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from json.encoder import encode_basestring_ascii as quoted
from pathlib import Path

from archive.disk import replaced
from archive.warc.description import captured_at, target_uri
from archive.warc.formats import Unit, parse, sound_units
from archive.warc.growing import final_name
from archive.warc.gzip_members import Bytes, Member, mapped
from archive.warc.record import PLAIN_LINE, WARC_FIELDS, Record, RecordError, moment_of, plain_fields
from archive.warc.scan import Found
from archive.warc.sorting import in_order
from archive.warc.surt import surt

_TYPE = re.compile(rb"\r\nWARC-Type: *(\w+)\r\n", re.IGNORECASE)
_CONTENT_TYPE = re.compile(rb"\r\nContent-Type:([^\r\n]*)\r\n", re.IGNORECASE)
_FIELDS = re.compile(rb"\r\nContent-Type: *application/warc-fields\r\n", re.IGNORECASE)
# A response without oddities: most of what there is, and every rule below says the same of it.
_PLAIN_RESPONSE = re.compile(
    rb"WARC/1\.[01]\r\n(" + PLAIN_LINE + rb"++)\r\nHTTP/1\.[01] (\d{3})(?: [ -~]*)?(\r\n" + PLAIN_LINE + rb"*+)\r\n"
)
_PARAMETERS = re.compile(r"[;\s]")
_DIGITS_ONLY = str.maketrans("", "", "-T:")
_HEAD = 1 << 12

INDEXED_TYPES = ("response", "revisit", "resource", "metadata")


@dataclass(frozen=True, slots=True)
class CdxLine:
    """One line: the record of `url` at that second is the `length` bytes at `offset` of `filename`."""

    urlkey: str
    timestamp: str
    fields: dict[str, str]

    @property
    def url(self) -> str:
        """WARC-Target-URI."""
        return self.fields["url"]

    @property
    def captured_at(self) -> datetime:
        """When, to the second, in UTC."""
        return datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)

    @property
    def filename(self) -> str:
        """The WARC file's name."""
        return self.fields["filename"]

    @property
    def offset(self) -> int:
        """Of the gzip member, in bytes."""
        return int(self.fields["offset"])

    @property
    def length(self) -> int:
        """Of the gzip member, in bytes."""
        return int(self.fields["length"])

    @property
    def status(self) -> int | None:
        """HTTP status code; None where there is none."""
        status = self.fields.get("status", "")
        return int(status) if status.isascii() and status.isdigit() else None

    @property
    def mime(self) -> str | None:
        """The media type, or `warc/revisit`."""
        return self.fields.get("mime") or None


def cdx_lines(path: Path) -> Iterator[str]:
    """The lines of one WARC file in the order of its records, each with its newline. Damage is passed over."""
    name = final_name(path)
    with mapped(path) as source:
        for unit in sound_units(source):
            line = _may_be_indexed(unit.data) and (_plain_line(name, unit) or _any_line(name, unit))
            if line:
                yield line


def add_to_index(index: Path, warcs: Iterable[Path]) -> int:
    """Merge the lines of `warcs` into the sorted `index`, made if there is none; gives the number of its lines.

    Adding a file again changes nothing. Written beside it, synced, then renamed over it. Raises OSError.
    """
    index.parent.mkdir(parents=True, exist_ok=True)
    with in_order(_lines_of(warcs), index.parent) as new:
        return _replace(index, heapq.merge(_lines(index), new))


def rebuild_index(index: Path, warcs: Iterable[Path]) -> int:
    """Make `index` anew from `warcs`; gives the number of its lines. Raises OSError."""
    index.parent.mkdir(parents=True, exist_ok=True)
    with in_order(_lines_of(warcs), index.parent) as lines:
        return _replace(index, lines)


def find(index: Path, url: str, at: datetime | None = None) -> list[CdxLine]:
    """The lines of `url` (of all spellings with its key): nearest to `at` first, or in order of time without it."""
    if not index.exists():
        return []
    key = surt(url).encode() + b" "
    with mapped(index) as source:
        found = [_parse(line) for line in _lines_from(source, _bisect(source, key), key)]
    if at is None:
        return found
    return sorted(found, key=lambda line: abs((line.captured_at - at).total_seconds()))


def _lines_of(warcs: Iterable[Path]) -> Iterator[bytes]:
    return (line.encode() for path in warcs for line in cdx_lines(path))


def _any_line(name: str, unit: Unit | Member) -> str | None:
    try:
        return cdx_line(name, Found(unit.offset, unit.length, parse(unit.data)))
    except RecordError:
        return None


def _plain_line(name: str, unit: Unit | Member) -> str | None:
    """The line of a response without oddities, without taking the record apart; None for every other record."""
    match = _PLAIN_RESPONSE.match(unit.data)
    if match is None:
        return None
    lines = plain_fields(match[1])
    fields = {field.lower(): value for field, value in lines}
    url, digest = fields.get("warc-target-uri", ""), fields.get("warc-payload-digest")
    length = len(unit.data) - 4 - (match.end(1) + 2)
    whole = fields.get("content-length") == str(length) and unit.data.endswith(b"\r\n\r\n")
    plain = whole and digest and url.startswith(("http:", "https:")) and " " not in url and len(fields) == len(lines)
    if not plain or fields.get("warc-type") != "response":
        return None
    try:
        moment = moment_of(fields.get("warc-date"))
    except RecordError:
        return None
    content_type = _CONTENT_TYPE.search(match[3])
    mime = _PARAMETERS.split(content_type[1].decode().strip(), maxsplit=1)[0] if content_type else None
    return _line(name, unit, url, moment, mime, match[2].decode(), digest)


def _may_be_indexed(data: bytes) -> bool:
    """Whether a record need be parsed at all; two of three of our own are a request and our notes."""
    kind = _TYPE.search(data, 0, _HEAD)
    if kind is None or kind[1].lower() not in (b"request", b"metadata"):
        return True
    return kind[1].lower() == b"metadata" and _FIELDS.search(data, 0, data.find(b"\r\n\r\n")) is None


def _is_indexed(record: Record) -> bool:
    if record.type not in INDEXED_TYPES:
        return False
    return not (record.type in ("resource", "metadata") and record.get("Content-Type") == WARC_FIELDS)


def cdx_line(name: str, found: Found) -> str | None:
    """The line of one record of the file `name`, with its newline; None for a record that is not indexed."""
    record = found.record
    if not _is_indexed(record):
        return None
    try:
        url, moment = target_uri(record), captured_at(record)
    except RecordError:
        return None
    http = _HttpAsIndexed(record, url)
    return _line(name, found, url, moment, http.mime, http.status, record.get("WARC-Payload-Digest") or http.digest)


def _line(
    name: str,
    place: Found | Unit | Member,
    url: str,
    moment: datetime,
    mime: str | None,
    status: str | None,
    digest: str | None,
) -> str:
    known = f'"url": {quoted(url)}'
    if mime is not None:
        known += f', "mime": {quoted(mime)}'
    if status is not None:
        known += f', "status": {quoted(status)}'
    if digest is not None:
        known += f', "digest": {quoted(digest)}'
    known += f', "length": "{place.length}", "offset": "{place.offset}", "filename": {quoted(name)}'
    stamp = moment.isoformat(timespec="seconds")[:19].translate(_DIGITS_ONLY)
    return f"{surt(url)} {stamp} {{{known}}}\n"


class _HttpAsIndexed:
    """What cdxj-indexer makes of a record's block: a first line and headers, whatever these lines really are."""

    def __init__(self, record: Record, url: str) -> None:
        self._record = record
        self._status_line = ""
        self._headers: list[tuple[str, str]] = []
        self._payload_start = 0
        if record.type in ("response", "revisit") and url.startswith(("http:", "https:")) and record.block:
            self._parse()

    def _parse(self) -> None:
        lines = self._lines()
        first = next(lines, "")
        self._status_line = first.partition(" ")[2].strip()
        if not first:
            return
        for line in lines:
            if not line:
                return
            if line[0] in " \t" and self._headers:
                name, value = self._headers[-1]
                self._headers[-1] = (name, value + line)
            elif ":" in line:
                name, _, value = line.partition(":")
                self._headers.append((name.rstrip(" \t"), value.lstrip()))

    def _lines(self) -> Iterator[str]:
        block = self._record.block
        while self._payload_start < len(block):
            end = block.find(b"\n", self._payload_start) + 1 or len(block)
            line, self._payload_start = block[self._payload_start : end], end
            try:
                yield line.decode().rstrip()
            except UnicodeDecodeError:
                yield line.decode("latin-1").rstrip()

    @property
    def mime(self) -> str | None:
        if self._record.type == "revisit":
            return "warc/revisit"
        if self._record.type == "response":
            value = next((value for name, value in self._headers if name.lower() == "content-type"), None)
        else:
            value = self._record.get("Content-Type")
        return _PARAMETERS.split(value, maxsplit=1)[0].strip() if value else value

    @property
    def status(self) -> str | None:
        if not self._status_line and not self._headers:
            return None
        return self._status_line.partition(" ")[0]

    @property
    def digest(self) -> str | None:
        if self._record.type == "revisit":
            return None
        payload = self._record.block[self._payload_start :]
        return "sha1:" + base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()


def _lines(index: Path) -> Iterator[bytes]:
    if index.exists():
        with index.open("rb") as file:
            yield from file


def _replace(index: Path, lines: Iterable[bytes]) -> int:
    count = 0
    with replaced(index) as file:
        for line, _ in groupby(lines):
            file.write(line)
            count += 1
    return count


def _bisect(source: Bytes, key: bytes) -> int:
    """The offset of the first line that is not below `key`."""
    low, high = 0, len(source)
    while low < high:
        middle = (low + high) // 2
        start = source.rfind(b"\n", 0, middle) + 1
        end = source.find(b"\n", middle) + 1 or len(source)
        if source[start:end] < key:
            low = end
        else:
            high = start
    return low


def _lines_from(source: Bytes, offset: int, prefix: bytes) -> Iterator[bytes]:
    while source[offset : offset + len(prefix)] == prefix:
        end = source.find(b"\n", offset) + 1 or len(source)
        yield source[offset:end]
        offset = end


def _parse(line: bytes) -> CdxLine:
    urlkey, timestamp, fields = line.decode().split(" ", 2)
    return CdxLine(urlkey, timestamp, json.loads(fields))
