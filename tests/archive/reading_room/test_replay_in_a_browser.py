"""In a real browser with the real player: archived pages look as they did, and a hostile one reaches nothing."""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Frame, Page, sync_playwright

from archive.home import Home
from archive.reading_room.player import find_player
from archive.reading_room.server import ReadingRoom
from archive.records import Capture, CaptureContext, Exchange
from archive.rows import writing
from archive.rows.engine import open_database
from archive.rows.migrations import upgrade
from archive.warc.writer import WarcWriter
from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite
from tests.archive.reading_room.opened import opened

pytestmark = [pytest.mark.browser, pytest.mark.player]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


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


@pytest.fixture(scope="module")
def crawled(svodka_at, tmp_path_factory):
    """A practice site that was crawled twice: the second time lists answer 304."""
    svodka = svodka_at(tmp_path_factory.mktemp("replay") / "data")
    with PracticeServer(PracticeSite(PracticeArchive(seed=1, articles=12))) as server:
        for _ in range(2):
            svodka.run("crawl", "vpk", "--base-url", server.url)
    return svodka


@pytest.fixture(scope="module")
def room(crawled) -> Iterator[ReadingRoom]:
    """The reading room over it; the practice site is gone."""
    with opened(ReadingRoom(crawled.home, player=find_player(crawled.home))) as room:
        yield room


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of its own, with nothing stored."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def replayed(page: Page, room: ReadingRoom, url: str, at: str = "") -> Frame:
    """The frame in which the archived page stands, loaded."""
    page.goto(f"{room.url}replay?url={quote(url, safe='')}&at={at}")
    inner = page.frame_locator("iframe.replay").locator("iframe#page")
    inner.wait_for(state="attached")
    page.frame_locator("iframe.replay").locator("#told", has_text=re.compile(r"\d{14}")).wait_for(timeout=90_000)
    return shown(page)


def shown(page: Page) -> Frame:
    """The frame of the archived page itself, not those inside of it."""
    return next(frame for frame in page.frames if frame.parent_frame and "/frame?" in frame.parent_frame.url)


# --- a crawled archive -------------------------------------------------------------------------------------------


def test_an_article_is_shown_with_its_images_and_styles(page: Page, room: ReadingRoom, crawled) -> None:
    ((url, title),) = crawled.sql("SELECT url, title FROM article_latest WHERE title LIKE '50 days%'")
    frame = replayed(page, room, url)
    assert title in frame.inner_text("body")
    frame.wait_for_function("[...document.images].every(image => image.complete)", timeout=90_000)
    widths = frame.evaluate("[...document.images].map(image => image.naturalWidth)")
    assert len(widths) > 3
    assert all(widths)
    assert frame.evaluate("[...document.styleSheets].some(sheet => sheet.href && sheet.cssRules.length > 0)")


def test_a_link_in_an_archived_page_leads_to_an_archived_page(page: Page, room: ReadingRoom, crawled) -> None:
    ((url,),) = crawled.sql("SELECT url FROM article_latest WHERE title LIKE '50 days%'")
    titles = {each: title for each, title in crawled.sql("SELECT url, title FROM article_latest")}  # noqa: C416
    frame = replayed(page, room, url)
    links = frame.evaluate("[...document.links].map(link => link.href)")
    other = next(link for link in links if link in titles and link != url)
    told = page.frame_locator("iframe.replay").locator("#told")
    frame.evaluate("url => [...document.links].find(link => link.href === url).click()", other)
    told.filter(has_text=other).wait_for(timeout=90_000)
    frame = shown(page)
    assert titles[other] in frame.inner_text("body")


def test_a_page_that_answered_304_is_shown_with_its_earlier_body(page: Page, room: ReadingRoom, crawled) -> None:
    ((url, at),) = crawled.sql(
        "SELECT url, captured_at FROM capture WHERE record_type = 'revisit' AND page_kind = 'listing'"
        " AND status = 304 ORDER BY id LIMIT 1"
    )
    frame = replayed(page, room, url, re.sub(r"\D", "", at[:19]))
    assert len(frame.evaluate("[...document.links].filter(link => /\\d_|\\d-/.test(link.href))")) > 5


# --- redirects and a hostile page --------------------------------------------------------------------------------

BASE = "http://news.example"
MOVED = "Location: /arrived\r\n"
HOSTILE = (Path(__file__).parent / "hostile.html").read_text(encoding="utf-8")
NAVIGATIONS = {
    "top": "window.top.location = 'MAIN/top'",
    "real top": "Reflect.get(window, 'top').location.href = 'MAIN/real-top'",
    "parent": "parent.location = 'MAIN/parent'",
    "outer": "parent.parent.location.replace('MAIN/outer')",
    "self": "location = 'MAIN/self'",
    "clean": "const f = document.createElement('iframe'); document.body.append(f);"
    "f.contentWindow.parent.parent.location = 'MAIN/clean-parent'",
    "link in parent": "const a = parent.document.createElement('a'); a.href = 'MAIN/parent-link'; a.target = 'page';"
    "parent.document.body.append(a); a.click()",
    "frame of parent": "parent.document.querySelector('iframe').src = 'MAIN/parent-frame-src'",
    "top of parent": "const a = parent.document.createElement('a'); a.href = 'MAIN/parent-top'; a.target = '_top';"
    "parent.document.body.append(a); a.click()",
    "form": "const f = parent.document.createElement('form'); f.action = 'MAIN/form'; f.target = '_top';"
    "parent.document.body.append(f); f.submit()",
    "refresh": "const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url=MAIN/refresh';"
    "document.head.append(m)",
}


