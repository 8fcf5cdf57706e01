"""Rows told by their elements: one whose date is less than a day and a time keeps its place, and has no other time."""

import pytest

LAYOUTS = {
    "date first": '<li><span>{at}</span> <b>{count}</b> <a href="/news/{n}_x.html">{title}</a></li>',
    "title first": '<li><a href="/news/{n}_x.html">{title}</a> <small>{at}</small> <b>{count}</b></li>',
    "in one link": '<a href="/news/{n}_x.html"><span><i>{at}</i> {title} <i>{count}</i></span></a>',
    "cells": '<tr><td>{at}</td><td>{count}</td><td><a href="/news/{n}_x.html">{title}</a></td></tr>',
    "deep": '<div><div><i>{at}</i><b>{count}</b></div><h4><a href="/news/{n}_x.html">{title}</a></h4></div>',
}
ARTICLE = "<h1>T (The Guardian, UK)</h1><p>A paragraph of the body.</p>"
SECTIONS = ["Авиация", "ОПК", "Сухопутные войска"]
WHOLE = ["07.09.2025 10:00", "06.09.2025 09:30", "05.09.2025 08:15"]


@pytest.fixture
def listed(read):
    """Reads a page with a list in one of the layouts; gives rank, time in UTC, what was printed, count and number."""

    def reading(dates, layout="date first", *, label="Discussion", row=None, after=""):
        row = row or LAYOUTS[layout]
        rows = "".join(
            row.format(at=at, count=40 + n, n=n, title=f"Заголовок новости под номером {n}")
            for n, at in enumerate(dates, 1)
        )
        rows = f"<table>{rows}</table>" if row.startswith("<tr") else f"<div>{rows}</div>"
        found = read(f"<h1>T (The Guardian, UK)</h1><p>A paragraph of the body.</p><h3>{label}</h3>{rows}{after}")
        return [
            (each.rank, f"{each.posted_at:%d %H:%M}" if each.posted_at else None, each.posted_raw, each.comments)
            for each in found.placements
        ]

    return reading


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("printed", "posted"),
    [("час назад", None), ("07.09", None), ("7 сентября", "06 21:00"), ("Вчера", "06 21:00"), ("", None)],
)
def test_a_row_keeps_its_place_whatever_its_date_is(listed, layout, place, printed, posted):
    dates = [*WHOLE[:place], printed, *WHOLE[place:]]
    found = listed(dates, layout)
    assert [row[0] for row in found] == [1, 2, 3, 4]
    assert found[place] == (place + 1, posted, printed or None, 41 + place)
    assert [row[2] for row in found if row[0] != place + 1] == WHOLE


def test_a_clock_alone_is_todays_or_yesterdays(listed):
    """The page was fetched on 8 September at 12:00 in Moscow."""
    found = listed(["11:40", "0:05", "23:50", "07.09.2025 10:00"])
    assert [row[1] for row in found] == ["08 08:40", "07 21:05", "07 20:50", "07 07:00"]


def test_a_clock_later_than_the_row_above_it_is_of_no_known_day(listed):
    assert [row[1] for row in listed(["07.09.2025 10:00", "11:40", "06.09.2025 10:00"])] == [
        "07 07:00",
        None,
        "06 07:00",
    ]


def test_the_line_above_a_list_may_say_its_day(listed):
    found = listed(["14:05", "13:20"], label="5 сентября", row=LAYOUTS["date first"].replace("span", "time"))
    assert [row[1] for row in found] == ["05 11:05", "05 10:20"]


def test_the_heading_of_a_page_may_say_the_day_of_its_clocks(read):
    """An archive's page is of another day than the capture, and its list has no label."""
    row = '<tr><td>1{n}:30</td><td><a href="/news/{n}_x.html">Заголовок новости под номером {n}</a></td></tr>'
    rows = "".join(row.format(n=n) for n in (8, 5, 3))

    def posted(heading):
        html = f"{heading}<p>Всего за день: 3 сообщения. <a>4 сентября</a></p><table>{rows}</table>"
        found = read(html, url="https://vpk.name/news/", kind="listing").placements
        return [f"{row.posted_at:%d %H:%M}" if row.posted_at else None for row in found]

    assert posted("<h1>5 сентября 2025</h1>") == ["05 15:30", "05 12:30", "05 10:30"]
    assert posted("<h1>5 сентября 2025</h1><h2>Читайте также</h2>") == [None, None, None]
    assert posted("<h1>Архив</h1>") == [None, None, None]


