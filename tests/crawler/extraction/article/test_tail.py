"""Rights, original publication and mentions behind a text."""

import pytest

BODY = "<p>Питер Сауэр (Pjotr Sauer)</p><p>A first paragraph of the body.</p><p>A second one.</p><p>A third one.</p>"
CHINA, ROCKET = '<a href="/country/china/">China</a>', '<a href="/product/rocket/">Rocket</a>'
FLEET, YARD = '<a href="/tag/fleet/">Fleet</a>', '<a href="/tag/yard/">Yard</a>'


def mentions(article, inside):
    found = article(BODY, tail=f"<p>The news mentions</p>{inside}<p>Do you want to leave a comment?</p>").mentions
    return [(mention.name, mention.kind) for mention in found]


def test_a_line_may_say_the_kind_of_a_name_without_a_link(article):
    plane = '<a href="/library/9.html">Ил-38</a>'
    lines = f"<p>Страны: {CHINA}</p><p>Персоны: Дерюгин Павел, Ли Вэй</p><p>Техника: {plane}</p>"
    found = mentions(article, lines)
    assert [name for name, _ in found] == ["China", "Дерюгин Павел", "Ли Вэй", "Ил-38"]
    assert dict(found)["Ли Вэй"] == "person"


@pytest.mark.parametrize(
    ("logo", "holder"),
    [
        ('<a href="https://www.inosmi.example/"><img src="/logo.png"></a>', "inosmi.example"),
        ('<a href="https://www.inosmi.example/" title="InoSMI"><img src="/logo.png"></a>', "InoSMI"),
        ('<a href="/rights/"><img src="/logo.png"></a>', None),
    ],
    ids=["a link", "its title", "a link on the site"],
)
def test_the_holder_of_the_rights_may_be_where_a_logo_leads(read, logo, holder):
    page = f"<title>T (The Guardian, UK)</title><h1>T (The Guardian, UK)</h1>{BODY}"
    assert read(f"{page}<p>The rights to this material belong to {logo}</p>").article.rights_holder == holder


def test_the_original_may_say_when_it_was_published(article):
    line = '<a href="https://g.example/1">Original publication</a> Published 21.07.2025 10:00'
    assert article(BODY, tail=f"<p>{line}</p>").original_published_at.isoformat() == "2025-07-21T07:00:00+00:00"


def test_the_link_to_the_original_may_be_when_it_was_published(article):
    found = article(BODY, tail='<p>Original publication: <a href="https://g.example/1">18.07.2025</a></p>')
    assert found.original_url == "https://g.example/1"
    assert found.original_published_at.isoformat() == "2025-07-17T21:00:00+00:00"


ORIGINAL = '<a href="https://g.example/1">Original publication</a>'


@pytest.mark.parametrize(
    "tail",
    [f"<div>{ORIGINAL}<div>21.07.2025 10:00</div></div>", f"<div><p>{ORIGINAL}</p><p>21.07.2025 10:00</p></div>"],
)
def test_the_original_may_say_it_in_a_line_of_its_own(article, tail):
    assert article(BODY, tail=tail).original_published_at.isoformat() == "2025-07-21T07:00:00+00:00"


@pytest.mark.parametrize(
    "tail",
    [
        f"<div><p>{ORIGINAL}</p></div><div>21.07.2025 10:00</div>",
        f"<div>{ORIGINAL}<p>21.07.2025 10:00</p><p>The yard</p></div>",
        f"<div><p>{ORIGINAL}</p><p>Posted 21.07.2025 10:00</p></div>",
    ],
    ids=["in another element", "with more", "with a word of its own"],
)
def test_a_time_that_may_be_of_something_else_is_not_the_originals(article, tail):
    assert article(BODY, tail=tail).original_published_at is None


def test_mentions_may_be_a_line_without_links(article):
    names = "Finland, Republic of Korea, K9 Thunder"
    wanted = [("Finland", None), ("Republic of Korea", None), ("K9 Thunder", None)]
    assert mentions(article, f"<p>{names}</p>") == wanted
    labelled = article(BODY, tail=f"<p>The news mentions: {names}</p><p>Do you want to leave a comment?</p>")
    assert [(each.name, each.kind) for each in labelled.mentions] == wanted


@pytest.mark.parametrize("line", ["Comments (5)", "Write to us, we answer", "Send it, Share it, Print it.", "Finland"])
def test_a_line_that_may_be_anything_else_names_nobody(article, line):
    assert mentions(article, f"<p>{line}</p>") == []


def test_several_kinds_of_mentions_in_one_line(article):
    line = f"<p><em>Countries</em>: {FLEET}; <em>Products</em>: {YARD}</p>"
    assert mentions(article, line) == [("Fleet", "country"), ("Yard", "product")]


@pytest.mark.parametrize(
    "inside",
    [
        f"<div><div><b>Countries</b></div><div><b>Other</b></div></div><div><p>{CHINA}</p></div><div><p>{FLEET}</p></div>",
        f"<ul><li>Countries<ul><li>{CHINA}</li></ul></li><li>Unsorted<ul><li>{FLEET}</li></ul></li></ul>",
    ],
    ids=["in tabs", "in a tree"],
)
def test_a_kind_without_a_name_here_is_no_mention(article, inside):
    assert mentions(article, inside) == [("China", "country"), ("Fleet", None)]


def test_how_often_something_is_mentioned_is_no_name(article):
    assert mentions(article, f"<ul><li>{CHINA} <span>1234</span></li><li>{ROCKET}</li></ul>") == [
        ("China", "country"),
        ("Rocket", "product"),
    ]


def test_a_menu_behind_the_mentions_is_none_of_them(article):
    menu = '<div><div>Sections</div><ul><li><a href="/section/1/">Aviation</a></li></ul></div>'
    assert mentions(article, f"<h4>Countries</h4><p>{CHINA}</p>{menu}") == [("China", "country")]


STATEMENT = "The material is placed by the copyright holder in the public domain"


@pytest.mark.parametrize(
    ("line", "holder", "statement"),
    [
        (f": InoSMI. {STATEMENT}.", "InoSMI", f"{STATEMENT}."),
        (f" A. B. Print Ltd. {STATEMENT}", "A. B. Print Ltd", STATEMENT),
        (f" InoSMI; {STATEMENT.lower()}", "InoSMI", STATEMENT.lower()),
        (" A. B. Print Ltd.", "A. B. Print Ltd", None),
    ],
)
def test_holder_and_statement_may_stand_in_one_line(read, line, holder, statement):
    page = f"<title>T (The Guardian, UK)</title><h1>T (The Guardian, UK)</h1>{BODY}"
    found = read(f"{page}<p><b>The rights to this material belong to</b>{line}</p>").article
    assert (found.rights_holder, found.rights_statement) == (holder, statement)