def archive_of(home: Home, pages: dict[str, tuple[str, str, str]]) -> None:
    """A data folder that holds these pages: path -> status, headers, body."""
    contents = []
    for path, (status, headers, body) in pages.items():
        data = body.encode()
        length = f"Content-Length: {len(data)}\r\n\r\n"
        head = f"HTTP/1.1 {status}\r\n{headers}Content-Type: text/html; charset=utf-8\r\n{length}"
        request = f"GET {path} HTTP/1.1\r\nHost: news.example\r\n\r\n".encode()
        contents.append(Exchange(BASE + path, request, head.encode() + data, NOON, NOON + timedelta(seconds=1)))
    context = {"site": "vpk", "run_id": "run-1", "page_kind": "article", "route": "user"}
    writer = WarcWriter(home.create().archive_folder("vpk"), site="vpk", software="test")
    written = writer.append(
        [
            Capture(CaptureContext(f"018f0000-0000-7000-8000-{n:012}", **context), each)
            for n, each in enumerate(contents)
        ]
    )
    state = writer.sync()
    writer.close()
    database = open_database(home.database_url)
    upgrade(database)
    with database.writer() as conn:
        writing.write_site(conn, name="vpk", title="VPK", base_url=BASE, time_zone="UTC")
        writing.write_run(conn, id="run-1", site="vpk", command="crawl", started_at=NOON, software="test", options={})
        writing.write_warc_file(conn, site="vpk", state="open", file=state)
        writing.write_captures(conn, written)
    database.close()


def test_a_redirect_is_followed_to_its_target(page: Page, tmp_path) -> None:
    home = Home(tmp_path / "data")
    archive_of(home, {"/moved": ("301 Moved Permanently", MOVED, ""), "/arrived": ("200 OK", "", "<h1>Arrived</h1>")})
    with opened(ReadingRoom(home, player=find_player(home))) as room:
        frame = replayed(page, room, f"{BASE}/moved", "20260301120000")
        frame.wait_for_url("**/arrived")
        assert frame.inner_text("h1") == "Arrived"


@pytest.fixture
def hostile(tmp_path) -> Iterator[ReadingRoom]:
    """The reading room over hostile pages that know where it is."""
    home = Home(tmp_path / "data")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    pages = {"/": HOSTILE}
    for number, script in enumerate(NAVIGATIONS.values()):
        pages[f"/{number}"] = f"<!doctype html><head></head><body><h1>ran</h1><script>{script}</script></body>"
    main = f"http://127.0.0.1:{port}"
    archive_of(home, {path: ("200 OK", "", page.replace("MAIN", main)) for path, page in pages.items()})
    with opened(ReadingRoom(home, port, player=find_player(home))) as room:
        yield room


def test_a_hostile_page_runs_and_reaches_nothing_of_the_reading_room(
    page: Page, hostile: ReadingRoom, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "archive.reading_room.guard"):
        frame = replayed(page, hostile, f"{BASE}/", "20260301120000")
        frame.wait_for_function("document.title.startsWith('tried')")
        page.wait_for_timeout(2000)  # for what a browser puts off: beacons, prefetches; no event tells that it is over
        title = frame.title()
    assert int(title.removeprefix("tried ")) == HOSTILE.count("\nattempt(")
    assert _reached(caplog, hostile) == []
    assert _at_home(page, hostile)


def test_what_does_reach_the_reading_room_is_seen(
    page: Page, hostile: ReadingRoom, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "archive.reading_room.guard"):
        page.evaluate("url => fetch(url, { mode: 'no-cors' }).catch(() => {})", f"{hostile.url}js-fetch")
    assert _reached(caplog, hostile) == ["/js-fetch"]


@pytest.mark.parametrize("number", range(len(NAVIGATIONS)), ids=list(NAVIGATIONS))
def test_a_hostile_page_leads_no_frame_to_the_reading_room(
    page: Page, hostile: ReadingRoom, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    with caplog.at_level(logging.DEBUG, "archive.reading_room.guard"):
        page.goto(f"{hostile.url}replay?url={quote(f'{BASE}/{number}', safe='')}&at=20260301120000")
        _wait_until_asked(page, caplog, f"/records/vpk/20260301120000id_/{BASE}/{number}")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(2000)  # for its script, and what a browser puts off; no event tells that it is over
    assert _reached(caplog, hostile) == []
    assert _at_home(page, hostile)


def _wait_until_asked(page: Page, caplog: pytest.LogCaptureFixture, record: str) -> None:
    """A player that is not quick to start is idle meanwhile, so an idle network says nothing."""
    deadline = time.monotonic() + 90
    while not any(record in line for line in _told(caplog)):
        assert time.monotonic() < deadline, f"{record} was not asked for"
        page.wait_for_timeout(50)


def _told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def _reached(caplog: pytest.LogCaptureFixture, room: ReadingRoom) -> list[str]:
    """What was asked of MAIN beside the page that the test opened."""
    asked = [line.split(" ", 1)[1].removeprefix(f"127.0.0.1:{room.port}") for line in _told(caplog)]
    return [path for path in asked if path[0] == "/" and path not in {"/replay", "/static/room.css", "/favicon.ico"}]


def _at_home(page: Page, room: ReadingRoom) -> bool:
    """Whether the window still shows the reading room, and no other was opened."""
    return page.url.startswith(f"{room.url}replay") and page.context.pages == [page]
