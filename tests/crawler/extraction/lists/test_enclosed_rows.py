"""Rows that are one link around everything, or that an empty link is laid over: date, count and title in any order."""

import pytest

BODY = "<p>Питер Сауэр (Pjotr Sauer)</p><p>A first paragraph of the body.</p><p>A second paragraph of the body.</p>"
WANTED = [
    ("discussion", 1, "08.09 04:37", 51, "1", "Заголовок 1-й из новостей дня"),
    ("discussion", 2, "08.09 01:32", 2, "2", "Заголовок 2-й из новостей дня"),
    ("discussion", 3, "07.09 22:01", None, "3", "Заголовок 3-й из новостей дня"),
]


def placed(reading):
    return [(r.block, r.rank, r.posted_raw, r.comments, r.native_id, r.title) for r in reading.placements]


@pytest.fixture
def page(read):
    def reading(row, around="<div>{}</div>"):
        rows = "".join(row.format(at=at, count=count or "", n=n, title=title) for _, n, at, count, _, title in WANTED)
        return read(
            "<title>T (The Guardian, UK)</title><h1>T (The Guardian, UK)</h1><p><b>9</b> <b>8</b> <b>7</b></p>"
            f"{BODY}<p>Original publication</p><h3>Discussion</h3>{around.format(rows)}"
            "<footer><a href=/>VPK</a></footer>"
        )

    return reading


@pytest.mark.parametrize(
    "row",
    [
        '<a href="/news/{n}_x.html"><span>{count}</span><h5>{title}</h5><p>{at}</p></a>',
        '<a href="/news/{n}_x.html"><b>{title}</b><small>{at}</small><small>{count}</small></a>',
        '<li><a href="/news/{n}_x.html"><h3>{title}</h3><time>{at}</time> <span>{count}</span></a></li>',
        '<div><h3>{title}</h3><p><i>{at}</i> · <i>{count}</i></p><a href="/news/{n}_x.html" title="open"></a></div>',
    ],
    ids=["count, title, date", "all in one block", "title, date, count", "an empty link over a card"],
)
def test_a_row_in_one_link(page, row):
    assert placed(page(row)) == WANTED


@pytest.mark.parametrize(
    "row",
    [
        '<li>{at} <a href="/news/{n}_x.html">{title}</a> (<a href="/news/{n}_x.html#comments">{count}</a>)</li>',
        '<li>{at} <a href="/news/{n}_x.html">{title}</a> [<a href="/news/{n}_x.html#comments">{count}</a>]</li>',
        '<li><time>{at}</time> <i>Comments</i> <i>{count}</i><h3><a href="/news/{n}_x.html">{title}</a></h3></li>',
        '<li><i>{count}</i><div><a href="/news/{n}_x.html">{title}</a><time>{at}</time></div></li>',
        '<li><a href="/news/{n}_x.html">{title}</a><dl><dt>Comments</dt><dd>{count}</dd><dd>{at}</dd></dl></li>',
    ],
    ids=[
        "(count) behind",
        "[count] behind",
        "the word for a count before",
        "count before the title",
        "a list of facts",
    ],
)
def test_where_a_count_may_stand(page, row):
    assert placed(page(row)) == WANTED


def test_a_table_with_a_head_has_the_label_above_it(page):
    head = "<table><thead><tr><th>Title</th><th>Date</th><th>Comments</th></tr></thead><tbody>{}</tbody></table>"
    row = '<tr><td><a href="/news/{n}_x.html">{title}</a></td><td>{at}</td><td>{count}</td></tr>'
    assert placed(page(row, head)) == WANTED


def test_a_link_to_the_comments_of_a_row_leads_to_no_other_language(read):
    row = '<li>08.09 04:37 <a href="/news/{n}_x.html">T {n}</a> (<a href="/news/{n}_x.html#comments">5</a>)</li>'
    found = read(
        "<title>T (The Guardian, UK)</title><h1>T (The Guardian, UK)</h1><p><b>9</b> <b>8</b> <b>7</b></p>"
        f"{BODY}<p>Original publication</p><h3>Discussion</h3><ul>{row.format(n=1018475)}{row.format(n=2)}</ul>"
    )
    assert found.article.alternate == []
