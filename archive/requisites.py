"""Which requisites of pages are asked for again: style sheets, a month after their last capture.

They change under their URL, and a page that is replayed in a later one's clothes looks as it never did. Pictures are
fetched once: a new picture has a new URL (its name carries the time of its upload), and asking for each again would
cost a site more requests than its pages do.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, select

from archive.records import Discovery
from archive.rows.schema import capture, frontier

RENEW_AFTER = timedelta(days=30)
_CHANGING = "text/css"


def due_again(conn: Connection, site: str, now: datetime) -> list[Discovery]:
    """The requisites of `site` to ask for again, with the validators they came with; `now` in UTC.

    Those that are gone (404, 410) or were given up are not among them.
    """
    earlier = capture.alias("earlier")  # a 304 need not say what it is
    old = (
        select(frontier.c.url, frontier.c.priority, frontier.c.via)
        .join(capture, capture.c.id == frontier.c.capture_id)
        .where(
            frontier.c.site == site,
            frontier.c.page_kind == "requisite",
            frontier.c.state == "done",
            capture.c.captured_at <= now - RENEW_AFTER,
            exists().where(earlier.c.url == frontier.c.url, earlier.c.mime == _CHANGING),
        )
        .order_by(frontier.c.id)
    )
    return [
        Discovery(row.url, "requisite", "requisite", row.priority, via=row.via, refresh=True)
        for row in conn.execute(old)
    ]
