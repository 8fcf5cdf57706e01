"""Where an article's text begins and ends, and which boxes in it are none of it."""

import pytest

BYLINE = "<p>Питер Сауэр (Pjotr Sauer)</p>"
FIRST = "The bridge was closed again this morning, and nobody knew for how long it would stay so."
SECOND = "The ministry says that it has been opened at noon, but only for those who live beside it."
THIRD = "A commission will look at it next week."
BODY = [FIRST, SECOND, THIRD]
ELSEWHERE = '<a href="/news/7_x.html">Another bridge</a>'


def paragraphs(*lines):
    return "".join(f"<p>{line}</p>" for line in lines)


@pytest.mark.parametrize(
    "box",
    [
        f"<p>Read also: {ELSEWHERE}</p>",
        f"<p>Read also</p><p>{ELSEWHERE}</p>",
        f"<div><b>Read also</b><ul><li>{ELSEWHERE}</li><li>{ELSEWHERE}</li></ul></div>",
        f"<div><b>Read also</b><p>{ELSEWHERE}</p><p>What that one is about</p></div>",
        "<p>Advertisement</p>",
        "<div>Share</div>",
        '<div>Share <a href="https://vk.example/">VK</a></div>',
    ],
)
def test_a_box_takes_nothing_of_a_short_article_around_it(article, box):
    found = article(f"<div>{BYLINE}{paragraphs(FIRST, SECOND)}{box}{paragraphs(THIRD)}</div>")
    assert found.body == BODY
    assert [author.name for author in found.authors] == ["Питер Сауэр"]


@pytest.mark.parametrize(
    ("inside", "kept"),
    [
        ("<h3>Discussion</h3>", ["Discussion"]),
        ("<p><b>Discussion</b> of the bill took two hours.</p>", ["Discussion of the bill took two hours."]),
        (
            "<p>Original publication: the paper is kept in an archive.</p>",
            ["Original publication: the paper is kept in an archive."],
        ),
        ("<div><h4>Подписка на новости</h4><p>News by mail</p></div>", []),
    ],
    ids=["a subheading", "a sentence", "a sentence with a colon", "a box"],
)
def test_the_name_of_what_stands_behind_a_text_may_stand_in_it(article, inside, kept):
    found = article(BYLINE + paragraphs(FIRST) + inside + paragraphs(SECOND, THIRD))
    assert found.body == [FIRST, *kept, SECOND, THIRD]


def test_the_text_ends_before_a_discussion_that_nothing_follows(article):
    found = article(BYLINE + paragraphs(*BODY) + "<h3>Discussion</h3>" + paragraphs("I do not believe a word of it!"))
    assert found.body == BODY


@pytest.mark.parametrize(
    "rights",
    [
        "<section><h4>About this material</h4><p>The rights to this material belong to InoSMI</p></section>",
        "<table><tr><td>Posted</td><td>07.09.2025 10:00</td></tr>"
        "<tr><td>The rights to this material belong to</td><td>InoSMI</td></tr></table>",
    ],
    ids=["its heading", "the time of publication"],
)
def test_what_stands_in_one_element_with_the_rights_is_no_text(article, rights):
    note = "<p>*Performs the functions of a foreign agent</p>"
    found = article(f"{BYLINE}<div>{paragraphs(FIRST, SECOND, THIRD + ' Ivan Petrov* leads it.')}{note}</div>{rights}")
    assert found.body[-1] == THIRD + " Ivan Petrov* leads it."
    assert article(f"{BYLINE}<div>{paragraphs(*BODY)}</div>{rights}").body == BODY
    assert [footnote.subjects for footnote in found.footnotes] == [("Ivan Petrov",)]


def test_a_footnote_may_share_an_element_with_the_rights(article):
    note = "<p>*Performs the functions of a foreign agent</p>"
    end = f"<footer>{note}<p>The rights to this material belong to X</p></footer>"
    found = article(f"{BYLINE}<div>{paragraphs(FIRST, SECOND, THIRD + ' Ivan Petrov* leads it.')}</div>{end}")
    assert len(found.footnotes) == 1


@pytest.mark.parametrize(
    "line",
    [
        '<p><a href="/">Home</a> / <a href="/news/">Aviation</a></p>',
        '<p><a href="/tag/1/">Aviation</a>, <a href="/tag/2/">Tests</a></p>',
        "<p>▲ 12 ▼ 983</p>",
        "<p>© РИА Новости / Алексей Даничев</p>",
        "<p>Фото: ТАСС</p>",
    ],
)
def test_a_line_above_the_text_that_is_none_of_it_is_no_subtitle(article, line):
    found = article(f"{line}<h2>A subtitle of the article</h2>{BYLINE}{paragraphs(*BODY)}")
    assert (found.subtitle, found.lead, found.body) == ("A subtitle of the article", None, BODY)


