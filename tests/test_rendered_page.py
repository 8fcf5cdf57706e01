"""A page that scripts fill in: rendered it is right, plain it says that it does not know; never a wrong number."""

import gzip
import os
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from crawler.practice.content import seed_truth
from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite

ID = "vpk:en:1018475"
PAGE = seed_truth()["url"]
COUNTERS = "SELECT kind, value, raw, absent_reason FROM counter WHERE source = 'page' ORDER BY kind"
SIDEBAR = 'SELECT "rank", title, comments, posted_raw FROM placement WHERE block = \'discussion\' ORDER BY "rank"'


@pytest.fixture(scope="module")
def site():
    """The practice site in the markup whose views and sidebar come by script."""
    with PracticeServer(PracticeSite(PracticeArchive(articles=12, now=datetime.now(UTC)), markup="spa")) as server:
        yield server


@pytest.fixture(scope="module")
def plain(tmp_path_factory, svodka_at, site):
    return _crawled(svodka_at(tmp_path_factory.mktemp("plain") / "data"), site)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory, svodka_at, site):
    return _crawled(svodka_at(tmp_path_factory.mktemp("rendered") / "data"), site, "--render", "always")


def _crawled(svodka, site, *options):
    svodka.run("crawl", "vpk", site.url.rstrip("/") + PAGE, "--base-url", site.url, *options)
    return svodka


def test_plain_http_gives_null_with_a_reason_and_no_rows(plain):
    assert plain.sql(COUNTERS) == [("comments", 0, "0", None), ("rating", 0, "0", None), ("views", None, None, "empty")]
    assert plain.sql(SIDEBAR) == []
    shown = plain.json("show", ID)
    assert (shown["views"], shown["title"]) == (None, seed_truth()["title"])


@pytest.mark.browser
def test_a_browser_gives_the_views_and_the_sidebar(rendered):
    assert rendered.sql(COUNTERS) == [("comments", 0, "0", None), ("rating", 0, "0", None), ("views", 983, "983", None)]
    listed = [(row["rank"], row["title"], row["comments"], row["posted_raw"]) for row in seed_truth()["placements"]]
    assert rendered.sql(SIDEBAR) == listed


@pytest.mark.browser
def test_both_read_the_same_article(plain, rendered):
    wording = "SELECT version_digest FROM reading"
    assert plain.sql(wording) == rendered.sql(wording)
    assert rendered.sql("SELECT body FROM content") == plain.sql("SELECT body FROM content")


@pytest.mark.browser
def test_the_dom_is_a_resource_record_and_the_rows_name_it(rendered):
    (row,) = rendered.sql(
        "SELECT k.id, k.record_type, k.render, k.warc_file, k.\"offset\", k.length, k.status FROM capture k "
        "JOIN reading r ON r.capture_id = k.id"
    )  # fmt: skip
    capture_id, *kind, name, offset, length, status = row
    assert (*kind, status) == ("resource", "always", 200)
    with rendered.home.warc_path("vpk", name).open("rb") as file:
        file.seek(offset)
        record = gzip.decompress(file.read(length)).decode()
    head, dom = record.split("\r\n\r\n", 1)
    assert "WARC-Type: resource\r\n" in head
    assert f"<urn:uuid:{capture_id}>" in head
    assert '<span id="views">983</span>' in dom
    assert dom.count('<div class="line">') == 15
    evidence = rendered.json("evidence", ID, "views")
    assert evidence["source"]["record_type"] == "resource"
    assert [place["text"] for place in evidence["fields"][0]["places"]] == ["983"]
    rendered.run("verify")


@pytest.mark.browser
def test_lists_are_rendered_too_and_the_page_limit_holds(svodka, site):
    svodka.run("crawl", "vpk", "--render", "always", "--max-pages", "3", "--base-url", site.url)
    kinds = (
        "SELECT page_kind, record_type, render FROM capture WHERE page_kind IN ('listing', 'feed') ORDER BY page_kind"
    )
    listing = ("listing", "resource", "always")
    assert svodka.sql(kinds) == [("feed", "response", "never"), listing, listing]
    listed = "SELECT count(DISTINCT capture_id) FROM placement WHERE block = 'discussion'"
    assert svodka.sql(listed) == [(2,)]


@pytest.mark.browser
def test_no_browser_is_left_behind(svodka, site):
    mark = f"SVODKA_TRIAL={uuid4()}"
    name, value = mark.split("=")
    started = svodka.start(
        "crawl", "vpk", site.url.rstrip("/") + PAGE, "--base-url", site.url, "--render", "always", env={name: value}
    )
    seen = set()
    while started.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            started.wait(timeout=0.1)
        seen |= {process for process in _marked(mark) if "chromium" in _name(process)}
    started.communicate()
    assert started.returncode == 0
    assert seen, "no browser was seen at all"
    assert _marked(mark) == set()


def _marked(mark):
    """The processes that were started, by whomever, below the one that was given `mark` in its environment."""
    return {path.parent for path in Path("/proc").glob("[0-9]*/environ") if mark.encode() in _read(path)}


def _name(process):
    return os.fsdecode(_read(process / "cmdline").split(b"\0")[0])


def _read(path):
    try:
        return path.read_bytes()
    except OSError:  # it ended meanwhile
        return b""
