"""Lists of articles, a page at a time, without a look at all articles.

A list is walked along an index in its order until a page is full. Choices that fit few articles are found first and put
in order afterwards. When an article was published is what the view `article_latest` says, whichever way it was found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Select, and_, column, exists, func, or_, select, table, union

from archive.reading_room.choices import Choices, Place
from archive.rows.in_lists import SOME, chunks
from archive.rows.order_of_bytes import in_order_of_bytes
from archive.rows.schema import (
    UtcTime,
    article,
    content,
    list_content,
    list_reading,
    outlet,
    presence,
    search_document,
    site,
)

ROWS_A_PAGE = 50
FEW = 2000  # articles that are looked up one by one and put in order
_CALENDARS = timedelta(hours=15)  # no calendar is further from UTC
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Published:
    """When an article was published; None where nobody says. `day` is by the site's calendar."""

    at: datetime | None
    day: str | None


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One page of a list; `next` is where the next one begins, None where this is the last."""

    rows: list[Any]
    next: Place | None


def article_page(conn: Connection, choices: Choices, at_once: int = ROWS_A_PAGE) -> ArticlePage:
    """The next articles in the order that was chosen, by default the latest read first."""
    found = list(islice(_in_order(conn, choices), at_once + 1))
    shown = found[:at_once]
    return ArticlePage(
        listed(conn, [each.article_id for each in shown]), shown[-1] if len(found) > at_once else None
    )  # fmt: skip


def listed(conn: Connection, article_ids: Collection[str]) -> list[Any]:
    """The rows of these articles, in their order; without those that were never read."""
    rows = {row.article_id: row for some in chunks(article_ids) for row in conn.execute(_LISTED, {"some": some})}
    return [rows[each] for each in article_ids if each in rows]


def narrowed(rows: Iterable[Any], choices: Choices) -> list[Any]:
    """Those of these rows that fit the choices, in the order that was chosen, or in their own."""
    kept = [row for row in rows if _row_fits(row, choices)]
    if choices.order is None:
        return kept
    name = "published_at" if choices.order == "published" else "observed_at"
    return sorted(kept, key=lambda row: _newest_first(Place(getattr(row, name), row.article_id)), reverse=True)


def languages(conn: Connection) -> list[str]:
    """The languages of the archive, from one to the next in the index of each site."""
    sites = conn.scalars(select(site.c.name)).all()
    return sorted({language for name in sites for language in _languages_of(conn, name)})


def outlets(conn: Connection, most: int) -> list[str]:
    """Names of outlets, by name; at most so many."""
    return list(conn.scalars(select(outlet.c.name).distinct().order_by(outlet.c.name).limit(most)))


def _languages_of(conn: Connection, name: str) -> Iterator[str]:
    last = ""
    of = select(func.min(article.c.language)).where(article.c.site == name)
    while (language := conn.scalar(of.where(article.c.language > last))) is not None:
        yield language
        last = language


# --- in order --------------------------------------------------------------------------------------------------


def _in_order(conn: Connection, choices: Choices) -> Iterator[Place]:
    few = _few(conn, choices)
    if few is not None:
        return _sorted(conn, few, choices)
    return (_by_publication if choices.order == "published" else _by_reading)(conn, choices)


def _few(conn: Connection, choices: Choices) -> list[Place] | None:
    """All articles that fit, with the time they were last read; None where they are many."""
    if not choices.narrow:
        return None
    rows = conn.execute(_maybe_fitting(choices).limit(FEW + 1)).all()
    return [Place(*row) for row in rows] if len(rows) <= FEW else None


def _sorted(conn: Connection, few: list[Place], choices: Choices) -> Iterator[Place]:
    known = _published(conn, [each.article_id for each in few])
    kept = (each for each in few if _day_fits(known[each.article_id].day, choices))
    if choices.order == "published":
        kept = (Place(known[each.article_id].at, each.article_id) for each in kept)
    ordered = sorted(kept, key=_newest_first, reverse=True)
    return (each for each in ordered if choices.after is None or _newest_first(each) < _newest_first(choices.after))


def _by_reading(conn: Connection, choices: Choices) -> Iterator[Place]:
    """Along the index of `presence`; when it was published is looked at of those alone that may fit."""
    at, key = presence.c.last_ok, in_order_of_bytes(conn, presence.c.article_id)
    walk = _maybe_fitting(choices).order_by(at.desc(), key.desc())
    if choices.after is not None:
        walk = walk.where(_behind(at, key, choices.after))
    places = _places(conn, walk)
    if not choices.dated:
        return places
    return (each for each, known in _known(conn, places) if _day_fits(known.day, choices))


def _by_publication(conn: Connection, choices: Choices) -> Iterator[Place]:
    """Along the times that pages and lists give, where such a time is the article's; those without one at the end."""
    if choices.after is None or choices.after.at is not None:
        for place, known in _known(conn, _times(conn, choices)):
            if known.at == place.at and _day_fits(known.day, choices):
                yield place
    if not choices.dated:
        yield from _without_time(conn, choices)


