"""The rows of a sidebar: what they say, and that no article has them."""

import pytest

BODY = "<p>Питер Сауэр (Pjotr Sauer)</p><p>A first paragraph of the body.</p><p>A second paragraph of the body.</p>"
ROW = '<li><span>{at}</span> <b>{count}</b> <a href="/news/{n}_x.html">{title}</a></li>'


def rows(*found):
    return "".join(
        ROW.format(at=at, count=count, n=n, title=f"Заголовок новости {n}") for n, (at, count) in enumerate(found, 1)
    )


def placed(reading):
    return [(row.block, row.rank, row.posted_raw, row.comments, row.native_id) for row in reading.placements]


@pytest.fixture
def page(read):
    def reading(before="", after="", inside=""):
        return read(
            f"<title>T (The Guardian, UK)</title>{before}<h1>T (The Guardian, UK)</h1>"
            f"<p><b>9</b> <b>8</b> <b>7</b></p>{BODY}{inside}"
            f"<p>Original publication</p>{after}"
        )

    return reading


LISTED = rows(("08.09 04:37", "10436"), ("08.09 01:32", "—"), ("31.12 23:59", ""))
SIDEBAR = f"<h3>Discussion</h3><p>Update</p><ul>{LISTED}</ul>"
WANTED = [
    ("discussion", 1, "08.09 04:37", 10436, "1"),
    ("discussion", 2, "08.09 01:32", None, "2"),
    ("discussion", 3, "31.12 23:59", None, "3"),
]


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_sidebar_is_cut_out_wherever_it_stands(page, where):
    found = page(**{where: SIDEBAR})
    assert placed(found) == WANTED
    assert found.article.body == ["A first paragraph of the body.", "A second paragraph of the body."]
    assert [counter.value for counter in found.article.counters] == [9, 8, 7]


def test_a_single_row_needs_its_label(page):
    one = rows(("08.09 04:37", "3"))
    assert placed(page(after=f"<h3>Discussion</h3>{one}")) == [("discussion", 1, "08.09 04:37", 3, "1")]
    assert placed(page(after=one)) == []


def test_rows_without_a_label_are_news_if_they_name_articles(page):
    unlabelled = rows(("08.09 04:37", "3"), ("08.09 04:30", "1"))
    assert placed(page(after=unlabelled)) == [("news", 1, "08.09 04:37", 3, "1"), ("news", 2, "08.09 04:30", 1, "2")]


def test_readers_comments_are_no_list(page):
    comment = '<div><a href="/user/7/">Иван</a> <span>08.09.2025 12:30</span><p>Согласен с автором статьи.</p></div>'
    assert placed(page(after=comment * 3)) == []


@pytest.mark.parametrize(
    "lines",
    [
        ["В районе моста слышны взрывы.", "Движение по мосту перекрыто."],
        [
            'В районе моста, как пишет агентство со ссылкой на <a href="/news/5_y.html">очевидцев</a>, слышны взрывы.',
            "Движение по мосту перекрыто.",
        ],
        [
            'Взрывы, о которых писало агентство и которые слышны до сих пор: <a href="/news/5_y.html">подробно</a>.',
            'Движение по мосту перекрыто, об этом пишут власти города: <a href="/news/6_z.html">подробно</a>.',
        ],
    ],
    ids=["no links", "a link in one", "a link in each"],
)
@pytest.mark.parametrize("clock", ["<b>09:15</b>", "<b>08.09 04:37</b>", "<b>8 сентября 2025, 09:15</b> —"])
def test_a_chronicle_in_an_article_is_no_list(page, lines, clock):
    chronicle = "".join(f"<p>{clock} {line}</p>" for line in lines)
    found = page(inside=chronicle)
    assert placed(found) == []
    assert len(found.article.body) == 2 + len(lines)


def test_a_date_at_the_heading_belongs_to_the_article(read):
    found = read(
        f"<title>T (The Guardian, UK)</title>{SIDEBAR}<h1>T (The Guardian, UK)</h1><span>07.09.2025 10:00</span>"
        f"<p><b>9</b> <b>8</b> <b>7</b></p>{BODY}<p>Original publication</p>"
    )
    assert placed(found) == WANTED
    assert found.article.published_at.isoformat() == "2025-09-07T07:00:00+00:00"
    assert [counter.value for counter in found.article.counters] == [9, 8, 7]


