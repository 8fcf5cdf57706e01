"""Records become rows: in batches, and the same rows whatever the order and however often they are written.

Every function takes a connection of `Database.writer()` and leaves the transaction to its caller. Rows of several
workers are written in order of their keys, so that two transactions of PostgreSQL never wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from importlib.metadata import version
from operator import attrgetter
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, select, update

from archive.ids import article_id
from archive.records import ArticleRecord, QuarantineRecord, ReadState, WrittenCapture
from archive.rows import lists, readings, schema
from archive.rows.bounds import fitting, is_key
from archive.rows.days import local_day, write_days, zones
from archive.rows.identities import write_identities
from archive.rows.upsert import Row, bounded, write_rows, write_tuples
from archive.rows.wording import digests


class WarcFileState(Protocol):
    """What a WARC writer says of its file; `closed_at` and `sha256` once it is closed."""

    @property
    def name(self) -> str:
        """The final name, without `.open`."""

    @property
    def committed_length(self) -> int:
        """Bytes known to be whole and on disk."""

    @property
    def record_count(self) -> int:
        """Whole records in it."""

    @property
    def opened_at(self) -> datetime:
        """When it was begun."""


# --- what is crawled -------------------------------------------------------------------------------------------


def write_site(conn: Connection, *, name: str, title: str, base_url: str, time_zone: str) -> None:
    """Write a site as its site file describes it today."""
    row = {"name": name, "title": title, "base_url": base_url, "time_zone": time_zone}
    before = conn.scalar(select(schema.site.c.time_zone).where(schema.site.c.name == name))
    write_rows(conn, schema.site, [row], replace=("title", "base_url", "time_zone"))
    if before not in (None, time_zone):
        write_days(conn, name)


def write_run(
    conn: Connection,
    *,
    id: str,
    site: str,
    command: str,
    started_at: datetime,
    software: str,
    options: Mapping[str, Any],
) -> None:
    """Write the beginning of a run; a run that is there already stays as it is."""
    row = {"id": id, "site": site, "command": command, "started_at": started_at, "software": software}
    write_rows(conn, schema.run, [row | {"options": dict(options)}])


def finish_run(
    conn: Connection,
    run_id: str,
    *,
    ended_at: datetime,
    reason: str | None,
    exit_code: int | None = None,
    pages: int | None = None,
    articles: int | None = None,
    new_articles: int | None = None,
    failures: int | None = None,
    challenges: int | None = None,
) -> None:
    """Write how a run ended."""
    run = schema.run
    conn.execute(
        update(run).where(run.c.id == run_id).values(
            ended_at=ended_at, reason=reason, exit_code=exit_code, pages=pages, articles=articles,
            new_articles=new_articles, failures=failures, challenges=challenges,
        )
    )  # fmt: skip


def write_warc_file(conn: Connection, *, site: str, state: str, file: WarcFileState) -> None:
    """Write how far a WARC file is known to be good. `state` is `open` or `closed`."""
    row = {
        "name": file.name, "site": site, "state": state, "committed_length": file.committed_length,
        "record_count": file.record_count, "opened_at": file.opened_at,
        "closed_at": getattr(file, "closed_at", None), "sha256": getattr(file, "sha256", None),
    }  # fmt: skip
    write_rows(
        conn, schema.warc_file, [row], replace=("state", "committed_length", "record_count", "closed_at", "sha256")
    )


def write_captures(
    conn: Connection, captures: Sequence[WrittenCapture], read_states: Mapping[str, ReadState] | None = None
) -> None:
    """Write captures; `read_states` by capture id. One that is not named is `unread`, or keeps the state it has."""
    states = read_states or {}
    ordered = sorted(captures, key=lambda capture: capture.id)
    read = [(states[each.id], *_capture_values(each)) for each in ordered if each.id in states]
    unread = [("unread", *_capture_values(each)) for each in ordered if each.id not in states]
    write_tuples(conn, schema.capture, _CAPTURE_COLUMNS, read, replace=("read_state",))
    write_tuples(conn, schema.capture, _CAPTURE_COLUMNS, unread)


def set_read_states(conn: Connection, read_states: Mapping[str, ReadState]) -> None:
    """Say of captures that are written already whether they were read."""
    rows = [{"capture": capture_id, "state": read_states[capture_id]} for capture_id in sorted(read_states)]
    if rows:
        conn.execute(_SET_READ_STATE, rows)


_SET_READ_STATE = (
    update(schema.capture)
    .where(schema.capture.c.id == bindparam("capture"), schema.capture.c.read_state != bindparam("state"))
    .values(read_state=bindparam("state"))
)


_CAPTURE_COLUMNS = ("read_state", *(item.name for item in fields(WrittenCapture)))
_capture_values = attrgetter(*_CAPTURE_COLUMNS[1:])

# --- what the pages say ----------------------------------------------------------------------------------------


@cache
def reader() -> str:
    """The program's name and version, for records that do not say by which reader they were read."""
    return f"svodka/{version('svodka')}"


