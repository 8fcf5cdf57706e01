"""Fill rates: what counts as fallen, how small runs are judged together, and what a run's rows are counted to."""

from datetime import UTC, date, datetime, timedelta

import pytest

from archive.monitoring import coverage
from archive.monitoring.coverage import alarms, run_coverage, volume, write_coverage
from archive.records import QuarantineRecord
from archive.rows import writing
from archive.rows.placements import write_placements
from archive.rows.schema import coverage as table
from archive.rows.schema import run
from archive.rows.upsert import write_rows


@pytest.fixture
def history(filled, samples):
    """Writes runs with the given (filled, total) of one field of articles; returns the last one's id."""

    def write(*counts, kind="article", field="views", command="crawl", options=None):
        for number, (found, total) in enumerate(counts):
            run_id = f"run-{command}-{kind}-{field}-{number:03}"
            with filled.writer() as conn:
                writing.write_run(
                    conn, id=run_id, site="vpk", command=command, started_at=samples.at(number), software="x",
                    options=options or {},
                )  # fmt: skip
                row = {"run_id": run_id, "site": "vpk", "page_kind": kind, "field": field}
                write_rows(conn, table, [row | {"filled": found, "total": total}])
        return run_id

    return write


def judged(database, run_id):
    with database.reader() as conn:
        (found,) = run_coverage(conn, run_id)
    return found


@pytest.mark.parametrize(
    ("counts", "alarm"),
    [
        ([(30, 30), (0, 30)], True),  # a label was renamed
        ([(30, 30), (15, 30)], True),  # a redesign in the middle of the run
        ([(30, 30), (29, 30)], False),  # one odd page
        ([(2000, 2000), (1900, 2000)], False),  # certain, but no redesign
        ([(12, 30), (6, 30)], False),  # foreign press: it comes and goes
        ([(12, 30), (0, 30)], True),
        ([(5, 5), (0, 5)], True),
        ([(4, 4), (0, 4)], False),  # too few to say
        ([(0, 30), (0, 30)], False),
        ([(0, 30), (30, 30)], False),
        ([(0, 30)], False),  # nothing to compare with
    ],
)
def test_what_is_an_alarm(filled, history, counts, alarm):
    assert judged(filled, history(*counts)).alarm is alarm


def test_the_rate_and_the_median_are_told(filled, history):
    found = judged(filled, history((30, 30), (28, 30), (10, 30), (29, 30), (3, 30)))
    assert (found.filled, found.total, found.rate, found.median, found.alarm) == (3, 30, 0.1, 0.95, True)
    assert str(found) == "vpk: article views found in 10 % of the pages, before in 95 %"


def test_hourly_runs_of_two_pages_are_judged_together(filled, history):
    assert judged(filled, history(*[(2, 2)] * 9, (0, 2))).alarm is False
    found = judged(filled, history(*[(2, 2)] * 9, (0, 2), (0, 2)))
    assert (found.filled, found.total, found.rate) == (0, 2, 0)
    assert (found.pooled_total, found.pooled_rate, found.alarm) == (6, round(2 / 6, 3), True)
    assert "found in 33 % of the pages" in str(found)


@pytest.mark.parametrize(
    ("counts", "alarm"),
    [
        ([(32, 90), (3, 5), (4, 5), (3, 5), (2, 5), (3, 5), (4, 5), (3, 5), (2, 5), (34, 90)], False),
        ([(32, 90), (3, 5), (4, 5), (3, 5), (2, 5), (3, 5), (4, 5), (3, 5), (2, 5), (5, 90)], True),
    ],
)
def test_a_few_pages_do_not_say_how_often_a_field_is_usual_that_many_articles_lack(filled, history, counts, alarm):
    assert judged(filled, history(*counts, field="original_published_at")).alarm is alarm


@pytest.mark.parametrize(
    ("field", "counts", "alarm"),
    [
        ("alternate", [(22, 30), (6, 50)], False),  # one run shows the newest articles, the next the oldest
        ("alternate", [(22, 30), (20, 30), (2, 25)], False),
        ("alternate", [(22, 30), (20, 30), (21, 30), (2, 25)], True),
        ("lead", [(30, 30), (30, 30), (30, 30), (0, 10)], False),  # with the 30 before it, it is 30 of 40 ...
        ("lead", [(30, 30), (30, 30), (30, 30), (30, 30), (0, 10), (0, 10)], True),  # ... and now none of 20
        ("title", [(30, 30), (0, 10)], True),
        ("published_at", [(30, 30), (0, 5)], True),
    ],
)
def test_a_field_that_not_every_article_has_takes_more_pages_and_runs(filled, history, field, counts, alarm):
    assert judged(filled, history(*counts, field=field)).alarm is alarm


@pytest.mark.parametrize(
    ("counts", "alarm"),
    [
        ([(10, 57)], True),
        ([(10, 57)] * 9, True),  # it was never better
        ([(5, 10)], True),
        ([(6, 11)], False),
        ([(0, 4)], False),
        ([(10, 57), (1, 1)], True),  # one article more says nothing else
        ([(10, 57), (30, 30)], False),
    ],
)
def test_most_articles_unreadable_is_an_alarm_without_any_run_before(filled, history, counts, alarm):
    assert judged(filled, history(*counts, field="readable")).alarm is alarm