def _times(conn: Connection, choices: Choices) -> Iterator[Place]:
    """Every time that a wording or a list's row gives an article that fits, the newest first, each once."""
    walks = []
    for each in (_IN_PAGES, _IN_LISTS):
        walk = each.where(each.selected_columns[1].in_(_ids(choices))) if choices.narrow else each
        at, key = walk.selected_columns[0], in_order_of_bytes(conn, walk.selected_columns[1])
        walk = walk.where(*_around(at, choices)).order_by(at.desc(), key.desc())
        if choices.after is not None:
            walk = walk.where(_behind(at, key, choices.after))
        walks.append(_places(conn, walk))
    return (place for place, _ in groupby(merge(*walks, key=_newest_first, reverse=True)))


def _without_time(conn: Connection, choices: Choices) -> Iterator[Place]:
    key = in_order_of_bytes(conn, presence.c.article_id)
    walk = _fitting(choices).where(~_DATED_BY_ITS_PAGE, ~_DATED_BY_A_LIST).order_by(key.desc())
    if choices.after is not None and choices.after.at is None:
        walk = walk.where(key < choices.after.article_id)
    places = (Place(None, each.article_id) for each in _places(conn, walk))
    return (place for place, known in _known(conn, places) if known.at is None)


def _places(conn: Connection, walk: Select[Any]) -> Iterator[Place]:
    """The rows as they are asked for; what was not asked for is never read."""
    with conn.execute(walk.execution_options(yield_per=_AT_ONCE)) as rows:
        for row in rows:
            yield Place(*row)


def _newest_first(place: Place) -> tuple[datetime, str]:
    return place.at or datetime.min.replace(tzinfo=UTC), place.article_id


def _behind(at: Any, article_id: Any, place: Place) -> Any:
    return or_(at < place.at, and_(at == place.at, article_id < place.article_id))


# --- what fits -------------------------------------------------------------------------------------------------


def _fitting(choices: Choices) -> Select[Any]:
    """When each article that fits was last read, and its id; days of publication are not looked at."""
    fitting = select(presence.c.last_ok, presence.c.article_id)
    if choices.presence:
        fitting = fitting.where(presence.c.state == choices.presence)
    if choices.language:
        fitting = fitting.join(article, article.c.id == presence.c.article_id)
        fitting = fitting.where(article.c.language == choices.language)
    if choices.outlet:
        latest, said = search_document, content
        fitting = fitting.join(latest, latest.c.article_id == presence.c.article_id)
        fitting = fitting.join(said, and_(said.c.article_id == latest.c.article_id, said.c.digest == latest.c.digest))
        fitting = fitting.where(said.c.outlet == choices.outlet)
    return fitting


def _ids(choices: Choices) -> Select[Any]:
    return _fitting(choices).with_only_columns(presence.c.article_id)


