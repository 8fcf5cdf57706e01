"""Health: each reason to worry is found, and a good run gives none."""

from datetime import timedelta

import pytest

from archive.health import health
from archive.home import Home
from archive.lock import exclusive
from archive.records import QuarantineRecord
from archive.rows import writing
from archive.rows.schema import coverage
from archive.rows.upsert import write_rows


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "data").create()


@pytest.fixture
def look(filled, samples, home):
    """The checks by name an hour after the run that `samples` began."""

    def look(after=timedelta(hours=1)):
        with filled.reader() as conn:
            return {check.check: check for check in health(conn, home, samples.start + after)}

    return look


@pytest.fixture
def end(filled, samples):
    """Ends the run and reads what it fetched."""

    def end(reason="finished", exit_code=0, **counts):
        with filled.writer() as conn:
            writing.finish_run(
                conn, samples.run_id, ended_at=samples.at(9), reason=reason, exit_code=exit_code, **counts
            )
            writing.set_read_states(conn, {f"capture-{n:04}": "read" for n in range(20)})

    return end


def worries(checks):
    return {name: check.detail for name, check in checks.items() if check.worry}


def test_a_good_run_gives_no_worry(look, end):
    end()
    assert worries(look()) == {}


def test_a_run_that_failed(look, end):
    end("failed: nothing could be fetched", 6)
    assert worries(look()) == {"last run": "crawl of 2025-09-08 04:00: failed: nothing could be fetched"}


def test_a_run_that_was_killed_and_what_it_left_unread(look, home):
    assert set(worries(look())) == {"last run", "unread"}
    with exclusive(home, "crawl vpk"):
        assert worries(look()) == {}
    assert "was killed" in look()["last run"].detail


def test_a_run_that_is_long_ago(look, end):
    end()
    assert look(timedelta(hours=2.9))["schedule"].worry is False
    assert "3.1 hours ago; one is due every 1 hours" in worries(look(timedelta(hours=3.1)))["schedule"]


def test_challenges_are_counted(look, end):
    end(challenges=2)
    assert worries(look()) == {"challenges": "2 block or challenge pages in the last run"}


def test_fields_and_pages_that_are_lost(filled, samples, look, end):
    end()
    with filled.writer() as conn:
        writing.write_quarantine(conn, [QuarantineRecord("capture-0003", "unreadable")])
        for run_id, found in ((samples.run_id, 30), ("run-2", 3)):
            writing.write_run(
                conn, id=run_id, site="vpk", command="crawl", started_at=samples.start, software="x", options={}
            )
            row = {"run_id": run_id, "site": "vpk", "page_kind": "article", "filled": found, "total": 30}
            write_rows(conn, coverage, [row | {"field": "readable"}])
        writing.finish_run(conn, "run-2", ended_at=samples.at(9), reason="finished", exit_code=0)
    assert worries(look()) == {
        "coverage": "article readable found in 10 % of the pages, before in 100 %",
        "quarantine": "1 pages could not be read, 0 of them in the last run",
    }


def test_a_disk_below_the_floor(look, end, home):
    end()
    home.config_path.write_text("[archive]\nfree_space_floor_mb = 1000000000\n")
    assert "no run starts below 1,000,000,000 MB" in worries(look())["disk"]


def test_a_site_that_never_ran(filled, home, samples):
    with filled.reader() as conn:
        (check, *_) = health(conn, home, samples.start, "topwar")
    assert (check.check, check.worry) == ("last run", True)