@pytest.mark.parametrize(
    "row",
    [
        "<tr><td>{at}</td><td>{count}</td><td><a href='/news/{n}_x.html'>{title}</a></td></tr>",
        "<div>{at} ({count})</div><div><a href='/news/{n}_x.html'>{title}</a></div>",
        "<p><i>08.09</i> <i>04:37</i> <b>{count}</b></p><p><a href='/news/{n}_x.html'>{title}</a></p>",
        "<li><ul><li>{at}</li><li>{count}</li></ul><a href='/news/{n}_x.html'>{title}</a></li>",
        "<div>{at}<a href='/news/{n}_x.html#comments'>{count}</a><a href='/news/{n}_x.html'>{title}</a></div>",
    ],
)
def test_rows_in_other_markups(page, row):
    inside = "".join(row.format(at="08.09 04:37", count=5, n=n, title=f"Заголовок {n}") for n in (1, 2))
    inside = f"<table>{inside}</table>" if row.startswith("<tr") else inside
    wanted = [("discussion", n, "08.09 04:37", 5, str(n)) for n in (1, 2)]
    found = page(after=f"<h3>Discussion</h3>{inside}")
    assert placed(found) == wanted
    assert [row.title for row in found.placements] == ["Заголовок 1", "Заголовок 2"]


@pytest.mark.parametrize("label", ["Discussion", "Обсуждение"])
def test_heads_of_columns_may_stand_between_the_label_and_the_rows(page, label):
    heads = "<dl><dt>News</dt><dd>Comments</dd><dd>Date</dd></dl>"
    assert placed(page(after=f"<h3>{label}</h3><p>Update</p>{heads}<ul>{LISTED}</ul>")) == WANTED
    assert placed(page(after=f"<h3>{label}</h3><p>Update</p><ul>{LISTED}</ul>")) == WANTED
    assert placed(page(after=f"<p>{label}</p><ul>{LISTED}</ul>")) == WANTED


def test_a_heading_between_is_no_head_of_a_column(page):
    listed = rows(("08.09 04:37", "3"), ("08.09 04:30", "1"))
    for heading in ("News", "Comments"):
        found = page(after=f"<h3>Discussion</h3><h3>{heading}</h3><ul>{listed}</ul>")
        assert [row[0] for row in placed(found)] == ["news", "news"]


def test_a_number_that_ends_a_title_is_part_of_it(page):
    row = "<li>08.09 04:37 <b>5</b> <a href='/news/{n}_x.html'>Первый полет МС-<span>21</span></a></li>"
    found = page(after=f"<h3>» Discussion</h3><ul>{row.format(n=1)}{row.format(n=2)}</ul>")
    assert [(row.block, row.title, row.comments) for row in found.placements] == [
        ("discussion", "Первый полет МС-21", 5)
    ] * 2


@pytest.mark.parametrize(
    "row",
    [
        "<li><a href='/news/{n}_x.html'>{title} <span class='badge'>{count}</span></a> <small>({at})</small></li>",
        "<li>{at} <a href='/news/{n}_x.html'>{title} <span title='Comments'>{count}</span></a></li>",
        "<li><a href='/news/{n}_x.html'><b>{title}</b><p>{at}</p></a><div><span>{count}</span></div></li>",
        "<tr><td><div><a href='/news/{n}_x.html'>{title}</a></div><div><i>{at}</i>Comments: {count}</div></td></tr>",
    ],
    ids=["a badge in the link", "the same behind the date", "behind the link", "behind the date"],
)
def test_a_count_may_stand_anywhere_in_a_row(page, row):
    titles = [f"Заголовок новости под номером {n}" for n in (1, 2)]
    inside = "".join(row.format(at="08.09 04:37", count=5, n=n, title=title) for n, title in enumerate(titles, 1))
    found = page(
        after=f"<h3>Discussion</h3><table>{inside}</table>" if "<tr" in row else f"<h3>Discussion</h3>{inside}"
    )
    assert placed(found) == [("discussion", n, "08.09 04:37", 5, str(n)) for n in (1, 2)]
    assert [row.title for row in found.placements] == titles