def _maybe_fitting(choices: Choices) -> Select[Any]:
    """As `_fitting`, without most of those that were published on other days."""
    fitting = _fitting(choices)
    return fitting.where(presence.c.article_id.in_(_maybe_published(choices))) if choices.dated else fitting


def _maybe_published(choices: Choices) -> Select[Any]:
    """Articles that a wording or a list's row dates to these days, or to one beside them."""
    times = [each.where(*_around(each.selected_columns[0], choices)).subquery() for each in (_IN_PAGES, _IN_LISTS)]
    both = union(*(select(each.c.article_id) for each in times)).subquery()
    return select(both.c.article_id)


def _around(at: Any, choices: Choices) -> list[Any]:
    bounds = []
    if choices.since:
        bounds.append(at >= _midnight(choices.since, -_CALENDARS))
    if choices.until:
        bounds.append(at < _midnight(choices.until, timedelta(days=1) + _CALENDARS))
    return bounds


def _midnight(day: date, later: timedelta) -> datetime:
    try:
        return datetime.combine(day, time(), UTC) + later
    except OverflowError:  # the first or the last day that there is
        return datetime.combine(day, time(), UTC)


def _day_fits(day: str | None, choices: Choices) -> bool:
    if not choices.dated:
        return True
    return day is not None and (str(choices.since or "") <= day <= str(choices.until or "9999-12-31"))


def _row_fits(row: Any, choices: Choices) -> bool:
    wanted = {"language": choices.language, "outlet": choices.outlet, "presence": choices.presence}
    fits = all(getattr(row, name) == value for name, value in wanted.items() if value)
    return fits and _day_fits(row.published_day, choices)


# --- what is known of each -------------------------------------------------------------------------------------


def _known(conn: Connection, places: Iterator[Place]) -> Iterator[tuple[Place, Published]]:
    """Each place with when its article was published."""
    while some := list(islice(places, _AT_ONCE)):
        known = _published(conn, [each.article_id for each in some])
        yield from ((each, known[each.article_id]) for each in some if each.article_id in known)


def _published(conn: Connection, article_ids: Collection[str]) -> dict[str, Published]:
    return {
        row.article_id: Published(row.published_at, row.published_day)
        for some in chunks(set(article_ids))
        for row in conn.execute(_PUBLISHED, {"some": some})
    }


_IN_PAGES = select(content.c.published_at, content.c.article_id).where(content.c.published_at.is_not(None))
_IN_LISTS = select(list_content.c.posted_at, list_content.c.article_id).where(
    list_content.c.posted_at.is_not(None), list_content.c.article_id.is_not(None)
)
_indexed, _said = search_document.alias(), content.alias()  # `_fitting` may join the tables themselves
_DATED_BY_ITS_PAGE = exists().where(
    _indexed.c.article_id == presence.c.article_id, _said.c.article_id == _indexed.c.article_id,
    _said.c.digest == _indexed.c.digest, _said.c.published_at.is_not(None),
)  # fmt: skip
_DATED_BY_A_LIST = exists().where(
    list_content.c.article_id == presence.c.article_id, list_content.c.posted_at.is_not(None),
    list_reading.c.digest == list_content.c.digest, list_reading.c.block.in_(("news", "feed")),
)  # fmt: skip
_LATEST = table(
    "article_latest",
    *map(column, ("article_id", "site", "language", "title", "outlet", "views", "comments")),
    *map(column, ("published_day", "published_precision", "published_source")),
    *(column(name, UtcTime()) for name in ("published_at", "observed_at")),
)
_PUBLISHED = select(_LATEST.c.article_id, _LATEST.c.published_at, _LATEST.c.published_day).where(
    _LATEST.c.article_id.in_(SOME)
)
_LISTED = (
    select(_LATEST, site.c.time_zone, presence.c.state.label("presence"))
    .join(site, site.c.name == _LATEST.c.site)
    .join(presence, presence.c.article_id == _LATEST.c.article_id, isouter=True)
    .where(_LATEST.c.article_id.in_(SOME))
)
