"""The originals of others' revisit records, wherever in the archive they are: looked for whenever files came in.

Within its own file a revisit finds its original as the file is read (`importing.py`). What is left is looked for
in all captures before it: the one that the record names by id, or by URL and date, else one with the same payload
digest. What is found depends on what the archive holds, not on the order in which it came: a rebuild finds the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, or_, select, update

from archive.digests import matches, same, spellings
from archive.errors import SvodkaError
from archive.home import IMPORTED, Home
from archive.records import NOT_READ
from archive.rows.engine import Database
from archive.rows.in_lists import chunks
from archive.rows.schema import capture
from archive.warc.reader import read_capture_at
from archive.warc.record import Record, RecordError, is_coarse, moment_of

_C = capture.c
_PAYLOADS = (  # whole ones, the last first
    select(_C.id, _C.payload_digest, _C.captured_at)
    .where(_C.record_type.in_(("response", "resource")), _C.truncated.is_(None))
    .order_by(_C.captured_at.desc(), _C.id)
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """How many imported revisits led nowhere in their own file, and how many of them lead to an original now."""

    looked_for: int
    found: int


def resolve_revisits(home: Home, database: Database) -> Resolved:
    """Find the originals of imported revisits in other files; those that lead somewhere now are to be read (again).

    The caller holds the lock and all files have their rows.
    """
    with database.reader() as conn:
        wanted = _across_files(conn)
        found = _originals(conn, home, wanted)
    changed = [row for row in wanted if found[row.id] != row.refers_to]
    if changed:
        with database.writer() as conn:
            conn.execute(
                update(capture).where(_C.id == bindparam("revisit")).values(refers_to=bindparam("original")),
                [{"revisit": row.id, "original": found[row.id]} for row in changed],
            )
            to_read = [row.id for row in changed if row.page_kind not in NOT_READ]
            if to_read:
                unread = update(capture).where(_C.id == bindparam("revisit")).values(read_state="unread")
                conn.execute(unread, [{"revisit": each} for each in to_read])
    return Resolved(len(wanted), sum(original is not None for original in found.values()))


def _across_files(conn: Connection) -> list[Row[Any]]:
    """The imported revisits without an original, or with one in another file."""
    original = capture.alias("original")
    elsewhere = or_(_C.refers_to.is_(None), original.c.warc_file.is_(None), original.c.warc_file != _C.warc_file)
    statement = (
        select(capture)
        .join(original, original.c.id == _C.refers_to, isouter=True)
        .where(_C.site == IMPORTED, _C.record_type == "revisit", elsewhere)
        .order_by(_C.warc_file, _C.offset)
    )
    return list(conn.execute(statement))


def _originals(conn: Connection, home: Home, revisits: Sequence[Row[Any]]) -> dict[str, str | None]:
    found = {row.id: _as_named(conn, home, row) for row in revisits}
    found |= _same_bytes(conn, [row for row in revisits if found[row.id] is None and _digest(row)])
    return found


def _as_named(conn: Connection, home: Home, row: Row[Any]) -> str | None:
    """The original that the record names, or one with the same payload at the URL that it names."""
    try:
        record = read_capture_at(home.warc_path(row.site, row.warc_file), row.offset).record
    except SvodkaError:
        return row.refers_to  # type: ignore[no-any-return]  # damaged since: what was found stays
    url, at = record.get("WARC-Refers-To-Target-URI") or row.url, refers_to_date(record)
    named = (record.get("WARC-Refers-To") or "").removeprefix("<urn:uuid:").removesuffix(">")
    digest, earlier = _digest(row), _PAYLOADS.where(_C.captured_at <= row.captured_at)
    for condition in (_C.id == named, and_(_C.url == url, _C.captured_at == at)):
        for each in conn.execute(earlier.where(condition)):
            if not (digest and each.payload_digest) or same(digest, each.payload_digest) is not False:
                return str(each.id)
    if not digest:
        return None
    found = conn.scalar(earlier.where(_C.url == url, _C.payload_digest.in_(spellings(digest))).limit(1))
    return None if found is None else str(found)


def _same_bytes(conn: Connection, revisits: Sequence[Row[Any]]) -> dict[str, str | None]:
    """Of any URL: all at once, for no index helps."""
    wanted = {row.id: spellings(row.payload_digest) for row in revisits}
    every = {digest for digests in wanted.values() for digest in digests}
    by_digest: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for some in chunks(every):
        for each in conn.execute(_PAYLOADS.where(_C.payload_digest.in_(some))):
            by_digest[each.payload_digest].append((each.captured_at, each.id))
    found: dict[str, str | None] = {}
    for row in revisits:
        same_bytes = (known for digest in wanted[row.id] for known in by_digest[digest] if known[0] <= row.captured_at)
        found[row.id] = max(same_bytes, default=(None, None))[1]
    return found


def _digest(row: Row[Any]) -> str | None:
    """The digest of the payload that was left out; some tools give that of the empty block instead."""
    return None if not row.payload_digest or matches(row.payload_digest, b"") else row.payload_digest


def refers_to_date(record: Record) -> datetime | None:
    """When the original of a revisit was captured; None where the record does not say so exactly."""
    date = record.get("WARC-Refers-To-Date")
    try:
        return None if is_coarse(date) else moment_of(date)
    except RecordError:
        return None