CLOCK = '<li><span class="time">11:{n}5</span> <a href="/news/{n}_x.html">Заголовок новости под номером {n}</a></li>'
CLOCKS = f"<ul>{''.join(CLOCK.format(n=n) for n in (3, 2, 1))}</ul>"
DAY, LEADING = "<h2>5 сентября</h2>", "<p><a href='/news/9_x.html'>Главная новость недели и всего месяца</a></p>"
OF_THAT_DAY, OF_NO_DAY = ["05 08:35", "05 08:25", "05 08:15"], [None] * 3


@pytest.mark.parametrize(
    ("html", "posted"),
    [
        (f"<div>{DAY}{CLOCKS}</div>", OF_THAT_DAY),
        (f"<div>{DAY}<p>Всего за день: три</p><div>{CLOCKS}</div></div>", OF_THAT_DAY),
        (f"<div>{DAY}<p><a href='/news/?d=4'>← 4 сентября</a></p>{CLOCKS}</div>", OF_THAT_DAY),
        (f"<div>{DAY}<p><a href='/news/?d=4'>4 сентября</a></p>{CLOCKS}</div>", OF_THAT_DAY),
        (f"<div><p><a href='/news/?d=5'>5 сентября</a></p>{CLOCKS}</div>", OF_THAT_DAY),
        (f"<div>{DAY}{LEADING}</div><div>{CLOCKS}</div>", OF_NO_DAY),
        (f"<div>{DAY}<p>Всего за день: три</p></div><div>{CLOCKS}</div>", OF_NO_DAY),
        (f"<div>{DAY}{LEADING}{CLOCKS}</div>", OF_NO_DAY),
        (f"<div>{DAY}<h3>Читайте также</h3>{CLOCKS}</div>", OF_NO_DAY),
        (f"<div><h2>Новости</h2>{CLOCKS}</div>", ["08 08:35", "08 08:25", "08 08:15"]),
    ],
    ids=[
        "above",
        "around",
        "an arrow",
        "a link to a day",
        "itself a link",
        "another box",
        "a box apart",
        "news between",
        "a heading between",
        "none",
    ],
)
def test_the_day_of_a_heading_that_may_be_another_lists_is_not_taken_nor_any_other(read, html, posted):
    found = read(f"<h1>Лента</h1>{html}", url="https://vpk.name/news/", kind="listing").placements
    clocks = [row.posted_at for row in found if row.posted_raw]
    assert [at and f"{at:%d %H:%M}" for at in clocks] == posted


@pytest.mark.parametrize("day", ["8 сентября", "08.09.2025", "Сегодня"])
def test_a_clock_that_is_ahead_of_the_capture_is_of_no_day_and_hides_none_below_it(read, day):
    """The page was fetched at 12:00; a year before that is no time of a row that today's heading stands above."""
    rows = CLOCKS.replace("11:35", "12:12").replace("11:15", "09:10")
    found = read(f"<h1>Лента</h1><h3>{day}</h3>{rows}", url="https://vpk.name/news/", kind="listing").placements
    assert [row.posted_at and f"{row.posted_at:%Y-%m-%d %H:%M}" for row in found] == [
        None, "2025-09-08 08:25", "2025-09-08 06:10",
    ]  # fmt: skip


def test_a_clock_that_is_minutes_ahead_is_of_the_day_of_its_heading(read):
    rows = CLOCKS.replace("11:35", "12:08")
    found = read(f"<h1>Лента</h1><h3>8 сентября</h3>{rows}", url="https://vpk.name/news/", kind="listing").placements
    assert f"{found[0].posted_at:%Y-%m-%d %H:%M}" == "2025-09-08 09:08"


@pytest.mark.parametrize(
    "dates", [[f"0{n}.09.2025 10:00" for n in (7, 6, 5, 4, 3)], ["11:40", "11:10", "10:30", "9:05", "8:00"]]
)
@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_row_without_a_link_keeps_its_place_among_those_that_have_one(read, dates, place):
    title = '<a href="/news/{n}_x.html">Заголовок новости под номером {n}</a>'
    linked = f"<tr><td>{{at}}</td><td>{title}</td><td>РИА Новости</td></tr>"
    rows = [linked.format(at=at, n=n) for n, at in enumerate(dates)]
    rows[place] = f"<tr><td>{dates[place]}</td><td><span>Заголовок без ссылки</span></td><td>РИА Новости</td></tr>"
    html = f"<h1>Новости</h1><table>{''.join(rows)}</table>"
    found = read(html, url="https://vpk.name/news/", kind="listing").placements
    assert [(row.rank, row.posted_raw) for row in found] == list(enumerate(dates, 1))
    assert [row.url is None for row in found] == [n == place for n in range(5)]
    assert found[place].title == "Заголовок без ссылки"


