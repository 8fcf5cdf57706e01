"""The pages show what is in the archive, and what is hostile in it as text."""

from __future__ import annotations

import re

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

PAGES = [
    "/", "/articles", "/captures", "/article/vpk:ru:1", "/capture/{article}", "/capture/{gone}", "/capture/{cut}",
    "/evidence?id={article}", "/evidence?id=vpk:ru:1&field=title", "/captures?url=%3Cscript%3E", "/nowhere",
    "/articles?page=x", "/articles?order=published", "/changes/vpk:ru:1", "/articles?language=%22%3E%3Cscript%3E",
    "/articles?q=%D1%82%D0%B0%D0%BD%D0%BA%D0%B8",
]  # fmt: skip


def tree(answer: httpx.Response) -> LexborHTMLParser:
    """The page as a browser would see it."""
    return LexborHTMLParser(answer.text)


@pytest.mark.parametrize("path", PAGES)
class TestEveryPage:
    def test_holds_no_script_and_no_markup_of_a_stranger(
        self, main: httpx.Client, ids: dict[str, str], path: str
    ) -> None:
        answer = main.get(path.format(**ids))
        assert answer.status_code == (404 if path == "/nowhere" else 200)
        page = tree(answer)
        assert page.css("script, img, iframe, base, object, embed, b, i, u, s") == []
        assert [node for node in page.css("*") if any(name.startswith("on") for name in node.attributes)] == []

    def test_links_to_itself_and_the_archived_bytes_alone(
        self, main: httpx.Client, ids: dict[str, str], path: str
    ) -> None:
        links = [node.attributes["href"] or "" for node in tree(main.get(path.format(**ids))).css("[href]")]
        assert [link for link in links if not re.match(r"/(?!/)|\?|#main$|http://127\.0\.0\.1:\d+/raw/", link)] == []

    def test_lets_nothing_be_loaded_but_its_own_style(self, main: httpx.Client, ids: dict[str, str], path: str) -> None:
        answer = main.get(path.format(**ids))
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; ")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("url", ["http://[", "http://[::1", "https://a]/", "x"])
def test_what_is_no_url_was_never_captured(main: httpx.Client, url: str) -> None:
    answer = main.get("/replay", params={"url": url, "at": "20260301120000"})
    assert (answer.status_code, "was never captured" in answer.text) == (404, True)


class TestTheOverview:
    def test_counts_what_is_there(self, main: httpx.Client) -> None:
        figures = {div.css("dt")[0].text(): div.css("dd")[0].text() for div in tree(main.get("/")).css(".figures div")}
        assert {name: figures[name] for name in ("captures", "articles read", "readings", "wordings")} == {
            "captures": "65", "articles read": "1", "readings": "2", "wordings": "2",
        }  # fmt: skip


class TestTheListOfCaptures:
    @pytest.mark.parametrize(
        ("query", "count"),
        [("", 50), ("?url=1_a", 2), ("?url=%25", 0), ("?site=vpk&kind=article", 5), ("?site=no", 0), ("?page=9", 0)],
    )
    def test_is_narrowed_by_url_site_and_kind(self, main: httpx.Client, query: str, count: int) -> None:
        assert len(tree(main.get("/captures" + query)).css("tbody .time a")) == count

    def test_comes_a_page_at_a_time_and_keeps_what_was_asked(self, main: httpx.Client) -> None:
        first = tree(main.get("/captures?site=vpk"))
        (older,) = first.css(".pages a")
        second = tree(main.get("/captures" + (older.attributes["href"] or "")))
        (newer,) = second.css(".pages a")
        assert (older.attributes["href"], newer.attributes["href"]) == ("?site=vpk&page=2", "?site=vpk&page=1")
        seen = [node.attributes["href"] for page in (first, second) for node in page.css("tbody .time a")]
        assert (len(seen), len(set(seen))) == (65, 65)


