"""`svodka extract`: one saved page as JSON under the codebook's keys."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from archive.errors import UsageError
from crawler.practice.content import seed_article, seed_truth
from crawler.practice.server import PracticeArchive, PracticeSite
from pipelines.extract import extract_file

FETCHED_AT = datetime(2025, 9, 8, 1, 45, tzinfo=UTC)


@pytest.fixture
def page():
    """The seed article's page as a file would hold it, and its address."""
    practice = PracticeSite(PracticeArchive(articles=10), compression="none")
    practice.base_url = "https://vpk.name"
    body = practice.answer("GET", seed_article().path, {}).wire.partition(b"\r\n\r\n")[2]
    return body, "https://vpk.name" + seed_article().path


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_the_seed_article(tmp_path, page, pack):
    body, url = page
    file = tmp_path / "page.html"
    file.write_bytes(pack(body))
    found = extract_file(file, url, FETCHED_AT)
    truth = seed_truth()
    assert list(found)[:5] == ["kind", "article", "placements", "layers", "conflicts"]
    for name in (
        "title",
        "outlet",
        "outlet_country",
        "subtitle",
        "lead",
        "authors",
        "body",
        "editor_notes",
        "footnotes",
        "views",
        "views_raw",
        "comments",
        "rating",
        "rights_holder",
        "rights_statement",
        "original_url",
        "disclaimer",
    ):
        assert found["article"][name] == truth[name], name
    assert len(found["article"]["editor_notes"]) == 4
    assert (found["placements"][0]["comments"], found["placements"][0]["posted_at"]) == (10436, "2025-09-08T01:37:00Z")
    assert found["layers"]["authors"] == "landmarks:byline"
    json.dumps(found)


def test_a_page_of_another_host_is_read_as_any_site_unless_told(tmp_path, page):
    file = tmp_path / "page.html"
    file.write_bytes(page[0])
    url = page[1].replace("vpk.name", "mirror.example")
    assert extract_file(file, url, FETCHED_AT)["article"]["site"] == "generic"
    assert extract_file(file, url, FETCHED_AT, site="vpk")["article"]["native_id"] == "1018475"


def test_what_cannot_be_read_has_a_reason_and_no_article(tmp_path):
    file = tmp_path / "empty.html"
    file.write_bytes(b"")
    found = extract_file(file, "https://vpk.name/news/1_a.html", FETCHED_AT)
    assert (found["kind"], found["article"], bool(found["unreadable"])) == ("article", None, True)


@pytest.mark.parametrize(
    ("name", "url", "fetched_at", "message"),
    [
        ("page.html", "vpk.name/news/1_a.html", FETCHED_AT, "--url needs a whole address"),
        ("page.html", "https://vpk.name/", FETCHED_AT.replace(tzinfo=None), "--fetched-at needs an offset"),
        ("missing.html", "https://vpk.name/", FETCHED_AT, "cannot read .*No such file"),
        ("torn.gz", "https://vpk.name/", FETCHED_AT, "cannot read"),
    ],
)
def test_mistakes_are_told_in_one_line(tmp_path, name, url, fetched_at, message):
    (tmp_path / "page.html").write_bytes(b"<p>x")
    (tmp_path / "torn.gz").write_bytes(gzip.compress(b"x" * 1_000)[:20])
    with pytest.raises(UsageError, match=message) as error:
        extract_file(tmp_path / name, url, fetched_at)
    assert "\n" not in str(error.value)
