"""Subtitle, lead, byline, body and what stands around them."""

import pytest

BYLINE = "<p>Питер Сауэр (Pjotr Sauer)</p>"
BODY = "<p>A first paragraph of the body.</p><p>A second paragraph of the body.</p><p>A third one to end it.</p>"
PARAGRAPHS = ["A first paragraph of the body.", "A second paragraph of the body.", "A third one to end it."]


def test_the_order_of_the_seed_page(article):
    found = article(
        f"<p>A subtitle in one sentence</p><p>A lead. Of two sentences.</p><p>And a second block.</p>{BYLINE}{BODY}"
    )
    assert found.subtitle == "A subtitle in one sentence"
    assert found.lead == "A lead. Of two sentences.\nAnd a second block."
    assert [(each.name, each.name_original) for each in found.authors] == [("Питер Сауэр", "Pjotr Sauer")]
    assert found.body == PARAGRAPHS


@pytest.mark.parametrize(
    ("block", "subtitle", "lead"),
    [
        ("<p>One sentence.</p>", "One sentence.", None),
        ("<p>Two sentences. Here they are.</p>", None, "Two sentences. Here they are."),
        ("<h2>A heading. Of two sentences</h2>", "A heading. Of two sentences", None),
        ("", None, None),
    ],
)
def test_one_block_alone_before_the_byline(article, block, subtitle, lead):
    found = article(block + BYLINE + BODY)
    assert (found.subtitle, found.lead, found.body) == (subtitle, lead, PARAGRAPHS)


@pytest.mark.parametrize(
    ("first", "subtitle", "lead"),
    [
        ("<p>Set apart by nothing. So it is body.</p>", None, None),
        ("<p><b>Emphasised lead. Two sentences.</b></p>", None, "Emphasised lead. Two sentences."),
        ("<h2>A subtitle</h2>", "A subtitle", None),
        ("<blockquote>A quotation opens the body.</blockquote>", None, None),
        ("<div><p>In a container of its own. Two.</p></div>", None, "In a container of its own. Two."),
        ("<p class=lead>A class that the body lacks. Two.</p>", None, None),
    ],
)
def test_without_a_byline_a_lead_must_be_set_apart(article, first, subtitle, lead):
    found = article(first + BODY)
    assert (found.subtitle, found.lead, found.authors) == (subtitle, lead, [])
    assert found.body[-3:] == PARAGRAPHS


def test_a_class_counts_where_the_body_shares_one(article):
    body = BODY.replace("<p>", "<p class=text>")
    assert article("<p class=lead>A lead by its class. Two.</p>" + body).lead == "A lead by its class. Two."


@pytest.mark.parametrize("css", ["font-weight-bold", "fw-bold", "mb-3 font-semibold"])
def test_a_class_that_makes_a_paragraph_bold_sets_it_apart_where_the_others_have_none(article, css):
    found = article(f'<p class="{css}">A lead. Two sentences.</p>{BODY}')
    assert (found.lead, found.body) == ("A lead. Two sentences.", PARAGRAPHS)


@pytest.mark.parametrize("lead", ["<p><b>A lead. Two sentences.</b></p>", "<div>A lead. Two sentences.</div>"])
def test_a_subheading_that_opens_the_body_is_no_lead(article, lead):
    found = article(f"{lead}<h3>A subheading</h3>{BODY}")
    assert (found.lead, found.body) == ("A lead. Two sentences.", ["A subheading", *PARAGRAPHS])


def test_paragraphs_that_do_not_agree_set_nothing_apart(article):
    mixed = "<p>One of a kind. Two.</p><div>Other one.</div><section>Third one.</section><center>Fourth one.</center>"
    found = article(mixed)
    assert found.lead is None
    assert len(found.body) == 4


@pytest.mark.parametrize("css", ["", " class=text"])
@pytest.mark.parametrize("between", ["<div class=title>A subheading of it</div>", "<h3>A subheading of it</h3>"])
def test_a_body_in_two_elements_with_a_subheading_between_has_no_lead(article, css, between):
    first = f"<div{css}>One paragraph. Two sentences.<br><br>Another paragraph of it.</div>"
    found = article(first + between + f"<div{css}>{'<br><br>'.join(PARAGRAPHS)}</div>")
    wanted = ["One paragraph. Two sentences.", "Another paragraph of it.", "A subheading of it", *PARAGRAPHS]
    assert (found.subtitle, found.lead, found.body) == (None, None, wanted)


