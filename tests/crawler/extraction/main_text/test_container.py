"""The main text of pages made up for these tests: what an article is told by, and what is left out of it."""

import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extraction.flow import read_flow
from crawler.extraction.main_text.container import Said, main_text

TITLE = "A story about a bridge"
LONG = "The bridge was closed again this morning, said paragraph {}, and nobody on either bank could tell for how long."
PARAGRAPHS = [LONG.format(n) for n in range(1, 7)]
P = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)


def text_of(body, description="", article_body=""):
    flow = read_flow(LexborHTMLParser(f"<html><body>{body}</body></html>"))
    return main_text(flow, Said((TITLE,), description, article_body))


def body_of(html, **said):
    return [block.text for block in text_of(html, **said).body]


def test_nothing_is_found_where_there_is_no_prose():
    assert body_of("<ul><li><a href=/a>One</a></li><li>Two</li></ul>") == []
    assert text_of("").weight == 0


@pytest.mark.parametrize(
    "page",
    [
        f"<h1>{TITLE}</h1><div>{P}</div>",
        f"<h1>{TITLE}</h1>{P}",
        f"<div class=ads-helper><h1>{TITLE}</h1><div class=promo>{P}</div></div>",
        f"<form id=aspnetForm><h1>{TITLE}</h1><div>{P}</div></form>",
        f"<h1>{TITLE}</h1>" + "".join(f"<div class=widget><div><p>{text}</p></div></div>" for text in PARAGRAPHS),
        f"<h1>{TITLE}</h1><div>" + "<br><br>".join(PARAGRAPHS) + "</div>",
        f"<h1>{TITLE}</h1><table><tr><td>{'<br><br>'.join(PARAGRAPHS)}</td></tr></table>",
    ],
    ids=["an element", "none", "called furniture", "a form", "one each", "line breaks", "a cell"],
)
def test_paragraphs_are_found_whatever_holds_them(page):
    assert body_of(page) == PARAGRAPHS


@pytest.mark.parametrize(
    "around",
    [
        f"<nav>{LONG.format(91)}</nav>",
        f"<div class=sidebar><p>{LONG.format(92)}</p></div>",
        f"<div id=comments><div class=comment-body><p>{LONG.format(93)}</p><p>{LONG.format(94)}</p></div></div>",
        "".join(f"<div class=card><div><p>{LONG.format(n)}</p></div></div>" for n in range(200, 209)),
        f"<p><a href=/other>{LONG.format(95)}</a></p>",
        f"<footer><p>{LONG.format(96)}</p></footer>",
    ],
    ids=["nav", "sidebar", "comments", "cards", "a link", "footer"],
)
def test_prose_around_the_article_is_left_out(around):
    assert body_of(f"<div><h1>{TITLE}</h1><div class=text>{P}</div>{around}</div>") == PARAGRAPHS


@pytest.mark.parametrize(
    "inside",
    [
        "<figure><img src=a.jpg><figcaption>The bridge. Photo: N. N.</figcaption></figure>",
        "<div><img src=a.jpg><span>The bridge in winter, as seen from the north</span></div>",
        "<p>Read more: <a href=/other>Another story about another bridge</a></p>",
        "<p>Читайте также: <a href=/other>Другая новость о другом мосте</a></p>",
        "<h3>See also</h3><ul><li><a href=/a>One other story</a></li><li><a href=/b>And one more</a></li></ul>",
        "<div class=related-articles><p>" + LONG.format(90) + "</p></div>",
        "<p>Advertisement</p>",
        "<div class=newsletter><p>Every morning the news of the day in your inbox, free of charge, for ever.</p></div>",
        "<fact-box><p>" + LONG.format(91) + "</p></fact-box>",
    ],
    ids=["figure", "caption", "pointer", "Russian", "links", "related", "advert", "newsletter", "custom tag"],
)
def test_what_stands_in_an_article_and_is_not_of_it_is_left_out(inside):
    middle = "".join(f"<p>{text}</p>" for text in PARAGRAPHS[3:])
    start = "".join(f"<p>{text}</p>" for text in PARAGRAPHS[:3])
    assert body_of(f"<h1>{TITLE}</h1><div>{start}{inside}{middle}</div>") == PARAGRAPHS


@pytest.mark.parametrize(
    ("inside", "kept"),
    [
        ("<h2>On the other bank</h2>", "On the other bank"),
        ("<p>Silence.</p>", "Silence."),
        ("<blockquote>»Nobody told us.«</blockquote>", "»Nobody told us.«"),
        ("<ul><li>A first thing</li><li>A second thing</li></ul>", "A second thing"),
        ("<p>The <a href=/m>mayor of the town</a> said nothing.</p>", "The mayor of the town said nothing."),
    ],
)
def test_short_lines_between_paragraphs_are_kept(inside, kept):
    body = body_of(f"<h1>{TITLE}</h1><div>{P}{inside}{P.replace('paragraph', 'second part')}</div>")
    assert kept in body
    assert len(body) > 12


