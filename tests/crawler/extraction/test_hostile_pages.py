"""Pages made to hurt a reader are read or refused within a second and 300 MB; the crawl that meets one goes on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_pages import BEGINNING, PAGES

from crawler.extraction.contained import Budget


@pytest.fixture(scope="module")
def readings():
    """Each page read in turn by one process that has 300 MB: it could not go on if a page took more."""
    command = [sys.executable, "-W", "error", str(Path(__file__).parent / "hostile_pages.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {name: (seconds, reason) for name, seconds, reason in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_is_read_or_refused_within_its_budget(readings, name):
    """The reader's own budget, and some times what it costs on this machine to begin a process that reads."""
    assert readings[name][0] < Budget().cpu + 4 * readings[BEGINNING][0]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("40,000 attributes on one tag", "40000 attributes on one tag, more than 2000"),
        ("100,000 nested elements", "100003 elements inside each other, more than 500"),
        ("a million siblings", "1000026 tags, more than 200000"),
        ("200,000 siblings", "190026 tags; reading took more than 1 s of processor time"),
        ("50 MB of text", "50000003 bytes, more than 8388608"),
        ("a billion laughs", "no feed: it declares entities"),
        ("7 MB of text", None),
        ("lone surrogates", None),
        ("7,900 nested elements with text", None),
        ("3,900 nested elements with paragraphs", None),
    ],
)
def test_what_is_not_read_says_why(readings, name, reason):
    assert readings[name][1] == reason


def test_a_crawl_sets_them_aside_and_goes_on(svodka, practice):
    from crawler.practice.faults import Fault

    names = {"200,000 siblings": "took more than 1 s", "40,000 attributes on one tag": "40000 attributes"}
    hurt = dict(zip(practice.site.paths()[-2:], names, strict=True))
    for path, name in hurt.items():
        body = PAGES[name]()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        practice.site.faults[path] = Fault("raw", data=head.encode() + body)
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    rows = svodka.sql("SELECT url, reason, detail FROM quarantine JOIN capture ON capture.id = quarantine.capture_id")
    told = {url.removeprefix(practice.url.rstrip("/")): (reason, detail) for url, reason, detail in rows}
    assert told.keys() == hurt.keys()
    assert all(reason == "unreadable" and names[hurt[path]] in detail for path, (reason, detail) in told.items())
    assert svodka.sql("SELECT count(*) FROM article_latest WHERE title IS NOT NULL") == [(28,)]
    svodka.run("verify")