@pytest.mark.parametrize("signs", ["<p>33.871</p>", "<time>08:00</time>", "<p>1</p><p>08:00</p>"])
def test_a_number_or_a_clock_is_no_subtitle(article, signs):
    found = article(f"{signs}<h3>A subtitle</h3><p>A lead. Of two sentences.</p>{BYLINE}{BODY}")
    assert (found.subtitle, found.lead, found.body) == ("A subtitle", "A lead. Of two sentences.", PARAGRAPHS)


def test_paragraphs_each_in_an_element_of_their_own_agree(article):
    wrapped = "".join(f"<div><div>{text}</div></div>" for text in PARAGRAPHS)
    found = article(f"<section><div><div>A lead. Of two sentences.</div></div></section><article>{wrapped}</article>")
    assert (found.lead, found.body) == ("A lead. Of two sentences.", PARAGRAPHS)


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Submitted on 05.09.2025 10:00", "2025-09-05T07:00"),
        ("Published: 05.09.2025 10:00", "2025-09-05T07:00"),
        ("Опубликовано 05.09.2025 10:00", "2025-09-05T07:00"),
        ("Дата публикации: 05.09.2025 10:00", "2025-09-05T07:00"),
        ("Обновлено 05.09.2025 10:00", None),
    ],
)
def test_a_word_may_say_that_a_time_is_that_of_publication(article, line, published):
    at = article(f"<p>{line}</p>{BYLINE}{BODY}").published_at
    assert (at.strftime("%Y-%m-%dT%H:%M") if at else None) == published


def test_several_authors_in_lines_of_their_own(article):
    found = article("<p>Питер Сауэр (Pjotr Sauer)</p><p>Эндрю Рот (Andrew Roth)</p>" + BODY)
    assert [each.name for each in found.authors] == ["Питер Сауэр", "Эндрю Рот"]


def test_a_heading_of_two_words_is_no_byline(article):
    found = article("<p>Первый абзац новости.</p><h3>Северный Поток</h3><p>Второй абзац.</p><p>Третий абзац.</p>")
    assert found.authors == []
    assert found.body == ["Первый абзац новости.", "Северный Поток", "Второй абзац.", "Третий абзац."]


def test_footnotes_are_cut_from_the_tail_and_tied(article):
    found = article(
        BYLINE + BODY.replace("second", "second, says analyst Tatiana Stanovaya*,") + "<p>*Performs the functions</p>"
    )
    assert found.footnotes[0].subjects == ("Tatiana Stanovaya",)
    assert (found.footnotes[0].marker, found.footnotes[0].text) == ("*", "Performs the functions")
    assert len(found.body) == 3


def test_a_list_with_stars_at_the_end_is_no_footnote(article):
    assert article(BYLINE + BODY + "<p>* first item</p><p>* second item</p>").body[-2:] == [
        "* first item",
        "* second item",
    ]


def test_the_picture_with_its_credit(article):
    found = article(
        f'<img src="/file/img/a-k3v9x2qa-1753083600.t.jpg"><p>Image source: © РИА Новости</p>{BYLINE}{BODY}'
    )
    assert found.image.url == "https://vpk.name/file/img/a-k3v9x2qa-1753083600.t.jpg"
    assert (found.image.credit, found.image.uploaded_at.year) == ("© РИА Новости", 2025)
    assert found.subtitle is None


def test_rights_by_name_logo_or_not_at_all(read):
    def holder(inside):
        html = f"<title>T (The Guardian, UK)</title><h1>T (The Guardian, UK)</h1>{BYLINE}{BODY}"
        return read(
            html + f"<p>The rights to this material belong to {inside}</p>"
            "<p>The material is placed by the copyright holder in the public domain</p>"
        ).article

    assert holder("<a href=/x>InoSMI</a>").rights_holder == "InoSMI"
    assert holder('<a href=/x><img src="/logo.png" alt="InoSMI"></a>').rights_holder == "InoSMI"
    beside = '<a href=/x><img src="/logo.png" alt="InoSMI"></a><br>Original publication</p><p>Entry number 7'
    assert holder(beside).rights_holder == "InoSMI"
    assert holder("").rights_holder is None
    assert holder("").rights_statement == "The material is placed by the copyright holder in the public domain"


