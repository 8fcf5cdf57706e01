"""Reads captures back from WARC files: one by its offset, or all of them with the rows that the writer gave.

Works on files that are still `.open`. `iter_captures` is the promise that rows are a projection of the WARC files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from archive.errors import DamagedArchive
from archive.records import CaptureContext, WrittenCapture
from archive.warc.codings import Decoded
from archive.warc.description import MAIN_TYPES, Place, captured_at, target_uri, written_capture
from archive.warc.formats import record_at, records_of
from archive.warc.growing import final_name
from archive.warc.gzip_members import Bytes, MemberError, iter_members, mapped
from archive.warc.http_message import Entity, ResponseHead, decoded_body, entity_of, parse_head
from archive.warc.notes import Notes
from archive.warc.record import Record, RecordError, is_coarse, parse_record
from archive.warc.scan import Damage, Found, FoundGroup, groups, scan_records, warcinfo_id
from archive.warc.segments import put_together


@dataclass(frozen=True)
class StoredCapture:
    """A capture as it stands in a WARC file. `request` is the bytes sent, None where no request record goes with it."""

    path: Path
    offset: int
    length: int
    record: Record
    notes: Notes | None
    request: bytes | None

    @property
    def record_headers(self) -> tuple[tuple[str, str], ...]:
        """The WARC header's named fields in order, without Content-Length."""
        return self.record.headers

    @property
    def record_type(self) -> str:
        """`response`, `revisit`, `resource` or `request`."""
        return self.record.type

    @property
    def block(self) -> bytes:
        """The record's block, byte for byte: for a response its head and body as they came."""
        return self.record.block

    @property
    def context(self) -> CaptureContext | None:
        """The capture's context; None for a capture that another tool wrote."""
        return self.notes.context if self.notes else None

    @property
    def url(self) -> str:
        """WARC-Target-URI."""
        return target_uri(self.record)

    @property
    def captured_at(self) -> datetime:
        """WARC-Date, in UTC."""
        return captured_at(self.record)

    @property
    def may_be_read(self) -> bool:
        """Whether its page is whole, and the moment of the capture known: dates are told and counted from it.

        The first segment of a record can look like a whole page (WARC 1.1, 7); a WARC-Date may be a month.
        """
        return not self.record.is_segment and not is_coarse(self.record.get("WARC-Date"))

    @cached_property
    def http(self) -> ResponseHead | None:
        """The response's head; None for what is no response."""
        if self.record.type == "revisit" and not self.block:
            return parse_head((self.notes.not_modified if self.notes else None) or b"")
        return parse_head(self.block) if self.record.type in ("response", "revisit") else None

    @property
    def status(self) -> int | None:
        """HTTP status code; for a rendering the one that the browser was given."""
        if self.http is not None:
            return self.http.status
        return self.notes.status if self.notes else None

    @property
    def http_headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """Response headers: order, case, repeats and bytes as they came."""
        return self.http.headers if self.http else ()

    @cached_property
    def entity(self) -> Entity:
        """The body de-chunked and still coded; a rendering's HTML; nothing for a request alone."""
        if self.http is not None:
            return entity_of(self.block, self.http)
        return Entity(self.block if self.record.type == "resource" else b"", complete=True)

    @cached_property
    def body(self) -> Decoded:
        """The body de-chunked and decoded."""
        if self.http is not None:
            return decoded_body(self.block, self.http)
        return Decoded(self.entity.data, complete=True)


def read_capture_at(path: Path, offset: int) -> StoredCapture:
    """The capture whose main record's gzip member begins at `offset` (bytes). Raises DamagedArchive.

    One that is cut in segments is whole where they are all in the file.
    """
    with mapped(path) as source:
        main = _record_at(path, source, offset)
        if main.record.type not in MAIN_TYPES:
            raise DamagedArchive(f"{path}: offset {offset} holds a {main.record.type} record, not a capture")
        if main.record.is_segment:
            main = next(each for each in put_together(records_of(source)) if each.offset == offset)
        group = next(groups(_following(source, main)))
    request = group.request.record.block if group.request else None
    if main.record.type == "request":
        request = main.record.block
    return StoredCapture(path, offset, main.length, main.record, group.notes, request)