def test_a_count_may_have_brackets_around_its_element(page):
    row = "<li><i>08.09 04:37</i> [<b>5</b>]<br><a href='/news/{n}_x.html'>Заголовок {n}</a></li>"
    found = page(after=f"<h3>Discussion</h3>{row.format(n=1)}{row.format(n=2)}")
    assert placed(found) == [("discussion", n, "08.09 04:37", 5, str(n)) for n in (1, 2)]
    assert [row.title for row in found.placements] == ["Заголовок 1", "Заголовок 2"]


@pytest.mark.parametrize("form", ["?amp=1", "?amp", "?print=y"])
def test_a_row_may_lead_to_another_form_of_an_article(page, form):
    found = page(after=SIDEBAR.replace("_x.html", f"_x.html{form}"))
    assert placed(found) == WANTED
    assert found.placements[0].url == f"https://vpk.name/news/1_x.html{form}"
    assert [link.url for link in found.links if form in link.url] == []  # it is no page of its own


@pytest.mark.parametrize(
    ("mark", "count"), [("фото", 12), ("—", None), ("views", None)], ids=["a mark", "a dash", "another number's word"]
)
def test_a_mark_behind_a_title_hides_no_count_in_the_next_cell(page, mark, count):
    row = "<tr><td>08.09 04:37</td><td><a href='/news/{n}_x.html'>Заголовок {n}</a>{mark}</td><td>{count}</td></tr>"
    marks = ["", "", f" <i>{mark}</i>"]
    inside = "".join(row.format(n=n, mark=each, count=9 + n) for n, each in enumerate(marks, 1))
    found = page(after=f"<h3>Discussion</h3><table>{inside}</table>")
    assert [row.comments for row in found.placements] == [10, 11, count]


COUNTED = [
    "<li>{at} {count} {title}</li>",
    "<li><small>{at} | {count}</small> {title}</li>",
    "<li>{at} {count} комментариев {title}</li>",
    "<li>{at} <b>{count} комментариев</b> {title}</li>",
    "<li>{at} <a href='/news/{n}_x.html#c'>{count} комментариев</a> {title}</li>",
    "<li>{at} [{count}] {title}</li>",
    "<li>{at} МСК ({count}) {title}</li>",
    "<li>{at} <b>[{count}]</b> {title}</li>",
    "<li>{at} {title} [{count}]</li>",
    "<li>{at} <i>983 просмотра</i> <b>{count}</b> {title}</li>",
    "<li>{at} {title} <i>983 просмотра</i> <b>{count}</b></li>",
    "<li>{at} <a href='/user/5/'>Вася</a> {title} <b>{count}</b></li>",
    "<li>{at} <b>{count}</b> <a href='/user/5/'>Вася</a>: {title}</li>",
    "<li>{title}<br><small>{at} | комментариев: {count}</small></li>",
    "<li>{title}<br><small>{at} · комментарии: {count}</small></li>",
    "{n}. {title} [{count}]<br><small>{at}</small><br>",
    "<div>{n}. {title} [{count}]<br><small>{at}</small></div>",
]


@pytest.mark.parametrize("row", COUNTED)
def test_each_row_has_its_own_date_count_and_title(page, row):
    titles = {n: f"Заголовок новости под номером {n}" for n in (1, 2, 3)}
    inside = "".join(
        row.format(at=f"08.09 04:3{n}", count=10430 + n, n=n, title=f"<a href='/news/{n}_x.html'>{title}</a>")
        for n, title in titles.items()
    )
    found = page(after=f"<h3>Discussion</h3><div>{inside}</div>")
    assert [(*row[:2], row[2][:11], *row[3:]) for row in placed(found)] == [
        ("discussion", n, f"08.09 04:3{n}", 10430 + n, str(n)) for n in titles
    ]
    assert [each.title for each in found.placements] == list(titles.values())