def test_a_caption_is_no_paragraph(article):
    figure = '<figure><img src="/file/img/a.jpg"><figcaption>The bridge in the morning.</figcaption></figure>'
    assert article(BYLINE + paragraphs(FIRST) + figure + paragraphs(SECOND, THIRD)).body == BODY


def test_the_word_before_the_time_of_publication_goes_with_it(article):
    table = "<table><tr><td>Posted:</td><td>07.09.2025 10:00</td></tr></table>"
    found = article(f"<p><b>A lead. It has two sentences.</b></p>{table}{BYLINE}{paragraphs(*BODY)}")
    assert found.lead == "A lead. It has two sentences."
    assert found.published_at.isoformat() == "2025-09-07T07:00:00+00:00"


def test_a_letter_in_place_of_a_portrait_is_no_part_of_a_name(article):
    chip = '<div><span aria-hidden="true">P</span><span>Peter Sauer (Pjotr Sauer)</span></div>'
    assert [author.name for author in article(chip + paragraphs(*BODY)).authors] == ["Peter Sauer"]


def test_a_footnote_may_be_about_who_wrote_the_article(article):
    note = "<p>*Performs the functions of a foreign agent</p>"
    found = article(f"<p>Питер Сауэр* (Pjotr Sauer)</p>{paragraphs(*BODY)}{note}")
    assert [author.name for author in found.authors] == ["Питер Сауэр"]
    assert [footnote.subjects for footnote in found.footnotes] == [("Питер Сауэр",)]


TELEGRAM, VK = "https://t.me/share/url?url=x", "https://vk.com/share.php?url=x"


def test_how_often_an_article_was_shared_is_no_subtitle(article):
    shared = f'<li><a href="{TELEGRAM}"><b>Share on Telegram</b></a> <b>319</b></li><li><a href="{VK}">VK</a> 48</li>'
    found = article(f"<ul>{shared}</ul><h2>What it tells</h2>{BYLINE}{paragraphs(*BODY)}")
    assert (found.subtitle, found.lead, found.body) == ("What it tells", None, BODY)


@pytest.mark.parametrize(
    "paragraph",
    [
        f'<a href="{VK}">The group</a> has posted it.',
        '<a href="https://elsewhere.example/report">A report</a> 12',
        '<a href="/share/7">A link on the site</a>',
    ],
)
def test_a_paragraph_with_a_link_is_none_that_shares(article, paragraph):
    assert len(article(f"{BYLINE}{paragraphs(FIRST, paragraph, SECOND, THIRD)}").body) == 4


@pytest.mark.parametrize("called", ["visually-hidden", "sr-only", "screen-reader-text"])
def test_a_label_for_those_who_do_not_see_the_page_is_none_of_the_text(article, called):
    label = f'<div class="{called}">Изображение</div>'
    found = article(f"{label}<h2>What it tells</h2>{BYLINE}{paragraphs(*BODY)}")
    assert (found.subtitle, found.lead, found.body) == ("What it tells", None, BODY)


@pytest.mark.parametrize(
    "edit",
    [
        "Новость отредактировал: editor - 15-05-2022, 18:40<br>Причина: опечатка",
        "Последний раз редактировалось editor 08.09.2025 10:00",
        "Last edited by editor; 2025-09-07",
    ],
)
def test_who_last_changed_the_text_is_none_of_it(article, edit):
    note = "<p>*Performs the functions of a foreign agent</p>"
    found = article(f"{BYLINE}{paragraphs(FIRST, SECOND, THIRD + ' Ivan Petrov* leads it.')}{note}<div>{edit}</div>")
    assert found.body == [FIRST, SECOND, THIRD + " Ivan Petrov* leads it."]
    assert len(found.footnotes) == 1


@pytest.mark.parametrize("last", ["Updated rules are expected.", "Modified in 2019, the bridge has served since."])
def test_a_last_paragraph_on_what_was_changed_stays(article, last):
    assert article(f"{BYLINE}{paragraphs(*BODY, last)}").body == [*BODY, last]


MENTIONS = '<div><h4>The news mentions</h4><a href="/country/fi/">Finland</a></div>'
COMMENT = "<div><b>ivan 12.03.2026 14:02 #1</b><p>They said the same a year ago, and nothing came of it.</p></div>"


def test_what_follows_the_mentions_outside_of_the_text_is_none_of_it(article):
    assert article(f"<div>{BYLINE}{paragraphs(*BODY)}</div>{MENTIONS}{COMMENT * 2}").body == BODY


@pytest.mark.parametrize("parts", [([], BODY), ([FIRST], [SECOND, THIRD]), ([FIRST, SECOND], [THIRD])])
def test_the_mentions_take_nothing_of_a_text_that_they_stand_in(article, parts):
    above, below = parts
    assert article(f"<div>{BYLINE}{paragraphs(*above)}{MENTIONS}{paragraphs(*below)}</div>").body == BODY
