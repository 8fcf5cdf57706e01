"""The time of publication as a page prints it, wherever that is; other times on a page are not it."""

import pytest

LEAD = f"<p><b>{'The lead of this article goes on for a while. ' * 5}</b></p>"


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("<table><tr><td>07.09.2025 10:00</td></tr><tr><td>", "</td></tr></table>"),
        ("", "<p>Posted 07.09.2025 10:00 | Views: <b>9</b> | Comments: <b>8</b> | Score: <b>7</b></p>"),
        ("", "<p><time>07.09.2025 10:00</time> | Переводы:</p>"),
        ("<footer>Published on 07.09.2025 10:00.</footer>", ""),
        ("", "<p><span>Added » </span>07.09.2025 10:00</p>"),
        ("<p><b>News</b> <i>07.09.2025 10:00</i></p>", ""),
        ("<footer>Published <a href='/en/7_x.html'>07.09.2025 10:00</a>. Entry number <code>7</code></footer>", ""),
    ],
    ids=[
        "a row above",
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