@pytest.mark.parametrize("count", ["9", "77"])
def test_a_count_behind_its_word_is_no_clock(page, count):
    row = "<li><a href='/news/{n}_x.html'>Заголовок новости под номером {n}</a><br>{date}</li>"
    date = f"<small>Вчера, 12:01 | комментариев: {count}</small>"
    listed = "".join(row.format(n=n, date=date) for n in (1, 2))
    assert placed(page(after=listed)) == [("news", n, "Вчера, 12:01", int(count), str(n)) for n in (1, 2)]


def test_a_unit_before_the_word_for_comments_belongs_to_the_number(page):
    listed = rows(("08.09 04:37", "1 тыс. комментариев"), ("08.09 04:30", "12\u00a0тыс."))
    assert [row[3] for row in placed(page(after=f"<h3>Discussion</h3>{listed}"))] == [1000, 12000]


def test_a_short_title_is_one_before_the_link_of_its_section(page):
    listed = "".join(
        f"<li>08.09 04:3{n} <a href='/news/{n}_x.html'>Новый флот {n}</a> <a href='/section/5/'>Флот</a></li>"
        for n in (1, 2)
    )
    assert [row.title for row in page(after=listed).placements] == ["Новый флот 1", "Новый флот 2"]


def test_a_title_with_a_number_is_no_count(page):
    listed = "".join(
        f"<li>08.09 04:3{n} <b>{n}</b> <a href='/news/{n}_x.html'>5 ответов на вопросы о флоте</a></li>" for n in (7, 8)
    )
    assert [(row.title, row.comments) for row in page(after=listed).placements] == [
        ("5 ответов на вопросы о флоте", n) for n in (7, 8)
    ]


def test_a_number_behind_the_time_that_may_be_a_year_is_no_count(page):
    listed = "".join(
        f"<li>04:3{n} 8 сентября 2025 <a href='/news/{n}_x.html'>Заголовок {n}</a></li>" for n in (1, 2)
    ) + "".join(f"<li>8 сентября 04:3{n} 2025 <a href='/news/{n}_x.html'>Заголовок {n}</a></li>" for n in (3, 4))
    assert [row[2:] for row in placed(page(after=listed))] == [
        (f"04:3{n} 8 сентября 2025", None, str(n)) for n in (1, 2)
    ]


def test_a_bracket_without_a_number_leaves_the_date(page):
    listed = "".join(f"<li>08.09 04:3{n} () <a href='/news/{n}_x.html'>Заголовок {n}</a></li>" for n in (1, 2))
    assert placed(page(after=listed)) == [("news", n, f"08.09 04:3{n}", None, str(n)) for n in (1, 2)]


def test_a_count_that_is_printed_short_is_good_to_its_last_figure(page):
    listed = rows(("08.09 04:37", "1,2 тыс."), ("08.09 04:30", "12К"), ("08.09 04:20", "1200"), ("08.09 04:10", "—"))
    found = page(after=f"<h3>Discussion</h3>{listed}").placements
    assert [(row.comments, row.comments_precision) for row in found] == [
        (1200, 100), (12000, 1000), (1200, None), (None, None),
    ]  # fmt: skip


BELOW = '<li><div><a href="/news/{n}_x.html">{title}</a><div>{at}</div></div><span>{count}</span></li>'
ASIDE = '<div><a href="/news/aviation">Авиация</a></div>'


def titles_before(*found):
    return "".join(BELOW.format(n=n, at=at, count=5, title=title) for n, (at, title) in enumerate(found, 1))


@pytest.mark.parametrize("behind", ["", ASIDE])
@pytest.mark.parametrize(
    "titles",
    [("Нейтралитет Швеции кончился", "«Грипен» или F-35"), ("Салоны, которых нет", "«Армата» едет")],
    ids=["a short last title", "short titles"],
)
def test_the_last_title_before_its_date_is_a_row_whatever_follows_the_list(page, titles, behind):
    listed = titles_before(("08.09 04:37", titles[0]), ("08.09 01:32", titles[1]))
    found = page(before=f"<aside><h3>Discussion</h3><ul>{listed}</ul></aside>{behind}")
    wanted = [("discussion", 1, "08.09 04:37", 5, "1"), ("discussion", 2, "08.09 01:32", 5, "2")]
    assert placed(found) == wanted
    assert [row.title for row in found.placements] == list(titles)


