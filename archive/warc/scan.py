"""Walks the gzip members of a WARC file, past damage too: one damaged record costs no other."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from archive.warc.gzip_members import MAGIC, Bytes, Member, MemberError, let_go, read_member
from archive.warc.notes import Notes, from_record
from archive.warc.record import Record, RecordError, parse_record


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that are no sound record. `torn`: the file ends inside of them."""

    offset: int
    length: int
    reason: str
    torn: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A sound record and the gzip member that holds it."""

    offset: int
    length: int
    record: Record


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """The records of one capture as they stand in a file; `notes` is None where the group has no end."""

    main: Found
    request: Found | None = None
    metadata: Found | None = None
    notes: Notes | None = None


def scan_members(source: Bytes, start: int = 0) -> Iterator[Member | Damage]:
    """Members from `start` on, and what stands between them."""
    offset = done = start
    while offset < len(source):
        done = let_go(source, done, offset)
        try:
            member = read_member(source, offset)
        except MemberError as error:
            following = next_member(source, offset + 1)
            end = len(source) if following is None else following
            yield Damage(offset, end - offset, error.reason, torn=following is None)
            offset = end
        else:
            yield member
            offset += member.length


def scan_records(source: Bytes, start: int = 0) -> Iterator[Found | Damage]:
    """Records from `start` on, and what stands between them."""
    for member in scan_members(source, start):
        if isinstance(member, Damage):
            yield member
            continue
        try:
            yield Found(member.offset, member.length, parse_record(member.data))
        except RecordError as error:
            yield Damage(member.offset, member.length, str(error))


def groups(records: Iterable[Found]) -> Iterator[FoundGroup]:
    """Puts the records of each capture together; they stand in the order that `archive.warc.group` gives them."""
    pending: FoundGroup | None = None
    for found in records:
        concurrent_to = found.record.get("WARC-Concurrent-To")
        ours = pending is not None and concurrent_to is not None and concurrent_to == pending.main.record.id
        if pending is not None and ours and found.record.type == "request":
            pending = replace(pending, request=found)
        elif pending is not None and ours and found.record.type == "metadata":
            yield replace(pending, metadata=found, notes=_notes(found.record))
            pending = None
        else:
            if pending is not None:
                yield pending
            pending = FoundGroup(found) if found.record.type in ("response", "revisit", "resource", "request") else None
    if pending is not None:
        yield pending


def _notes(record: Record) -> Notes | None:
    try:
        return from_record(record)
    except RecordError:
        return None


def next_member(source: Bytes, start: int) -> int | None:
    """Where the next gzip member with a WARC or ARC record begins; None where there is none.

    The magic alone does not tell: bodies that were sent gzipped stand in the file almost as they are.
    """
    offset = source.find(MAGIC, start)
    while offset >= 0:
        beginning = peek(source, offset, 512)
        if beginning.startswith((b"WARC/", b"filedesc://", b"http://", b"https://", b"dns:")):
            return offset
        offset = source.find(MAGIC, offset + 1)
    return None


def peek(source: Bytes, offset: int, size: int) -> bytes:
    """What the member at `offset` unpacks to in the beginning, as far as it is sound; at most `size` bytes."""
    unpacker = zlib.decompressobj(31)
    parts: list[bytes] = []
    position = offset
    while size > 0 and not unpacker.eof:
        piece = unpacker.unconsumed_tail or source[position : position + 64]
        if not piece:
            break
        if not unpacker.unconsumed_tail:
            position += len(piece)
        try:
            parts.append(unpacker.decompress(piece, size))
        except zlib.error:
            break
        size -= len(parts[-1])
    return b"".join(parts)


def warcinfo_of(source: Bytes) -> Record | None:
    """The warcinfo record that the file begins with; None where it does not, or cannot be read."""
    try:
        record = parse_record(read_member(source, 0).data)
    except (MemberError, RecordError):
        return None
    return record if record.type == "warcinfo" else None


def warcinfo_id(source: Bytes) -> str | None:
    """Its id, by which the records of the file name it."""
    record = warcinfo_of(source)
    return record.id if record else None
