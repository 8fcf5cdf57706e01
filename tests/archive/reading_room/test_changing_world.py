"""The reading room over a made-up site that changed while it was crawled: lists, articles at a glance, changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.reading_room.server import ReadingRoom
from tests.archive.reading_room.changing_world import Told, crawl_while_it_changes
from tests.archive.reading_room.opened import opened

UTC = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
MOSCOW = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC\+3"


@pytest.fixture(scope="module")
def crawled(svodka_at, tmp_path_factory):
    """The archive, and what was done to the site."""
    svodka = svodka_at(tmp_path_factory.mktemp("changing") / "data")
    told = crawl_while_it_changes(lambda *arguments: svodka.run("crawl", "vpk", *arguments))
    return svodka, told


@pytest.fixture(scope="module")
def told(crawled) -> Told:
    """What was done to the site."""
    return crawled[1]


@pytest.fixture(scope="module")
def pages(crawled) -> Iterator[httpx.Client]:
    """A client of the reading room; the site is gone."""
    with opened(ReadingRoom(crawled[0].home)) as room, httpx.Client(base_url=room.url) as client:
        yield client


def tree(answer: httpx.Response) -> LexborHTMLParser:
    return LexborHTMLParser(answer.text)


def texts(nodes: list[LexborNode]) -> list[str]:
    """Their text, a space for every run of white space."""
    return [" ".join(node.text().split()) for node in nodes]


def listed(pages: httpx.Client, **asked: str) -> list[str]:
    """The ids of the articles in a list."""
    links = tree(pages.get("/articles", params=asked)).css(".articles .title a, .hit h2 a")
    return [(link.attributes["href"] or "").removeprefix("/article/").replace("%3A", ":") for link in links]


def glance(pages: httpx.Client, article_id: str) -> dict[str, str]:
    """What an article's page says at a glance."""
    rows = tree(pages.get(f"/article/{article_id}")).css(".glance div")
    return dict(zip(texts([row.css("dt")[0] for row in rows]), texts([row.css("dd")[0] for row in rows]), strict=True))


class TestAList:
    @pytest.mark.parametrize("path", ["/", "/articles", "/articles?order=published"])
    def test_says_when_each_was_published_and_read_with_the_zone(self, pages: httpx.Client, path: str) -> None:
        for row in tree(pages.get(path)).css(".articles tbody tr"):
            published, read = texts(row.css(".time"))
            assert re.fullmatch(f"{MOSCOW} by a (listing|feed)", published)
            assert re.fullmatch(UTC, read)

    def test_shows_the_latest_counters_that_were_observed(self, pages: httpx.Client, crawled, told: Told) -> None:
        rows = tree(pages.get("/articles")).css(".articles tbody tr")
        (row,) = [row for row in rows if told.titles[1] in row.text()]
        ((views, comments),) = crawled[0].sql(
            f"SELECT views, comments FROM article_latest WHERE article_id = '{told.edited}'"
        )
        assert [int("".join(each.split())) for each in texts(row.css(".num"))] == [views, comments]

    def test_is_narrowed_by_language_outlet_day_and_presence(self, pages: httpx.Client, crawled, told: Told) -> None:
        for condition, asked in {
            "language = 'ru'": {"language": "ru"},
            "outlet = 'Bharat Defence Review'": {"outlet": "Bharat Defence Review"},
            "published_day <= '2026-09-10'": {"until": "2026-09-10"},
            "published_day >= '2026-09-10' AND language = 'en'": {"since": "2026-09-10", "language": "en"},
        }.items():
            rows = crawled[0].sql(f"SELECT article_id FROM article_latest WHERE {condition}")
            assert 0 < len(rows) < 24
            assert sorted(listed(pages, **asked)) == sorted(article_id for (article_id,) in rows)
        assert listed(pages, presence="missing_suspected") == [told.gone]

    def test_is_in_the_order_of_publication_where_that_is_asked_for(self, pages: httpx.Client, crawled) -> None:
        rows = crawled[0].sql("SELECT article_id FROM article_latest ORDER BY published_at DESC, article_id DESC")
        assert listed(pages, order="published") == [article_id for (article_id,) in rows]

    def test_of_what_was_searched_for_is_narrowed_too(self, pages: httpx.Client, told: Told) -> None:
        found = listed(pages, q="Bharat")
        assert {told.edited, told.translation} <= set(found)
        assert set(listed(pages, q="Bharat", language="ru")) == {each for each in found if each.startswith("vpk:ru:")}
        assert listed(pages, q="Bharat", presence="missing_suspected") == [told.gone]

    @pytest.mark.parametrize(
        "query", ["order=oldest", "since=yesterday", "presence=gone", "after=x", "after=~x", "q=a&until=1.9."]
    )
    def test_of_what_cannot_be_meant_is_a_message(self, pages: httpx.Client, query: str) -> None:
        answer = pages.get(f"/articles?{query}")
        assert answer.status_code == 400
        assert tree(answer).css_first("h1").text() == "That cannot be asked"


