"""What the pages of the archive list is in order of time, on both databases. All made up."""

from __future__ import annotations

from typing import Any

from archive.reading_room.queries import ROWS_A_PAGE, captures, overview
from archive.rows import writing
from archive.rows.engine import Database


def imported(database: Database, samples: Any) -> None:
    """Two captures and a run of files of others, older than all and newer than all: their ids do not sort by time."""
    with database.writer() as conn:
        writing.write_site(conn, name="imported", title="Imported files", base_url="", time_zone="UTC")
        for run, n in (("zz-old", -90), ("aa-new", 90)):
            writing.write_run(
                conn, id=run, site="imported", command="import", started_at=samples.at(n), software="s", options={}
            )
            here = {"id": run, "site": "imported", "run_id": run, "page_kind": "listing", "url": "https://a/"}
            writing.write_captures(conn, [samples.capture(n, **here)])


def test_captures_stand_in_order_of_time_whatever_their_ids(filled: Database, samples: Any) -> None:
    imported(filled, samples)
    own = [f"capture-{n:04}" for n in reversed(range(20))]
    with filled.reader() as conn:
        found = {
            (url, site, kind): [row.id for row in captures(conn, url, site, kind, 1).rows]
            for url, site, kind in (("", "", ""), ("", "imported", ""), ("", "", "article"), ("//a/", "", ""))
        }
        assert captures(conn, "", "nowhere", "", 1).rows == []
    assert list(found.values()) == [["aa-new", *own, "zz-old"], ["aa-new", "zz-old"], own, ["aa-new", "zz-old"]]


def test_no_capture_is_missing_between_two_pages(filled: Database, samples: Any) -> None:
    imported(filled, samples)
    with filled.writer() as conn:
        writing.write_captures(conn, [samples.capture(n, captured_at=samples.at(n // 7)) for n in range(20, 140)])
    with filled.reader() as conn:
        pages = [captures(conn, "", "", "", number) for number in (1, 2, 3, 4)]
    assert [(len(each.rows), each.more) for each in pages] == [
        (ROWS_A_PAGE, True), (ROWS_A_PAGE, True), (42, False), (0, False),
    ]  # fmt: skip
    rows = [row for each in pages for row in each.rows]
    assert len({row.id for row in rows}) == 142
    assert rows == sorted(rows, key=lambda row: (row.captured_at, row.id), reverse=True)


def test_the_latest_runs_are_those_that_started_last(filled: Database, samples: Any) -> None:
    imported(filled, samples)
    with filled.reader() as conn:
        assert [row.id for row in overview(conn).runs] == ["aa-new", "run-1", "zz-old"]