class TestSearch:
    def test_finds_a_word_in_another_form(self, main: httpx.Client) -> None:
        page = tree(main.get("/articles", params={"q": "абзаца"}))
        assert [link.attributes["href"] for link in page.css(".hit a")] == ["/article/vpk%3Aru%3A1"]

    @pytest.mark.parametrize("words", ["нигде", "<script>alert(1)</script>"])
    def test_says_that_it_found_nothing_and_keeps_the_words(self, main: httpx.Client, words: str) -> None:
        page = tree(main.get("/articles", params={"q": words}))
        assert page.css_first(".lead").text() == "Found: 0."
        assert page.css_first("input").attributes["value"] == words

    def test_without_words_to_look_for_says_so(self, main: httpx.Client) -> None:
        assert main.get("/articles", params={"q": "-"}).status_code == 400


class TestAnArticle:
    def test_shows_its_words_as_they_are(self, main: httpx.Client) -> None:
        page = tree(main.get("/article/vpk:ru:1"))
        assert page.css_first("h1").text().strip() == '<script>document.title="ran"</script><b>Танк</b>'
        assert "javascript:alert(1)" in page.css_first("article").text()

    def test_names_the_layer_and_the_conflict_of_a_field(self, main: httpx.Client) -> None:
        row = next(r for r in tree(main.get("/article/vpk:ru:1")).css(".fields tr") if r.css("th")[0].text() == "title")
        assert row.css_first(".layer").text() == "landmarks:heading"
        assert "metadata said: <u>other</u>" in row.css_first(".conflict").text()

    def test_shows_its_versions_and_each_at_its_own_time(self, main: httpx.Client, ids: dict[str, str]) -> None:
        page = main.get("/article/vpk:ru:1").text
        assert " by reader " in page
        assert "Readings: 2; versions: 2." in page
        assert "Новый ввод" in page
        assert (
            "Новый ввод"
            not in tree(main.get(f"/article/vpk:ru:1?capture={ids['article']}")).css_first("article").text()
        )

    def test_draws_observed_counters_and_says_why_others_are_absent(self, main: httpx.Client) -> None:
        page = tree(main.get("/article/vpk:ru:1"))
        assert len(page.css(".chart circle")) == 2
        assert "dash" in [node.text() for node in page.css("td .none")]

    def test_is_not_another_articles_capture(self, main: httpx.Client, ids: dict[str, str]) -> None:
        assert main.get(f"/article/vpk:ru:2?capture={ids['article']}").status_code == 404


class TestACapture:
    def test_shows_the_record_and_both_heads_as_they_came(self, main: httpx.Client, ids: dict[str, str]) -> None:
        text = "\n".join(pre.text() for pre in tree(main.get(f"/capture/{ids['article']}")).css("pre"))
        assert f"WARC-Record-ID: <urn:uuid:{ids['article']}>" in text
        assert "GET /news/1_a.html HTTP/1.1" in text
        assert "Set-Cookie: id=1" in text

    def test_leads_to_its_bytes_on_the_other_port(
        self, main: httpx.Client, ids: dict[str, str], page_bytes: bytes
    ) -> None:
        look, download = tree(main.get(f"/capture/{ids['article']}")).css("a.button")
        assert httpx.get(look.attributes["href"] or "").content == page_bytes
        assert download.attributes["href"] == f"{look.attributes['href']}?as=wire"

    def test_without_an_answer_shows_the_error(self, main: httpx.Client, ids: dict[str, str]) -> None:
        assert "connection <b>lost</b>" in tree(main.get(f"/capture/{ids['cut']}")).css_first(".bad-text").text()


class TestEvidence:
    def test_marks_the_value_in_the_bytes_around_it(self, main: httpx.Client, ids: dict[str, str]) -> None:
        page = tree(main.get(f"/evidence?id={ids['article']}&field=views"))
        assert page.css_first("mark").text() == "983"
        assert re.fullmatch(r"bytes \d+–\d+", page.css_first(".bytes").text())
        assert "dd if=" in page.css_first(".command").text()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/capture/no", 404), ("/article/vpk:ru:9", 404), ("/evidence?id=no", 404), ("/nowhere", 404),
     ("/evidence?id=vpk:ru:1&field=colour", 400), ("/static/../main.py", 404), ("/static/none.css", 404)],
)  # fmt: skip
def test_what_is_not_there_says_so(main: httpx.Client, path: str, status: int) -> None:
    assert main.get(path).status_code == status
