"""Captures that were kept and not read are read by the next run, from the WARC files alone."""

from datetime import UTC, datetime

import pytest

from archive.home import Home
from archive.ids import uuid7
from archive.originals import with_originals
from archive.records import Capture, CaptureContext, Exchange, Lease, UnitOfWork
from archive.session import Session, SiteRow
from crawler.sites import load_site
from pipelines.reextract import reextract
from pipelines.reread import reread_unread

VPK = load_site("vpk")
ROW = SiteRow("vpk", "t", "https://vpk.name/", "Europe/Moscow")
FIRST, LATER = datetime(2025, 9, 10, 9, 0, tzinfo=UTC), datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'


def url_of(number):
    return f"https://vpk.name/news/{number}_a.html"


def answer(printed):
    page = (
        '<html lang="ru"><head><title>Танк вышел на испытания</title></head><body><article><h1>Танк вышел на испытания'
        f'</h1><p class="date">{printed}</p>' + "<p>Рабочие собирают машины и готовят их к испытаниям.</p>" * 8
    ).encode()
    head = b'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: "1"\r\nContent-Length: %d\r\n\r\n'
    return head % len(page) + page


@pytest.fixture
def session(tmp_path):
    """Opens a session on the one data folder of the test."""
    return lambda: Session(Home(tmp_path / "data"), ROW, command="crawl", options={})


def keep(session, number, response, at=FIRST):
    """Keep a capture, unread, as a crash leaves it; against its original where there is one."""
    lease = Lease(0, url_of(number), "article", "listing", "never", 1, None, 0)
    with session.database.reader() as conn:
        (lease,) = with_originals(conn, session.home, [lease])
    request = b'GET / HTTP/1.1\r\nHost: vpk.name\r\nIf-None-Match: "1"\r\n\r\n'
    context = CaptureContext(str(uuid7()), "vpk", session.run_id, "article", "listing")
    capture = Capture(context, Exchange(lease.url, request, response, at, at), lease.original)
    session.commit([UnitOfWork(captures=[capture])])


@pytest.mark.parametrize("printed", ["08.09 04:37", "Вчера, 14:20"])
def test_a_304_is_read_with_the_clock_of_its_original(session, svodka, printed):
    for response, at in ((answer(printed), FIRST), (NOT_MODIFIED, LATER)):
        with session() as run:
            keep(run, 1, response, at)
            assert reread_unread(run, VPK) == 1
    readings = svodka.sql("SELECT digest, substr(observed_at, 1, 4) FROM reading ORDER BY observed_at")
    assert [year for _, year in readings] == ["2025", "2026"]
    assert len({digest for digest, _ in readings}) == 1
    assert svodka.sql("SELECT substr(published_at, 1, 7) FROM article_latest") == [("2025-09",)]


def test_a_damaged_capture_stays_unread_and_keeps_nobody_from_going_on(session, svodka):
    with session() as run:
        for number in (1, 2):
            keep(run, number, answer("08.09 04:37"))
    damage, whole = svodka.sql('SELECT warc_file, "offset", length FROM capture ORDER BY "offset"')
    path = svodka.home.archive_folder("vpk") / damage[0]
    data = bytearray(path.read_bytes())
    data[damage[1] + damage[2] // 2] ^= 0xFF
    path.write_bytes(data)
    for read in (1, 0):
        with session() as run:
            assert reread_unread(run, VPK) == read
    assert svodka.sql('SELECT "offset", read_state FROM capture ORDER BY "offset"') == [
        (damage[1], "unread"), (whole[1], "read"),
    ]  # fmt: skip
    data[damage[1] + damage[2] // 2] ^= 0xFF
    path.write_bytes(data)
    with session() as run:
        assert reread_unread(run, VPK) == 1


def test_what_a_revisit_says_stays_where_its_original_cannot_be_read(session, svodka, tmp_path):
    for response, at in ((answer("08.09 04:37"), FIRST), (NOT_MODIFIED, LATER)):
        with session() as run:
            keep(run, 1, response, at)
            reread_unread(run, VPK)
    rows = svodka.sql("SELECT capture_id, digest FROM reading ORDER BY observed_at")
    (original, *_) = sorted((tmp_path / "data").rglob("*.warc.gz"))
    original.rename(tmp_path / "elsewhere")
    found = reextract(Home(tmp_path / "data"), VPK)
    assert (len(rows), found.damaged, found.changed) == (2, 2, 0)
    assert svodka.sql("SELECT capture_id, digest FROM reading ORDER BY observed_at") == rows