def test_an_alarm_without_anything_to_compare_with_says_so(filled, history):
    found = judged(filled, history((10, 57), field="readable"))
    assert str(found) == "vpk: article readable found in 18 % of the pages, nothing to compare with"


def test_an_alarm_goes_on_until_half_of_the_runs_before_are_like_it(filled, history):
    good = [(30, 30)] * 4
    assert judged(filled, history(*good, *[(0, 30)] * 4)).alarm is True
    assert judged(filled, history(*good, *[(0, 30)] * 6)).alarm is False


@pytest.mark.parametrize("other", [{"command": "revisit"}, {"options": {"backfill": True}}])
def test_a_run_is_held_against_runs_of_its_kind(filled, history, other):
    history(*[(30, 30)] * 3)
    last = history((0, 30), field="rating", **other)
    assert judged(filled, last).median is None


def test_runs_of_a_clock_that_was_ahead_are_runs_before(filled, history):
    """Their ids sort behind those of today, so that nothing was left to compare with and no alarm was raised."""
    last = history((30, 30), (0, 30))
    first = last.replace("001", "000")
    with filled.writer() as conn:
        ahead = {"id": "run-z", "started_at": datetime.now(UTC) + timedelta(days=366)}
        row = conn.execute(run.select().where(run.c.id == first)).one()._mapping
        conn.execute(run.insert().values({**row, **ahead}))
        conn.execute(table.update().where(table.c.run_id == first).values(run_id="run-z"))
    assert judged(filled, last).alarm


def test_pages_that_cannot_be_read_speak_for_their_fields():
    def field(kind, name, alarm=True):
        return coverage.FieldCoverage("run-1", "vpk", kind, name, 0, 9, 0.0, 9, 0.0, 1.0, alarm)

    raised = alarms(
        [
            field("article", "readable"),
            field("article", "title"),
            field("feed", "feed"),
            field("feed", "x", alarm=False),
        ]
    )
    assert [(each.page_kind, each.field) for each in raised] == [("article", "readable"), ("feed", "feed")]


def counted(database, run_id):
    with database.reader() as conn:
        return {(each.page_kind, each.field): (each.filled, each.total) for each in run_coverage(conn, run_id)}


def test_a_run_is_counted_from_its_rows(filled, samples):
    layers = {"title": "landmarks:h1", "body": "landmarks:flow"}
    articles = [
        samples.article(1, "1", layers=layers | {"outlet": "landmarks:outlet"}, counters=(samples.views(9),)),
        samples.article(2, "2", layers=layers, counters=(samples.views(None, absent_reason="dash"),)),
    ]
    rows = [samples.placement(1), samples.placement(1, rank=2, comments=None, posted_at=samples.start)]
    with filled.writer() as conn:
        writing.write_articles(conn, articles)
        write_placements(conn, rows)
        writing.write_quarantine(conn, [QuarantineRecord("capture-0003", "unreadable")])
        states = {"capture-0001": "read", "capture-0002": "read", "capture-0003": "failed", "capture-0004": "missing"}
        writing.set_read_states(conn, states)
        write_coverage(conn, samples.run_id)
        write_coverage(conn, samples.run_id)
    found = counted(filled, samples.run_id)
    assert found["article", "readable"] == (2, 3)
    assert (found["article", "title"], found["article", "outlet"]) == ((2, 3), (1, 3))
    assert (found["article", "views"], found["article", "rating"]) == ((1, 3), (0, 3))
    assert (found["article", "discussion"], found["article", "discussion.comments"]) == ((1, 3), (1, 2))
    assert found["article", "discussion.posted_at"] == (1, 2)


def test_a_list_that_vanished_is_missing_from_every_page(filled, samples, history):
    history((30, 30), field="discussion")
    with filled.writer() as conn:
        writing.write_run(
            conn, id="run-z", site="vpk", command="crawl", started_at=samples.at(60), software="x", options={}
        )
        writing.write_captures(
            conn, [samples.capture(n, run_id="run-z") for n in range(40, 46)],
            {f"capture-{n:04}": "read" for n in range(40, 46)},
        )  # fmt: skip
        write_coverage(conn, "run-z")
        raised = alarms(run_coverage(conn, "run-z"))
    assert [(each.field, each.filled, each.total) for each in raised] == [("discussion", 0, 6)]


def test_the_volume_of_a_day_is_held_against_the_days_before(filled, samples):
    days = [64, 10, 12, 1, 8, 400, 2]  # the first found what was there; the sixth was a backfill
    with filled.writer() as conn:
        for number, new in enumerate(days):
            start = samples.start + timedelta(days=number + 1)
            options = {"backfill": True} if new == 400 else {}
            writing.write_run(
                conn, id=f"run-day-{number}", site="vpk", command="crawl", started_at=start, software="x",
                options=options,
            )  # fmt: skip
            writing.finish_run(conn, f"run-day-{number}", ended_at=start, reason="finished", new_articles=new)
    with filled.reader() as conn:
        found = volume(conn, "vpk")
    assert [(each.new_articles, each.median, each.alarm) for each in found] == [
        (64, None, False), (10, None, False), (12, 10, False), (1, 11, False), (8, 10, False), (2, 9, True),
    ]  # fmt: skip
    assert found[-1].day == date(2025, 9, 15)
