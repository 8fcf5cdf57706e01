"""Walks WARC and ARC files of anyone, gzipped or plain, past damage (WARC 0.17 to 1.1, ARC 1 and 2)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from archive.warc.gzip_members import HEADER, MAGIC, Bytes, Member, MemberError, read_member
from archive.warc.record import HTTP_RESPONSE, Record, RecordError, parse_fields, parse_record, warc_start
from archive.warc.scan import Damage, Found, next_member, peek, scan_members

Format = Literal["warc.gz", "warc", "arc.gz", "arc", "unknown"]

_WARC_START = re.compile(rb"WARC/[01]\.\d\d?\r\n", re.IGNORECASE)
# ARC 1: URL IP date type length; ARC 2 has four fields more before the length. URLs with spaces are found too.
_ARC_LINE = re.compile(
    rb"(?P<url>[A-Za-z][A-Za-z0-9+.-]*:[^\r\n]*?) (?P<ip>\S+) (?P<date>\d{8,17}) (?P<type>\S+)"
    rb"(?: [^\r\n]*?)? (?P<length>\d{1,12})\r?\n"
)
_PLAIN_HEAD_LIMIT = 1 << 16

PACKED_AS_ONE = "all records are in one gzip member, not each in its own (WARC 1.1, Annex D): try `warcio recompress`"


@dataclass(frozen=True, slots=True)
class Unit:
    """A record's bytes where it stands, unpacked; `member` is the beginning of its gzip member, None where plain.

    `length` is that of the gzip member; of a plain record without the line ends behind it, as tools count it.
    """

    offset: int
    length: int
    data: bytes
    member: bytes | None


def format_of(source: Bytes) -> Format:
    """What a file is by its first bytes; where these are damaged, by what stands behind them."""
    start = source[:8]
    if start[:3] == MAGIC:
        return "arc.gz" if peek(source, 0, 16).startswith(b"filedesc://") else "warc.gz"
    if warc_start(start):
        return "warc"
    if source[:11] == b"filedesc://" or _ARC_LINE.match(source):
        return "arc"
    member = next_member(source, 0)
    if member is not None:
        return "warc.gz" if warc_start(peek(source, member, 5)) else "arc.gz"
    return "warc" if _WARC_START.search(source) else "unknown"


def is_packed_as_one(source: Bytes) -> bool:
    """Whether the first gzip member holds more than one WARC record, as after `gzip x.warc`: none can be had alone."""
    try:
        data = read_member(source, 0).data
    except MemberError:
        return False
    end = _end_of_plain(data, 0)
    following = len(data) if end is None else _behind_line_ends(data, end)
    return warc_start(data[following : following + 5])


def units(source: Bytes, kind: Format) -> Iterator[Unit | Damage]:
    """The records of a file of that format, and what is no record."""
    if kind == "warc":
        yield from _plain_warc(source)
    elif kind == "arc":
        yield from _plain_arc(source)
    elif kind != "unknown":
        for member in scan_members(source):
            if isinstance(member, Damage):
                yield member
            else:
                start = bytes(source[member.offset : member.offset + len(HEADER)])
                yield Unit(member.offset, member.length, member.data, start)


def sound_units(source: Bytes) -> Iterator[Unit | Member]:
    """The records of a file of any format, not yet taken apart; damage is passed over."""
    kind = format_of(source)
    for found in scan_members(source) if kind.endswith(".gz") else units(source, kind):
        if not isinstance(found, Damage):
            yield found


def records_of(source: Bytes) -> Iterator[Found]:
    """The sound records of a file of any format; damage is passed over."""
    for unit in sound_units(source):
        try:
            record = parse(unit.data)
        except RecordError:
            continue
        yield Found(unit.offset, unit.length, record)


def parse(data: bytes) -> Record:
    """The one WARC or ARC record in `data`. Raises RecordError."""
    return parse_record(data) if warc_start(data) or not _ARC_LINE.match(data) else parse_arc(data)


def record_at(source: Bytes, offset: int) -> Found:
    """The record that stands at this place of a file of any format. Raises RecordError or MemberError."""
    if MAGIC in (source[:3], source[offset : offset + 3]):
        member = read_member(source, offset)
        return Found(offset, member.length, parse(member.data))
    line = None if warc_start(source[offset : offset + 5]) else _ARC_LINE.match(source, offset)
    end = line.end() + int(line["length"]) if line else _end_of_plain(source, offset)
    if end is None or end > len(source):
        raise MemberError(offset, "no whole record begins here")
    return Found(offset, end - offset, parse(bytes(source[offset:end])))


def parse_arc(data: bytes) -> Record:
    """An ARC record as the WARC record that it would be; the file's description is a warcinfo. Raises RecordError."""
    line = _ARC_LINE.match(data)
    if line is None:
        raise RecordError("no ARC record header")
    end = line.end() + int(line["length"])
    if end > len(data) or data[end:].strip(b"\r\n"):
        raise RecordError("the ARC record is not as long as it says")
    url, date = _text(line["url"]), line["date"].decode().ljust(14, "0")[:14]
    block = data[line.end() : end]
    described = url.startswith("filedesc://")
    is_http = url.startswith(("http:", "https:")) and block[:5] == b"HTTP/"
    headers = (
        ("WARC-Type", "warcinfo" if described else "response"),
        ("WARC-Record-ID", f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{date} {url}')}>"),
        ("WARC-Date", f"{date[:4]}-{date[4:6]}-{date[6:8]}T{date[8:10]}:{date[10:12]}:{date[12:]}Z"),
        ("WARC-Target-URI", url),
        ("WARC-IP-Address", _text(line["ip"])),
        ("Content-Type", HTTP_RESPONSE if is_http else _text(line["type"])),
    )
    return Record(headers, block)


def _plain_warc(source: Bytes) -> Iterator[Unit | Damage]:
    offset = 0
    while offset < len(source):
        end = _end_of_plain(source, offset)
        following = end and _behind_line_ends(source, end)
        if end and following and (following == len(source) or warc_start(source[following : following + 5])):
            yield Unit(offset, end - offset, bytes(source[offset:end]), None)
            offset = following
            continue
        next_record = _WARC_START.search(source, offset + 1)
        stop = next_record.start() if next_record else len(source)
        yield Damage(offset, stop - offset, "no whole WARC record stands here", torn=next_record is None)
        offset = stop


def _end_of_plain(source: Bytes, offset: int) -> int | None:
    if not warc_start(source[offset : offset + 5]):
        return None
    head_end = source.find(b"\r\n\r\n", offset, offset + _PLAIN_HEAD_LIMIT)
    if head_end < 0:
        return None
    fields = parse_fields(source[offset : head_end + 2])
    lengths = {value for name, value in fields if name.lower() == "content-length"}
    length = lengths.pop() if len(lengths) == 1 else ""
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        return None
    end = head_end + 4 + int(length)
    return end if end <= len(source) else None


def _behind_line_ends(source: Bytes, offset: int) -> int:
    """Records are parted by two line ends; some tools write one, or three."""
    while source[offset : offset + 1] in (b"\r", b"\n"):
        offset += 1
    return offset


def _plain_arc(source: Bytes) -> Iterator[Unit | Damage]:
    offset = 0
    while offset < len(source):
        line = _ARC_LINE.match(source, offset)
        end = line.end() + int(line["length"]) if line else None
        if end is None or end > len(source):
            following = _next_arc(source, offset + 1)
            stop = len(source) if following is None else following
            reason = "no ARC record header" if end is None else "the file ends inside this ARC record"
            yield Damage(offset, stop - offset, reason, torn=following is None)
            offset = stop
            continue
        yield Unit(offset, end - offset, bytes(source[offset:end]), None)
        offset = _behind_line_ends(source, end)


def _next_arc(source: Bytes, start: int) -> int | None:
    """The next line that can begin an ARC record."""
    position = source.find(b"\n", start)
    while position >= 0:
        if _ARC_LINE.match(source, position + 1):
            return position + 1
        position = source.find(b"\n", position + 1)
    return None


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
