"""No URL is forgotten, none is lent twice, and a run finishes only what is its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from archive.frontier import WOKEN_AT_ONCE, Frontier
from archive.records import Discovery, Lease, Outcome
from archive.rows import schema
from archive.rows.engine import Database

START = datetime(2025, 9, 8, 4, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def frontier(filled: Database, clock: Clock) -> Frontier:
    return Frontier("vpk", "run-1", clock)


def found(url: str, **fields) -> Discovery:
    return Discovery(f"https://vpk.name/{url}", "article", "listing", **fields)


def discover(database: Database, frontier: Frontier, *items: Discovery) -> int:
    with database.writer() as conn:
        return frontier.discover(conn, items)


def lease(database: Database, frontier: Frontier, n: int = 10, **options) -> list[Lease]:
    with database.writer() as conn:
        return frontier.lease(conn, n, **options)


def finish(database: Database, frontier: Frontier, *outcomes: Outcome) -> int:
    with database.writer() as conn:
        return frontier.finish(conn, outcomes)


def counts(database: Database, frontier: Frontier) -> dict[str, int]:
    with database.reader() as conn:
        return frontier.counts(conn)


def names(leases: list[Lease]) -> list[str]:
    return [item.url.rpartition("/")[2] for item in leases]


def test_a_url_is_discovered_once(filled: Database, frontier: Frontier) -> None:
    assert discover(filled, frontier, found("a"), found("b"), found("a")) == 2
    assert discover(filled, frontier, found("a"), found("c")) == 1
    assert counts(filled, frontier) == {"pending": 3}


def test_the_highest_priority_goes_first_then_the_first_discovered(filled: Database, frontier: Frontier) -> None:
    discover(filled, frontier, found("z"), found("low", priority=-1), found("a"), found("new", priority=9))
    assert names(lease(filled, frontier, 2)) == ["new", "z"]
    assert names(lease(filled, frontier)) == ["a", "low"]
    assert lease(filled, frontier) == []


def test_a_lease_says_all_that_a_fetch_needs(filled: Database, frontier: Frontier) -> None:
    discover(filled, frontier, found("a", priority=3, via="https://vpk.name/", render="always"))
    (item,) = lease(filled, frontier)
    assert item == Lease(item.id, "https://vpk.name/a", "article", "listing", "always", 1, "https://vpk.name/", 3)


def test_only_the_kinds_that_are_asked_for_are_lent(filled: Database, frontier: Frontier) -> None:
    discover(filled, frontier, found("a"), Discovery("https://vpk.name/rss/", "feed", "feed"))
    assert names(lease(filled, frontier, page_kinds=["article"])) == ["a"]


def test_only_the_urls_that_are_asked_for_are_lent(filled: Database, frontier: Frontier) -> None:
    many = [found(f"{n:04}", priority=n % 7) for n in range(1200)]  # more than one statement takes
    discover(filled, frontier, found("a", priority=9), *many)
    urls = [each.url for each in many[:1100]] + ["https://vpk.name/unknown"]
    in_turn = [each.url.rpartition("/")[2] for each in sorted(many[:1100], key=lambda each: -each.priority)]
    assert names(lease(filled, frontier, 300, urls=urls)) == in_turn[:300]
    assert names(lease(filled, frontier, 2000, urls=urls)) == in_turn[300:]
    assert lease(filled, frontier, 2000, urls=urls) == lease(filled, frontier, 2000, urls=[]) == []
    assert names(lease(filled, frontier, 1)) == ["a"]


def test_what_is_asked_for_is_lent_however_much_else_is_overdue(
    filled: Database, frontier: Frontier, clock: Clock
) -> None:
    others = [found(f"{n:04}", due_at=START + timedelta(minutes=1)) for n in range(WOKEN_AT_ONCE)]
    named = [found(name, due_at=START + timedelta(minutes=n)) for name, n in (("a", 2), ("b", 5))]
    discover(filled, frontier, *others, *named)
    clock.move(minutes=3)
    assert names(lease(filled, frontier, urls=[each.url for each in named])) == ["a"]
    assert counts(filled, frontier) == {"leased": 1, "waiting": WOKEN_AT_ONCE + 1}


def test_what_waits_is_told_by_url(filled: Database, frontier: Frontier) -> None:
    hours = {"a": 3, "b": 2, "c": 1}
    discover(filled, frontier, found("d"), *(found(x, due_at=START + timedelta(hours=n)) for x, n in hours.items()))
    urls = [f"https://vpk.name/{name}" for name in ("a", "b", "d")]
    with filled.reader() as conn:
        assert frontier.next_due(conn) == START + timedelta(hours=1)
        assert frontier.next_due(conn, urls=urls) == START + timedelta(hours=2)
        assert frontier.next_due(conn, page_kinds=["requisite"]) is None
        assert [(each.url, each.due_at) for each in frontier.waiting(conn, urls)] == [
            (urls[1], START + timedelta(hours=2)), (urls[0], START + timedelta(hours=3)),
        ]  # fmt: skip


def test_a_waiting_row_comes_back_when_it_is_due(filled: Database, frontier: Frontier, clock: Clock) -> None:
    discover(filled, frontier, found("a"), found("later", due_at=START + timedelta(hours=2)))
    (item,) = lease(filled, frontier)
    finish(filled, frontier, Outcome(item.id, "waiting", due_at=START + timedelta(minutes=5), error="429"))
    assert lease(filled, frontier) == []
    with filled.reader() as conn:
        assert frontier.next_due(conn) == START + timedelta(minutes=5)
    clock.move(minutes=5)
    (again,) = lease(filled, frontier)
    assert (names([again]), again.attempts) == (["a"], 2)
    finish(filled, frontier, Outcome(again.id, "done"))
    clock.move(hours=2)
    assert names(lease(filled, frontier)) == ["later"]


def test_a_row_that_is_given_back_counts_no_attempt(filled: Database, frontier: Frontier) -> None:
    discover(filled, frontier, found("a"))
    (item,) = lease(filled, frontier)
    finish(filled, frontier, Outcome(item.id, "pending"))
    assert lease(filled, frontier) == [item]


def test_refresh_makes_a_closed_row_due_again(filled: Database, frontier: Frontier, clock: Clock) -> None:
    urls = ["done", "failed", "waits", "held"]
    discover(filled, frontier, *map(found, urls))
    leases = lease(filled, frontier)
    finish(
        filled, frontier,
        Outcome(leases[0].id, "done", capture_id="capture-0001"), Outcome(leases[1].id, "failed", error="500"),
        Outcome(leases[2].id, "waiting", due_at=START + timedelta(hours=1)),
    )  # fmt: skip
    assert discover(filled, frontier, *map(found, urls)) == 0
    assert counts(filled, frontier) == {"done": 1, "failed": 1, "waiting": 1, "leased": 1}
    assert discover(filled, frontier, *(found(url, refresh=True) for url in urls)) == 0
    assert counts(filled, frontier) == {"pending": 2, "waiting": 1, "leased": 1}
    assert [(item.url[-4:], item.attempts) for item in lease(filled, frontier)] == [("done", 1), ("iled", 1)]


def later_run(clock: Clock, **by: float) -> Frontier:
    clock.move(**by)
    return Frontier("vpk", "run-2", clock)


def close(database: Database, frontier: Frontier, item: Discovery, state: str, **outcome) -> None:
    discover(database, frontier, item)
    (held,) = lease(database, frontier)
    finish(database, frontier, Outcome(held.id, state, **outcome))


@pytest.mark.parametrize("state", ["failed", "gone"])
def test_what_was_given_up_is_tried_once_more_where_a_list_of_a_later_run_names_it(
    filled: Database, frontier: Frontier, clock: Clock, state: str
) -> None:
    close(filled, frontier, found("a"), state, due_at=START + timedelta(days=2))
    discover(filled, frontier, found("a", listed=True))
    discover(filled, later_run(clock, days=1), found("a", listed=True))
    later = later_run(clock, days=2)
    discover(filled, later, found("a"))
    assert counts(filled, frontier) == {state: 1}
    discover(filled, later, found("a", listed=True))
    (again,) = lease(filled, later)
    assert again.attempts == 2
    finish(filled, later, Outcome(again.id, state))
    discover(filled, later, found("a", listed=True))
    assert counts(filled, frontier) == {state: 1}


def test_a_sitemap_that_a_list_names_is_read_again_once_a_run(
    filled: Database, frontier: Frontier, clock: Clock
) -> None:
    sitemap = Discovery("https://vpk.name/news.xml", "sitemap", "sitemap", once_a_run=True)
    close(filled, frontier, sitemap, "done")
    discover(filled, frontier, sitemap)
    assert lease(filled, frontier) == []
    later = later_run(clock, seconds=1)
    close(filled, later, sitemap, "done")
    discover(filled, later, sitemap)
    assert lease(filled, later) == []


@pytest.mark.parametrize("back", [5, 3600], ids=["a little", "to before the run"])
@pytest.mark.parametrize("when", ["before it was read", "after it was read"])
def test_a_clock_that_steps_back_makes_nothing_due_again_in_its_run(
    filled: Database, frontier: Frontier, clock: Clock, when: str, back: int
) -> None:
    sitemap = Discovery("https://vpk.name/news.xml", "sitemap", "sitemap", once_a_run=True)
    clock.move(minutes=1)
    close(filled, frontier, found("a"), "done")
    clock.move(seconds=-back if when.startswith("before") else 0)
    close(filled, frontier, sitemap, "done")
    clock.move(seconds=-back if when.startswith("after") else 0)
    for _ in range(3):
        discover(filled, frontier, sitemap)
        assert lease(filled, frontier) == []
        clock.move(seconds=1)


def test_a_clock_that_was_ahead_for_a_moment_sends_no_retry_before_its_time(
    filled: Database, frontier: Frontier, clock: Clock
) -> None:
    clock.move(hours=1)
    close(filled, frontier, found("a"), "done")
    clock.move(hours=-1)
    close(filled, frontier, found("b"), "waiting", due_at=START + timedelta(minutes=5))
    assert lease(filled, frontier) == []
    clock.move(minutes=5)
    assert names(lease(filled, frontier)) == ["b"]


def test_what_is_asked_for_once_a_run_starts_over(filled: Database, frontier: Frontier, clock: Clock) -> None:
    close(filled, frontier, found("a"), "done")
    later = later_run(clock, seconds=1)
    discover(filled, later, found("a", once_a_run=True))
    assert [each.attempts for each in lease(filled, later)] == [1]


@pytest.mark.parametrize("state", ["waiting", "failed", "gone", "excluded", "done"])
def test_what_a_clock_that_was_a_year_ahead_put_off_is_due_in_the_next_run(filled: Database, state: str) -> None:
    ahead = START + timedelta(days=366)
    item = found("a", once_a_run=True)
    wrong = Frontier("vpk", "run-1", lambda: ahead)
    close(filled, wrong, item, state, due_at=ahead + timedelta(hours=5))
    right = Frontier("vpk", "run-2", lambda: START + timedelta(days=1))
    with filled.writer() as conn:
        right.reconsider_excluded(conn)
        right.doubt_long_waits(conn)
        right.discover(conn, [item])
    assert [each.url for each in lease(filled, right)] == [item.url]


def test_what_waits_for_no_longer_than_anything_may_goes_on_waiting(filled: Database, frontier: Frontier) -> None:
    close(filled, frontier, found("a"), "waiting", due_at=START + timedelta(days=1))
    with filled.writer() as conn:
        assert frontier.doubt_long_waits(conn) == 0
    assert lease(filled, frontier) == []


def test_what_was_excluded_is_reconsidered_when_its_time_is_over(
    filled: Database, frontier: Frontier, clock: Clock
) -> None:
    close(filled, frontier, found("a"), "excluded", due_at=START + timedelta(days=1))
    for hours, due in ((23, 0), (1, 1)):
        later = later_run(clock, hours=hours)
        with filled.writer() as conn:
            assert later.reconsider_excluded(conn) == due
    assert [each.attempts for each in lease(filled, later)] == [1]


def test_an_article_that_was_fetched_is_not_fetched_again_because_a_list_names_it(
    filled: Database, frontier: Frontier, clock: Clock
) -> None:
    close(filled, frontier, found("a"), "done")
    discover(filled, later_run(clock, days=99), found("a", listed=True))
    assert counts(filled, frontier) == {"done": 1}


def test_an_attempt_that_says_nothing_of_the_url_does_not_count(
    filled: Database, frontier: Frontier, clock: Clock
) -> None:
    close(filled, frontier, found("a"), "waiting", due_at=START, error="no answer", counted=False)
    (again,) = lease(filled, frontier)
    assert again.attempts == 1


@pytest.mark.parametrize("closed", [True, False])
def test_a_refresh_says_what_the_page_is_and_how_it_is_fetched(
    filled: Database, frontier: Frontier, closed: bool
) -> None:
    if closed:
        close(filled, frontier, Discovery("https://vpk.name/", "other", "listing"), "done")
    else:
        discover(filled, frontier, Discovery("https://vpk.name/", "other", "listing"))
    asked = Discovery("https://vpk.name/", "listing", "user", 9, render="always", refresh=True)
    discover(filled, frontier, asked)
    discover(filled, frontier, Discovery("https://vpk.name/", "article", "body", 10))
    (item,) = lease(filled, frontier)
    assert (item.page_kind, item.route, item.render) == ("listing", "user", "always")


def test_who_does_not_know_what_a_page_is_does_not_say_so(filled: Database, frontier: Frontier) -> None:
    close(filled, frontier, found("a"), "done")
    discover(filled, frontier, Discovery("https://vpk.name/a", "other", "user", refresh=True))
    assert [item.page_kind for item in lease(filled, frontier)] == ["article"]


def test_a_url_has_one_spelling_that_of_its_captures(filled: Database, frontier: Frontier) -> None:
    spellings = ["танк", "%D1%82%D0%B0%D0%BD%D0%BA", "танк#comments"]
    assert discover(filled, frontier, *map(found, spellings)) == 1
    urls = [f"https://vpk.name/{name}" for name in spellings]
    (item,) = lease(filled, frontier, urls=urls[2:])
    assert item.url == urls[1]
    finish(filled, frontier, Outcome(item.id, "done"))
    with filled.reader() as conn:
        assert frontier.known(conn, [*urls, "https://vpk.name/b"]) == set(urls)


def test_the_higher_priority_wins(filled: Database, frontier: Frontier) -> None:
    discover(filled, frontier, found("a", priority=5), found("b", priority=1), found("b", priority=6))
    discover(filled, frontier, found("a", priority=7), found("b", priority=2))
    assert [item.priority for item in lease(filled, frontier)] == [7, 6]


def test_known_is_what_was_tried_to_the_end(filled: Database, frontier: Frontier) -> None:
    discover(filled, frontier, found("a"), found("b"), found("c"))
    a, b, _ = lease(filled, frontier)
    finish(filled, frontier, Outcome(a.id, "done", capture_id="capture-0001"), Outcome(b.id, "gone"))
    with filled.reader() as conn:
        known = frontier.known(conn, [f"https://vpk.name/{name}" for name in "abcd"])
    assert known == {"https://vpk.name/a", "https://vpk.name/b"}


def test_after_a_kill_every_lease_is_free_for_the_next_run(filled: Database, frontier: Frontier, clock: Clock) -> None:
    discover(filled, frontier, found("a"), found("b"))
    lease(filled, frontier, 1)
    following = Frontier("vpk", "run-2", clock)
    with filled.writer() as conn:
        assert following.release_all(conn) == 1
    assert [item.attempts for item in lease(filled, following)] == [2, 1]


def test_a_lease_lasts_as_long_as_its_run(filled: Database, frontier: Frontier, clock: Clock) -> None:
    """A host that asks for minutes between two pages is asked for none of them twice."""
    discover(filled, frontier, found("a"))
    (item,) = lease(filled, frontier)
    clock.move(days=1)
    assert lease(filled, frontier) == []
    assert finish(filled, frontier, Outcome(item.id, "done")) == 1


def test_a_run_finishes_only_what_is_its_own(filled: Database, frontier: Frontier, clock: Clock) -> None:
    other = Frontier("vpk", "run-2", clock)
    discover(filled, frontier, found("a"))
    (item,) = lease(filled, frontier)
    assert finish(filled, other, Outcome(item.id, "gone")) == 0
    assert finish(filled, frontier, Outcome(item.id, "done")) == 1
    assert finish(filled, frontier, Outcome(item.id, "failed")) == 0
    assert counts(filled, frontier) == {"done": 1}


def test_sites_do_not_see_each_other(filled: Database, frontier: Frontier, clock: Clock) -> None:
    with filled.writer() as conn:
        conn.execute(schema.site.insert().values(name="tass", title="t", base_url="u", time_zone="UTC"))
    other = Frontier("tass", "run-1", clock)
    discover(filled, frontier, found("a"))
    assert discover(filled, other, found("a")) == 1
    assert len(lease(filled, other)) == 1
    assert counts(filled, frontier) == {"pending": 1}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("state = 'pending' ORDER BY priority DESC, id LIMIT 64", "ix_frontier_due"),
        ("state = 'waiting' AND due_at <= '2025' ORDER BY due_at LIMIT 1000", "ix_frontier_waiting"),
    ],
)
def test_a_lease_reads_no_more_than_its_rows(filled: Database, condition: str, index: str) -> None:
    with filled.reader() as conn:
        plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN SELECT id FROM frontier WHERE site = 'vpk' AND {condition}")
        steps = [row.detail for row in plan]
    assert len(steps) == 1, steps  # no sorting
    assert index in steps[0]


@pytest.mark.parametrize("dialect", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_what_many_discover_at_the_same_time_becomes_one_row(filled: Database, clock: Clock) -> None:
    workers, rows = 4, 400
    start = Barrier(workers)

    def work(number: int) -> int:
        own = Frontier("vpk", f"run-{number}", clock)
        start.wait()
        return discover(filled, own, *(found(str(n)) for n in range(number, rows + number)))

    with ThreadPoolExecutor(workers) as pool:
        assert sum(pool.map(work, range(workers))) == rows + workers - 1
    with filled.reader() as conn:
        urls = list(conn.scalars(select(schema.frontier.c.url)))
    assert len(urls) == len(set(urls)) == rows + workers - 1