@pytest.mark.parametrize(
    ("inside", "date"),
    [
        ('<a href="https://g.example/1">Original publication</a>', None),
        (
            'Original publication: <a href="https://g.example/1">g.example</a> 21.07.2025 10:00',
            "2025-07-21T07:00:00+00:00",
        ),
        ('Original publication</p><p><a href="https://g.example/1">g.example</a>', None),
    ],
)
def test_the_original_publication(article, inside, date):
    found = article(BYLINE + BODY, tail=f"<p>{inside}</p>")
    assert found.original_url == "https://g.example/1"
    assert (found.original_published_at.isoformat() if found.original_published_at else None) == date


def test_mentions_by_path_or_heading_before_or_behind_the_article(article):
    links = (
        '<h4>The news mentions</h4><ul><li><a href="/country/x/">Китай</a></li>'
        '<li><a href="/tag/y/">Ракета</a></li></ul>'
        "<p>Do you want to leave a comment? Register and/or Log in</p>"
    )
    found = article(BYLINE + BODY, tail=links)
    assert [(each.name, each.kind) for each in found.mentions] == [("Китай", "country"), ("Ракета", None)]
    headed = (
        "<h4>The news mentions</h4><p>Countries</p><ul><li><a href='/1/'>Китай</a></li></ul>"
        "<p>Companies: <a href='/2/'>ОАК</a></p>"
    )
    assert [(each.name, each.kind) for each in article(BYLINE + BODY, tail=headed).mentions] == [
        ("Китай", "country"),
        ("ОАК", "company"),
    ]


def test_outbound_links_of_the_body_and_why_some_are_paid_for(article):
    links = (
        '<p>See <a href="https://a.example/1">one</a>, <a href="/news/2_x.html">own</a>,'
        ' <a rel="nofollow sponsored" href="https://b.example/">two</a>, <a href="https://c.example/?erid=1">three</a>.</p>'
    )
    found = article(BYLINE + BODY + links)
    assert [(link.url, link.rel, link.reason) for link in found.links] == [
        ("https://a.example/1", None, None),
        ("https://b.example/", "sponsored", "rel=sponsored"),
        ("https://c.example/?erid=1", "sponsored", "erid in the URL"),
    ]


@pytest.mark.parametrize(
    "words", ["Обсуждение проекта затянулось.", "Оригинал публикации утерян, пишет автор.", "Войти в историю."]
)
def test_a_paragraph_may_begin_with_the_words_of_a_label(article, words):
    assert words in article(BYLINE + BODY + f"<p>{words}</p>").body


def test_furniture_is_never_content(article):
    html = f"{BYLINE}<p>Share</p>{BODY}<p>Update</p><p>Войти</p>"
    assert article(html).body == PARAGRAPHS


def test_sections_and_buttons_in_links_are_no_subtitle(article):
    found = article(
        f'<p><a href="/army/">Армия</a></p><p><a href="#">Telegram</a></p><p>The subtitle</p>{BYLINE}{BODY}'
    )
    assert (found.subtitle, found.body) == ("The subtitle", PARAGRAPHS)
    assert article(f'<p><a href="/army/">Армия</a></p>{BODY}').body == PARAGRAPHS


def test_an_advertisement_goes_with_what_stands_in_its_box(article):
    box = '<div><div>Реклама</div><div><a href="https://shop.example/">Купить дрон</a></div></div>'
    found = article(BYLINE + BODY.replace("</p><p>A third", f"</p>{box}<p>A third"))
    assert (found.body, found.links) == (PARAGRAPHS, [])


def test_a_date_that_stands_in_the_body_is_not_the_articles(article):
    long = "<p>" + "A long first paragraph of the body that says this and that. " * 4 + "</p>"
    found = article(BYLINE + long + "<p>8 сентября 2025</p>" + BODY)
    assert found.published_at is None
    assert "8 сентября 2025" in found.body


