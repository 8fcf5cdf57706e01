"""Lists that print the title first and the date behind it: each title keeps its own date, in whatever elements."""

import pytest

from crawler.extraction.page import Page
from crawler.extraction.read import read_page
from crawler.sites import load_site

TITLES = [f"Военное ведомство закупит партию номер {n} новых машин" for n in range(1, 7)]
DATES = [f"0{n}.09.2025 10:3{n}" for n in range(1, 7)]
TEXT = "<p>Краткое содержание новости, две строки о том, что случилось.</p>"
LAYOUTS = {
    "one line": '<li><a href="{href}">{title}</a> <span>{date}</span></li>',
    "one line, date first": '<li><span>{date}</span> <a href="{href}">{title}</a></li>',
    "date below": '<div><h3><a href="{href}">{title}</a></h3><div>{date}</div></div>',
    "date below a text": '<div><h3><a href="{href}">{title}</a></h3>' + TEXT + "<div>{date}</div></div>",
    "text below the date": '<div><h3><a href="{href}">{title}</a></h3><div>{date}</div>' + TEXT + "</div>",
    "section above": '<div><a href="/section/5/">Армия</a><h3><a href="{href}">{title}</a></h3><p>{date}</p></div>',
    "cells": '<table><tr><td><a href="{href}">{title}</a></td><td>{date}</td></tr></table>',
    "line breaks": '<a href="{href}">{title}</a><br>{date}<br><br>',
    "paragraphs": '<p><a href="{href}">{title}</a></p><p>{date}</p>',
    "date in a link": '<div><h3><a href="{href}">{title}</a></h3><p><a href="/2025/">{date}</a></p>' + TEXT + "</div>",
    "deep": '<li><div><h3><a href="{href}">{title}</a></h3></div><div><p>{date}</p></div></li>',
}
SITES = {
    "vpk": ("https://vpk.name/", "/news/10{n}_slug.html"),
    "generic": ("https://news.example/", "/2025/09/{n}-slug-of-a-story.html"),
}


def read_list(rows, site, seen_at):
    base, _ = SITES[site]
    html = f"<title>Новости</title><h1>Новости</h1><div>{rows}</div><footer>Подвал сайта</footer>"
    page = Page(base + "news/", html.encode(), "text/html; charset=utf-8", seen_at, "listing")
    return read_page(page, load_site(site).at(base)).placements


def filled(layout, site, count=""):
    return "".join(
        LAYOUTS[layout].format(href=SITES[site][1].format(n=n), title=title, date=date + count)
        for n, (title, date) in enumerate(zip(TITLES, DATES, strict=True), 1)
    )


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_title_keeps_its_date(layout, site, seen_at):
    found = read_list(filled(layout, site), site, seen_at)
    assert [(row.title, row.posted_raw) for row in found] == list(zip(TITLES, DATES, strict=True))
    assert [row.rank for row in found] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("layout", ["one line", "date below", "cells"])
def test_a_count_behind_the_date_is_the_rows(layout, seen_at):
    found = read_list(filled(layout, "vpk", count="</span> <b>12</b><span>"), "vpk", seen_at)
    assert [row.comments for row in found] == [12] * 6


def test_two_lists_of_one_page_may_differ(seen_at):
    turned, straight = filled("date below", "vpk"), filled("one line, date first", "vpk")
    found = read_list(f"{turned}</div><p>Ещё новости</p><div>{straight}", "vpk", seen_at)
    assert [(row.title, row.posted_raw) for row in found] == 2 * list(zip(TITLES, DATES, strict=True))


def test_a_list_begins_behind_its_label_not_with_the_line_before(seen_at):
    """Titles and dates flat in one element each, as sites for old telephones print them."""
    flat = filled("line breaks", "vpk")
    between = "<p>Стр. 1</p><p>Подписка</p><p>Новости по почте</p><b>Обсуждение</b> [<a href='?r=1'>Обновить</a>]"
    found = read_list(f"{flat}</div>{between}<div>{flat}", "vpk", seen_at)
    assert [(row.block, row.rank, row.title) for row in found] == [
        (block, n, title) for block in ("news", "discussion") for n, title in enumerate(TITLES, 1)
    ]


def test_who_wrote_a_comment_is_no_title(seen_at):
    comment = '<li><a href="/news/7_ivan.html">Иван Петров</a> <span>{}</span><p>Согласен с автором.</p></li>'
    assert read_list("".join(map(comment.format, DATES)), "vpk", seen_at) == []


def test_dates_without_links_do_not_hide_the_links_of_a_list(seen_at):
    clocks = "".join(f"<p>{date}</p>" for date in DATES[:2])
    links = "".join(f'<p><a href="/news/10{n}_x.html">{title}</a></p>' for n, title in enumerate(TITLES))
    assert [row.title for row in read_list(f"{clocks}</div><div>{links}", "vpk", seen_at)] == TITLES


COUNTED = {
    "one line": '<li><span>{date}</span> <a href="{href}">{title}</a> <b>{count}</b></li>',
    "cells": '<table><tr><td>{date}</td><td><a href="{href}">{title}</a></td><td>{count}</td></tr></table>',
    "a word before": '<div><p>{date}</p><p><a href="{href}">{title}</a></p><p><i>Комментариев: </i>{count}</p></div>',
    "a link of its own": '<div><i>{date}</i><h3><a href="{href}">{title}</a></h3><a href="{href}#c">{count}</a></div>',
}


def counted(layout, counts):
    rows = zip(TITLES, DATES, counts, strict=True)
    return "".join(
        COUNTED[layout].format(href=SITES["vpk"][1].format(n=n), title=title, date=date, count=count)
        for n, (title, date, count) in enumerate(rows, 1)
    )


@pytest.mark.parametrize("layout", COUNTED)
def test_a_count_behind_the_title_is_the_rows(layout, seen_at):
    found = read_list(counted(layout, [3, 0, 51, 7, "1 204", 12]), "vpk", seen_at)
    assert [row.comments for row in found] == [3, 0, 51, 7, 1204, 12]
    assert [(row.title, row.posted_raw) for row in found] == list(zip(TITLES, DATES, strict=True))


def test_a_pager_behind_the_last_row_is_no_count(seen_at):
    rows = filled("one line, date first", "vpk") + '<p><a href="/news/page/1/">1</a> <a href="/news/page/2/">2</a></p>'
    assert [row.comments for row in read_list(rows, "vpk", seen_at)] == [None] * 6


def test_a_pager_is_no_count_where_the_other_rows_have_theirs(seen_at):
    rows = counted("one line", [3, 0, 51, 7, 4, ""]) + '<p><a href="/news/page/1/">1</a></p>'
    assert [row.comments for row in read_list(rows, "vpk", seen_at)] == [3, 0, 51, 7, 4, None]
