"""Whether an article is still there: an interval [last_ok, first_missing], never a point; a function of captures alone.

A capture that was read shows the article. A 404 or 410 at the URL under which it was last read is a miss (`read_state`
is `missing`); a block page, a 5xx, a timeout or a page that could not be read is neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from archive.rows.in_lists import SOME, chunks
from archive.rows.schema import capture, presence, reading
from archive.rows.upsert import Row, write_rows

CONFIRMED_AFTER = 3  # misses in a row, ...
CONFIRMED_OVER = timedelta(days=2)  # ... the last of them so long after the first

_by_capture = select(reading.c.article_id).join(capture, capture.c.id == reading.c.capture_id)
_SHOWN = _by_capture.add_columns(capture.c.captured_at, capture.c.id, capture.c.url).where(
    reading.c.article_id.in_(SOME)
)
_MISSED = select(capture.c.captured_at, capture.c.id, capture.c.url).where(
    capture.c.url.in_(SOME), capture.c.read_state == "missing"
)
_MISSING = select(capture.c.id).where(capture.c.id.in_(SOME), capture.c.read_state == "missing")
_ONCE_READ = _by_capture.where(capture.c.url.in_(select(capture.c.url).where(capture.c.id.in_(SOME)))).distinct()


class Sighting(NamedTuple):
    """One capture that speaks of an article: at which URL, and whether it was there. Sorts by time."""

    at: datetime
    capture_id: str
    url: str
    there: bool


class Presence(NamedTuple):
    """A row of the table `presence` without its key."""

    state: str
    last_ok: datetime | None
    first_missing: datetime | None
    misses: int


def judge(sightings: Iterable[Sighting]) -> Presence | None:
    """What the sightings of an article come to; None where it was never there."""
    last: Sighting | None = None
    misses: list[datetime] = []
    was_away = False
    for each in sorted(sightings):
        if each.there:
            was_away = was_away or bool(misses)
            last, misses = each, []
        elif last is not None and each.url == last.url:
            misses.append(each.at)
    if last is None:
        return None
    if not misses:
        return Presence("returned" if was_away else "present", last.at, None, 0)
    confirmed = len(misses) >= CONFIRMED_AFTER and misses[-1] - misses[0] >= CONFIRMED_OVER
    state = "removed_confirmed" if confirmed else "missing_suspected"
    return Presence(state, last.at, misses[0], len(misses))


def articles_of(conn: Connection, missing: Collection[str]) -> set[str]:
    """The articles that were once read at the URLs of these captures."""
    found: set[str] = set()
    for some in chunks(missing):
        found.update(conn.scalars(_ONCE_READ, {"some": some}))
    return found


def articles_missed_by(conn: Connection, capture_ids: Collection[str]) -> set[str]:
    """The articles of which these captures count as misses, before they are read as something else."""
    missing: set[str] = set()
    for some in chunks(capture_ids):
        missing.update(conn.scalars(_MISSING, {"some": some}))
    return articles_of(conn, missing)


def settle(conn: Connection, article_ids: Collection[str]) -> None:
    """Work out the presence of these articles anew."""
    for some in chunks(article_ids):
        seen = _sightings(conn, some)
        known = {article_id: found for article_id in some if (found := judge(seen[article_id]))}
        rows: list[Row] = [{"article_id": article_id, **found._asdict()} for article_id, found in known.items()]
        write_rows(conn, presence, rows, replace=Presence._fields)
        gone = [article_id for article_id in some if article_id not in known]
        if gone:
            conn.execute(delete(presence).where(presence.c.article_id.in_(gone)))


def _sightings(conn: Connection, article_ids: Sequence[str]) -> dict[str, list[Sighting]]:
    seen: dict[str, list[Sighting]] = defaultdict(list)
    owners: dict[str, set[str]] = defaultdict(set)
    for article_id, at, capture_id, url in conn.execute(_SHOWN, {"some": article_ids}):
        seen[article_id].append(Sighting(at, capture_id, url, there=True))
        owners[url].add(article_id)
    for some in chunks(owners):
        for at, capture_id, url in conn.execute(_MISSED, {"some": some}):
            for article_id in owners[url]:
                seen[article_id].append(Sighting(at, capture_id, url, there=False))
    return seen