def test_labels_that_only_line_breaks_part_are_each_read(read):
    rights = (
        '<p>The rights to this material belong to <a href="https://inosmi.example/">InoSMI</a>'
        "<br>The material is placed by the copyright holder in the public domain</p>"
    )
    found = read(f"<title>A test (The Guardian, UK)</title><h1>A test (The Guardian, UK)</h1>{BYLINE}{BODY}{rights}")
    assert found.article.rights_holder == "InoSMI"
    assert found.article.rights_statement == "The material is placed by the copyright holder in the public domain"


def test_paragraphs_parted_by_line_breaks_in_several_p_are_all_body(article):
    first = "<p>One of the body, with words.<br><br>Two of the body, with words.<br><br>Three of it, with words."
    second = "<ul><li>An item</ul><p>Four of the body, with words.<br><br>Five of the body, with words."
    assert article("<p><i>A lead. Of two sentences.</i>" + first + second).lead == "A lead. Of two sentences."


def test_a_picture_of_an_accelerated_page_has_its_credit(article):
    found = article(
        '<figure><amp-img src="/file/img/a.jpg"><noscript><img src="/file/img/a.jpg"></noscript></amp-img>'
        f"<figcaption>Image source: © РИА Новости</figcaption></figure>{BYLINE}{BODY}"
    )
    assert (found.image.url, found.image.credit) == ("https://vpk.name/file/img/a.jpg", "© РИА Новости")


def test_an_icon_that_says_a_counter_is_no_picture(article):
    icons = '<div><img src="/eye.gif" title="Views: 983"> <img src="/star.gif" title="Rating: 7"></div>'
    assert article(icons + BYLINE + BODY, counters=None).image is None


def test_a_date_in_a_table_above_the_heading_is_the_articles(read):
    found = read(
        "<title>A test of the reader</title><div><table><tr><td>21.07.2025 10:52</td></tr></table>"
        f"<h1>A test of the reader</h1>{BYLINE}{BODY}</div><p>Original publication</p>"
    )
    assert found.article.published_at.isoformat() == "2025-07-21T07:52:00+00:00"


@pytest.mark.parametrize(
    "behind",
    [
        '<div><a href="https://vk.com/share.php">VK</a><a href="https://t.me/share/url">Telegram</a></div>',
        '<p><a href="/news/">« К списку новостей</a></p>',
        '<div><a href="javascript:complain()">Сообщить об ошибке</a></div>',
    ],
)
def test_buttons_behind_an_empty_list_are_no_mentions(article, behind):
    assert article("<p>A body.</p><p>Its end.</p>", tail=f"<p>The news mentions</p>{behind}").mentions == []


def test_a_body_in_several_boxes_is_one(article):
    box = '<div class="part"><div class="text"><p>{} of the body.</p><p>More of it.</p></div></div>'
    lead = '<div class="intro"><div class="text"><p>A lead of its own. It has two sentences.</p></div></div>'
    boxes = box.format("One part") + "<h3>Between</h3>" + box.format("Another part")
    assert article(lead + boxes).lead == "A lead of its own. It has two sentences."
    assert article(boxes).lead is None


def test_a_byline_in_a_heading_says_the_original_name_or_is_called_so(article):
    body = "<section><p>First of the body.</p><p>Second of the body.</p></section>"
    bracketed = article(f"<h4>Питер Сауэр (Pjotr Sauer)</h4>{body}")
    called = article(f'<div class="post-author"><h4>Питер Сауэр</h4></div>{body}')
    neither = article(f"<div><h4>Питер Сауэр</h4></div>{body}")
    assert [each.name for each in bracketed.authors + called.authors] == ["Питер Сауэр"] * 2
    assert neither.authors == []


def test_a_heading_is_without_the_sites_name(read):
    counters = "<p><b>9</b> <b>8</b> <b>7</b></p>"
    found = read(
        "<title>A long title of news - VPK</title><h2>A long title of news - VPK</h2>"
        f"<div>A long title of news</div>{counters}"
        "<p>A first paragraph.</p><p>A second one.</p><p>Original publication</p>"
    )
    assert (found.article.title, found.article.subtitle) == ("A long title of news", None)