def test_where_half_of_the_dates_have_no_link_they_are_no_rows(listed):
    """A chronicle in an article: what has a link in it is no list of news."""
    linked = '<li><i>{at}</i> <a href="/news/{n}_x.html">{title}</a></li>'
    row = f"{linked}<li><i>0{{n}}.09.2025 08:00</i> Рассказывают, что было потом</li>"
    assert listed(WHOLE, row=row, label="Хроника") == []


DAYS = {"Сегодня": ["11:40"], "Вчера": ["23:50", "10:05"], "6 сентября": ["12:30"], "5 сентября": ["9:00", "8:10"]}


def test_a_row_may_be_the_only_one_of_its_day(read):
    row = '<li><i>{at}</i> <a href="/news/7_x.html">Заголовок новости, о времени {at}</a></li>'
    days = (
        f"<section><h2>{day}</h2><ol>{''.join(map(row.replace, ['{at}'] * 2, at))}</ol></section>"
        for day, at in DAYS.items()
    )
    found = read(f"<h1>Новости</h1>{''.join(days)}", url="https://vpk.name/news/", kind="listing").placements
    assert [(row.rank, f"{row.posted_at:%d %H:%M}") for row in found] == [
        (1, "08 08:40"), (2, "07 20:50"), (3, "07 07:05"), (4, "06 09:30"), (5, "05 06:00"), (6, "05 05:10"),
    ]  # fmt: skip


def test_a_film_alone_beside_lists_is_no_row(read):
    row = '<ul><li><i>{at}</i> <a href="/news/7_x.html">Заголовок новости, о времени {at}</a></li>{more}</ul>'
    news = row.format(at="11:40", more='<li><i>10:10</i> <a href="/news/8_x.html">Заголовок другой новости</a></li>')
    film = row.format(at="9:45", more="")
    found = read(f"<div><h3>Новости</h3>{news}</div><div><h3>Видео</h3>{film}</div>{ARTICLE}").placements
    assert [each.posted_raw for each in found] == ["11:40", "10:10"]


@pytest.mark.parametrize("dates", [WHOLE, ["07.09.2025", "06.09.2025", "5 сентября 2025"]])
@pytest.mark.parametrize("sign", ["·", "|"])
def test_a_section_may_stand_behind_the_date_in_one_text(listed, dates, sign):
    found = listed([f"{date} {sign} {section}" for date, section in zip(dates, SECTIONS, strict=True)])
    assert [(rank, raw, count) for rank, _, raw, count in found] == [(n, raw, 40 + n) for n, raw in enumerate(dates, 1)]


def test_a_part_of_a_title_may_be_emphasised(listed):
    """As a search does; the longest of its parts may be shorter than what stands before it."""
    row = '<div>{n}. <a href="/news/{n}_x.html">Зимой на реке <b>испытали</b> броню из базальта</a><p>{at}</p></div>'
    found = listed(["07.09.2025", "06.09.2025", "05.09.2025"], row=row, label="Найдено")
    assert [rank for rank, *_ in found] == [1, 2, 3]


def test_the_attribute_of_a_time_says_more_than_its_text(listed):
    rows = '<li><time datetime="{at}">{at}</time> <a href="/news/{n}_x.html">{title}</a></li>'
    found = listed(["07.09.2025 10:00", "06.09.2025 10:00"], row=rows, label="News")
    assert [row[1] for row in found] == ["07 07:00", "06 07:00"]
    row = '<li><time datetime="2025-09-0{n}T23:50+03:00">0{n}.09</time> <a href="/news/{n}_x.html">{title}</a></li>'
    assert [each[1] for each in listed(["", ""], row=row, label="News")] == ["01 20:50", "02 20:50"]


@pytest.mark.parametrize(
    ("row", "label"),
    [
        (LAYOUTS["date first"], "Последние новости"),
        (LAYOUTS["title first"], "Latest news"),
        (LAYOUTS["cells"], "Discussion"),
        (LAYOUTS["date first"].replace("<span", "<time").replace("</span", "</time"), "Ещё"),
        (LAYOUTS["title first"].replace("<small", "<small class=post-date"), "Ещё"),
    ],
)
@pytest.mark.parametrize("dates", [["11:40", "11:20", "10:00"], ["07.09.2025", "06.09.2025", "05.09.2025"]])
def test_a_list_without_a_whole_date_is_one_where_something_says_so(listed, row, label, dates):
    found = listed(dates, row=row, label=label)
    assert [(rank, raw, count) for rank, _, raw, count in found] == [(n, raw, 40 + n) for n, raw in enumerate(dates, 1)]
    assert all(row[1] is not None for row in found)


