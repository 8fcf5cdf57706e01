"""What was read of captures becomes rows: one function for the crawl, for a repair and for a rebuild.

So the rows are the same projection of the WARC files, whoever makes them (promise 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from archive.records import ReadState, UnitOfWork
from archive.rows import presence, readings, writing
from archive.rows.placements import write_placements
from archive.search import index_articles


def write_readings(conn: Connection, units: Sequence[UnitOfWork], states: Mapping[str, ReadState]) -> int:
    """Write articles, lists, quarantine and presence; `states` are those of the captures read, which have their rows.

    Returns how many articles were read for the first time. The transaction is the caller's.
    """
    new, changed = writing.write_articles(conn, [article for unit in units for article in unit.articles])
    index_articles(conn, changed)
    write_placements(conn, [row for unit in units for row in unit.placements])
    writing.write_quarantine(conn, [row for unit in units for row in unit.quarantine])
    missing = [capture_id for capture_id, state in states.items() if state == "missing"]
    presence.settle(conn, changed | presence.articles_of(conn, missing))
    return new


def replace_readings(conn: Connection, units: Sequence[UnitOfWork], states: Mapping[str, ReadState]) -> None:
    """Write what was read of captures in place of all that was read of them before. The transaction is the caller's."""
    touched = readings.forget_all(conn, states) | presence.articles_missed_by(conn, states)
    writing.set_read_states(conn, states)
    write_readings(conn, units, states)
    index_articles(conn, touched)
    presence.settle(conn, touched)
