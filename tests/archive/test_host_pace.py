"""What a host asked of us outlives the run."""

from datetime import UTC, datetime

from archive.host_pace import HostPace, forget, paces, remember
from archive.rows.engine import Database

LATER = datetime(2025, 9, 8, 5, 0, tzinfo=UTC)


def test_retry_after_is_remembered_and_replaced(database: Database) -> None:
    with database.writer() as conn:
        remember(conn, HostPace("vpk.name", LATER, reason="Retry-After: 3600"))
        remember(conn, HostPace("tass.ru", blocked=True, reason="challenge"))
        remember(conn, HostPace("vpk.name", None, blocked=True))
    with database.reader() as conn:
        assert paces(conn) == {
            "tass.ru": HostPace("tass.ru", None, True, "challenge"),
            "vpk.name": HostPace("vpk.name", None, True, None),
        }


def test_a_host_that_answers_is_forgotten(database: Database) -> None:
    with database.writer() as conn:
        remember(conn, HostPace("vpk.name", LATER))
        assert paces(conn, ["vpk.name", "else"])["vpk.name"].not_before == LATER
        forget(conn, "vpk.name")
        assert paces(conn, ["vpk.name"]) == {}
