"""A small archive with a hostile page in it, and the reading room open over it on two free ports of loopback."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from archive.home import Home
from archive.reading_room.server import ReadingRoom
from archive.records import (
    ArticleRecord,
    Author,
    Capture,
    CaptureContext,
    Counter,
    Exchange,
    PlacementRecord,
    QuarantineRecord,
)
from archive.rows import presence, writing
from archive.rows.engine import open_database
from archive.rows.migrations import upgrade
from archive.rows.placements import write_placements
from archive.search import index_articles
from archive.warc.writer import WarcWriter
from tests.archive.reading_room.opened import opened

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "https://news.example"
TITLE = '<script>document.title="ran"</script><b>Танк</b>'
LEAD = "</article><img src=x onerror=\"document.title='ran'\">"
PAGE = """<!doctype html><meta charset=utf-8><title>calm</title><h1>&lt;script&gt;Танк</h1><p>983</p>
<script>document.title = "ran"; fetch("/raw/x"); new Image().src = "/raw/beacon"; location = "/raw/left"</script>
<img src=x onerror="document.title='ran'"><meta http-equiv=refresh content="0;url=/raw/refreshed">
<form action="/raw/sent" id=f></form><script>f.submit()</script><iframe src="/raw/framed"></iframe>"""
LONG_AGO = "018f0000-0000-7000-8000-0000000000"
ARTICLE, AGAIN, GONE, CUT, ODD_TYPE = (LONG_AGO + f"{n:02}" for n in range(1, 6))


def exchange(path: str, at: datetime, body: bytes, status: str = "200 OK", headers: str = "") -> Exchange:
    """One exchange over HTTP/1.1."""
    head = f"HTTP/1.1 {status}\r\nSet-Cookie: id=1\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode()
    request = f"GET {path} HTTP/1.1\r\nHost: news.example\r\nUser-Agent: svodka\r\n\r\n".encode()
    return Exchange(SITE + path, request, head + body, at, at + timedelta(seconds=1), ip="192.0.2.1")


def captures() -> list[Capture]:
    """What was fetched."""
    html = "Content-Type: text/html; charset=utf-8\r\n"
    zipped = gzip.compress(PAGE.encode(), mtime=0)
    exchanges = {
        ARTICLE: exchange("/news/1_a.html", NOON, zipped, headers=html + "Content-Encoding: gzip\r\n"),
        AGAIN: exchange("/news/1_a.html", NOON + timedelta(hours=1), PAGE.encode(), headers=html),
        GONE: exchange("/news/2.html", NOON, b"gone", "404 Not Found", html),
        CUT: replace(exchange("/news/3.html", NOON, b""), response=b"", error="connection <b>lost</b>"),
        ODD_TYPE: exchange("/x", NOON, b"<script>1</script>", headers="Content-Type: text/html, evil/\xff\r\n"),
    }  # fmt: skip
    pages = [
        Capture(CaptureContext(key, "vpk", "run-1", "article", "listing"), content)
        for key, content in exchanges.items()
    ]
    pictures = [
        Capture(
            CaptureContext(f"{LONG_AGO}{n}", "vpk", "run-1", "requisite", "page"),
            exchange(f"/i/{n}.png", NOON + timedelta(minutes=n), b"", headers="Content-Type: image/png\r\n"),
        )
        for n in range(10, 70)
    ]
    return pages + pictures


def article(capture_id: str, at: datetime, views: int) -> ArticleRecord:
    """What a capture says, as hostile as can be."""
    return ArticleRecord(
        capture_id=capture_id, observed_at=at, site="vpk", native_id="1", language="ru", url=SITE + "/news/1_a.html",
        title=TITLE, lead=LEAD, body=("Первый абзац.", "javascript:alert(1)"), authors=(Author("<i>Имя</i>"),),
        counters=(Counter("views", views, str(views)), Counter("rating", None, "—", absent_reason="dash")),
        original_url="javascript:alert(1)", layers={"title": "landmarks:heading"},
        conflicts=({"field": "title", "layer": "metadata", "value": "<u>other</u>"},),
    )  # fmt: skip


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The data folder."""
    home = Home(tmp_path_factory.mktemp("room") / "data").create()
    writer = WarcWriter(home.archive_folder("vpk"), site="vpk", software="test")
    written = writer.append(captures())
    state = writer.sync()
    writer.close()
    database = open_database(home.database_url)
    upgrade(database)
    with database.writer() as conn:
        writing.write_site(conn, name="vpk", title="<b>VPK</b>", base_url=SITE, time_zone="Europe/Moscow")
        writing.write_run(conn, id="run-1", site="vpk", command="crawl", started_at=NOON, software="test", options={})
        writing.write_warc_file(conn, site="vpk", state="open", file=state)
        writing.write_captures(conn, written)
        later = replace(article(AGAIN, NOON + timedelta(hours=1), 1200), lead="Новый ввод")
        _, changed = writing.write_articles(conn, [article(ARTICLE, NOON, 983), later])
        index_articles(conn, changed)
        write_placements(conn, [_placement()])
        presence.settle(conn, changed)
        writing.write_quarantine(conn, [QuarantineRecord(GONE, "status", "<b>404</b>")])
    database.close()
    return home


def _placement() -> PlacementRecord:
    return PlacementRecord(
        ARTICLE, NOON, "vpk", "discussion", 1, SITE + "/news/1_a.html", "<s>row</s>", "1", "ru", comments=5
    )


@pytest.fixture(scope="session")
def room(home: Home) -> Iterator[ReadingRoom]:
    """The open reading room."""
    with opened(ReadingRoom(home)) as room:
        yield room


@pytest.fixture
def main(room: ReadingRoom) -> Iterator[httpx.Client]:
    """A client of the pages."""
    with httpx.Client(base_url=room.url) as client:
        yield client


@pytest.fixture
def raw(room: ReadingRoom) -> Iterator[httpx.Client]:
    """A client of the archived bytes."""
    with httpx.Client(base_url=room.raw_url) as client:
        yield client


@pytest.fixture(scope="session")
def page_bytes() -> bytes:
    """The archived page, decoded."""
    return PAGE.encode()


@pytest.fixture(scope="session")
def ids() -> dict[str, str]:
    """Capture ids by what they hold."""
    return {"article": ARTICLE, "again": AGAIN, "gone": GONE, "cut": CUT, "odd type": ODD_TYPE}


@pytest.fixture(scope="session")
def wire(ids: dict[str, str]) -> dict[str, bytes]:
    """The bytes that came over the wire, by capture id."""
    return {capture.context.capture_id: capture.content.response for capture in captures()}  # type: ignore[union-attr]
