"""Today's reader over the archive: a redesign is an alarm at once, a new selector repairs every row, no other moves."""

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from archive.errors import UsageError
from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite
from crawler.sites import load_site
from crawler.sites.site import SelectorSet
from pipelines.reextract import reextract

NOW = datetime(2025, 9, 22, 9, 0, tzinfo=UTC)
LABEL = re.compile(r"<p>([^\n]*?)(?:Оригинал публикации|Original publication):?")
TODAY = datetime.now(UTC).date()
REPAIRED = replace(
    load_site("vpk"),
    selectors=(
        SelectorSet("V1", {}, valid_until=TODAY - timedelta(days=1)),
        SelectorSet("V2", {"original_url": "p.source a@href"}),
    ),
)


class RedesignedSite(PracticeSite):
    """Hides the label of the original publication behind a class, once so many more article pages were served."""

    articles_left = None

    def answer(self, method, target, headers):
        if self.articles_left is not None and re.search(r"/(news|en)/\d+_", target):
            self.articles_left -= 1
            if self.articles_left == 0:
                self.advance(timedelta(0))  # draw the pages anew
        return super().answer(method, target, headers)

    def _html(self, text, status=200):
        if self.articles_left is not None and self.articles_left <= 0:
            text = LABEL.sub(r'<p class="source">\1', text)
        return super()._html(text, status)


@pytest.fixture
def redesigned(svodka):
    """An archive of a first crawl and of one in whose middle the layout changed."""
    site = RedesignedSite(PracticeArchive(seed=1, articles=30, now=NOW), markup="semantic")
    with PracticeServer(site) as server:
        svodka.run("crawl", "vpk", "--base-url", server.url)
        site.publish(14)
        site.articles_left = 8
        server.last = svodka.run("crawl", "vpk", "--base-url", server.url, code=1)
        yield server


@pytest.fixture(scope="module")
def crawled_once(svodka_at, tmp_path_factory):
    """An archive of one crawl, which no test changes."""
    svodka = svodka_at(tmp_path_factory.mktemp("reextract") / "data")
    with PracticeServer(PracticeSite(PracticeArchive(seed=1, articles=30, now=NOW))) as server:
        svodka.run("crawl", "vpk", "--base-url", server.url)
    return svodka


@pytest.fixture
def crawled(crawled_once, svodka):
    """A copy of it."""
    shutil.copytree(crawled_once.home.path, svodka.home.path)
    return svodka


LOST = "SELECT count(*) FROM content WHERE original_url IS NULL"
RUN = "SELECT id FROM run WHERE command = 'crawl' ORDER BY id DESC LIMIT 1"


VIEWS = "DELETE FROM page_counter WHERE kind = 'views' AND value IS NOT NULL"


def everything(svodka):
    """All rows of content but the reader's version, to hold two states of an archive against each other."""
    tables = ("content", "author", "counter", "placement", "mention", "presence", "search_document", "article_url")
    rows = {table: sorted(map(repr, svodka.sql(f"SELECT * FROM {table}"))) for table in tables}
    return rows | {"reading": sorted(svodka.sql("SELECT capture_id, digest, layers FROM reading"))}


def test_a_redesign_in_the_middle_of_a_crawl_is_an_alarm_of_that_crawl(svodka, redesigned):
    (alarm,) = [line for line in redesigned.last.stderr.splitlines() if "ALARM" in line]
    assert re.search(r"article original_url found in \d\d % of the pages, before in 100 %", alarm)
    ((reason, code),) = svodka.sql(f"SELECT reason, exit_code FROM run WHERE id = ({RUN})")
    assert (reason, code) == ("finished; alarm: article original_url", 1)
    worries = {each["check"] for each in svodka.lines("health", code=1) if each["worry"]}
    assert worries == {"last run", "coverage"}
    by_field = {each["field"]: each for each in svodka.lines("coverage", "vpk") if each["page_kind"] == "article"}
    assert [name for name, each in by_field.items() if each["alarm"]] == ["original_url"]


