"""Lists of articles on both databases: every article that fits, once, in the order that was asked for. All made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from archive.reading_room import article_lists
from archive.reading_room.article_lists import article_page, listed, narrowed
from archive.reading_room.choices import Choices
from archive.rows import presence, writing
from archive.rows.engine import Connection, Database
from archive.rows.placements import write_placements
from archive.search import index_articles

ARTICLES = 18
FIRST_DAY = datetime(2025, 9, 1, 21, 30, tzinfo=UTC)  # 00:30 of the next day in Moscow

CHOICES = [
    Choices(), Choices(language="ru"), Choices(outlet="TASS"), Choices(presence="present"),
    Choices(presence="removed_confirmed"), Choices(since=date(2025, 9, 4)), Choices(until=date(2025, 9, 4)),
    Choices(since=date(2025, 9, 3), until=date(2025, 9, 6), language="en"), Choices(language="de"),
    Choices(since=date.min, until=date.max),
]  # fmt: skip


@pytest.fixture
def conn(filled: Database, samples: Any) -> Iterator[Connection]:
    """Articles of which a third says when it was published, of a third a listing says it, and of the rest nobody."""
    with filled.writer() as conn:
        records = [
            samples.article(
                n, str(n), language="ru" if n % 2 else "en", outlet="TASS" if n % 4 == 0 else None,
                **({} if n % 3 else _published(n)),
            )
            for n in range(ARTICLES)
        ]  # fmt: skip
        later = samples.article(19, "0", language="en", outlet="RIA", **_published(5))  # read again, and changed
        _, changed = writing.write_articles(conn, [*records, later])
        index_articles(conn, changed)
        write_placements(conn, [_row(samples, n) for n in range(ARTICLES)])
        presence.settle(conn, changed)
    with filled.reader() as conn:
        yield conn


def _published(n: int) -> dict[str, Any]:
    return {
        "published_at": FIRST_DAY + timedelta(days=n % 7),
        "published_precision": "minute",
        "published_source": "page",
    }


def _row(samples: Any, n: int) -> Any:
    """Of every third article a listing says when it was published; of the others a sidebar has a time of comments."""
    at = FIRST_DAY + timedelta(days=n % 5)
    block = "news" if n % 3 == 1 else "discussion"
    language = "ru" if n % 2 else "en"
    return samples.placement(
        18, n + 1, str(n), block=block, language=language, posted_at=at, posted_raw=f"{at:%d.%m.%Y %H:%M}"
    )


def _all(conn: Connection, choices: Choices, at_once: int) -> list[str]:
    """The ids page by page, as links lead from one to the next."""
    found: list[str] = []
    page = article_page(conn, choices, at_once)
    while True:
        found += [row.article_id for row in page.rows]
        if page.next is None:
            return found
        page = article_page(conn, _replaced(choices, after=page.next), at_once)


def _replaced(choices: Choices, **changes: Any) -> Choices:
    return Choices(**{name: getattr(choices, name) for name in Choices.__dataclass_fields__} | changes)


def _expected(conn: Connection, choices: Choices) -> list[str]:
    """All rows of `article_latest`, narrowed and sorted one by one."""
    ids = [f"vpk:{'ru' if n % 2 else 'en'}:{n}" for n in range(ARTICLES)]
    order = choices.order or "read"
    return [row.article_id for row in narrowed(listed(conn, ids), _replaced(choices, order=order))]


@pytest.fixture(params=["walked", "put in order"])
def strategy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to find what fits: along an index, and all that fit at once."""
    monkeypatch.setattr(article_lists, "FEW", -1 if request.param == "walked" else 2000)


@pytest.mark.usefixtures("strategy")
@pytest.mark.parametrize("order", [None, "read", "published"])
@pytest.mark.parametrize("choices", CHOICES)
def test_pages_hold_every_article_that_fits_once_and_in_order(
    conn: Connection, choices: Choices, order: str | None
) -> None:
    choices = _replaced(choices, order=order)
    expected = _expected(conn, choices)
    assert [_all(conn, choices, at_once) for at_once in (1, 4, 50)] == [expected] * 3


def test_the_fixture_has_all_that_there_is_to_tell_apart(conn: Connection) -> None:
    rows = listed(conn, _expected(conn, Choices()))
    assert {row.published_source for row in rows} == {"page", "listing", None}
    assert len({row.published_day for row in rows}) > 4
    assert [row.published_at is None for row in rows if row.article_id == "vpk:en:2"] == [True]


def test_an_article_has_the_outlet_of_its_latest_wording_alone(conn: Connection) -> None:
    assert "vpk:en:0" in _all(conn, Choices(outlet="RIA"), 50)
    assert "vpk:en:0" not in _all(conn, Choices(outlet="TASS"), 50)


def test_of_two_readings_of_one_moment_the_later_capture_speaks(
    conn: Connection, filled: Database, samples: Any
) -> None:
    again = samples.article(15, "2", title="Later", observed_at=samples.at(2))
    with filled.writer() as writer:
        _, changed = writing.write_articles(writer, [again])
        index_articles(writer, changed)
        presence.settle(writer, changed)
    with filled.reader() as reader:
        titles = {row.article_id: row.title for row in article_page(reader, Choices()).rows}
    assert titles["vpk:en:2"] == "Later"


def test_a_day_is_one_of_the_sites_calendar(conn: Connection) -> None:
    """21:30 UTC is half past midnight of the next day in Moscow."""
    on_the_second = _all(conn, Choices(since=date(2025, 9, 2), until=date(2025, 9, 2)), 50)
    assert on_the_second
    assert all(row.published_at < datetime(2025, 9, 2, tzinfo=UTC) for row in listed(conn, on_the_second))