def write_articles(conn: Connection, records: Sequence[ArticleRecord]) -> tuple[int, set[str]]:
    """Write what captures say of articles; what was read from the same captures before is replaced.

    Returns how many articles are read for the first time, and the ids of all that may have changed: hand these to
    `archive.search.index_articles`.
    """
    latest = {record.capture_id: fitting(record) for record in records}
    touched = readings.forget(conn, latest)
    named = [record for record in latest.values() if is_key(_id(record))]
    readable = sorted(named, key=lambda record: (record.observed_at, record.capture_id))
    ids = {record.capture_id: _id(record) for record in readable}
    write_identities(conn, {_id(r): (r.site, r.language, r.native_id) for r in readable})
    readings.hold(conn, set(ids.values()))
    new = readings.never_read(conn, set(ids.values()))
    _write_outlets(conn, readable)
    _write_readings(conn, readable, ids)
    write_rows(
        conn, schema.page_counter, [row for record in readable for row in counter_rows(record, ids[record.capture_id])]
    )
    return len(new - touched), touched | set(ids.values())


def _id(record: ArticleRecord) -> str:
    return article_id(record.site, record.language, record.native_id)


def _write_outlets(conn: Connection, records: Sequence[ArticleRecord]) -> None:
    named = {(r.outlet, r.outlet_country) for r in records if r.outlet and r.outlet_country}
    write_rows(conn, schema.outlet, [{"name": name, "country": country} for name, country in sorted(named)])


def _write_readings(conn: Connection, records: Sequence[ArticleRecord], ids: Mapping[str, str]) -> None:
    """The readings, and for each wording and each URL the first capture that showed it."""
    wordings: dict[readings.Key, ArticleRecord] = {}
    urls: dict[readings.Key, ArticleRecord] = {}
    rows = []
    for record in records:  # in order of time: the first of a wording is its first capture
        key = ids[record.capture_id]
        digest, version_digest = digests(record)
        wordings.setdefault((key, digest), record)
        if is_key(key, record.url):
            urls.setdefault((key, record.url), record)
        rows.append(reading_row(record, key, digest, version_digest))
    new_wordings = readings.keep_first(conn, schema.content, schema.content.c.digest, wordings)
    new_urls = readings.keep_first(conn, schema.article_url, schema.article_url.c.url, urls)
    write_rows(conn, schema.reading, rows)
    version_digests = {(row["article_id"], row["digest"]): row["version_digest"] for row in rows}
    zone = zones(conn, {record.site for _, record in new_wordings})
    contents = [
        (*key, version_digests[key], local_day(record.published_at, zone.get(record.site)), *_content_values(record))
        for key, record in new_wordings
    ]
    write_tuples(conn, schema.content, (*_CONTENT_MADE, *_CONTENT_FIELDS), contents)
    lists.write(conn, new_wordings)
    write_rows(conn, schema.article_url, [_url_row(*item) for item in new_urls])


def reading_row(record: ArticleRecord, key: str, digest: str, version_digest: str) -> dict[str, Any]:
    """The row of `reading` that a record becomes."""
    return {
        "capture_id": record.capture_id, "article_id": key, "digest": digest, "version_digest": version_digest,
        "url": record.url, "slug": record.slug, "observed_at": record.observed_at, "layers": dict(record.layers),
        "raw": dict(record.raw), "conflicts": [dict(item) for item in record.conflicts],
        "reader": record.reader or reader(),
    }  # fmt: skip


_CONTENT_MADE = ("article_id", "digest", "version_digest", "published_day")
_CONTENT_FIELDS = tuple(column.name for column in schema.content.columns if column.name not in _CONTENT_MADE)
_content_values = attrgetter(*_CONTENT_FIELDS)


def _url_row(key: readings.Key, record: ArticleRecord) -> Row:
    return {"article_id": key[0], "url": key[1], "slug": record.slug, "capture_id": record.capture_id}


def counter_rows(record: ArticleRecord, key: str) -> list[Row]:
    """The rows of `page_counter` that a record becomes."""
    return [
        {
            "article_id": key, "kind": counter.kind, "capture_id": record.capture_id,
            "observed_at": record.observed_at, "value": bounded(counter.value), "raw": counter.raw,
            "precision": bounded(counter.precision), "layer": counter.layer,
            "absent_reason": counter.absent_reason if bounded(counter.value) == counter.value else "out_of_range",
        }
        for counter in record.counters
    ]  # fmt: skip


# --- failures --------------------------------------------------------------------------------------------------


def write_quarantine(conn: Connection, records: Sequence[QuarantineRecord]) -> None:
    """Write what could not be read, with the reason."""
    rows = [{"capture_id": r.capture_id, "reason": r.reason, "detail": r.detail} for r in records]
    write_rows(conn, schema.quarantine, sorted(rows, key=lambda row: str(row["capture_id"])), replace=("detail",))
