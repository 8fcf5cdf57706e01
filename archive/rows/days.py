"""The day on which something was published, by the calendar of its site: midnight in Moscow is the day before in UTC.

Databases do not agree on time zones (SQLite knows none), so the day is written beside the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Connection, Table, bindparam, select, update

from archive.rows.schema import article, content, list_content, site


def zones(conn: Connection, names: Iterable[str]) -> dict[str, tzinfo | None]:
    """The time zones of these sites; None where a site has none that is known."""
    rows = conn.execute(select(site.c.name, site.c.time_zone).where(site.c.name.in_(sorted(set(names)))))
    return {name: _zone(time_zone) for name, time_zone in rows}


def local_day(moment: datetime | None, zone: tzinfo | None) -> str | None:
    """The day of `moment` in `zone`, as `2025-09-08`; None where either is not known."""
    if moment is None or zone is None:
        return None
    try:
        return moment.astimezone(zone).date().isoformat()
    except OverflowError:  # the last day of the year 9999, or the first of the year 1
        return None


def write_days(conn: Connection, name: str) -> None:
    """Write the days of a site anew: it is in another time zone than was thought."""
    zone = zones(conn, [name])
    for table, moment, day in _DAYS:
        keys = list(table.primary_key.columns)
        rows = conn.execute(
            select(*keys, moment).join(article, article.c.id == table.c.article_id)
            .where(article.c.site == name, moment.is_not(None))
        ).all()  # fmt: skip
        statement = update(table).where(*(key == bindparam(f"own_{key.name}") for key in keys))
        changes = [_change(keys, row, local_day(row[-1], zone[name])) for row in rows]
        if changes:
            conn.execute(statement.values({day.name: bindparam("day")}), changes)


def _change(keys: Iterable[Column[str]], row: Iterable[object], day: str | None) -> Mapping[str, object]:
    return {f"own_{key.name}": value for key, value in zip(keys, row, strict=False)} | {"day": day}


_DAYS: tuple[tuple[Table, Column[datetime], Column[str]], ...] = (
    (content, content.c.published_at, content.c.published_day),
    (list_content, list_content.c.posted_at, list_content.c.posted_day),
)


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # there is none of that name, or it is no name
        return None