def test_who_wrote_a_comment_is_no_title_of_a_row(page):
    comments = "".join(
        f'<li><a href="/user/{n}/">Вася</a> <i>08.09.2025 0{n}:30</i><p>Так и было, я там служил.</p></li>'
        for n in (1, 2)
    )
    found = page(after=f"<h3>Discussion</h3><ul>{comments}</ul>")
    assert "Вася" not in {row.title for row in found.placements}


@pytest.mark.parametrize("name", ["<b>Вася</b>", '<a href="/user/5/">Вася</a>', '<a href="#c5">Вася</a>'])
@pytest.mark.parametrize("answer", ["", '<a href="/reply/5">Ответить</a>', "<button>Ответить</button>"])
def test_what_readers_say_under_the_label_is_no_list_of_articles(page, name, answer):
    said = "".join(
        f"<div>{name} <span>08.09.2025 0{n}:30</span><p>Так и было, я там служил.</p>{answer}</div>" for n in (1, 2, 3)
    )
    assert page(after=f"<h3>Обсуждение</h3>{said}").placements == []


@pytest.mark.parametrize("heading", ["<h3>Новости</h3>", "<div>Latest news</div>"])
@pytest.mark.parametrize("build", [ROW, BELOW], ids=["titles behind dates", "titles before dates"])
def test_a_list_of_news_behind_the_discussion_is_a_list_of_its_own(page, build, heading):
    listed = ["".join(build.format(n=n, at=f"08.09 0{n}:3{n}", count=n, title=f"Заголовок новости {n}") for n in ns)
              for ns in ((4, 3), (2, 1))]  # fmt: skip
    found = page(before=f"<h3>Discussion</h3><ul>{listed[0]}</ul>{heading}<ul>{listed[1]}</ul>")
    assert [(row.block, row.rank, row.native_id) for row in found.placements] == [
        ("discussion", 1, "4"), ("discussion", 2, "3"), ("news", 1, "2"), ("news", 2, "1")
    ]  # fmt: skip


@pytest.mark.parametrize("apart", [0, 1, 3])
def test_a_row_with_a_summary_may_have_an_element_more_than_others(page, apart):
    row = (
        "<div><i>0{n}.09 10:00</i><h4><a href='/news/{n}_x.html'>Заголовок новости {n}</a></h4>"
        "<p>What it tells.</p></div>"
    )
    made = [row.format(n=n) for n in range(7, 3, -1)]
    made[apart] = f"<section>{made[apart]}</section>"
    found = page(after="".join(made))
    assert [(each.rank, each.native_id) for each in found.placements] == [(1, "7"), (2, "6"), (3, "5"), (4, "4")]


def test_a_list_behind_the_discussion_is_none_of_it_where_a_line_heads_it(page):
    row = "<div><i>0{n}.09 10:00</i><h4><a href='/news/{n}_x.html'>Заголовок новости {n}</a></h4></div>"
    first, second = (row.format(n=7) + row.format(n=6), row.format(n=5) + row.format(n=4))
    found = page(after=f"<h3>Discussion</h3>{first}<b>Самое читаемое</b><section>{second}</section>")
    assert [each.block for each in found.placements] == ["discussion", "discussion", "news", "news"]


EYE = '<svg><use xlink:href="#eye"></use></svg>'
BUBBLE = '<svg><use xlink:href="#comment"></use></svg>'
TITLED = '<a href="/news/{n}_x.html">Второй фрегат проекта вышел на испытания {n}</a>'


