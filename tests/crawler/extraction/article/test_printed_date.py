"""The time of publication as a page prints it, wherever that is; other times on a page are not it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extraction.article.printed_date import DateReader
from crawler.extraction.flow import read_flow

LEAD = f"<p><b>{'The lead of this article goes on for a while. ' * 5}</b></p>"


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("<table><tr><td>07.09.2025 10:00</td></tr><tr><td>", "</td></tr></table>"),
        ("<table><tr><td><table><tr><td>07.09.2025 10:00</td></tr></table>", "</td></tr></table>"),
        ("", "<p>Posted 07.09.2025 10:00 | Views: <b>9</b> | Comments: <b>8</b> | Score: <b>7</b></p>"),
        ("", "<p><time>07.09.2025 10:00</time> | Переводы:</p>"),
        ("<footer>Published on 07.09.2025 10:00.</footer>", ""),
        ("", "<p><span>Added » </span>07.09.2025 10:00</p>"),
        ("<p><b>News</b> <i>07.09.2025 10:00</i></p>", ""),
        ("<footer>Published <a href='/en/7_x.html'>07.09.2025 10:00</a>. Entry number <code>7</code></footer>", ""),
    ],
    ids=[
        "a row above",
        "a table above",
        "beside the counters",
        "a <time>",
        "a word elsewhere",
        "a word and a sign",
        "a section beside",
        "a link elsewhere",
    ],
)  # fmt: skip
def test_where_the_time_of_publication_may_stand(read, before, behind):
    found = read(
        f"<title>T (The Guardian, UK)</title>{before}<h1>T (The Guardian, UK)</h1>{behind}"
        "<p>A first paragraph of the body.</p><p>A second paragraph.</p><p>Original publication</p>"
    )
    assert found.article.published_at.isoformat() == "2025-09-07T07:00:00+00:00"
    assert found.article.body == ["A first paragraph of the body.", "A second paragraph."]


def test_what_was_changed_then_was_published_before(article):
    line = "<p>Обновлено 07.09.2025 10:00 | Просмотров: 9 | Комментариев: 8 | Рейтинг: 7</p>"
    assert article(line + "<p>A body.</p><p>Its end.</p>", counters=None).published_at is None


@pytest.mark.parametrize(
    "line",
    [
        "<a>Peter Sauer (Pjotr Sauer)</a> &bull; <time>07.09.2025 10:00</time>",
        "<a>Peter Sauer (Pjotr Sauer)</a> &bull; <time>07.09.2025 10:00</time> &bull; <a href='/news/7_x.html'>RU</a>",
        "<time>07.09.2025 10:00</time> | <span>Peter Sauer (Pjotr Sauer)</span>",
        "<span>Peter Sauer (Pjotr Sauer)</span> <span>07.09.2025 10:00</span>",
    ],
)
def test_byline_and_time_may_stand_in_one_line_behind_the_lead(article, line):
    found = article(f"{LEAD}<p>{line}</p><p>A first paragraph of the body.</p><p>A second one.</p>")
    assert [(author.name, author.name_original) for author in found.authors] == [("Peter Sauer", "Pjotr Sauer")]
    assert found.published_at.isoformat() == "2025-09-07T07:00:00+00:00"
    assert found.lead.startswith("The lead of this article")
    assert found.body == ["A first paragraph of the body.", "A second one."]


def test_a_time_without_a_year_behind_the_first_paragraph_is_not_that_of_publication(article):
    found = article(
        f"<p>{'A long first paragraph of a chronicle. ' * 6}</p><p>07.09 10:00</p><p>What happened then.</p>"
    )
    assert found.published_at is None
    assert len(found.body) == 3


def test_a_time_in_a_short_first_paragraph_is_not_that_of_publication(article):
    first = "On the morning of <time>07.09.2025 10:00</time> the ship left its port for the sea."
    found = article(f"<p>{first}</p><p>A second paragraph.</p>")
    assert (found.published_at, len(found.body)) == (None, 2)


REST = "<p>A first paragraph of the body.</p><p>A second one.</p>"
UPDATED = "08.09.2025 10:00"


@pytest.mark.parametrize(
    "line",
    [
        f"<p><span>Обновлено:</span> <span>{UPDATED}</span></p>",
        f"<p>Обновлено <time>{UPDATED}</time></p>",
        f"<p>Last updated: <time datetime='2025-09-08T10:00:00+03:00'>{UPDATED}</time></p>",
        f"<p><abbr title='Обновлено'>{UPDATED}</abbr></p>",
        f"<p><abbr title='Обновлено'><time>{UPDATED}</time></abbr></p>",
        f"<p><time itemprop='dateModified'>{UPDATED}</time></p>",
        f"<p class='article-updated'>{UPDATED}</p>",
        f"<p><time>{UPDATED}</time> <i>(обновлено)</i></p>",
        f"<div>Updated:</div><div>{UPDATED}</div>",
        f"<dl><dt>Изменено</dt><dd>{UPDATED}</dd></dl>",
        f"<p><a>Peter Sauer (Pjotr Sauer)</a> | Updated <time>{UPDATED}</time></p>",
        f"<p>Последнее обновление <b>{UPDATED}</b></p>",
    ],
)
def test_the_time_of_a_change_is_not_that_of_publication(article, line):
    assert article(line + REST).published_at is None


@pytest.mark.parametrize(
    ("page", "numbers"),
    [
        (f"<p>Обновлено: {UPDATED}</p><p>A sentence.</p>", {0}),
        (f"<p>07.09.2025 10:00</p><p><b>Последнее обновление</b> {UPDATED}.</p>", {1}),
        (f"<div>Updated:</div><div>{UPDATED}</div><p>The law was updated on 8 September.</p>", {0, 1}),
        (f"<p><abbr title='Обновлено'>{UPDATED}</abbr></p>", {0}),
        ("<p>Обновлено меню столовой</p><p>Updated</p><p>A sentence.</p>", set()),
    ],
)
def test_lines_that_only_say_when_something_was_changed(page, numbers):
    reader = DateReader(datetime(2025, 9, 8, 9, tzinfo=UTC), ZoneInfo("Europe/Moscow"))
    assert reader.of_changes(read_flow(LexborHTMLParser(page)).blocks) == numbers


@pytest.mark.parametrize("said", ["<i>Обновлено</i> <b>{}</b>", "<i>Updated:</i> <b>{}</b>"])
def test_nor_is_it_beside_the_counters(article, said):
    line = f"<p>{said.format(UPDATED)} | Просмотров: <b>9</b> | Комментариев: <b>8</b> | Рейтинг: <b>7</b></p>"
    assert article(line + REST, counters=None).published_at is None


@pytest.mark.parametrize(
    "line",
    [
        f"<p>Опубликовано <b>07.09.2025 10:00</b>, обновлено <b>{UPDATED}</b></p>",
        f"<p>Опубликовано 07.09.2025 10:00. Обновлено {UPDATED}</p>",
        f"<p>07.09.2025 10:00 (обновлено: {UPDATED})</p>",
        f"<p><time>07.09.2025 10:00</time> <span>(обновлено: {UPDATED})</span></p>",
        f"<p><span>Обновлено: {UPDATED}</span> <span>Опубликовано: 07.09.2025 10:00</span></p>",
        f"<p>Updated: <b>{UPDATED}</b></p><p>Published: <b>September 7, 2025, 10:00 am</b></p>",
        "<p><time class='entry-date published updated'>07.09.2025 10:00</time></p>",
        "<p><time datetime='2025-09-07T10:00:00+03:00'>7 сентября</time></p>",
        "<p>Peter Sauer (Pjotr Sauer), <time datetime='2025-09-07T10:00:00+03:00'>7 сентября</time></p>",
        "<p><span>07.09.2025</span> • <span>10:00</span></p>",
        "<p><b>News</b> • <span>7 сентября 2025</span> <span>10:00</span></p>",
        "<div>7 сентября 2025</div><div>10:00</div>",
        "<p>Опубликовано: вчера, 10:00</p>",
    ],
)
def test_the_time_of_publication_in_full(article, line):
    found = article(line + REST)
    assert (found.published_precision, found.published_at.isoformat()) == ("minute", "2025-09-07T07:00:00+00:00")


@pytest.mark.parametrize(
    "said",
    ["2025-09-07", "2025-09-07T00:00:00+03:00", "2025-09-08T10:00:00+03:00", "soon", ""],
    ids=["a day", "midnight", "another day", "a word", "nothing"],
)
def test_what_a_tag_says_for_machines_counts_where_it_says_more_of_the_same_day(article, said):
    found = article(f"<p><time datetime='{said}'>7 сентября 2025</time></p>" + REST)
    assert (found.published_precision, found.published_at.isoformat()) == ("day", "2025-09-06T21:00:00+00:00")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("<p>9 мая 1945 года</p>", REST),
        ("<h2>22 июня 1941 года</h2>", REST),
        ("<p>22.06.1941 04:00</p>", REST),
        ("<p>9 мая 2030 года</p>", REST),
        ("<h3>5 сентября</h3>", REST),
        ("<h3>Сегодня</h3>", REST),
        ("<p>Сегодня</p>", REST),
        ("<p>5 сентября</p><p>What happened first.</p><p>6 сентября</p>", REST),
        ("<p>Москва. <b>8 сентября</b>. ИНТЕРФАКС …</p>", REST),
        ("<p>Москва, <b>8 сентября</b>, ТАСС</p>", REST),
        ("<p>В <b>10:00 8 сентября</b> взорвался мост.</p>", REST),
    ],
)
def test_a_day_that_is_told_of_is_not_that_of_publication(article, first, second):
    found = article("<p>By Peter Sauer (Pjotr Sauer)</p>" + first + second)
    assert found.published_at is None
    assert len(found.body) == first.count("<p>") + first.count("<h") + 2


def test_a_day_that_is_told_of_can_be_the_subtitle(article):
    found = article("<h2>22 июня 1941 года</h2><p>By Peter Sauer (Pjotr Sauer)</p>" + REST)
    assert (found.subtitle, found.published_at) == ("22 июня 1941 года", None)


def test_a_name_of_a_month_behind_that_of_a_day_is_a_part_of_the_time(article):
    line = "<p><time>Sunday, September 7, 2025, 12:05 p.m.</time> <b>9</b> <b>8</b> <b>7</b></p>"
    found = article(line + "<p>A body.</p><p>Its end.</p>", counters=None)
    assert found.published_at.isoformat() == "2025-09-07T09:05:00+00:00"


def test_a_time_of_which_nobody_can_tell_the_day_is_no_subtitle(article):
    line = "<p><b>What became of the bridge</b></p><p><i>A lead of two sentences. It is set apart.</i></p>"
    found = article(f"<p>Thu, 07/08/2025 - 10:15</p>{line}<p>A first paragraph of the body.</p><p>A second one.</p>")
    assert (found.subtitle, found.published_at) == ("What became of the bridge", None)


@pytest.mark.parametrize(
    ("printed", "attribute", "wanted"),
    [
        ("Sun, 07/09/2025 - 10:15", "2025-09-07T07:15:00Z", "2025-09-07T07:15:00+00:00"),
        ("Sun, 07/09/2025 - 10:15", "2025-09-07T10:15:00+03:00", "2025-09-07T07:15:00+00:00"),
        ("Sun, 07/09/2025 - 10:15", "2025-09-07T11:40:00Z", None),
        ("Sun, 07/09/2025 - 10:15", "2025-09-07", None),
        ("Sun, 07/09/2025", "2025-09-07T07:15:00Z", None),
    ],
    ids=["in UTC", "with an offset", "another clock", "a day", "no clock printed"],
)
@pytest.mark.parametrize("line", ["<p>Опубликовано {}</p>", "<p>{}</p>"])
def test_a_tag_says_for_machines_what_is_printed_in_a_form_of_its_own(article, line, printed, attribute, wanted):
    told = line.format(f'<time datetime="{attribute}">{printed}</time>')
    found = article(told + "<p>A first paragraph of the body.</p><p>A second one.</p>")
    assert (found.published_at.isoformat() if found.published_at else None) == wanted


def test_nor_does_it_say_when_something_was_published_that_was_changed_then(article):
    told = '<p>Обновлено <time datetime="2025-09-07T10:15:00+03:00">вс, 07/09/2025 - 10:15</time></p>'
    found = article(told + "<p>A first paragraph of the body.</p><p>A second one.</p>")
    assert (found.published_at, found.subtitle) == (None, None)


@pytest.mark.parametrize("parted", ["", " "])
def test_a_time_may_open_a_line_of_short_details(article, parted):
    said = parted.join(
        f"<span>{text}</span>" for text in ("7 сентября, 07:30", "Чтение: 2 мин.", "Онлайн: 12", "Сводки недели")
    )
    found = article(f"<div>{said}</div><h2>What it tells</h2><p>A first paragraph of the body.</p><p>A second one.</p>")
    assert (found.published_at.isoformat(), found.subtitle) == ("2025-09-07T04:30:00+00:00", "What it tells")


def test_a_paragraph_may_open_with_a_time_that_it_tells_of(article):
    told = "<p><b>7 сентября, 07:30</b> <a href=/x>дроны</a> были над мостом, <i>через час</i> их не стало.</p>"
    found = article(told + "<p>A first paragraph of the body.</p><p>A second one.</p>")
    assert (found.published_at, len(found.body)) == (None, 3)


@pytest.mark.parametrize(
    "line",
    [
        "Обновлено: 07.09.2025 13:06 Опубликовано: 07.09.2025 10:00",
        "Updated 07.09.2025 13:06<br>Published 07.09.2025 10:00",
    ],
)
def test_the_time_of_publication_may_stand_behind_that_of_a_change(article, line):
    found = article(f"<p>{line}</p><p>A first paragraph of the body.</p><p>A second one.</p>")
    assert (found.published_at.isoformat(), found.subtitle) == ("2025-09-07T07:00:00+00:00", None)