def test_a_dated_selector_set_repairs_every_row_and_says_so(svodka, redesigned):
    ((lost,),) = svodka.sql(LOST)
    assert lost >= 5
    found = reextract(svodka.home, REPAIRED, missing="original_url")
    assert (found.pages, found.changed, found.damaged) == (lost, lost, 0)
    assert [(each.field, each.gained, each.lost, each.changed) for each in found.fields] == [
        ("original_url", lost, 0, 0)
    ]
    assert svodka.sql(LOST) == [(0,)]
    ((filled, total),) = svodka.sql(
        f"SELECT filled, total FROM coverage WHERE run_id = ({RUN}) AND field = 'original_url'"
    )
    assert filled == total
    again = reextract(svodka.home, REPAIRED)
    assert again.pages > 40
    assert again.changed == 0
    svodka.run("verify")


def test_what_reads_as_before_is_not_written(crawled):
    before = everything(crawled)
    found = crawled.json("reextract", "vpk")
    assert (found["changed"], found["damaged"], found["fields"]) == (0, 0, [])
    assert found["pages"] == crawled.sql("SELECT count(*) FROM capture WHERE read_state IN ('read')")[0][0]
    assert everything(crawled) == before


def test_workers_that_are_killed_cost_nothing(crawled, monkeypatch):
    before = everything(crawled)
    crawled.change(VIEWS, "UPDATE reading SET reader = '0'")
    monkeypatch.setenv("SVODKA_FAILPOINT", "reextract.piece:3")  # each worker dies at the third piece it takes
    found = reextract(crawled.home, "vpk", workers=2, at_a_time=3)
    assert found.damaged == 0
    assert [each.field for each in found.fields] == ["views"]
    assert everything(crawled) == before
    assert crawled.sql("SELECT DISTINCT reader FROM reading WHERE reader = '0'") == []


def test_a_killed_command_leaves_whole_captures_and_the_next_one_goes_on(crawled):
    before = everything(crawled)
    crawled.change(VIEWS)
    crawled.run("reextract", code=-9, env={"SVODKA_FAILPOINT": "rows.before_commit"})
    crawled.run("reextract")
    assert everything(crawled) == before
    crawled.run("verify")


def test_a_page_that_became_unreadable_takes_its_rows_with_it(crawled):
    ((capture,),) = crawled.sql("SELECT capture_id FROM reading ORDER BY capture_id LIMIT 1")
    crawled.change(
        f"UPDATE capture SET read_state = 'failed' WHERE id = '{capture}'",
        f"INSERT INTO quarantine VALUES ('{capture}', 'unreadable', 'by an older reader')",
    )
    found = crawled.json("reextract")
    assert [(each["field"], each["gained"]) for each in found["fields"]] == [("readable", 1)]
    assert crawled.sql("SELECT * FROM quarantine") == []


def test_imported_files_are_read_again_too(crawled, svodka_at, tmp_path):
    other = svodka_at(tmp_path / "other")
    (file,) = crawled.home.archive_folder("vpk").glob("*.warc.gz")
    other.run("import", file)
    found = other.json("reextract")
    assert (found["site"], found["changed"], found["damaged"]) == ("imported", 0, 0)


def test_only_what_is_asked_for_is_read(crawled):
    assert crawled.json("reextract", "--missing", "title")["pages"] == 0
    assert crawled.json("reextract", "--missing", "views")["pages"] == 30 - len(
        crawled.sql("SELECT capture_id FROM counter WHERE source = 'page' AND kind = 'views' AND value IS NOT NULL")
    )
    assert crawled.json("reextract", "--since", "2100-01-01T00:00:00Z")["pages"] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--missing", "hat"], "one of title, outlet"),
        (["nowhere"], "not in this archive; it has vpk"),
        (["--since", "2025-01-01"], "needs its zone"),
    ],
)
def test_a_mistake_is_one_line(crawled, arguments, message):
    error = crawled.run("reextract", *arguments, code=2).stderr
    assert message in error
    assert len(error.strip().splitlines()) == 1


def test_an_unknown_field_is_told_before_anything_is_opened(svodka):
    with pytest.raises(UsageError, match="--missing hat"):
        reextract(svodka.home, "vpk", missing="hat")
    assert not svodka.home.path.exists()
