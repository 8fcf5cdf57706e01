"""As time goes by counters rise and lists move; articles are edited, removed and published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.practice.world import World, latest, printed_time


@pytest.fixture
def world(archive):
    return World(archive)


def test_the_discussion_is_newest_first_and_never_of_the_future(world):
    rows = world.discussion()
    times = [row.posted_at for row in rows]
    assert [row.rank for row in rows] == list(range(1, 16))
    assert times == sorted(times, reverse=True)
    assert times[0] <= world.now
    assert len({row.path for row in rows}) == 15
    assert {row.language for row in rows} == {"ru", "en", None}


def test_no_comment_lies_in_the_future_at_any_minute(world):
    for _ in range(120):
        world.now += timedelta(minutes=1)
        assert world.discussion()[0].posted_at <= world.now


def test_the_discussion_moves_with_the_clock_and_comes_back_with_it(world):
    before = world.discussion()
    world.now += timedelta(hours=2)
    assert world.discussion() != before
    world.now -= timedelta(hours=2)
    assert world.discussion() == before


def test_views_rise_and_never_fall(world):
    article = world.article("1018475", "en")
    seen = []
    for _ in range(3):
        seen.append(world.counters(article).views.value)
        world.now += timedelta(days=1)
    assert seen[0] == 983
    assert seen == sorted(set(seen))


def test_news_pages_hold_every_article_once_newest_first(world):
    rows = [row for page in range(1, world.pages("ru") + 1) for row in world.news("ru", page)]
    assert [row.path for row in rows] == [world.path(entry) for entry in reversed(world.entries("ru"))]
    assert world.news("ru", world.pages("ru") + 1) == []


def test_a_new_title_makes_a_new_slug_and_keeps_the_outlet(world):
    entry = next(e for e in reversed(world.entries("ru")) if world.article(e.native_id, "ru").outlet)
    old = world.article(entry.native_id, "ru")
    new = world.edit(entry.native_id, "ru", title="Совсем другой заголовок")
    assert new.slug == "sovsem_drugoi_zagolovok"
    assert new.heading.removeprefix(new.title) == old.heading[old.heading.rindex(" (") :]
    assert world.path(entry) == new.path != world.old_path(entry) == old.path


def test_a_new_title_with_brackets_keeps_the_outlet_of_the_heading(world):
    key = next(key for key in world.archive.entries if world.article(*key).outlet)
    outlet = world.article(*key).heading.rpartition(" (")[2]
    for title in ("Двигатель (Су-57)", "Двигатель (Су-57) 2"):
        assert world.edit(*key, title=title).heading == f"{title} ({outlet}"


def test_an_edit_without_changes_adds_a_paragraph(world):
    before = world.article("1018475", "en").body
    after = world.edit("1018475", "en").body
    assert after[:-1] == before


def test_a_body_can_be_given_as_strings(world):
    article = world.edit("1018475", "en", body=["One.", "Two."])
    assert [block.text for block in article.body] == ["One.", "Two."]


def test_no_list_names_a_removed_article(world):
    entry = world.entries("ru")[-1]
    world.remove(entry.native_id, "ru")
    assert world.path(entry) not in {row.path for row in world.news("ru") + world.discussion()}
    world.restore(entry.native_id, "ru")
    assert world.news("ru")[0].path == world.path(entry)


def test_published_stories_are_the_newest(world):
    world.now += timedelta(hours=1)
    added = world.archive.publish(3, world.now)
    newest = [entry.native_id for entry in world.entries()[-len(added) :]]
    assert newest == [article.native_id for article in added]
    assert all(article.published_at <= world.now for article in added)


@pytest.mark.parametrize(
    ("printed", "now", "expected"),
    [
        ("08.09 04:37", datetime(2025, 9, 8, 1, 45, tzinfo=UTC), datetime(2025, 9, 8, 1, 37, tzinfo=UTC)),
        ("31.12 23:50", datetime(2026, 1, 1, 2, tzinfo=UTC), datetime(2025, 12, 31, 20, 50, tzinfo=UTC)),
        ("01.01 00:10", datetime(2025, 12, 31, 21, 30, tzinfo=UTC), datetime(2025, 12, 31, 21, 10, tzinfo=UTC)),
    ],
)
def test_the_year_is_the_latest_that_is_not_after_now(printed, now, expected):
    assert latest(printed, now) == expected


def test_old_rows_carry_their_year():
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert printed_time(now - timedelta(days=30), now) == "23.10 03:00"
    assert printed_time(datetime(2025, 9, 8, 1, 37, tzinfo=UTC), now) == "08.09.2025 04:37"