def test_the_dates_of_two_publications_are_no_list(read):
    found = read(
        "<title>T (The Guardian, UK)</title><h1>T (The Guardian, UK)</h1><p>A first paragraph.</p><p>A second one.</p>"
        '<p>The rights to this material belong to InoSMI<br>Original publication <a href="https://g.example/1">here</a>'
        " 05.09.2025 03:52</p><p>Published <a href='/en/7_x.html'>07.09.2025 10:00</a></p>"
    ).article
    assert (found.rights_holder, found.original_url) == ("InoSMI", "https://g.example/1")
    assert found.original_published_at.isoformat() == "2025-09-05T00:52:00+00:00"
    assert found.published_at.isoformat() == "2025-09-07T07:00:00+00:00"


@pytest.mark.parametrize(
    "head", ["<div>Читайте также</div>", "<span>Читайте по теме</span>", "<span>More on the subject</span>"]
)
def test_a_box_that_points_elsewhere_is_no_paragraph(article, head):
    box = f'<div>{head}<div><a href="/section/flot/3/">Флот: справочник</a></div></div>'
    assert article(f"<p>First.</p><p>Second.</p>{box}<p>Third.</p>").body == ["First.", "Second.", "Third."]


def test_a_button_behind_the_text_hides_no_footnote(article):
    found = article(
        "<div><p>A body of Ivan Petrov*.</p><p>Its end.</p><p>* A foreign agent ↩︎</p></div>"
        '<div><a href="javascript:print()">Версия для печати</a></div>'
    )
    assert [(note.marker, note.text, note.subjects) for note in found.footnotes] == [
        ("*", "A foreign agent", ("Ivan Petrov",))
    ]
    assert found.body == ["A body of Ivan Petrov*.", "Its end."]


def test_what_stands_around_a_text_is_no_part_of_it(article):
    picture = '<fieldset><legend>Image</legend><img src="/file/img/a.jpg"><br>Image source: © TASS</fieldset>'
    end = "<div>____________</div><div>*Foreign agent</div><div><em>Published: 07.09.2025 10:00</em></div>"
    found = article(f"{picture}<div>A first paragraph of Ivan Petrov*.</div><div>A second one.</div>{end}")
    assert (found.subtitle, found.lead) == (None, None)
    assert found.body == ["A first paragraph of Ivan Petrov*.", "A second one."]
    assert [note.text for note in found.footnotes] == ["Foreign agent"]
    assert found.published_at.isoformat() == "2025-09-07T07:00:00+00:00"


@pytest.mark.parametrize("form", ["print=1", "format=pdf"])
def test_a_button_to_print_is_no_picture(article, form):
    button = f'<div><a href="?{form}"><img src="/images/printer.gif" alt="Print version"></a></div>'
    assert article(f"{button}<p>A first paragraph.</p><p>A second one.</p>").image is None


PROSE = [f"Paragraph {number} of a story that a wire sent." for number in range(6)]


def story(*between):
    """Paragraphs of a wire story with blocks between them."""
    blocks = [f"<p>{text}</p>" for text in PROSE]
    for at, block in enumerate(between):
        blocks.insert(2 + 2 * at, block)
    return "".join(blocks)


@pytest.mark.parametrize(
    "between",
    [
        ["<p><b>Дональд Трамп</b></p>", "<p><b>Белый Дом</b></p>"],
        ["<p>Дональд Трамп</p>", "<p>Северный Поток</p>"],
        ["<p><b>Дональд Трамп</b></p>"],
        ["<table><tr><td>Дональд Трамп</td><td>47</td></tr></table>"],
        ["<table><tr><td>Дональд Трамп</td></tr><tr><td>Джо Байден</td></tr></table>"],
        ["<ul><li>Дональд Трамп</li><li>другие</li></ul>"],
        ["<p>Томагавк (Tomahawk)</p><p>Калибр (Kalibr)</p>"],
        ["<ul><li>Томагавк (Tomahawk)</li></ul>"],
        ["<p>Томагавк (Tomahawk)</p><p>Шторм Шедоу (Storm Shadow)</p>"],
        ["<h3>Томагавк (Tomahawk)</h3>"],
        ["<h3>Шторм Шедоу (Storm Shadow)</h3>", "<h3>Тейлор Аурус (Taylor Aurus)</h3>"],
        ["<p>The list:</p><p>Шторм Шедоу (Storm Shadow)</p>"],
    ],
)
def test_names_in_a_wire_story_are_no_byline(article, between):
    found = article(story(*between))
    assert (found.authors, found.lead, found.body[0], found.body[-1]) == ([], None, PROSE[0], PROSE[-1])


