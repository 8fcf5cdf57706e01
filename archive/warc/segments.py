"""Records that were cut in segments (WARC 1.1, 7) are whole again where all their segments stand in one file.

Nothing is put together in doubt: every number from 1 to the last must be there once, the blocks must have the length
and the digests that the segments name. Otherwise the segments stay as they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archive.warc.payload_digest import has_block, has_payload
from archive.warc.record import Record
from archive.warc.scan import Found

_NUMBER, _ORIGIN, _TOTAL = "WARC-Segment-Number", "WARC-Segment-Origin-ID", "WARC-Segment-Total-Length"
_OF_ONE = {each.lower() for each in (_NUMBER, _ORIGIN, _TOTAL, "WARC-Block-Digest", "WARC-Truncated")}
MISSING = "it is cut in segments, and not all of them are in this file"


class Segments:
    """Takes the segments of a file as they come, until a record is whole."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Found]] = {}

    def add(self, found: Found) -> Found | None:
        """The whole record, at the place of its first segment, where `found` is the last one that it lacked."""
        name = _origin(found.record)
        parts = sorted([*self._parts.get(name, []), found], key=lambda part: _number(part.record, _NUMBER) or 0)
        self._parts[name] = parts
        if fault(parts) is not None:
            return None
        del self._parts[name]
        return Found(parts[0].offset, parts[0].length, _joined(parts))

    def left(self) -> Iterator[tuple[str, list[Found]]]:
        """What could not be put together: why, and the segments of one record."""
        for parts in self._parts.values():
            yield fault(parts) or "", parts


def put_together(records: Iterable[Found]) -> Iterator[Found]:
    """The records of a file, those that are cut as soon as they are whole; what stays cut comes last, as it stands."""
    segments = Segments()
    for found in records:
        if not found.record.is_segment:
            yield found
        elif (whole := segments.add(found)) is not None:
            yield whole
    for _, parts in segments.left():
        yield from parts


def fault(parts: list[Found]) -> str | None:
    """Why the segments of one record, in order of their numbers, cannot be put together; None where they can."""
    records = [part.record for part in parts]
    numbers = [_number(record, _NUMBER) for record in records]
    total = _number(records[-1], _TOTAL)
    if numbers != list(range(1, len(records) + 1)) or total is None or records[0].type == "continuation":
        return "two of its segments have one number" if len(set(numbers)) < len(numbers) else MISSING
    length = sum(len(record.block) for record in records)
    if length != total:
        return f"its segments have {length} bytes together, not the {total} of WARC-Segment-Total-Length"
    if not all(map(has_block, records)):
        return "a segment does not have its WARC-Block-Digest"
    return None if has_payload(_joined(parts)) else "its segments together do not have its WARC-Payload-Digest"


def _joined(parts: list[Found]) -> Record:
    """The first segment's fields speak for the whole, but for those of a segment; the last one's says where it ends."""
    first, last = parts[0].record, parts[-1].record
    headers = [field for field in first.headers if field[0].lower() not in _OF_ONE]
    if truncated := last.get("WARC-Truncated"):
        headers.append(("WARC-Truncated", truncated))
    return Record(tuple(headers), b"".join(part.record.block for part in parts))


def _origin(record: Record) -> str:
    return (record.get(_ORIGIN) if record.type == "continuation" else record.id) or ""


def _number(record: Record, name: str) -> int | None:
    value = record.get(name) or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 15 else None
