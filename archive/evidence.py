"""Every value has its evidence: the capture it was read from, the layer that found it, and the bytes it stands in.

The address of the bytes (file, offset, length) is enough for any tool that reads gzip, without Svodka.
"""

from __future__ import annotations

import gzip
import shlex
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, select

from archive.errors import DamagedArchive, NothingFound, UsageError
from archive.home import Home
from archive.places import PageText, Place
from archive.rows.listed import time_in_a_list
from archive.rows.schema import (
    alternate,
    article,
    article_url,
    author,
    capture,
    content,
    editor_note,
    footnote,
    image,
    link,
    mention,
    page_counter,
    reading,
)
from archive.rows.spellings import spellings
from archive.warc.growing import final_name
from archive.warc.reader import read_capture_at, read_member_bytes
from archive.warc.repeated import body_of, content_type_of

_COLUMNS = (
    "title", "title_raw", "outlet", "outlet_country", "subtitle", "lead", "body", "published_at", "rights_holder",
    "rights_statement", "original_url", "original_published_at", "disclaimer",
)  # fmt: skip
_LISTS: dict[str, Table] = {
    "authors": author, "editor_notes": editor_note, "footnotes": footnote, "image": image, "mentions": mention,
    "links": link, "alternate": alternate,
}  # fmt: skip
_COUNTERS = ("views", "comments", "rating")
FIELDS: tuple[str, ...] = (*_COLUMNS, *_LISTS, *_COUNTERS)
_MADE_FROM_RAW = {"outlet_country", "published_at", "original_published_at"}
_KEYS = {"article_id", "digest", "position", "capture_id"}


@dataclass(frozen=True, slots=True)
class CaptureAddress:
    """Where the bytes of a capture stand: `offset` and `length` are in bytes of `path`.

    They are those of a gzip member, or of the record itself where a file of others came in unpacked.
    """

    id: str
    site: str
    url: str
    captured_at: datetime
    record_type: str
    status: int | None
    mime: str | None
    path: Path
    offset: int
    length: int
    payload_digest: str | None
    content_digest: str | None

    @property
    def packed(self) -> bool:
        """Whether the record is a gzip member: the names of imported files tell what they are."""
        return final_name(self.path).endswith(".gz")

    @property
    def command(self) -> str:
        """A shell command that prints the record with nothing but coreutils and gzip."""
        cut = (
            f"dd if={shlex.quote(str(self.path))} iflag=skip_bytes,count_bytes "
            f"skip={self.offset} count={self.length} status=none"
        )
        return f"{cut} | gunzip" if self.packed else cut