@pytest.mark.parametrize(
    "later",
    ["<p>Томагавк (Tomahawk)</p>", "<p>Шторм Шедоу (Storm Shadow)</p>", "<h3>Шторм Шедоу (Storm Shadow)</h3>"],
)
def test_a_byline_above_stays_one_whatever_is_in_brackets_below(article, later):
    found = article("<p>Иван Иванов</p>" + story(later))
    assert [each.name for each in found.authors] == ["Иван Иванов"]
    assert found.body[:2] == PROSE[:2]


def test_a_byline_in_a_table_or_list_of_its_own_is_one(article):
    for box in ("<table><tr><td>{}</td></tr></table>", "<ul><li>{}</li></ul>"):
        found = article("<p>The subtitle</p>" + box.format("Питер Сауэр (Pjotr Sauer)") + BODY)
        assert ([each.name for each in found.authors], found.body) == (["Питер Сауэр"], PARAGRAPHS)


@pytest.mark.parametrize("line", ["Питер Сауэр* (Pjotr Sauer)", "Питер Сауэр (Pjotr Sauer)*"])
def test_the_byline_of_a_foreign_agent(article, line):
    found = article(f"<p>The subtitle</p><p>A lead. Of two.</p><p>{line}</p>{BODY}<p>*A foreign agent</p>")
    assert [(each.name, each.name_original) for each in found.authors] == [("Питер Сауэр", "Pjotr Sauer")]
    assert (found.subtitle, found.lead, found.body) == ("The subtitle", "A lead. Of two.", PARAGRAPHS)
    assert [note.text for note in found.footnotes] == ["A foreign agent"]


@pytest.mark.parametrize("line", ["РИА Новости", "Перевёл Иван Иванов", "In English"])
def test_a_line_that_names_no_author_is_no_part_of_the_text(article, line):
    found = article(f"<p>{line}</p>{BODY}")
    assert (found.authors, found.lead, found.body) == ([], None, PARAGRAPHS)


@pytest.mark.parametrize(
    "printed",
    [
        "<p>*Выполняет функции<br>**Деятельность запрещена<br>***Террорист</p>",
        "<p>*Выполняет функции **Деятельность запрещена ***Террорист</p>",
    ],
)
def test_footnotes_in_one_paragraph_are_each_one(article, printed):
    body = BODY.replace("second", "second by Ivan Petrov*, the «Fund»** and Max Moe***")
    notes = article(BYLINE + body + printed).footnotes
    assert [(note.marker, note.text, note.subjects) for note in notes] == [
        ("*", "Выполняет функции", ("Ivan Petrov",)),
        ("**", "Деятельность запрещена", ("Fund",)),
        ("***", "Террорист", ("Max Moe",)),
    ]


@pytest.mark.parametrize(
    ("note", "marker"),
    [
        ("*Выполняет функции иностранного агента", "*"),
        ("*Признан иноагентом", "*"),
        ("Performs the functions of a foreign agent", ""),
    ],
)
def test_a_line_behind_a_footnote_does_not_hide_it(article, note, marker):
    behind = "<p>Фото: РИА Новости</p><p>Подписывайтесь на наш канал!</p>"
    body = BODY.replace("second", "second by Ivan Petrov*")
    found = article(f"{BYLINE}{body}<p>{note}</p>{behind}")
    assert [each.marker for each in found.footnotes] == [marker]
    assert len(found.body) == 3


