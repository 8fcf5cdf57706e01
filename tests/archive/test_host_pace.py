"""What a host asked of us outlives the run."""

from datetime import UTC, datetime, timedelta

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


def test_what_asks_for_nothing_any_more_is_forgotten(database: Database) -> None:
    with database.writer() as conn:
        remember(conn, HostPace("vpk.name", LATER, blocked=True))
        remember(conn, HostPace("vpk.name"))
        assert paces(conn) == {}


def test_a_time_that_no_host_can_have_asked_for_is_a_wrong_clock_s(database: Database) -> None:
    now = datetime.now(UTC)
    with database.writer() as conn:
        remember(conn, HostPace("tass.ru", now + timedelta(hours=23)))
        remember(conn, HostPace("vpk.name", now + timedelta(days=366), reason="asked for in a year that is not yet"))
        assert list(paces(conn)) == ["tass.ru"]