@dataclass(frozen=True, slots=True)
class ListRow:
    """The row of a list that a value was read from: `rank` counts from 1 in its block on the page of the capture."""

    block: str
    rank: int
    title: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """What stands behind one value; `row` where it was read from a list.

    `places` are byte ranges in the decoded body of the evidence's `source`; none where the value does not stand there
    word for word (a date that was parsed, a country's code): then look for `raw`.
    """

    field: str
    value: Any
    raw: str | None
    layer: str | None
    absent_reason: str | None
    conflicts: tuple[Mapping[str, Any], ...]
    places: tuple[Place, ...]
    row: ListRow | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands behind an article's values in one reading; `reader` is None of a list.

    `capture` is what they were read from, `source` where the bytes of that page stand: another capture where
    `capture` is a revisit record. `command` prints the record of `source`.
    """

    article_id: str
    observed_at: datetime
    reader: str | None
    capture: CaptureAddress
    source: CaptureAddress
    command: str
    fields: tuple[FieldEvidence, ...]


def evidence(conn: Connection, home: Home, identity: str, field: str | None = None) -> Evidence:
    """The evidence of one field of an article, or of every field that has a value or a reason for having none.

    `identity` is an article's id or URL (then its latest reading speaks) or the id of a capture. Where an
    article's page does not say when it was published, the list speaks from which `article_latest` has it.

    Raises:
        NothingFound: nothing was read under that name, or the WARC file is not there.
        UsageError: there is no such field.
        DamagedArchive: the bytes are not what they should be.
    """
    if field is not None and field not in FIELDS:
        raise UsageError(f"{field}: no such field; there are {', '.join(FIELDS)}")
    if field == "published_at" and (listed := _published_in_a_list(conn, home, identity)) is not None:
        return listed
    read = reading_of(conn, identity)
    address, source = capture_address(conn, home, read.capture_id), source_address(conn, home, read.capture_id)
    page = _page_text(address, source)
    found = tuple(
        replace(value, places=_places(page, texts) or _places(page, [value.raw] if value.raw else []))
        for value, texts in _with_texts(conn, read)
        if field in (None, value.field)
    )
    if field is not None and not found:
        raise NothingFound(f"{read.article_id}: the page of {read.observed_at:%Y-%m-%d %H:%M} UTC has no {field}")
    return Evidence(
        read.article_id, read.observed_at, read.reader, address, source, source.command, found,
    )  # fmt: skip


def _published_in_a_list(conn: Connection, home: Home, identity: str) -> Evidence | None:
    """The evidence of a time of publication that only a list tells. A capture that is asked for speaks for itself."""
    article_id = _without_time(conn, identity)
    row = time_in_a_list(conn, article_id) if article_id else None
    if row is None:
        return None
    address, source = capture_address(conn, home, row.capture_id), source_address(conn, home, row.capture_id)
    page = _page_text(address, source)
    value = FieldEvidence(
        field="published_at", value=row.posted_at, raw=row.posted_raw, layer=row.layer, absent_reason=None,
        conflicts=(), places=_places(page, [row.posted_raw] if row.posted_raw else []),
        row=ListRow(row.block, row.rank, row.title, row.url),
    )  # fmt: skip
    return Evidence(row.article_id, row.observed_at, None, address, source, source.command, (value,))


def _without_time(conn: Connection, identity: str) -> str | None:
    """The id of the article, where its latest reading does not say when it was published, or it has none."""
    try:
        read = reading_of(conn, identity)
    except NothingFound:
        return conn.scalar(select(article.c.id).where(article.c.id == identity))
    said = select(content.c.published_at).where(
        content.c.article_id == read.article_id, content.c.digest == read.digest
    )
    return read.article_id if read.capture_id != identity and conn.scalar(said) is None else None


def values_of(conn: Connection, read: Row[Any]) -> list[FieldEvidence]:
    """The values of a reading without a look at the bytes: `places` are empty."""
    return [value for value, _ in _with_texts(conn, read)]


def record_bytes(found: Evidence | CaptureAddress) -> bytes:
    """The WARC record, head and block, byte for byte as `command` prints it. Raises DamagedArchive."""
    address = found.source if isinstance(found, Evidence) else found
    data = read_member_bytes(address.path, address.offset, address.length)
    try:
        return gzip.decompress(data) if address.packed else data
    except (OSError, EOFError, zlib.error) as error:
        raise DamagedArchive(f"{address.path}: offset {address.offset}: {error}") from error


def reading_of(conn: Connection, identity: str) -> Row[Any]:
    """The reading of a capture, or the latest reading of an article given by id or URL. Raises NothingFound."""
    for condition in (
        reading.c.capture_id == identity,
        reading.c.article_id == identity,
        *(reading.c.article_id.in_(_seen_at(url)) for url in spellings(identity)),
    ):
        latest = select(reading).where(condition).order_by(reading.c.observed_at.desc(), reading.c.capture_id.desc())
        if (row := conn.execute(latest.limit(1)).first()) is not None:
            return row
    raise NothingFound(f"{identity}: no article or capture of that name was read")


def _seen_at(url: str) -> Select[tuple[str]]:
    return select(article_url.c.article_id).where(article_url.c.url == url)


def capture_address(conn: Connection, home: Home, capture_id: str) -> CaptureAddress:
    """Where the bytes of a capture stand. Raises NothingFound for a capture or a file that is not there."""
    row = conn.execute(select(capture).where(capture.c.id == capture_id)).first()
    if row is None:
        raise NothingFound(f"{capture_id}: no such capture")
    values = {item.name: getattr(row, item.name) for item in fields(CaptureAddress) if item.name != "path"}
    return CaptureAddress(**values, path=home.warc_path(row.site, row.warc_file))


def source_address(conn: Connection, home: Home, capture_id: str) -> CaptureAddress:
    """The capture that holds the body: for a revisit record the one that it refers to. Raises NothingFound."""
    holder = select(func.coalesce(capture.c.refers_to, capture.c.id)).where(
        capture.c.id == capture_id, capture.c.record_type == "revisit"
    )
    return capture_address(conn, home, conn.scalar(holder) or capture_id)


def _page_text(address: CaptureAddress, source: CaptureAddress) -> PageText:
    """The decoded body of a capture, ready to be searched; `source` is where its bytes stand."""
    stored = read_capture_at(address.path, address.offset)
    holder = stored if source == address else read_capture_at(source.path, source.offset)
    return PageText(body_of(stored, holder).data, content_type_of(stored, holder))


def _places(page: PageText, texts: Sequence[str]) -> tuple[Place, ...]:
    return tuple(place for text in texts for place in page.find(text))


def _with_texts(conn: Connection, read: Row[Any]) -> Iterator[tuple[FieldEvidence, tuple[str, ...]]]:
    """The values in the order of FIELDS, each with the texts that should stand in the page."""
    key = (content.c.article_id == read.article_id, content.c.digest == read.digest)
    row = conn.execute(select(content).where(*key)).one()
    for name in _COLUMNS:
        value = getattr(row, name)
        if value not in (None, []):
            yield _read_value(read, name, value), _texts(name, value, read.raw.get(name))
    for name, table in _LISTS.items():
        if entries := _entries(conn, table, read):
            yield _read_value(read, name, entries), tuple(text for entry in entries for text in _named(entry))
    yield from _counters(conn, read)


def _read_value(read: Row[Any], field: str, value: Any) -> FieldEvidence:
    return FieldEvidence(
        field=field, value=value, raw=read.raw.get(field), layer=read.layers.get(field), absent_reason=None,
        conflicts=tuple(item for item in read.conflicts if item.get("field") == field), places=(),
    )  # fmt: skip


def _texts(field: str, value: Any, raw: str | None) -> tuple[str, ...]:
    """What the page should hold: the words themselves, or the text that a value was made from."""
    if isinstance(value, list):
        return tuple(map(str, value))
    if field in _MADE_FROM_RAW:
        return (raw,) if raw else ()
    return (str(value),)


def _entries(conn: Connection, table: Table, read: Row[Any]) -> list[dict[str, Any]]:
    columns = [column for column in table.columns if column.name not in _KEYS]
    statement = select(*columns).where(table.c.article_id == read.article_id, table.c.digest == read.digest)
    return [dict(row._mapping) for row in conn.execute(statement.order_by(table.c.position))]


def _named(entry: Mapping[str, Any]) -> list[str]:
    """The strings of a list's entry that a page prints; kinds and languages are ours."""
    return [str(entry[key]) for key in ("name", "name_original", "text", "credit", "url") if entry.get(key)]


def _counters(conn: Connection, read: Row[Any]) -> Iterator[tuple[FieldEvidence, tuple[str, ...]]]:
    statement = select(page_counter).where(
        page_counter.c.article_id == read.article_id, page_counter.c.capture_id == read.capture_id
    )
    rows = {row.kind: row for row in conn.execute(statement)}
    for kind in _COUNTERS:
        if kind in rows:
            row = rows[kind]
            value = _read_value(read, kind, row.value)
            value = replace(
                value, raw=row.raw or value.raw, layer=row.layer or value.layer, absent_reason=row.absent_reason
            )
            yield value, () if row.value is None else (value.raw or str(row.value),)
