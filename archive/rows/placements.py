"""Rows of lists (sidebars, listings, feeds, sitemaps): every distinct list is kept once, by its digest.

A hundred pages in a row show the same sidebar. `list_reading` ties a capture to the list it showed; the views
`placement` and `counter` put the two together again, row by row and capture by capture.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, delete, exists, func, select

from archive.ids import article_id
from archive.records import PlacementRecord
from archive.rows.bounds import fitting_row
from archive.rows.days import local_day, zones
from archive.rows.identities import Identity, drop_unknown_articles, write_identities
from archive.rows.in_lists import SOME, chunks
from archive.rows.schema import list_content, list_reading
from archive.rows.upsert import Row, bounded, write_rows
from archive.rows.wording import list_digest

_SHOWN = select(list_reading.c.digest).where(list_reading.c.capture_id.in_(SOME))
_KNOWN = select(list_content.c.digest).where(list_content.c.digest.in_(SOME)).distinct()


class _List:
    """One distinct list of a batch: its rows by rank, as `list_content` has them."""

    def __init__(self, records: Sequence[PlacementRecord]) -> None:
        self.records = records
        self._rows = [list_row(record, observes=observes) for record, observes in _marked(records)]
        self.digest = list_digest([_digested(row) for row in self._rows])

    def content(self, zones: Mapping[str, tzinfo | None]) -> list[Row]:
        """Rows of `list_content`. A list that names no article may be of several sites: its rows have no day."""
        zone = zones.get(self.records[0].site)
        return [{"digest": self.digest, "posted_day": _day(row, zone)} | row for row in self._rows]


def _day(row: Mapping[str, Any], zone: tzinfo | None) -> str | None:
    return local_day(row["posted_at"], zone) if row["article_id"] else None


def write_placements(conn: Connection, records: Sequence[PlacementRecord]) -> None:
    """Write rows of lists; those of the same captures from an earlier reading are replaced.

    A row that names an article makes it known, and its comment count is an observation of that article.
    """
    forget_placements(conn, {record.capture_id for record in records})
    _lock(conn, exclusive=False)
    lists: dict[tuple[Any, ...], _List] = {}
    readings: list[Row] = []
    for found in _lists(map(fitting_row, records)):
        # Most pages of a batch show the same sidebar: it is made into rows once.
        said = (found[0].site, *[record[_SAID] for record in found])
        known = lists.get(said)
        if known is None:
            known = lists[said] = _List(found)
        readings.append(_reading(found[0], known.digest))
    _write_new(conn, {each.digest: each for each in lists.values()})
    write_rows(conn, list_reading, readings)


def forget_placements(conn: Connection, capture_ids: Collection[str]) -> None:
    """Take back the lists that were read from these captures, with the comment counts and articles only they named."""
    digests: set[str] = set()
    for some in chunks(capture_ids):
        found = set(conn.scalars(_SHOWN, {"some": some}))
        if found:
            _lock(conn, exclusive=True)
            conn.execute(delete(list_reading).where(list_reading.c.capture_id.in_(some)))
            digests |= found
    if digests:
        _drop_lists(conn, digests)


def placement_row(record: PlacementRecord) -> Row:
    """The row of the view `placement` that a record becomes."""
    return record._asdict() | {
        "article_id": _article_id(record), "comments": bounded(record.comments),
        "comments_precision": _precision(record),
    }  # fmt: skip


def list_row(record: PlacementRecord, *, observes: bool) -> dict[str, object]:
    """The row of `list_content` that a record becomes, without the digest; the order is part of the digest."""
    return {
        "rank": record.rank, "url": record.url, "title": record.title, "article_id": _article_id(record),
        "native_id": record.native_id, "language": record.language, "posted_at": record.posted_at,
        "posted_raw": record.posted_raw, "comments": bounded(record.comments), "comments_raw": record.comments_raw,
        "observes": observes, "layer": record.layer, "comments_precision": _precision(record),
    }  # fmt: skip


def _precision(record: PlacementRecord) -> int | None:
    return None if bounded(record.comments) is None else record.comments_precision


def _digested(row: Row) -> list[object]:
    """What of a row makes its list's digest. A precision only where there is one: lists of before have none."""
    *said, precision = row.values()
    return said if precision is None else [*said, precision]


_SAID = slice(PlacementRecord._fields.index("rank"), None)  # what does not depend on the page that shows it


def _write_new(conn: Connection, lists: dict[str, _List]) -> None:
    """Write those of `lists` that no page showed before."""
    for digest in _known(conn, lists):
        del lists[digest]
    write_identities(conn, {key: who for each in lists.values() for key, who in _identities(each.records)})
    known = zones(conn, {each.records[0].site for each in lists.values()}) if lists else {}
    write_rows(conn, list_content, [row for _, each in sorted(lists.items()) for row in each.content(known)])


def _lists(records: Iterable[PlacementRecord]) -> Iterator[list[PlacementRecord]]:
    """The lists in the records, in order of capture and block; of two rows of one rank the later counts."""
    lists: dict[tuple[str, str], dict[int, PlacementRecord]] = defaultdict(dict)
    for record in records:
        lists[record.capture_id, record.block][record.rank] = record
    for _, rows in sorted(lists.items(), key=itemgetter(0)):
        yield [rows[rank] for rank in sorted(rows)]


def _reading(first: PlacementRecord, digest: str) -> Row:
    return {
        "capture_id": first.capture_id, "block": first.block, "site": first.site, "observed_at": first.observed_at,
        "digest": digest,
    }  # fmt: skip


def _marked(found: Sequence[PlacementRecord]) -> Iterator[tuple[PlacementRecord, bool]]:
    """Each row, and whether its comment count is an observation: of an article named twice the higher place speaks."""
    spoken: set[str] = set()
    for record in found:
        key = _article_id(record)
        observes = key is not None and record.comments is not None and key not in spoken
        if key is not None and observes:
            spoken.add(key)
        yield record, observes


def _identities(found: Sequence[PlacementRecord]) -> Iterator[tuple[str, Identity]]:
    for record in found:
        if (key := _article_id(record)) is not None:
            yield key, (record.site, record.language or "", record.native_id or "")


def _article_id(record: PlacementRecord) -> str | None:
    if not record.native_id or not record.language:
        return None
    return article_id(record.site, record.language, record.native_id)


def _known(conn: Connection, digests: Collection[str]) -> set[str]:
    known: set[str] = set()
    for some in chunks(digests):
        known.update(conn.scalars(_KNOWN, {"some": some}))
    return known


def _drop_lists(conn: Connection, digests: Collection[str]) -> None:
    """Drop the lists that no capture shows any more, and the articles that only they named."""
    shown = exists().where(list_reading.c.digest == list_content.c.digest)
    named: set[str] = set()
    for some in chunks(digests):
        orphans = list_content.c.digest.in_(some) & ~shown
        named.update(key for key in conn.scalars(select(list_content.c.article_id).where(orphans)) if key is not None)
        conn.execute(delete(list_content).where(orphans))
    drop_unknown_articles(conn, named)


def _lock(conn: Connection, *, exclusive: bool) -> None:
    """On PostgreSQL no worker drops a list that another is about to name."""
    if conn.dialect.name == "postgresql":
        take = func.pg_advisory_xact_lock if exclusive else func.pg_advisory_xact_lock_shared
        conn.execute(select(take(func.hashtext("svodka lists"))))
