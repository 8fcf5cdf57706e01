"""What the page of one article shows beside its text: what is known at a glance, its versions, counters and places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, case, func, select

from archive.reading_room.article_lists import languages, listed
from archive.reading_room.charts import Observation
from archive.reports.history import VersionChange, history
from archive.rows.order_of_bytes import in_order_of_bytes
from archive.rows.reading import resolve_article_id
from archive.rows.schema import article, article_url, counter, placement, presence, reading

KINDS = {"views": "views", "comments": "comments", "rating": "points"}  # each with its unit
MOST_ROWS = 100  # of a counter from one source, in its table
MOST_PLACES = 50
_NEWEST_PLACES = (placement.c.observed_at.desc(), placement.c.capture_id.desc(), placement.c.block, placement.c.rank)
MOST_VERSIONS = 200


Source = tuple[str, str]  # kind of counter, and what it was read from


@dataclass(frozen=True, slots=True)
class Glance:
    """What is known of an article, whichever reading of it is shown.

    `latest` is its row in lists, `counters` the last value of each counter that was printed, `alternates` the
    pages in other languages that the page names, each with the article's id where it is in the archive;
    `translations` the rows of articles that were read and share the site's number, where the page names them not.
    """

    latest: Any
    presence: Row[Any] | None
    counters: dict[str, Row[Any]]
    alternates: list[tuple[Mapping[str, Any], str | None]]
    translations: list[Any]


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """A version and the last time it was seen before the next one, or at all."""

    change: VersionChange
    seen_until: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of an article over time, by kind and source where it is counted.

    `series` has every observation in order of time; versions, `counters` and `placements` are the latest of so many.
    """

    readings: int
    versions: list[SeenVersion]
    versions_in_all: int
    series: dict[Source, list[Observation]]
    counters: dict[Source, list[Row[Any]]]
    urls: list[Row[Any]]
    placements: list[Row[Any]]
    placements_in_all: int


def glance(conn: Connection, article_id: str, alternates: Iterable[Mapping[str, Any]]) -> Glance:
    """What is known of an article that was read; `alternates` are those that its page names."""
    (latest,) = listed(conn, [article_id])
    found = conn.execute(select(presence).where(presence.c.article_id == article_id)).first()
    known = [(each, resolve_article_id(conn, each["url"])) for each in alternates]
    others = [each for each in known if each[1] != article_id]
    named = {article_id, *(each for _, each in others)}
    translations = [row for row in listed(conn, _same_number(conn, article_id)) if row.article_id not in named]
    return Glance(latest, found, _latest_counters(conn, article_id), others, translations)


def seen(conn: Connection, article_id: str) -> Seen:
    """The versions, counters, URLs and list places of an article that was read."""
    mine = reading.c.article_id == article_id
    readings, last = conn.execute(select(func.count(), func.max(reading.c.observed_at)).where(mine)).one()
    versions = history(conn, article_id)
    until = [new.not_before or new.seen_at for _, new in pairwise(versions)] + [_moment(last)]
    series, places = _series(conn, article_id), _placements(conn, article_id)
    pairs = [SeenVersion(*each) for each in zip(versions, until, strict=True)]
    urls = select(article_url).where(article_url.c.article_id == article_id)
    return Seen(
        readings, pairs[: -MOST_VERSIONS - 1 : -1], len(pairs), series,
        {source: _latest_rows(conn, article_id, source) for source in series},
        list(conn.execute(urls.order_by(in_order_of_bytes(conn, article_url.c.url)))),
        list(conn.execute(places.order_by(*_NEWEST_PLACES).limit(MOST_PLACES))),
        conn.scalar(select(func.count()).select_from(places.subquery())) or 0,
    )  # fmt: skip


def _same_number(conn: Connection, article_id: str) -> list[str]:
    site, _, native_id = article_id.split(":", 2)
    return [f"{site}:{language}:{native_id}" for language in languages(conn)]


def _latest_counters(conn: Connection, article_id: str) -> dict[str, Row[Any]]:
    """Those printed last, by the rule of `article_latest`: of what one page shows, its own counter speaks."""
    place = case((counter.c.source == "page", 0), else_=1).label("place")
    order = (counter.c.observed_at.desc(), counter.c.capture_id.desc(), "place", counter.c.source)
    printed = (counter.c.article_id == article_id, counter.c.value.is_not(None), counter.c.inferred == 0)
    of = select(counter, place).where(*printed).order_by(*order)
    rows = {kind: conn.execute(of.where(counter.c.kind == kind).limit(1)).first() for kind in KINDS}
    return {kind: row for kind, row in rows.items() if row is not None}


def _series(conn: Connection, article_id: str) -> dict[Source, list[Observation]]:
    """Every observation, those of the page first: what two sources say is not one series."""
    c = counter.c
    of = select(c.kind, c.source, c.observed_at, c.value, c.inferred).where(c.article_id == article_id)
    series: dict[Source, list[Observation]] = defaultdict(list)
    for kind, source, at, value, inferred in conn.execute(of.order_by(c.observed_at, c.capture_id)):
        series[kind, source].append(Observation(at, value, bool(inferred)))
    return dict(sorted(series.items(), key=lambda each: (each[0][1] != "page", list(KINDS).index(each[0][0]))))


def _latest_rows(conn: Connection, article_id: str, source: Source) -> list[Row[Any]]:
    c = counter.c
    of = select(counter).where(c.article_id == article_id, c.kind == source[0], c.source == source[1])
    return list(conn.execute(of.order_by(c.observed_at.desc(), c.capture_id.desc()).limit(MOST_ROWS)))


def _placements(conn: Connection, article_id: str) -> Any:
    """By the site's number: found by index."""
    of = conn.execute(select(article).where(article.c.id == article_id)).one()
    c = placement.c
    return select(placement).where(c.site == of.site, c.native_id == of.native_id, c.language == of.language)


def _moment(value: datetime | str) -> datetime:
    """max() loses the column's type in SQLite."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