class TestAnArticleAtAGlance:
    def test_says_what_is_known(self, pages: httpx.Client, told: Told) -> None:
        known = glance(pages, told.edited)
        assert re.match(f"{MOSCOW} by a (listing|feed)", known["Published"])
        assert re.fullmatch(f"present, last seen {UTC}", known["Still there"])
        assert re.fullmatch(rf"[\d\s]+ on {UTC}", known["Views"])
        assert known["Outlet"].startswith("Bharat Defence Review (IN)")
        assert known["Rights"].startswith("InoSMI")
        assert known["Original"].startswith("https://inosmi.example/")

    def test_names_the_capture_before_and_after_it_went_missing(self, pages: httpx.Client, told: Told) -> None:
        state = glance(pages, told.gone)["Still there"]
        assert re.fullmatch(rf"missing last seen {UTC}, first missing {UTC} \(misses: 1\)", state)

    def test_leads_to_its_translation(self, pages: httpx.Client, told: Told) -> None:
        page = tree(pages.get(f"/article/{told.edited}"))
        assert f"/article/{told.translation.replace(':', '%3A')}" in [
            link.attributes["href"] for link in page.css(".glance a")
        ]

    def test_an_older_reading_says_so(self, pages: httpx.Client, told: Told) -> None:
        links = tree(pages.get(f"/article/{told.edited}")).css('td a[href*="?capture="]')
        oldest = tree(pages.get(links[-1].attributes["href"] or ""))
        assert oldest.css_first("h1").text() == told.titles[0]
        assert oldest.css_first(".older").text().startswith("An older reading.")


class TestCounters:
    def test_break_where_the_page_had_none_and_tell_what_is_inferred(self, pages: httpx.Client, told: Told) -> None:
        chart = tree(pages.get(f"/article/{told.edited}")).css(".series")[0]
        marks = [node.attributes["class"] for node in chart.css("circle")]
        assert (marks.count("printed"), marks.count("inferred"), len(chart.css("path.gap"))) == (6, 2, 1)
        assert texts(chart.css(".least, .most, .first, .last"))[0] == "9\N{NARROW NO-BREAK SPACE}055".replace(
            "\N{NARROW NO-BREAK SPACE}", " "
        )

    def test_of_two_sources_are_two_charts(self, pages: httpx.Client, crawled, told: Told) -> None:
        ((article_id,),) = crawled[0].sql(
            "SELECT article_id FROM counter WHERE kind = 'comments' AND source <> 'page' "
            "GROUP BY article_id HAVING COUNT(DISTINCT observed_at) > 1 ORDER BY article_id LIMIT 1"
        )
        captions = texts(tree(pages.get(f"/article/{article_id}")).css("figcaption"))
        assert [each for each in captions if "as lists gave them" in each]


class TestWhatChanged:
    def test_is_told_word_by_word(self, pages: httpx.Client, told: Told) -> None:
        page = tree(pages.get(f"/changes/{told.edited}"))
        fields = dict(zip(texts(page.css(".change h2")), page.css(".change"), strict=True))
        assert list(fields) == ["title", "lead", "body"]
        assert [texts(fields["title"].css(tag)) for tag in ("del", "ins")] == [["begun"], ["halted"]]
        assert [texts(fields["lead"].css(tag)) for tag in ("del", "ins")] == [["478"], ["487"]]
        assert (len(fields["body"].css("ins")), fields["body"].css("del")) == (1, [])

    def test_names_both_captures_and_the_time_between_which_it_was_changed(
        self, pages: httpx.Client, told: Told
    ) -> None:
        page = tree(pages.get(f"/changes/{told.edited}?a=1&b=2"))
        rows = dict(zip(texts(page.css("th")), texts(page.css("td")), strict=True))
        assert re.fullmatch(f"first seen {UTC} \\(evidence\\)", rows["Version 1"])
        assert re.fullmatch(f"after {UTC}, not later than {UTC}", rows["Changed"])
        for link in page.css("td a, .crumb a"):
            assert pages.get(link.attributes["href"] or "").status_code == 200

    def test_leads_from_the_list_of_versions(self, pages: httpx.Client, told: Told) -> None:
        (link,) = tree(pages.get(f"/article/{told.edited}")).css('a[href^="/changes/"]')
        assert link.text() == "title, lead, body"
        assert pages.get(link.attributes["href"] or "").status_code == 200

    @pytest.mark.parametrize(("query", "status"), [("?a=1&b=9", 404), ("?a=0", 404), ("?a=x", 400), ("?b=1", 404)])
    def test_between_versions_that_are_not_there_is_a_message(
        self, pages: httpx.Client, told: Told, query: str, status: int
    ) -> None:
        assert pages.get(f"/changes/{told.edited}{query}").status_code == status
        assert pages.get("/changes/vpk:ru:none").status_code == 404
