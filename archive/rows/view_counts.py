"""How many rows the large views have, worked out from the tables behind them: making one only to count it takes long.

It is what `SELECT COUNT(*)` of the view gives, as every row behind it names a capture and a wording that are there.
"""

from __future__ import annotations

from sqlalchemy import Connection, Select, func, or_, select

from archive.rows.schema import list_content, list_reading, page_counter, reading


def versions(conn: Connection) -> int:
    """Rows of the view `version`."""
    in_time = (reading.c.observed_at, reading.c.capture_id)
    before = func.lag(reading.c.version_digest).over(partition_by=reading.c.article_id, order_by=in_time)
    step = select(reading.c.version_digest, before.label("before")).subquery()
    changed = or_(step.c.before.is_(None), step.c.before != step.c.version_digest)
    return conn.scalar(select(func.count()).select_from(step).where(changed)) or 0


def counters(conn: Connection) -> int:
    """Rows of the view `counter`."""
    of_pages = conn.scalar(select(func.count()).select_from(page_counter)) or 0
    return of_pages + _shown(conn, _rows_by_list().where(list_content.c.observes))


def placements(conn: Connection) -> int:
    """Rows of the view `placement`."""
    return _shown(conn, _rows_by_list())


def _rows_by_list() -> Select[tuple[str, int]]:
    return select(list_content.c.digest, func.count().label("rows")).group_by(list_content.c.digest)


def _shown(conn: Connection, lists: Select[tuple[str, int]]) -> int:
    """The rows of these lists, each as often as a page showed its list."""
    rows = lists.subquery()
    shown = select(list_reading.c.digest, func.count().label("times")).group_by(list_reading.c.digest).subquery()
    total = select(func.sum(rows.c.rows * shown.c.times)).join(shown, shown.c.digest == rows.c.digest)
    return int(conn.scalar(total) or 0)
