"""Health: each reason to worry is found, and a good run gives none."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from archive.home import Home
from archive.lock import exclusive
from archive.monitoring.health import health
from archive.records import QuarantineRecord
from archive.rows import writing
from archive.rows.schema import capture, coverage
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


def test_a_run_that_began_later_than_now(look, end):
    end()
    assert look(timedelta(minutes=-9))["schedule"].worry is False
    detail = worries(look(timedelta(minutes=-11)))["schedule"]
    assert detail == "the last run began 2025-09-08 04:00, later than now: a clock is wrong"


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
        "quarantine": "1 pages could not be read, 0 of them in the last run that could tell",
    }


def test_a_run_that_read_no_article_takes_no_alarm_back(filled, samples, look, end):
    end()
    counts = {
        samples.run_id: {"article": 30, "listing": 5},
        "run-2": {"article": 3, "listing": 5},
        "run-3": {"listing": 5},
    }
    with filled.writer() as conn:
        for number, (run_id, kinds) in enumerate(counts.items()):
            writing.write_run(
                conn, id=run_id, site="vpk", command="crawl", started_at=samples.at(number), software="x", options={}
            )
            writing.finish_run(conn, run_id, ended_at=samples.at(9), reason="finished", exit_code=0)
            for kind, found in kinds.items():
                row = {"run_id": run_id, "site": "vpk", "page_kind": kind, "filled": found}
                write_rows(conn, coverage, [row | {"field": "readable", "total": 30 if kind == "article" else 5}])
    assert worries(look()) == {
        "coverage": "article readable found in 10 % of the pages, before in 100 %",
        "quarantine": "0 pages could not be read, 0 of them in the last run that could tell",
    }


@pytest.mark.parametrize(("statuses", "worry"), [((404, 410, 404), True), ((404, 200, 410), False)])
def test_a_site_whose_lists_are_all_gone(filled, samples, look, end, statuses, worry):
    with filled.writer() as conn:
        pages = [samples.capture(30 + n, page_kind="listing", status=status) for n, status in enumerate(statuses)]
        named = samples.capture(40, page_kind="listing", route="user")
        found = samples.capture(41, page_kind="listing", via="https://vpk.name/")
        writing.write_captures(conn, [*pages, named, found], dict.fromkeys((each.id for each in pages), "not_content"))
        writing.set_read_states(conn, {named.id: "read", found.id: "read"})
    end()
    missing = sum(status in (404, 410) for status in statuses)
    check = look()["lists"]
    assert (check.worry, check.detail) == (worry, f"{missing} of 3 first pages answered 404 or 410")


@pytest.mark.parametrize(("stray", "worry"), [(2, False), (3, True)])
def test_a_page_that_is_longer_than_it_says(filled, look, end, stray, worry):
    """A line end behind a body means nothing (RFC 9112, 2.2)."""
    end()
    with filled.writer() as conn:
        conn.execute(update(capture).where(capture.c.id == "capture-0001").values(stray_bytes=stray))
    assert look()["cut short"].worry == worry


def test_a_disk_below_the_floor(look, end, home):
    end()
    home.config_path.write_text("[archive]\nfree_space_floor_mb = 1000000000\n")
    assert "no run starts below 1,000,000,000 MB" in worries(look())["disk"]


def test_a_site_that_never_ran(filled, home, samples):
    with filled.reader() as conn:
        (check, *_) = health(conn, home, samples.start, "topwar")
    assert (check.check, check.worry) == ("last run", True)