def test_a_star_line_before_the_last_paragraphs_is_no_footnote(article):
    found = article(f"{BYLINE}<p>The fund of Ivan Petrov* says so.</p><p>* a list's item</p>{BODY}")
    assert (found.footnotes, len(found.body)) == ([], 5)


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("Dr. Ханс Мюллер (Dr. Hans Müller)", [("Dr. Ханс Мюллер", "Dr. Hans Müller")]),
        ("Джон Смит мл. (John Smith Jr.)", [("Джон Смит мл.", "John Smith Jr.")]),
        (
            "Питер Сауэр (Pjotr Sauer), Люк Хардинг (Luke Harding) в Киеве",
            [("Питер Сауэр", "Pjotr Sauer"), ("Люк Хардинг", "Luke Harding")],
        ),
        ("Редакция FAZ", []),
        ("Редакционная статья", []),
        ("The Editorial Board", []),
    ],
)
def test_a_byline_parts_lead_and_body_whomever_it_names(article, byline, authors):
    found = article(f"<p>A subtitle in one sentence</p><p>A lead. Of two sentences.</p><p><b>{byline}</b></p>{BODY}")
    assert [(author.name, author.name_original) for author in found.authors] == authors
    assert (found.subtitle, found.lead) == ("A subtitle in one sentence", "A lead. Of two sentences.")
    assert found.body == PARAGRAPHS


@pytest.mark.parametrize(
    ("third", "names"), [("К. Х.", ["К. Х."]), ("К.Х.", ["К.Х."]), ("Редакция", []), ("Ян Новак", ["Ян Новак"])]
)
def test_one_of_several_authors_may_be_initials_or_the_editors(article, third, names):
    authors = "".join(f"<div>{name}</div>" for name in ("Амунд Тригстад (Amund Trellevik)", "Ингрид Ульсен", third))
    found = article(f"<p>A lead. Of two sentences.</p><div>{authors}</div><div>{BODY}</div>")
    assert [author.name for author in found.authors] == ["Амунд Тригстад", "Ингрид Ульсен", *names]
    assert (found.lead, found.body) == ("A lead. Of two sentences.", PARAGRAPHS)


MARKED = (
    "<p>According to the Insider<sup>{0}</sup> and journalist Sergei Smirnov<sup>{1}</sup>, a fifth of 2,100 came.</p>"
    "<p>So plan B looks no better than plan A.</p>"
)
LINKS = ('<a href="#fn1">1</a>', '<a href="#fn2">2</a>')


@pytest.mark.parametrize(
    ("marks", "notes"),
    [
        (
            LINKS,
            "<ol><li id=fn1>Undesirable here <a href='#r1'>↩</a></li><li id=fn2>A foreign agent <a>↩</a></li></ol>",
        ),
        (("1", "2"), "<ol><li>Undesirable here</li><li><p>A foreign agent</p></li></ol>"),
        (("1", "2"), "<p>1. Undesirable here</p><p>2. A foreign agent</p>"),
        (("[1]", "[2]"), "<p>[1] Undesirable here</p><p>[2] A foreign agent</p>"),
        (LINKS, "<p>1 Undesirable here</p><p>2 A foreign agent</p>"),
    ],
)
def test_footnotes_by_number(article, marks, notes):
    found = article(BYLINE + MARKED.format(*marks) + notes)
    assert [(note.marker, note.text, note.subjects) for note in found.footnotes] == [
        ("1", "Undesirable here", ("Insider",)),
        ("2", "A foreign agent", ("Sergei Smirnov",)),
    ]
    assert len(found.body) == 2


@pytest.mark.parametrize(
    "end",
    [
        "<p>Площадь района 20 км<sup>2</sup>, пишет газета.</p><p>2 самолёта упали там за год</p>",
        "<p>There is one<sup>1</sup> here.</p><ol><li>The first thing</li><li>The second thing</li></ol>",
        "<ol><li>The first thing</li><li>The second thing</li></ol>",
    ],
    ids=["a unit", "more items than marks", "no marks"],
)
def test_numbers_that_hang_on_nothing_are_of_the_body(article, end):
    found = article(BYLINE + BODY + end)
    assert found.footnotes == []
    assert len(found.body) == 3 + end.count("<p>") + end.count("<li>")


