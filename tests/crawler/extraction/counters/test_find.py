"""The three counters behind the heading, by element and in the site's order; in doubt none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.counters.words import STEMS, WORDS, names_one


def counted(article):
    return {each.kind: each.value for each in article.counters}


def reasons(article):
    return {each.kind: each.absent_reason for each in article.counters}


BODY = "<p>Питер Сауэр (Pjotr Sauer)</p><p>A first paragraph of the body.</p><p>A second paragraph of the body.</p>"


@pytest.mark.parametrize(
    "markup",
    [
        "<div><span>1</span> <span>304</span> <span>263</span></div>",
        "<div><span>1</span><span>304</span><span>263</span></div>",
        "<ul><li>1</li><li>304</li><li>263</li></ul>",
        "<div>1</div><div>304</div><div>263</div>",
        "<p>1</p><p>304</p><p>263</p>",
        "<table><tr><td><img src=/e.png></td><td>1</td><td><img src=/c.png></td><td>304</td>"
        "<td><img src=/s.png></td><td>263</td></tr></table>",
        "<div><i></i> 1 <i></i> 304 <i></i> 263</div>",
        "<div>1 | 304 | 263</div>",
        "<div><b>1</b><a href=#>304</a><em>263</em></div>",
        "<div><span>1</span><span>304</span><span><b>2</b><b>63</b></span></div>".replace(
            "<b>2</b><b>63</b>", "<b>263</b>"
        ),
        "<dl><dt>Views</dt><dd>1</dd><dt>Comments</dt><dd>304</dd><dt>Rating</dt><dd>263</dd></dl>",
        "<p>Просмотров: 1</p><p>Комментариев: 304</p><p>Рейтинг: 263</p>",
        "<p>Рейтинг: 263</p><p>Комментариев: 304</p><p>Просмотров: 1</p>",
        "<p><span title=Просмотры>1</span><span title=Комментарии>304</span><span title=Рейтинг>263</span></p>",
        '<p><i title="Views: 1"></i><i title="Comments: 304"></i><i title="Rating: 263"></i></p>',
        "<dl><dt>Details</dt><dd>Published: 05.09.2025 10:00</dd><dd>Views: 1</dd><dd>Comments: 304</dd>"
        "<dd>Rating: 263</dd></dl>",
        "<div><span>👁</span> <span>1</span></div><div><span>💬</span> <span>304</span></div><div>⭐ <b>263</b></div>",
        "<div>Category: <a href=/section/5/>Navy</a> | Date: 05.09.2025 10:00 | Views: 1 | Comments: 304 "
        "| Rating: 263</div>",
    ],
)
def test_three_numbers_in_any_markup(article, markup):
    found = article(markup + BODY, counters=None)
    assert counted(found) == {"views": 1, "comments": 304, "rating": 263}
    assert found.body == ["A first paragraph of the body.", "A second paragraph of the body."]


NAMED_ABOVE = "Просмотров: <b>18 007</b> | Комментариев: <b>23</b> | Рейтинг: <b>−4</b> (голосов: 31)"


@pytest.mark.parametrize(
    "above",
    [
        f"<p>{NAMED_ABOVE}</p>",
        f"<table><tr><td>07.09.2025</td><td>{NAMED_ABOVE}</td></tr></table>",
        f"<p>07.09.2025 10:00 | {NAMED_ABOVE}</p>",
    ],
    ids=["a line", "a table", "with the time"],
)
def test_numbers_that_are_named_may_stand_above_the_heading(read, above):
    heading = "<font><b class=h1>A test of the reader</b></font>"
    html = f"<title>ВПК.name :: A test of the reader</title><table><tr><td>{above}{heading}{BODY}</td></tr></table>"
    found = read(f"{html}<p>Original publication</p>").article
    assert counted(found) == {"views": 18007, "comments": 23, "rating": -4}
    assert (found.published_at is None) == ("07.09" not in above)


def test_numbers_above_the_heading_that_nothing_names_are_none(read):
    html = f"<title>A test of the reader</title><div><p>983 | 0 | 7</p><h1>A test of the reader</h1>{BODY}</div>"
    assert set(reasons(read(f"{html}<p>Original publication</p>").article).values()) == {"not_found"}


def above(read, line, behind=""):
    html = f"<title>A test of the reader</title><main>{line}<h1>A test of the reader</h1>{BODY}{behind}"
    return read(f"{html}<p>Original publication</p></main>").article


@pytest.mark.parametrize(
    "line",
    [
        "<div><a href='/forum'>Комментарии (1523)</a></div>",
        "<p><a href='/comments/'>Комментарии: 5</a></p>",
        "<p>Все комментарии: 5</p>",
        "<div>Всего просмотров: 15230</div>",
        "<p>Total views: 15230</p>",
        "<p>Просмотров на сайте: 15230</p>",
        "<p><a href='/news/8_y.html'>Another article</a></p><p>07.09.2025 10:00 | Просмотров: 777</p>",
        "<p><a href='/news/8_y.html'>Another article</a></p><p>07.09.2025</p><p>Комментариев: 5</p>",
        "<div><a href='/news/8_y.html'>Another article</a> <span>Комментариев: 44</span></div>",
    ],
    ids=["forum", "list of comments", "all", "in all", "total", "site", "row", "row with a date", "one line"],
)
def test_numbers_above_the_heading_that_are_of_anything_else_are_none(read, line):
    assert set(reasons(above(read, line)).values()) == {"not_found"}


@pytest.mark.parametrize("href", ["#comments", "/en/1018475_50-days-to-defeat.html#c", "/news/1018475_x.html#c"])
def test_a_number_above_the_heading_may_lead_to_the_articles_own_comments(read, href):
    assert counted(above(read, f"<p><a href='{href}'>Комментарии: 5</a></p>"))["comments"] == 5


def test_numbers_named_behind_the_text_are_believed_before_those_above_the_heading(read):
    behind = "<p><b title='Просмотры'>983</b></p>"
    assert counted(above(read, "<p>Просмотров: 15230</p>", behind))["views"] == 983
    assert counted(above(read, "<p>Просмотров: 15230</p>", "<p><b>983</b></p>"))["views"] == 15230


@pytest.mark.parametrize(("line", "wanted"), [("Просмотров: 983", None), ("15230 просмотров", 15230), ("Views", 15230)])
def test_a_number_above_the_heading_is_in_doubt_where_a_line_behind_says_another(read, line, wanted):
    found = above(read, "<p>Просмотров: 15230 | Комментариев: 5</p>", f"<p>{line}</p>")
    assert counted(found) == {"views": wanted, "comments": 5, "rating": None}
    assert reasons(found)["views"] == (None if wanted else "ambiguous")


def test_words_of_old_sites_for_views_and_comments(article):
    line = "12.03.2008 09:15 | Прочитано: 734 раз | <a href='#o'>Отзывов: 5</a> | оценка не выставлена"
    found = article(f"<p>{line}</p>{BODY}", counters=None)
    assert counted(found) == {"views": 734, "comments": 5, "rating": None}
    assert (found.subtitle, f"{found.published_at:%d.%m.%Y %H:%M}") == (None, "12.03.2008 06:15")
    assert counted(article(f"<p>Read 734 times</p>{BODY}", counters=None))["views"] == 734


def test_attributes_that_a_script_shows_as_a_hint_name_a_number(article):
    numbers = {"Фотографий": 12, "Рейтинг": 44, "Просмотры": 6020, "Комментарии": 17}
    spans = "".join(f'<span class="i" data-hint="{name}">{number}</span> ' for name, number in numbers.items())
    found = article(f"<div>{spans}</div>{BODY}", counters=None)
    assert counted(found) == {"views": 6020, "comments": 17, "rating": 44}


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (("12\u00a0304", "", "−4"), (12304, None, -4)),
        (("—", "5", "+7"), (None, 5, 7)),
        (("1,2 тыс.", "—", ""), (1200, None, None)),
        (("", "", "3"), (None, None, 3)),
    ],
)
def test_an_empty_element_is_absent_and_keeps_its_place(article, cells, wanted):
    markup = "<div>" + "".join(f"<span>{cell}</span>" for cell in cells) + "</div>"
    found = article(markup + BODY, counters=None)
    assert tuple(counted(found).values()) == wanted
    assert all(each.absent_reason == "empty" for each in found.counters if each.value is None)


def test_an_icon_without_a_number_keeps_its_place(article):
    cells = "".join(f"<div><span>{icon}</span> <span>{n}</span></div>" for icon, n in (("👁", ""), ("💬", 5), ("⭐", 7)))
    assert counted(article(cells + BODY, counters=None)) == {"views": None, "comments": 5, "rating": 7}


def test_one_labelled_number_makes_no_line_of_details(article):
    found = article("<p>Navy | Views: 5 | A yard of the north</p>" + BODY, counters=None)
    assert counted(found) == {"views": None, "comments": None, "rating": None}


def test_buttons_to_vote_are_no_sign(article):
    row = "<div><span>983</span><span>2</span><span><a href=#>−</a><b>5</b><a href=#>+</a></span></div>"
    assert counted(article(row + BODY, counters=None)) == {"views": 983, "comments": 2, "rating": 5}


def test_a_minus_in_an_element_beside_the_number_is_in_doubt(article):
    row = "<div><span>983</span><span>2</span><i>−</i><span>5</span></div>"
    assert counted(article(row + BODY, counters=None))["rating"] is None


@pytest.mark.parametrize(
    "markup", ["<p>983</p>", "<p><b>983</b> <b>0</b></p>", "<p><b>1</b> <b>2</b> <b>3</b> <b>4</b></p>"]
)
def test_another_number_of_numbers_is_ambiguous_and_none_is_taken(article, markup):
    found = article(markup + BODY, counters=None)
    assert set(counted(found).values()) == {None}
    assert set(reasons(found).values()) == {"ambiguous"}
    assert found.counters[0].raw.startswith(("983", "1"))


def test_without_counters_there_is_a_reason(article):
    assert set(reasons(article(BODY, counters=None)).values()) == {"not_found"}


def test_negative_views_are_unreadable_and_keep_their_text(article):
    views = article(BODY, counters="−5</b> <b>0</b> <b>0").counters[0]
    assert (views.value, views.raw, views.absent_reason) == (None, "−5", "unreadable")


def test_numbers_in_the_body_are_no_counters(article):
    found = article(
        "<p>Питер Сауэр (Pjotr Sauer)</p><p>The body begins here and goes on.</p><p>12</p><p>5</p><p>7</p><p>End.</p>",
        counters=None,
    )
    assert set(counted(found).values()) == {None}
    assert found.body == ["The body begins here and goes on.", "12", "5", "7", "End."]


def test_a_date_may_stand_in_one_line_with_the_counters(article):
    line = "<div><time>21.07.2025 10:52</time> <span>983</span> <span>0</span> <span>7</span></div>"
    found = article(f"{line}{BODY}", counters=None)
    assert counted(found) == {"views": 983, "comments": 0, "rating": 7}
    assert found.published_at.isoformat() == "2025-07-21T07:52:00+00:00"
    assert found.body == ["A first paragraph of the body.", "A second paragraph of the body."]


@given(st.lists(st.sampled_from([*STEMS, "s", "ed", "ы", " ", "-", "Re", "983"]), max_size=5).map("".join))
def test_words_for_counters_are_told_as_by_their_patterns(text):
    for spelt in (text, text.upper(), text.capitalize()):
        assert names_one(spelt) == any(pattern.search(spelt) for _, pattern in WORDS)


def test_every_word_for_a_counter_has_its_stem():
    alternatives = "|".join(pattern.pattern for _, pattern in WORDS).replace("\\b", "").replace("s?", "").split("|")
    assert all(any(stem in word for stem in STEMS) for word in alternatives)


@pytest.mark.parametrize(
    "markup",
    [
        "<ul><li title=Views><i></i> 1</li><li title=Comments><i></i> <b>304</b></li>"
        "<li title=Rating><a><i></i></a><b><i>263</i></b><a><i></i></a></li></ul>",
        "<div><time>05.09.2025 10:00</time> — 8 min read</div><div><b>1</b><b>304</b><b>263</b></div>",
        "<div>05.09.2025 10:00 · <i>8 min</i></div><p>Views: 1</p><p>Comments: 304</p><p>Rating: 263</p>",
        "<div><i><b>1</b> views</i> <i><b>304</b> comments</i> <i><b>263</b> rating</i></div>",
        "<p>In</p><p><a href=/news/>Navy</a></p><div>Post Views: 1</div><div>304</div><div>263</div>",
        "<div><mat-icon>visibility</mat-icon><b>1</b></div><div><mat-icon>star</mat-icon><b>304</b></div>"
        "<div><mat-icon>edit</mat-icon><b>263</b></div>",
    ],
    ids=[
        "icons and votes beside",
        "a reading time",
        "minutes alone",
        "words behind",
        "a section before",
        "a font's icons",
    ],
)
def test_what_stands_beside_counters_is_none_of_them(article, markup):
    found = article(markup + BODY, counters=None)
    assert counted(found) == {"views": 1, "comments": 304, "rating": 263}
    assert (found.subtitle, found.lead) == (None, None)


@pytest.mark.parametrize(
    "markup",
    [
        "<div><i><b></b> views</i> <i><b>304</b> comments</i> <i><b>263</b> rating</i></div>",
        "<div><span><i></i><em></em></span><a href=#><i></i><em>304</em></a><span><i></i><em>263</em></span></div>",
        "<div><span>Просмотров:</span> <b></b></div><div><div>304</div></div><div><div>263</div></div>",
    ],
    ids=["words behind", "elements of two kinds", "a word alone"],
)
def test_an_empty_place_is_absent_and_takes_no_other_counters_number(article, markup):
    assert counted(article(markup + BODY, counters=None)) == {"views": None, "comments": 304, "rating": 263}


def test_icons_before_the_numbers_say_which_one_is_missing(article):
    icon = '<span role="img" aria-label="{}">{}</span>'
    icons = [icon.format(*each) for each in (("Просмотры", "👁"), ("Комментарии", "💬"), ("Рейтинг", "★"))]
    found = article(f"<div>{icons[0]} {icons[1]}1 {icons[2]}+12</div>{BODY}", counters=None)
    assert counted(found) == {"views": None, "comments": 1, "rating": 12}


def test_icons_behind_the_numbers_are_not_taken_for_those_of_the_next(article):
    icon = '<span role="img" aria-label="{}">{}</span>'
    icons = [icon.format(*each) for each in (("Просмотры", "👁"), ("Комментарии", "💬"), ("Рейтинг", "★"))]
    found = article(f"<div>983{icons[0]} 4{icons[1]} 12{icons[2]}</div>{BODY}", counters=None)
    assert counted(found) == {"views": 983, "comments": 4, "rating": 12}


@pytest.mark.parametrize("item", ["<li><b>{}</b> {}</li>", "<li><b>{}</b><br>{}</li>", "<p><b>{}</b> {}</p>"])
def test_a_missing_number_before_its_word_is_not_the_next_one(article, item):
    items = "".join(item.format(*each) for each in (("", "просмотров"), ("1", "комментариев"), ("+12", "рейтинг")))
    found = article(f"<ul>{items}</ul>{BODY}" if "<li" in item else items + BODY, counters=None)
    assert counted(found) == {"views": None, "comments": 1, "rating": 12}


def test_counters_in_a_table_of_details_with_the_date(article):
    cells = {"Publication date": "07.09.2025 10:00", "Views": "983", "Comments": "0", "Rating": "7"}
    rows = "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in cells.items())
    found = article(f"<table>{rows}</table>{BODY}", counters=None)
    assert counted(found) == {"views": 983, "comments": 0, "rating": 7}
    assert found.published_at.isoformat() == "2025-09-07T07:00:00+00:00"


def values(article, markup):
    return tuple(counted(article(markup + BODY, counters=None)).values())


@pytest.mark.parametrize(
    ("text", "wanted", "precision"),
    [
        ("12 тыс. просмотров", (12000, None, None), 1000),
        ("1,2\u00a0тыс.\u00a0просмотров", (1200, None, None), 100),
        ("1 млн просмотров", (1000000, None, None), 1000000),
        ("2 thousand views", (2000, None, None), 1000),
        ("15 тыс. комментариев", (None, 15000, None), 1000),
        ("<b>15</b> <i>тыс. комментариев</i>", (None, 15000, None), 1000),
        ("Просмотров: 12 тыс.", (12000, None, None), 1000),
        ("983 просмотра", (983, None, None), None),
        ("1 234 total views", (1234, None, None), None),
    ],
)
def test_a_unit_before_the_word_belongs_to_the_number(article, text, wanted, precision):
    found = article(f"<p>{text}</p>{BODY}", counters=None)
    assert tuple(counted(found).values()) == wanted
    assert [each.precision for each in found.counters if each.value is not None] == [precision]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10 сентября, 12 просмотров", (12, None, None)),
        ("2025 год: 12 просмотров", (None, None, None)),
        ("Рейтинг армий 2025", (None, None, None)),
        ("2025 рейтинг армий", (None, None, None)),
        ("5 ответов на главные вопросы", (None, None, None)),
        ("5 оценок экспертов", (None, None, None)),
        ("12 комментариев к статье", (None, 12, None)),
        ("12 новых комментариев", (None, None, None)),
        ("983 просмотра за сутки", (None, None, None)),
        ("Просмотры за сутки: 15", (None, None, None)),
        ("Просмотры за сутки: 15 | Просмотры: 983", (983, None, None)),
        ("Просмотры: 15 | Просмотры: 983", (None, None, None)),
        ("Место в рейтинге: 12", (None, None, None)),
        ("Ваша оценка: 5", (None, None, None)),
        ("Голосов: 12", (None, None, None)),
        ("Проголосовало: 200", (None, None, None)),
        ("Рейтинг: 4 | Голосов: 12", (None, None, 4)),
        ("Просмотры - 983 | Рейтинг - 5", (983, None, 5)),
        ("<b>983</b> <b>5</b> Голосов: <b>12</b>", (None, None, None)),
        ("Просмотров: 983 <b>5</b> Голосов: <b>12</b>", (983, None, None)),
        ('<b title="Просмотры">983</b> <b title="Комментарии">5</b> <b title="Всего голосов 9">+7</b>', (983, 5, 7)),
    ],
)
def test_a_number_of_something_else_is_no_counter(article, text, wanted):
    assert values(article, f"<p>{text}</p>") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("12K views · 3 comments · 5 likes", (12000, 3, 5)),
        ("983 просмотра|5 комментариев", (983, 5, None)),
        ("983 просмотра, 5 комментариев", (983, 5, None)),
        ("983 просмотра 5 комментариев", (983, 5, None)),
        ("Просмотров: 1 234 / Комментариев: 5", (1234, 5, None)),
        ("Просмотров: 12 тыс. Комментариев: 5 Рейтинг: −7", (12000, 5, -7)),
        ("05.09.2025 10:00 · 12 просмотров · 5 комментариев", (12, 5, None)),
        ("👁 983 💬 0 👍 7", (983, 0, 7)),
        ("👁 💬 1 👍 +12", (None, 1, 12)),
        ("983 👁 4 💬 7 👍", (983, 4, 7)),
        ("💬 12 👁 983", (983, 12, None)),
        ("💬 12 · 👁 983", (983, 12, None)),
        ("8 min read · 983 views", (983, None, None)),
        ("▲ 5 ▼", (None, None, None)),
        ("Комментарии (5)", (None, 5, None)),
        ("Комментарии [10 436]", (None, 10436, None)),
        ("Комментариев: нет", (None, None, None)),
        ("Просм.: 2381<br>Комм.: 5<br>Рейт.: 1", (2381, 5, 1)),
        ("Просмотров: 983<br>Нет комментариев<br>Рейтинг: 7", (983, None, 7)),
    ],
)
@pytest.mark.parametrize("tag", ["p", "div"])
def test_several_counters_in_one_text(article, tag, text, wanted):
    found = article(f"<{tag}>{text}</{tag}>{BODY}", counters=None)
    assert tuple(counted(found).values()) == wanted
    assert found.lead is None
    assert found.subtitle is None or text == "▲ 5 ▼"


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        (
            '<p><i class="fa fa-comments"></i> 12 <i class="fa fa-eye"></i> 983 <i class="fa fa-star"></i> 7</p>',
            (983, 12, 7),
        ),
        (
            '<p>12 <i class="fa fa-eye"></i> 983 <i class="fa fa-comments"></i> 7 <i class="fa fa-star"></i></p>',
            (12, 983, 7),
        ),
        (
            '<div><span class="comments">12</span><span class="views">983</span><span class="rating">7</span></div>',
            (983, 12, 7),
        ),
        ('<div><span class="post-views">983</span><span class="postRating">7</span></div>', (983, None, 7)),
        ('<div><span class="views">983</span><b>0</b><b>7</b></div>', (983, 0, 7)),
        ('<div><b>983</b><span class="views">0</span><b>7</b></div>', (None, None, None)),
        ('<div><b class="reviews">1</b><b class="overviews">2</b><b class="x">3</b></div>', (1, 2, 3)),
        ('<div><b class="views a">1</b><b class="views b">2</b><b class="views c">3</b></div>', (1, 2, 3)),
        (
            '<div><i class="i-comm"></i><b>12</b><i class="i-look"></i><b>983</b><i class="i-vote"></i><b>7</b></div>',
            (983, 12, 7),
        ),
        (
            '<ul><li><svg><use href="#chat"/></svg><b>12</b></li><li><svg><use href="#eye"/></svg><b>983</b></li></ul>',
            (983, 12, None),
        ),
        ('<p><i title="Comments"></i> 12 <i title="Views"></i> 983 <i title="Rating"></i> 7</p>', (983, 12, 7)),
        ("<ul><li>👁 983</li><li>💬 12</li><li>👍 7</li></ul>", (983, 12, 7)),
        ("<ul><li>💬 12</li><li>👁 983</li></ul>", (983, 12, None)),
        (
            "<ul><li class=comments><svg></svg><b>12</b></li><li class=views><i></i> <b>983</b></li>"
            "<li class=rating><b>7</b></li></ul>",
            (983, 12, 7),
        ),
        ("<p><svg></svg> 983 <svg></svg> 12 <svg></svg> 7</p>", (983, 12, 7)),
        ('<p><svg class="comm"></svg>12<svg class="eye"></svg>983</p>', (983, 12, None)),
        ('<div><span class="rating">983</span></div>', (None, None, None)),
        ('<div><i class="icon-eye"></i> 983</div>', (983, None, None)),
        ('<div><svg><use href="#chat"/></svg><b>12</b></div>', (None, 12, None)),
        ('<div><i class="fa fa-star"></i> 7</div>', (None, None, None)),
        ('<div><i class="fa fa-eye" title="Сейчас читают"></i> 7</div>', (None, None, None)),
        ('<div><span class="comments">12</span><span title="Views">983</span></div>', (983, 12, None)),
    ],
)
def test_classes_and_icons_are_believed_before_the_order(article, markup, wanted):
    assert values(article, markup) == wanted


@pytest.mark.parametrize("number", ["{}", "<b>{}</b>"])
@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ((("Просмотры", ""), ("Комментарии", "1"), ("Рейтинг", "+12")), (None, 1, 12)),
        ((("Комментарии", "13"), ("Просмотры", "983"), ("Рейтинг", "+12")), (983, 13, 12)),
        ((("", "983"), ("", "13"), ("", "+12")), (983, 13, 12)),
    ],
)
def test_a_drawing_may_have_its_title_in_it(article, cells, wanted, number):
    drawing = "<svg viewBox='0 0 16 16'><title>{}</title><path d='M0 0'/></svg>"
    inside = "".join(f"<li>{drawing.format(name)} {number.format(n) if n else ''}</li>" for name, n in cells)
    assert values(article, f"<ul>{inside}</ul>") == wanted


EYE, BUBBLE, STAR = (f'<i aria-label="{word}"></i>' for word in ("Просмотры", "Комментарии", "Рейтинг"))


@pytest.mark.parametrize(
    ("printed", "wanted"),
    [
        (("33.871", "512", "19"), (None, 512, 19)),
        (("33.871", "1.512", "19"), (33871, 1512, 19)),
        (("1.033.871", "512", "19"), (1033871, 512, 19)),
        (("33'871", "512", "19"), (33871, 512, 19)),
        (("33’871", "512", "19"), (33871, 512, 19)),
    ],
)
def test_a_stop_between_thousands_is_read_where_it_can_be_nothing_else(article, printed, wanted):
    row = "".join(f"<p>{icon} {text}</p>" for icon, text in zip((EYE, BUBBLE, STAR), printed, strict=True))
    found = article(f"<div>{row}</div><h3>A subtitle</h3>{BODY}", counters=None)
    assert tuple(counted(found).values()) == wanted
    assert found.subtitle == "A subtitle"
    assert found.counters[0].raw == printed[0]


JOOMLA = (
    "<ul class=actions><li><a href='?print=1'><img src=/media/print.png alt=Печать></a></li>"
    "<li><a href='/mailto'><img src=/media/email.png alt=E-mail></a></li></ul>"
    "<dl class=article-info><dt class=article-info-term>Подробности</dt>{more}"
    "<dd>Категория: <a href=/avia>Авиация</a></dd><dd class=published>Опубликовано: 5 сентября 2025 10:00</dd>"
    "<dd class=hits>Просмотров: 118</dd><dd>Комментариев: нет</dd><dd>Рейтинг: −1</dd></dl>"
    "<p><img src=/file/img/uts-800.jpg></p>"
)


@pytest.mark.parametrize(
    ("more", "authors"), [("", []), ("<dd class=createdby>Автор: Иван Иванов</dd>", ["Иван Иванов"])]
)
def test_a_list_of_details_below_the_heading(article, more, authors):
    text = "<p>A first paragraph of the body.</p><p>A second paragraph of the body.</p>"
    found = article(JOOMLA.format(more=more) + text, counters=None)
    assert counted(found) == {"views": 118, "comments": None, "rating": -1}
    assert (found.subtitle, found.lead, len(found.body)) == (None, None, 2)
    assert found.published_at.isoformat() == "2025-09-05T07:00:00+00:00"
    assert found.image.url.endswith("uts-800.jpg")
    assert [author.name for author in found.authors] == authors


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (
            "<div><span aria-label='Просмотры: 2 560'>2&#8201;560</span> <span aria-label='Комментарии: 6'>6</span>"
            " <span aria-label='Рейтинг: −3'>−3</span></div>",
            (2560, 6, -3),
        ),
        (
            "<div><b title='Просмотры'>2560</b><b title='Комментарии'>6</b><b title='Рейтинг'>0</b></div>",
            (2560, 6, 0),
        ),
        ("<div>2560</div><div>6</div><div>0</div>", (None, None, None)),
        ("<p>2 560 6 −3</p>", (None, None, None)),
    ],
    ids=["labels", "titles", "unnamed", "one text"],
)
def test_numbers_behind_the_text_are_no_paragraphs_and_counters_where_they_are_named(article, row, wanted):
    text = "<p>A first paragraph of the body.</p><p>A second paragraph of the body.</p>"
    found = article(text + row, counters=None)
    assert tuple(counted(found).values()) == wanted
    assert found.body == ["A first paragraph of the body.", "A second paragraph of the body."]


def test_counters_above_the_text_are_believed_before_those_behind_it(article):
    found = article(BODY + "<p><b title='Просмотры'>5</b></p>")
    assert counted(found)["views"] == 983


@pytest.mark.parametrize(
    "line",
    [
        "<span>Опубликовано <a><time>05.09.2025</time></a></span> <span><a href='#c'>3 комментария</a></span>",
        "<span class=comments-link><a href='#c'>3 комментария</a></span>",
        "Комментариев: 3",
    ],
)
def test_the_comments_may_be_the_only_counter(article, line):
    found = article(f"<div>{line}</div>{BODY}", counters=None)
    assert counted(found) == {"views": None, "comments": 3, "rating": None}


STATS = '<span aria-label="1,2 тыс. просмотров">1,2 тыс.</span><span aria-label="рейтинг −4">−4</span>'


@pytest.mark.parametrize(
    "line",
    [
        f"<div><span>5 сентября 2025 г., 09:00</span>{STATS}<span>3 мин</span></div>",
        f"<div>{STATS} <i>—</i> <span>3 мин чтения</span></div>",
        f"<div><span>Время чтения: 3 мин.</span>{STATS}<span>5 сентября 2025 г., 09:00</span></div>",
    ],
    ids=["behind", "behind a dash", "before"],
)
def test_a_reading_time_may_be_an_element_beside_the_counters(article, line):
    assert counted(article(line + BODY, counters=None)) == {"views": 1200, "comments": None, "rating": -4}


def test_how_many_are_reading_now_is_no_views(article):
    now = "<span><i class=eye></i>Сейчас читают: 12</span>"
    assert counted(article(f"<div>{now}</div>{BODY}")) == {"views": 983, "comments": 0, "rating": 7}
    line = f"<span>7 сентября, 07:30</span><span>Время чтения: 2 мин.</span>{now}<span>5 комментариев</span>"
    found = article(f"<div>{line}</div>{BODY}", counters="")
    assert counted(found) == {"views": None, "comments": 5, "rating": None}
    assert (found.subtitle, found.lead) == (None, None)


@pytest.mark.parametrize("label", ["Views now", "Сейчас просмотров", "Сейчас смотрят"])
def test_nor_is_any_other_number_of_this_moment(article, label):
    found = article(f"<p>{label}: 12</p><p>Comments: 5</p>{BODY}", counters="")
    assert counted(found) == {"views": None, "comments": 5, "rating": None}


@pytest.mark.parametrize(
    "line",
    [
        "Опубликовано: 7 сентября 2025, 10:05<br>Обновлено: 7 сентября 2025, 13:06",
        "Мероприятие: 15.09.2026 10:00 – 20.09.2026 18:00",
        "Обновлено: 7 сентября 2025, 13:06<br>Опубликовано: 7 сентября 2025, 10:05",
        "Когда: 15.09.2026",
    ],
)
def test_counters_may_stand_behind_a_line_of_times(article, line):
    numbers = "<ul><li title=Просмотры>12,4К</li><li title=Комментарии>–</li><li title=Рейтинг>−1,1 тыс.</li></ul>"
    found = article(f"<p>{line}</p>{numbers}{BODY}", counters=None)
    assert counted(found) == {"views": 12400, "comments": None, "rating": -1100}
    assert reasons(found)["comments"] == "empty"
    assert (found.subtitle, found.lead) == (None, None)


def test_counters_may_stand_behind_other_details(article):
    details = {"Date": "07.09.2025 16:20", "Section": "<a href=/news/sea/>Navy</a>", "Views": 640, "Comments": "—"}
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in {**details, "Rating": 0}.items())
    found = article(f"<dl>{listed}</dl>{BODY}", counters=None)
    assert counted(found) == {"views": 640, "comments": None, "rating": 0}


def test_a_line_of_author_time_and_views(article):
    line = "Автор: <a href=/user/admin/>admin</a> от 07-09-2025, 08:42, посмотрело: 3811"
    found = article(f"<div><span>{line}</span></div>{BODY}", counters=None)
    assert counted(found) == {"views": 3811, "comments": None, "rating": None}
    assert (found.published_at.isoformat(), found.subtitle) == ("2025-09-07T05:42:00+00:00", None)


@pytest.mark.parametrize(("style", "rating"), [("width:80%", None), ("width:33%", 80), ("color:red", 80)])
def test_a_number_that_is_drawn_as_a_bar_is_no_points(article, style, rating):
    stars = f'<ul class="stars"><li class="rating" style="{style}">80</li></ul>'
    found = article(f"<p>Просмотров: 3811</p><div>{stars}</div>{BODY}", counters=None)
    assert counted(found) == {"views": 3811, "comments": None, "rating": rating}


NAMED = "<li title=Comments>3</li><li title=Rating>19</li>"


@pytest.mark.parametrize("name", ["Поделились", "Bookmarks", "Shared"])
def test_a_number_of_something_else_among_named_ones_is_no_counter(article, name):
    found = article(f"<ul><li title={name}>18</li>{NAMED}</ul>{BODY}", counters=None)
    assert counted(found) == {"views": None, "comments": 3, "rating": 19}
    eye = "<li><img alt=eye>18</li>"
    assert counted(article(f"<ul>{eye}{NAMED}</ul>{BODY}", counters=None))["views"] == 18


def test_a_line_of_time_and_views(article):
    found = article(f"<div><a href=/user/7/>admin</a> | 07-09-2025, 08:42 | Views: 3811</div>{BODY}", counters=None)
    assert counted(found) == {"views": 3811, "comments": None, "rating": None}
    assert (found.published_at.isoformat(), found.subtitle) == ("2025-09-07T05:42:00+00:00", None)


OTHERS = {"comments": 3, "rating": 19}


@pytest.mark.parametrize(
    "numbers",
    [
        "<ul><li title=Subscribers>18</li><li title=Comments>3</li><li title=Rating>19</li></ul>",
        "<div><svg><use href=/s.svg#share></use></svg><b>18</b><svg><use href=/s.svg#comment></use></svg><b>3</b>"
        "<svg><use href=/s.svg#like></use></svg><b>19</b></div>",
        "<p>🔖 18 💬 3 👍 19</p>",
        "<dl><dt>Подписчики</dt><dd>18</dd><dt>Комментарии</dt><dd>3</dd><dt>Рейтинг</dt><dd>19</dd></dl>",
        "<div><div>Скачивания</div><div>18</div></div><div><div>Комментарии</div><div>3</div></div>"
        "<div><div>Рейтинг</div><div>19</div></div>",
        "<div><div>Просмотры за день</div><div>18</div></div><div><div>Комментарии</div><div>3</div></div>"
        "<div><div>Рейтинг</div><div>19</div></div>",
        "<p>15.08.2025 11:20 <img alt=Голосов:> 18 <img alt=Комментариев:> 3 <img alt=Рейтинг:> 19</p>",
        "<ul><li>Поделились 18</li><li>Комментариев 3</li><li>Рейтинг +19</li></ul>",
        "<dl><dd>Обновлений: 18</dd><dd>Комментариев: 3</dd><dd>Рейтинг: 19</dd></dl>",
    ],
    ids=[
        "a title",
        "a drawing",
        "a symbol",
        "a term",
        "a line above",
        "of a day",
        "votes",
        "a word",
        "a word and a colon",
    ],
)
def test_what_is_named_otherwise_is_no_counter_by_its_place(article, numbers):
    found = article(numbers + BODY, counters=None)
    assert counted(found) == {"views": None, **OTHERS}
    assert (found.subtitle, found.lead) == (None, None)


def test_votes_in_the_title_of_a_rating_leave_it_one(article):
    found = article(f"<p><b>9</b> <b title=Comments>8</b> <b title='Votes: 12'>7</b></p>{BODY}", counters=None)
    assert counted(found) == {"views": 9, "comments": 8, "rating": 7}
