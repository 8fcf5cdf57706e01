"""How the archive grows: bytes by month and kind of page, and how long the disk lasts at the pace of late."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Text, cast, func, select

from archive.home import Home
from archive.rows.schema import capture
from archive.sizes import size_below

PACE_OVER = timedelta(days=30)
LEAST_SPAN = timedelta(days=1)  # a pace over less tells nothing


@dataclass(frozen=True, slots=True)
class Growth:
    """Bytes of main records as they stand in the WARC files (packed); requests and notes add to them.

    `full_in_days` is when the free space above the floor is used up at the pace of the last 30 days; None where
    nothing grew, or where there is less than a day to judge by.
    """

    bytes_by_month: dict[str, int] = field(default_factory=dict)
    bytes_by_kind: dict[str, int] = field(default_factory=dict)
    bytes_a_day: int | None = None
    free_bytes: int = 0
    full_in_days: int | None = None


def growth(conn: Connection, home: Home, now: datetime) -> Growth:
    """How the archive grew up to `now` (aware), and when the disk is full."""
    month = func.substr(cast(capture.c.captured_at, Text), 1, 7)
    free = shutil.disk_usage(home.path).free
    pace = _pace(conn, home, now)
    room = max(0, free - home.config.free_space_floor_mb * 1_000_000)
    return Growth(
        bytes_by_month=_sums(conn, month),
        bytes_by_kind=_sums(conn, capture.c.page_kind),
        bytes_a_day=pace,
        free_bytes=free,
        full_in_days=room // pace if pace else None,
    )


def _sums(conn: Connection, group: object) -> dict[str, int]:
    statement = select(group, func.sum(capture.c.length)).group_by(group).order_by(group)  # type: ignore[call-overload]
    return {name: int(size) for name, size in conn.execute(statement)}


def _pace(conn: Connection, home: Home, now: datetime) -> int | None:
    """Bytes a day over the last 30 days: of the records, put up to what the files really take (WARC and rows)."""
    late = capture.c.captured_at > now - PACE_OVER
    size, first = conn.execute(select(func.sum(capture.c.length), func.min(capture.c.captured_at)).where(late)).one()
    whole = conn.scalar(select(func.sum(capture.c.length)))
    if not size or not whole:
        return None
    began = datetime.fromisoformat(first) if isinstance(first, str) else first
    if now - began < LEAST_SPAN:
        return None
    return int(int(size) * max(1.0, size_below(home.path) / int(whole)) / ((now - began) / timedelta(days=1)))