def test_a_day_with_its_year_is_nothing_but_a_date(listed):
    dates = ["07.09.2025", "5 сентября 2025"]
    for label in ("Read also", "Ещё"):
        found = listed(dates, layout="title first", label=label)
        assert [(rank, at, raw) for rank, at, raw, _ in found] == [(1, "06 21:00", dates[0]), (2, "04 21:00", dates[1])]
        assert listed(["07.09", "5 сентября"], layout="title first", label=label) == []


def test_a_term_and_what_explains_it_are_a_row(listed):
    row = '<dt>{at}</dt> <dd>{count}</dd><dd><a href="/news/{n}_x.html">{title}</a></dd>'
    found = listed(["11:40", "11:20", "10:00"], row=row, label="Последние новости")
    assert [(rank, at, count) for rank, at, _, count in found] == [
        (1, "08 08:40", 41),
        (2, "08 08:20", 42),
        (3, "08 07:00", 43),
    ]


@pytest.mark.parametrize(
    ("row", "label", "dates"),
    [
        (LAYOUTS["date first"], "Ещё", ["11:40", "11:20", "10:00"]),
        (LAYOUTS["date first"].replace("<span", "<span class=time"), "Видео", ["11:40", "11:20", "10:00"]),
        (LAYOUTS["date first"].replace("<span", "<span class=time"), "Ещё", ["02:40", "11:20", "08:10", "10:00"]),
        ("<tr><td>{at}</td><td>{title}</td></tr>", "Расписание", ["10:00", "11:20", "12:30"]),
        (
            '<p><time>{at}</time> {title}, <a href="/news/5_x.html">подробно здесь</a>.</p>',
            "Хроника",
            ["10:00", "9:00"],
        ),
    ],
    ids=["nothing says so", "films", "in any order", "no links", "links in sentences"],
)
def test_what_may_be_anything_else_is_no_list(listed, row, label, dates):
    assert listed(dates, row=row, label=label) == []


def test_the_length_of_a_film_beside_a_date_is_none(listed):
    row = LAYOUTS["date first"].replace("</li>", " <i>12:45</i></li>")
    assert [each[2] for each in listed(WHOLE, row=row)] == WHOLE


def test_what_is_built_otherwise_is_no_row(listed):
    more = '<div><li><a href="/news/">Все обсуждаемые новости</a></li></div>'
    row = LAYOUTS["date first"]
    assert len(listed(WHOLE, row=row, after=more)) == 3
    assert len(listed([*WHOLE[:2], WHOLE[2] + "</span></li>" + more + "<li><span>"], row=row)) <= 4


@pytest.mark.parametrize("others", [0, 5])
def test_days_in_a_sidebar_do_not_hide_the_list_of_a_page(read, others):
    link = '<h3><a href="/news/9{n}_x.html">Заголовок новости без всякой даты {n}</a></h3>'
    row = '<li><time>0{n}.09.2025</time> <a href="/news/{n}_x.html">Заголовок новости под номером {n}</a></li>'
    page = "".join(link.format(n=n) for n in range(others)) + "".join(row.format(n=n) for n in (3, 2, 1))
    found = read(f"<h1>Новости</h1>{page}", url="https://vpk.name/news/", kind="listing").placements
    assert [each.native_id for each in found] == [f"9{n}" for n in range(others)] + ["3", "2", "1"]
    assert [each.rank for each in found] == list(range(1, others + 4))


def test_a_row_apart_from_others_that_are_built_alike_hides_no_date(read):
    row = (
        "<table><tr><td>0{n}.09 10:00</td><td>{n}</td></tr>"
        "<tr><td><a href='/news/{n}_x.html'>Заголовок новости {n}</a></td></tr></table>"
    )
    rows = [row.format(n=n) for n in range(7, 1, -1)]
    for wrapped in (0, 2, 3):
        rows[wrapped] = f"<section>{rows[wrapped]}</section>"
    found = read(f"<h1>T (The Guardian, UK)</h1><p>A paragraph.</p><h3>Discussion</h3><div>{''.join(rows)}</div>")
    assert [each.posted_raw for each in found.placements] == [f"0{n}.09 10:00" for n in range(7, 1, -1)]
