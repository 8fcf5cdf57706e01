"""The row of a list that tells when an article was published, where its page does not: the one `article_latest` takes.

A row that prints its year, or counts its day from the capture, speaks before one whose year is inferred: an old
row, or a clock that runs ahead, makes that one wrong by a year. Of equals a listing speaks before a feed, the first
observation before later ones. A sidebar gives times of comments.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, literal_column, select

from archive.rows.printed_times import says_its_day
from archive.rows.schema import placement

_C = placement.c
_YEAR: ColumnElement[int] = literal_column(says_its_day("placement.posted_raw"))
_FIRST = (_YEAR, _C.block.desc(), _C.observed_at, _C.capture_id, _C.rank)


def time_in_a_list(conn: Connection, article_id: str) -> Row[Any] | None:
    """The row of `placement`; None where no list gives a time."""
    timed = select(placement).where(
        _C.article_id == article_id, _C.block.in_(("news", "feed")), _C.posted_at.is_not(None)
    )
    return conn.execute(timed.order_by(*_FIRST).limit(1)).first()