def test_an_article_ends_with_its_last_paragraph_and_what_stands_beside_it():
    tail = "<p>(a news agency)</p><div class=buttons>Print Mail</div><h4>Comments</h4>"
    assert body_of(f"<h1>{TITLE}</h1><div>{P}{tail}</div>") == [*PARAGRAPHS, "(a news agency)"]


def test_title_date_and_byline_above_the_first_paragraph_are_not_body():
    head = f"<h1>{TITLE}</h1><div>1 September 2025, 10:00</div><div>By Jane Doe</div>"
    assert body_of(f"<div>{head}{P}</div>") == PARAGRAPHS


LEAD = "What the closing of a bridge means for a town. And for the people in it."


@pytest.mark.parametrize(
    ("page", "description"),
    [
        (f"<div class=lead>{LEAD}</div><div class=text>{P}</div>", ""),
        (f"<header><p>{LEAD}</p></header><div class=text>{P}</div>", LEAD[:60]),
        (f"<div class=text><p><b>{LEAD}</b></p>{P}</div>", LEAD + ".."),
        (f"<div class=text><p class=article__standfirst>{LEAD}</p>{P}</div>", ""),
    ],
    ids=["named", "described", "bold", "named inside"],
)
def test_a_lead_that_markup_sets_apart_is_no_body(page, description):
    found = text_of(f"<h1>{TITLE}</h1>{page}", description)
    assert ([block.text for block in found.lead], [block.text for block in found.body]) == ([LEAD], PARAGRAPHS)


def test_a_single_sentence_set_apart_is_the_subtitle():
    found = text_of(
        f"<h1>{TITLE}</h1><div class=dek>What the closing of a bridge means for a town.</div><div>{P}</div>"
    )
    assert found.subtitle.text == "What the closing of a bridge means for a town."
    assert found.lead == []


def test_a_lead_that_the_body_repeats_is_said_once():
    assert text_of(f"<h1>{TITLE}</h1><div class=lead>{PARAGRAPHS[0]}</div><div>{P}</div>").lead == []


def test_a_first_paragraph_like_the_others_is_body_even_where_the_page_describes_itself_with_it():
    assert body_of(f"<h1>{TITLE}</h1><div>{P}</div>", description=PARAGRAPHS[0]) == PARAGRAPHS


def test_first_paragraphs_in_another_element_are_body_where_they_are_like_the_others():
    first = f"<div class=part><p>{LONG.format(70)}</p></div>"
    assert body_of(f"<h1>{TITLE}</h1>{first}<div class=part>{P}</div>") == [LONG.format(70), *PARAGRAPHS]


def test_what_the_json_ld_does_not_have_is_struck_out_where_it_has_nearly_all():
    promotion = "<p>Try our paper for a month, and cancel whenever you like, without giving any reason to anybody.</p>"
    page = f"<h1>{TITLE}</h1><div>{P}{promotion}</div>"
    whole = " ".join(PARAGRAPHS).replace("'", "&#39;")
    assert len(body_of(page)) == 7
    assert body_of(page, article_body=whole) == PARAGRAPHS
    assert len(body_of(page, article_body=whole[: len(whole) // 2] + "x" * 300)) == 7
    assert len(body_of(page, article_body="too short to be whole")) == 7


def test_chinese_and_japanese_need_fewer_characters_for_a_paragraph():
    paragraphs = [f"第{n}段落では橋が今朝再び閉鎖されたことを伝えている。" for n in range(5)]
    page = f"<h1>{TITLE}</h1><div>" + "".join(f"<p>{text}</p>" for text in paragraphs) + "</div><p>お問い合わせ</p>"
    assert body_of(page) == paragraphs


@pytest.mark.parametrize(
    "page",
    [
        lambda n: f"<p>{LONG}</p>" * n,
        lambda n: "".join(f"<div class='c{i} comment'><p>{LONG}</p></div>" for i in range(n)),
        lambda n: f"<div><img src=a.jpg><p>{LONG}</p></div>" * n,
        lambda n: f"<ul>{f'<li><a href=/x>{LONG}</a></li>' * n}</ul><p>{LONG * 5}</p>",
        lambda n: "<div>" * 100 + f"<p>{LONG}</p>" * n + "</div>" * 100,
    ],
    ids=["paragraphs", "comments", "pictures", "links", "deep"],
)
def test_time_grows_no_faster_than_the_page(page):
    def cost(paragraphs):
        flow = read_flow(LexborHTMLParser(f"<html><body><h1>{TITLE}</h1>{page(paragraphs)}</body></html>"))
        started = time.thread_time()
        main_text(flow, Said((TITLE,)))
        return time.thread_time() - started

    few = min(cost(500) for _ in range(3))
    assert min(cost(2_000) for _ in range(3)) < 10 * few  # four times the page; sixteen would be its square


def test_elements_deeper_than_pythons_stack_are_read():
    assert body_of("<div>" * 1_500 + f"<h1>{TITLE}</h1>{P}" + "</div>" * 1_500) == PARAGRAPHS
