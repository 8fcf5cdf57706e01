"""In a real browser: archived scripts do not run on RAW, and hostile words stay words on MAIN."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from archive.reading_room.server import ReadingRoom

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.fail("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, chromium_sandbox=os.geteuid() != 0)
        yield browser
        browser.close()


def visit(browser: Browser, url: str) -> tuple[str, list[str], str]:
    """The title a page ends up with, every URL it asked for, and its visible text."""
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url, wait_until="networkidle")
    title, text = page.title(), page.inner_text("body")
    page.close()
    return title, [each for each in asked if not each.endswith("/favicon.ico")], text


def test_the_same_bytes_do_run_where_nothing_stops_them(browser: Browser, page_bytes: bytes) -> None:
    page = browser.new_page()
    page.route("**", lambda route: route.fulfill(body=page_bytes, content_type="text/html"))
    with page.expect_request("**/raw/beacon"):
        page.goto("http://127.0.0.1:1/raw", wait_until="commit")
    page.close()


def test_archived_scripts_do_not_run_and_ask_for_nothing(
    browser: Browser, room: ReadingRoom, ids: dict[str, str]
) -> None:
    url = f"{room.raw_url}raw/{ids['again']}"
    title, asked, text = visit(browser, url)
    assert title == "calm"
    # `img-src 'self'` lets a picture be asked for, on this origin, where there is none.
    assert set(asked) <= {url, f"{room.raw_url}raw/x"}
    assert "983" in text


@pytest.mark.parametrize(
    "path", ["article/vpk:ru:1", "articles", "", "evidence?id=vpk:ru:1", "capture/{article}", "changes/vpk:ru:1"]
)
def test_hostile_words_stay_words(browser: Browser, room: ReadingRoom, ids: dict[str, str], path: str) -> None:
    url = room.url + path.format(**ids)
    title, asked, _ = visit(browser, url)
    assert title.endswith("– Svodka")
    assert set(asked) == {url, f"{room.url}static/room.css"}