@pytest.mark.parametrize(
    "row",
    [
        f'<li><time>0{{n}}.09 04:37</time> <span class="views"><i class="icon-eye"></i> 1500</span> {TITLED}</li>',
        f"<li><time>0{{n}}.09 04:37</time> <span>{EYE}1500</span> {TITLED}</li>",
        f'<li><span>0{{n}}.09 04:37</span> <span><img src="/e.gif" alt="Просмотров"> 1500</span> {TITLED}</li>',
        f'<li><span>0{{n}}.09 04:37</span> <span title="Просмотры">1500</span> {TITLED}</li>',
        f'<li><span>0{{n}}.09 04:37</span><i title="Просмотров: 1500"></i> {TITLED}</li>',
        f'<li><span>0{{n}}.09 04:37</span> {TITLED} <span class="views"><i class="fa fa-eye"></i> 1500</span></li>',
        f'<li>{TITLED} <span>0{{n}}.09 04:37</span> <span class="views"><i class="fa fa-eye"></i> 1500</span></li>',
        '<a href="/news/{n}_x.html"><p>Второй фрегат проекта вышел на испытания {n}</p><p>0{n}.09 04:37</p>'
        '<p class="views">1500</p></a>',
    ],
    ids=["class", "drawing", "picture", "title", "empty", "behind", "turned", "enclosed"],
)
def test_a_number_that_something_names_otherwise_is_no_count_of_comments(page, row):
    found = page(after="".join(row.replace("{n}", str(n)) for n in (3, 2, 1)))
    assert [(row.native_id, row.comments) for row in found.placements] == [("3", None), ("2", None), ("1", None)]


@pytest.mark.parametrize("numbers", [f"<b>{EYE}1500</b> <b>{BUBBLE}12</b>", f"<b>{BUBBLE}12</b> <b>{EYE}1500</b>"])
def test_of_two_numbers_that_of_comments_is_taken(page, numbers):
    row = f"<li><time>0{{n}}.09 04:37</time> {numbers} {TITLED}</li>"
    found = page(after="".join(row.replace("{n}", str(n)) for n in (3, 2, 1)))
    assert [row.comments for row in found.placements] == [12, 12, 12]


@pytest.mark.parametrize(
    ("numbers", "count"),
    [
        ('<i class="bi bi-eye"></i> 1500 <i class="bi bi-chat"></i> 12 <i class="bi bi-heart"></i> +4', 12),
        ('<i class="bi bi-chat"></i> 12 · <i class="bi bi-eye"></i> 1500', 12),
        ('<i class="bi bi-eye"></i> 1500 <i class="bi bi-camera"></i> 40', None),
        ('<i class="x1"></i> 1500 <i class="x2"></i> 12', None),
    ],
)
@pytest.mark.parametrize(
    "row",
    [
        f"<li>{TITLED}<p>0{{n}}.09 04:37</p><p>NUMBERS</p></li>",
        f"<li><p>0{{n}}.09 04:37</p><p>NUMBERS</p>{TITLED}</li>",
    ],
    ids=["title first", "title last"],
)
def test_of_numbers_directly_in_one_element_each_is_what_the_icon_before_it_says(page, row, numbers, count):
    row = row.replace("NUMBERS", numbers)
    found = page(after="".join(row.replace("{n}", str(n)) for n in (3, 2, 1)))
    assert [row.comments for row in found.placements] == [count, count, count]


@pytest.mark.parametrize(
    "row",
    [
        f"<div>0{{n}}.09 04:37 [<b>12</b>]<br>{TITLED}</div>",
        f"<div>0{{n}}.09 04:37 (<b>12</b>)<br>{TITLED}</div>",
        '<a href="/news/{n}_x.html"><b>Второй фрегат вышел на испытания {n}</b><i>0{n}.09 в 04:37 · 💬12</i></a>',
        f"<div>0{{n}}.09 04:37 👁 1500 💬 12<br>{TITLED}</div>",
    ],
    ids=["square brackets", "round ones", "a symbol", "two symbols"],
)
def test_a_count_may_stand_behind_the_date_in_brackets_or_behind_a_symbol(page, row):
    found = page(after="".join(row.replace("{n}", str(n)) for n in (3, 2, 1)))
    assert [(row.native_id, row.comments) for row in found.placements] == [("3", 12), ("2", 12), ("1", 12)]
    assert [f"{row.posted_at:%d %H:%M}" for row in found.placements] == ["03 01:37", "02 01:37", "01 01:37"]


def test_views_behind_a_symbol_are_no_count_of_comments(page):
    row = f"<div>0{{n}}.09 04:37 👁 1500<br>{TITLED}</div>"
    found = page(after="".join(row.replace("{n}", str(n)) for n in (3, 2, 1)))
    assert [(row.posted_raw, row.comments) for row in found.placements] == [(f"0{n}.09 04:37", None) for n in (3, 2, 1)]


