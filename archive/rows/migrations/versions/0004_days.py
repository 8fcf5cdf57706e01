"""The day of publication by the calendar of the site, beside the time in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_AT_ONCE = 1000  # rows


def upgrade() -> None:
    op.add_column("content", sa.Column("published_day", sa.Text(), nullable=True))
    op.add_column("list_content", sa.Column("posted_day", sa.Text(), nullable=True))
    _fill("content", "published_at", "published_day", ("article_id", "digest"))
    _fill("list_content", "posted_at", "posted_day", ("digest", '"rank"'))


def _fill(table: str, moment: str, day: str, keys: tuple[str, str]) -> None:
    """By batches of keys: a statement may not be read while others write."""
    bind = op.get_bind()
    last: tuple[Any, Any] = ("", "" if table == "content" else 0)
    first, second = keys
    some = sa.text(
        f"SELECT t.{first} AS first, t.{second} AS second, t.{moment} AS moment, s.time_zone FROM {table} t "  # noqa: S608
        f"JOIN article a ON a.id = t.article_id JOIN site s ON s.name = a.site WHERE t.{moment} IS NOT NULL "
        f"AND (t.{first} > :first OR (t.{first} = :first AND t.{second} > :second)) "
        f"ORDER BY t.{first}, t.{second} LIMIT {_AT_ONCE}"
    )
    change = sa.text(f"UPDATE {table} SET {day} = :day WHERE {first} = :first AND {second} = :second")  # noqa: S608
    while rows := bind.execute(some, {"first": last[0], "second": last[1]}).all():
        changes = [{"first": r.first, "second": r.second, "day": _day(r.moment, r.time_zone)} for r in rows]
        bind.execute(change, changes)
        last = rows[-1].first, rows[-1].second


def _day(moment: str | datetime, time_zone: str) -> str | None:
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment.astimezone(UTC)
    try:
        return at.astimezone(ZoneInfo(time_zone)).date().isoformat()
    except (KeyError, ValueError, OSError, OverflowError):
        return None