def test_a_footnote_may_hang_on_the_outlet(article):
    note = "<p>*Undesirable here</p>"
    found = article(BYLINE + BODY + note, heading="A test of the reader of Ivan Petrov (The Insider, UK)*")
    assert (found.title, found.outlet) == ("A test of the reader of Ivan Petrov", "The Insider")
    assert [(each.marker, each.text, each.subjects) for each in found.footnotes] == [
        ("*", "Undesirable here", ("The Insider",))
    ]
    assert found.body == PARAGRAPHS


@pytest.mark.parametrize(
    "line", ["* — foreign agent, ** — undesirable here", "*foreign agent; **undesirable here"], ids=["dashes", "none"]
)
def test_what_parts_the_footnotes_of_a_line_is_of_none(article, line):
    body = BODY.replace("second", "second by Ivan Petrov* and the «Fund»**")
    notes = article(BYLINE + body + f"<p>{line}</p>").footnotes
    assert [(each.marker, each.text) for each in notes] == [("*", "foreign agent"), ("**", "undesirable here")]


FIELD = "<div><div>Image source: </div><div><div>{credit}</div></div></div>"


def test_a_credit_may_be_wrapped_in_an_element_with_its_label(article):
    field = FIELD.format(credit="The yard / Jane Doe")
    found = article(f'<img src="/file/img/a.jpg">{field}<h2>What it tells</h2>{BODY}')
    assert (found.image.credit, found.subtitle) == ("The yard / Jane Doe", "What it tells")


def test_a_label_without_a_credit_takes_no_line_behind_it(article):
    found = article(f'<img src="/file/img/a.jpg">{FIELD.format(credit="")}<p><b>One line of it.</b></p>{BODY}')
    assert (found.image.credit, found.subtitle) == (None, "One line of it.")
    for behind in ("<p><b>It stopped.</b></p>", "<p><b>It stopped</b></p><p><b>Nobody knows why.</b></p>"):
        found = article(f'<div><img src="/file/img/a.jpg"><p>Image source:</p>{behind}</div>{BODY}')
        assert (found.image.credit, found.subtitle.rstrip(".")) == (None, "It stopped")


@pytest.mark.parametrize(
    ("behind", "url"),
    [("<dt>Author</dt><dd>Jane Doe</dd>", "https://vpk.name/file/img/a.jpg"), ("</dl><p>A first line.</p><dl>", None)],
    ids=["other details", "a paragraph"],
)
def test_a_picture_may_stand_behind_the_details_that_name_its_credit(article, behind, url):
    credit = "<dl><dt>Image source</dt><dd>The shipyard</dd>"
    found = article(f'{credit}{behind}</dl><img src="/file/img/a.jpg">{BODY}')
    assert (found.image.url if found.image else None) == url


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ('ВПК.name / Новости / Крейсер "Москва" вышел в море', 'Крейсер "Москва" вышел в море'),
        ("ВПК.name: Крейсер вышел в море", "Крейсер вышел в море"),
    ],
)
def test_the_heading_may_stand_behind_the_name_of_the_site_in_the_pages_title(read, title, heading):
    body = "<p>A first paragraph of the body.</p><p>A second paragraph.</p>"
    logo = "<p>Военно-промышленный комплекс</p>"
    found = read(f"<title>{title}</title>{logo}<font size=5>{heading}</font><p>15 августа 2025</p>{body}")
    assert found.article.title == heading


@pytest.mark.parametrize(
    "above", ["<div><span>{}</span></div><a href='/'>Home</a>", "<ul><li>News</li><li>{}</li></ul>"]
)
def test_a_title_that_a_bar_above_the_heading_repeats_is_the_headings(read, above):
    title = "A test of the reader (The Guardian, UK)"
    found = read(
        f"<title>{title}</title>{above.format(title)}<div>{title}</div>"
        f"<p>07.09.2025 10:00</p><p><b>983</b> <b>0</b> <b>7</b></p>"
        f"<h2>What it tells</h2>{BYLINE}{BODY}<p>Original publication</p>"
    ).article
    assert found.subtitle == "What it tells"
    assert [counter.value for counter in found.counters] == [983, 0, 7]