def test_a_reading_time_may_stand_between_title_and_count(page):
    row = f"<li><p>0{{n}}.09 04:37</p>{TITLED}<p><i>10 min read</i> <i>7.3K views</i> <i>12 comments</i></p></li>"
    found = page(after="".join(row.replace("{n}", str(n)) for n in (3, 2, 1)))
    assert [row.comments for row in found.placements] == [12, 12, 12]


def test_where_news_come_from_heads_no_list(page):
    """`Новости` above a row heads another list; `РИА Новости` in the row above it does not."""
    row = f"<li><p>0{{n}}.09 04:37</p>{TITLED}<p>РИА Новости</p></li>"
    found = page(after="<h3>Discussion</h3>" + "".join(row.replace("{n}", str(n)) for n in (3, 2, 1)))
    assert [(row.block, row.rank) for row in found.placements] == [("discussion", n) for n in (1, 2, 3)]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_links_within_a_row_part_no_list(page, place):
    """ "See also" beneath one row: those above and below it stay of one list."""
    row = f"<div><p>0{{n}}.09 04:37</p><h2>{TITLED}</h2>MORE</div>"
    link = "<li><a href='/news/9_x.html'>Заголовок другой новости без времени</a></li>"
    rows = [row.replace("{n}", str(n)) for n in (3, 2, 1)]
    rows[place] = rows[place].replace("MORE", f"<b>See also</b><ul>{4 * link}</ul>")
    found = page(after="".join(rows).replace("MORE", ""))
    assert [(row.rank, row.native_id) for row in found.placements] == [(1, "3"), (2, "2"), (3, "1")]


def test_a_row_alone_under_its_label_keeps_the_list_behind_it_apart(page):
    row = f"<p>0{{n}}.09 04:37</p><h4>{TITLED}</h4>"
    more = "<p>Все темы</p><p>Правила форума</p><p>Войти на форум</p><p>Поиск</p>"
    one = f"<div><b>Discussion</b>{row.replace('{n}', '3')}{more}</div>"
    others = f"<div>{row.replace('{n}', '2')}{row.replace('{n}', '1')}</div>"
    assert [each.block for each in page(after=one + others).placements] == ["discussion", "news", "news"]


def test_a_short_source_hides_no_count_that_is_named(page):
    row = f'<li>0{{n}}.09 04:37<p>{TITLED} <cite>ТАСС</cite> <i aria-label="Комментариев: 12">12</i></p></li>'
    found = page(after="".join(row.replace("{n}", str(n)) for n in (3, 2, 1)))
    assert [row.comments for row in found.placements] == [12, 12, 12]


def test_what_drupal_calls_views_are_its_lists(page):
    row = f'<div class="views-row">0{{n}}.09 04:37 <span class="views-field">12</span> {TITLED}</div>'
    found = page(after="".join(row.replace("{n}", str(n)) for n in (3, 2, 1)))
    assert [row.comments for row in found.placements] == [12, 12, 12]


@pytest.mark.parametrize(
    "row",
    [
        f"<div><p><time>0{{n}}.09 04:37</time><i>TASS</i><i>{BUBBLE}12</i></p><h3>{TITLED}</h3></div>",
        f"<div><p>0{{n}}.09 04:37</p><p>{TITLED}<br><i>Source: Interfax-AVN</i></p>"
        '<p><img src="/c.gif" alt="Comments"> 12</p></div>',
    ],
    ids=["before the title", "behind it"],
)
def test_where_the_news_came_from_may_stand_beside_the_title(page, row):
    found = page(after="".join(row.replace("{n}", str(n)) for n in (3, 2, 1)))
    assert [(row.title, row.comments) for row in found.placements] == [
        (f"Второй фрегат проекта вышел на испытания {n}", 12) for n in (3, 2, 1)
    ]


def test_behind_such_a_line_a_bare_number_is_no_count(page):
    row = f"<div><p>0{{n}}.09 04:37</p><p>{TITLED}<br><i>Source: Interfax-AVN</i></p><p>12</p></div>"
    found = page(after="".join(row.replace("{n}", str(n)) for n in (3, 2, 1)))
    assert [row.comments for row in found.placements] == [None, None, None]