def iter_captures(
    path: Path, start: int = 0, on_damage: Callable[[Damage], object] | None = None
) -> Iterator[tuple[CaptureContext, WrittenCapture]]:
    """Every whole capture from `start` (the offset of a record) on, with the row that the writer gave for it.

    Raises DamagedArchive at the first damage, or tells `on_damage` of it and goes on behind it.
    """
    name = final_name(path)
    with mapped(path) as source:
        records = sound_records(source, start, on_damage or _raiser(path))
        for group in captures_of_file(source, groups(records)):
            if group.notes is not None:
                yield group.notes.context, row_of(name, group)


def sound_records(source: Bytes, start: int, on_damage: Callable[[Damage], object]) -> Iterator[Found]:
    """The sound records from `start` on; `on_damage` hears of the rest."""
    for found in scan_records(source, start):
        if isinstance(found, Damage):
            on_damage(found)
        else:
            yield found


def captures_of_file(source: Bytes, found: Iterator[FoundGroup]) -> Iterator[FoundGroup]:
    """Those that name this file's warcinfo record: a body that holds WARC records cannot pass for some of ours."""
    ours = warcinfo_id(source)
    for group in found:
        if ours is None or group.main.record.get("WARC-Warcinfo-ID") == ours:
            yield group


def row_of(name: str, group: FoundGroup) -> WrittenCapture:
    """The row of a whole group in the file `name`. Raises DamagedArchive where a record lacks what it must have."""
    if group.notes is None:
        raise DamagedArchive(f"{name}: the capture at offset {group.main.offset} has no metadata record")
    place = Place(
        file=name,
        offset=group.main.offset,
        length=group.main.length,
        request_offset=group.request.offset if group.request else None,
        metadata_offset=group.metadata.offset if group.metadata else None,
    )
    try:
        return written_capture(group.main.record, group.notes, place)
    except RecordError as error:
        raise DamagedArchive(f"{name}: offset {group.main.offset}: {error}") from error


def read_block(path: Path, offset: int, length: int) -> bytes:
    """The block of the record whose gzip member has this offset and length in bytes. Raises DamagedArchive."""
    with mapped(path) as source:
        found = _record_at(path, source, offset)
    if found.length != length:
        raise DamagedArchive(f"{path}: the record at offset {offset} is {found.length} bytes long, not {length}")
    return found.record.block


def read_member_bytes(path: Path, offset: int, length: int) -> bytes:
    """The gzip member, or the plain record, as it stands in the file. Raises DamagedArchive where that is too short."""
    with mapped(path) as source:
        data = source[offset : offset + length]
    if len(data) < length:
        raise DamagedArchive(f"{path}: ends before offset {offset + length}")
    return data


def _record_at(path: Path, source: Bytes, offset: int) -> Found:
    try:
        return record_at(source, offset)
    except MemberError as error:
        raise DamagedArchive(f"{path}: {error}") from error
    except RecordError as error:
        raise DamagedArchive(f"{path}: offset {offset}: {error}") from error


def _following(source: Bytes, main: Found) -> Iterator[Found]:
    """`main` and the records behind it that are concurrent to it; damage behind it ends them."""
    yield main
    try:
        for member in iter_members(source, main.offset + main.length):
            found = Found(member.offset, member.length, parse_record(member.data))
            if found.record.get("WARC-Concurrent-To") != main.record.id:
                return
            yield found
    except (MemberError, RecordError):
        return


def _raiser(path: Path) -> Callable[[Damage], object]:
    def raise_it(damage: Damage) -> None:
        raise DamagedArchive(f"{path}: offset {damage.offset}: {damage.reason}")

    return raise_it
