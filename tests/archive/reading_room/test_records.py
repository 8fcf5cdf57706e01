"""What the player is answered: the nearest capture, its revisit resolved, its coding undone, and nothing that acts."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import httpx
import pytest

from archive.digests import sha256
from archive.home import Home
from archive.reading_room.player import Player, find_player
from archive.reading_room.records import moment_of, timestamp
from archive.reading_room.server import ReadingRoom
from archive.records import Capture, CaptureContext, Exchange, Original, Rendering
from archive.rows import writing
from archive.rows.engine import open_database
from archive.rows.migrations import upgrade
from archive.warc.writer import WarcWriter
from tests.archive.reading_room.opened import opened

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "https://news.example"
BODY = ("<p>Танк</p>" * 100).encode()
ID = "018f0000-0000-7000-8000-00000000{:04}"
HOSTILE = (
    "Set-Cookie: id=1\r\nClear-Site-Data: *\r\nContent-Security-Policy: default-src *\r\nRefresh: 0;url=/x\r\n"
    "Access-Control-Allow-Origin: *\r\nContent-Language: ru\r\nLast-Modified: Sun, 01 Mar 2026 11:00:00 GMT\r\n"
)


def exchange(path: str, minutes: int, body: bytes = b"", status: str = "200 OK", headers: str = "") -> Exchange:
    head = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode()
    at = NOON + timedelta(minutes=minutes)
    request = f'GET {path} HTTP/1.1\r\nHost: news.example\r\nIf-None-Match: "e"\r\n\r\n'.encode()
    return Exchange(SITE + path, request, head + body, at, at)


HTML = "Content-Type: text/html; charset=utf-8\r\n"
ZIPPED = gzip.compress(BODY, mtime=0)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/css\r\n\r\n3\r\na{}\r\n0\r\n\r\n"
ORIGINAL = Original(ID.format(1), SITE + "/page", NOON, sha256(ZIPPED), '"e"', None, "", 0, ("gzip",))


def captures() -> list[Capture]:
    contents = [
        (exchange("/page", 0, ZIPPED, headers=HTML + HOSTILE + "Content-Encoding: gzip\r\n"), None),
        (exchange("/page", 60, b"<p>later</p>", headers=HTML), None),
        (exchange("/page", 600, b"", "304 Not Modified", 'ETag: "e"\r\n'), ORIGINAL),
        (exchange("/page", 1200, ZIPPED, headers=HTML + "Content-Encoding: gzip\r\n"), ORIGINAL),
        (exchange("/moved", 0, b"", "302 Found", "Location: /page?a=1\r\n"), None),
        (exchange("/gone", 0, b"gone", "404 Not Found", HTML), None),
        (exchange("/data.js?_=17&b=1", 0, b"1", headers="Content-Type: text/javascript\r\n"), None),
        *((exchange(f"/topic?{query}", 0, b"7", headers=HTML), None) for query in ("t=7", "rnd=7", "time=1756713600")),
        (exchange("/app", 0, b"<div id=app></div>", headers=HTML), None),
        (Rendering(SITE + "/app", b"<div>drawn</div>", NOON + timedelta(seconds=3), "chromium"), None),
        (Exchange(SITE + "/style.css", b"GET / HTTP/1.1\r\n\r\n", CHUNKED, NOON, NOON), None),
        (Exchange(SITE + "/cut", b"GET / HTTP/1.1\r\n\r\n", b"", NOON, NOON, error="lost"), None),
    ]
    return [
        Capture(CaptureContext(ID.format(number), "vpk", "run-1", "article", "listing"), content, original)
        for number, (content, original) in enumerate(contents, 1)
    ]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingRoom]:
    """A reading room with an empty player: what it is answered needs none."""
    home = Home(tmp_path_factory.mktemp("records") / "data").create()
    writer = WarcWriter(home.archive_folder("vpk"), site="vpk", software="test")
    written = writer.append(captures())
    state = writer.sync()
    writer.close()
    database = open_database(home.database_url)
    upgrade(database)
    with database.writer() as conn:
        writing.write_site(conn, name="vpk", title="VPK", base_url=SITE, time_zone="UTC")
        writing.write_run(conn, id="run-1", site="vpk", command="crawl", started_at=NOON, software="test", options={})
        writing.write_warc_file(conn, site="vpk", state="open", file=state)
        writing.write_captures(conn, written)
    database.close()
    with opened(ReadingRoom(home, player=Player(b"// a player", "test"))) as room:
        yield room


@pytest.fixture
def replay(room: ReadingRoom) -> Iterator[httpx.Client]:
    """A client of REPLAY."""
    with httpx.Client(base_url=f"http://127.0.0.1:{room.ports.replay}") as client:
        yield client


@pytest.fixture
def record(replay: httpx.Client):
    """Ask for a record as the player does."""

    def ask(url: str, minutes: int | None = 0, **headers: str) -> SimpleNamespace:
        time = "" if minutes is None else f"{timestamp(NOON + timedelta(minutes=minutes))}id_/"
        answer = replay.get(f"/records/vpk/{time}{url}", headers={"Sec-Fetch-Dest": "empty", **headers})
        return SimpleNamespace(
            code=answer.status_code, body=answer.content, headers=answer.headers,
            status=answer.headers.get("x-redirect-status"), at=answer.headers.get("x-orig-ts"),
        )  # fmt: skip

    return ask


def test_a_body_is_decoded_and_only_headers_that_show_it_are_sent(record):
    answer = record(f"{SITE}/page")
    assert (answer.code, answer.status, answer.body, answer.at) == (200, "200", BODY, "20260301120000")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert (answer.headers["content-language"], answer.headers["last-modified"][:3]) == ("ru", "Sun")
    for name in ("set-cookie", "clear-site-data", "refresh", "access-control-allow-origin", "content-encoding"):
        assert name not in answer.headers
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_a_chunked_body_comes_without_its_framing(record):
    answer = record(f"{SITE}/style.css")
    assert (answer.body, answer.headers["content-type"]) == (b"a{}", "text/css")


@pytest.mark.parametrize(("minutes", "shown"), [(-900, 0), (0, 0), (29, 0), (31, 60), (300, 60), (None, 1200)])
def test_the_nearest_capture_is_shown_and_the_latest_without_a_time(record, minutes, shown):
    assert record(f"{SITE}/page", minutes).at == timestamp(NOON + timedelta(minutes=shown))


@pytest.mark.parametrize("minutes", [600, 1200])
def test_a_revisit_shows_the_payload_that_it_repeats_at_its_own_time(record, minutes):
    answer = record(f"{SITE}/page", minutes)
    assert (answer.status, answer.body) == ("200", BODY)
    assert answer.at == timestamp(NOON + timedelta(minutes=minutes))
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_a_redirect_is_told_in_headers(record):
    answer = record(f"{SITE}/moved")
    assert (answer.code, answer.status, answer.headers["x-orig-location"]) == (200, "302", f"{SITE}/page?a=1")


def test_an_error_page_keeps_its_status(record):
    answer = record(f"{SITE}/gone")
    assert (answer.code, answer.status, answer.headers["x-redirect-statustext"]) == (200, "404", "Not Found")


def test_a_rendering_is_shown_instead_of_the_exchange_it_was_made_from(record):
    assert record(f"{SITE}/app").body == b"<div>drawn</div>"


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/gone", "https://news.example/gone/", "https://news.example/gone?_=123",
        "https://news.example/gone/?_=1756713600000",
    ],
)  # fmt: skip
def test_other_spellings_of_a_url_find_it(record, url):
    assert record(url).body == b"gone"


@pytest.mark.parametrize(
    "query", ["_=17&b=1", "_=99&b=1", "b=1&_=3", "cb=0.5&b=1", "b=1&t=1756713600", "v=1756713600000&b=1"]
)
def test_what_only_defeats_caches_is_passed_over(record, query):
    assert record(f"{SITE}/data.js?{query}").body == b"1"


@pytest.mark.parametrize("query", ["b=1&v=2", "b=1&t=8", "time=9&b=1"])
def test_a_number_that_may_mean_something_is_part_of_a_url(record, query):
    assert record(f"{SITE}/data.js?{query}").code == 404


@pytest.mark.parametrize("path", ["/topic?t=8", "/topic?rnd=8", "/topic?time=1756800000", "/topic", "/gone?cb=0.5"])
def test_a_page_is_never_shown_for_another_ones_url(record, path):
    """`/topic?t=7` and two like it were captured."""
    assert record(SITE + path).code == 404


@pytest.mark.parametrize(
    "url", ["http://[", "https://[?_=1", "http://[::1", "https://news.example]/", "https://a:b:c/", "", "ü"]
)
def test_what_is_no_url_is_not_in_the_archive(record, url):
    assert record(url).code == 404


@pytest.mark.parametrize("path", ["/data.js?_=17&b=2", "/nowhere", "/cut", "/Page"])
def test_what_was_not_captured_is_not_in_the_archive(record, path):
    assert record(SITE + path).code == 404


@pytest.mark.parametrize(
    ("wanted", "code", "start", "end"),
    [("bytes=0-9", 206, 0, 10), ("bytes=1000-", 206, 1000, None), ("bytes=-5", 206, -5, None),
     ("bytes=0-999999", 206, 0, None), ("bytes=-", 200, 0, None), ("lines=1-2", 200, 0, None)],
)  # fmt: skip
def test_a_range_of_the_decoded_body_is_given(record, wanted, code, start, end):
    answer = record(f"{SITE}/page", Range=wanted)
    assert (answer.code, answer.body) == (code, BODY[start:end])
    if code == 206:
        first = len(BODY) + start if start < 0 else start
        assert answer.headers["content-range"] == f"bytes {first}-{first + len(answer.body) - 1}/{len(BODY)}"


def test_a_range_beyond_the_end_is_refused(record):
    assert record(f"{SITE}/page", Range="bytes=99999-").code == 416


# --- what the origin lets itself be used for ---------------------------------------------------------------------


@pytest.mark.parametrize("use", ["document", "iframe", "script", "image", "style", "worker", "serviceworker", "object"])
def test_records_are_for_the_player_alone(record, use):
    assert record(f"{SITE}/page", **{"Sec-Fetch-Dest": use}).code == 403


@pytest.mark.parametrize("path", [f"/records/vpk/{SITE}/page", "/static/replay.js", "/frame", "/", "/replay/w/x"])
def test_nothing_but_the_player_becomes_a_service_worker(replay, path):
    answer = replay.get(path, headers={"Service-Worker": "script", "Sec-Fetch-Dest": "serviceworker"})
    assert answer.status_code == 403


def test_the_player_is_a_worker_and_nothing_else(replay):
    headers = {"Service-Worker": "script", "Sec-Fetch-Dest": "serviceworker"}
    answer = replay.get("/replay/sw.js", headers=headers)
    assert (answer.status_code, answer.content) == (200, b"// a player")
    assert answer.headers["content-security-policy"] == "default-src 'none'; connect-src 'self'"
    assert replay.get("/replay/sw.js", headers={"Sec-Fetch-Dest": "script"}).status_code == 403


@pytest.mark.parametrize("path", ["/", "/replay/", "/replay/w/vpk/20260301120000mp_/x", "/articles", "/raw/x"])
def test_nothing_else_is_on_this_origin(replay, path):
    assert replay.get(path).status_code == 404


def test_the_thin_page_is_shown_in_the_reading_room_only(replay, room):
    asked = {"site": "vpk", "url": f"{SITE}/page", "at": "20260301120000"}
    answer = replay.get("/frame", params=asked, headers={"Sec-Fetch-Dest": "iframe"})
    assert answer.status_code == 200
    assert f"frame-ancestors http://127.0.0.1:{room.port} " in answer.headers["content-security-policy"]
    assert replay.get("/frame", params=asked, headers={"Sec-Fetch-Dest": "document"}).status_code == 403


@pytest.mark.parametrize("change", [{"url": "javascript:alert(1)"}, {"site": "../x"}, {"at": "yesterday"}, {"url": ""}])
def test_what_is_no_page_gets_no_frame(replay, change):
    asked = {"site": "vpk", "url": f"{SITE}/page", "at": "20260301120000"} | change
    assert replay.get("/frame", params=asked, headers={"Sec-Fetch-Dest": "iframe"}).status_code == 400


def test_the_page_of_the_reading_room_frames_replay_and_nothing_else(room):
    answer = httpx.get(f"{room.url}replay", params={"url": f"{SITE}/page", "at": "20260301120000"})
    assert f"frame-src http://127.0.0.1:{room.ports.replay}/frame " in answer.headers["content-security-policy"]
    assert f"http://127.0.0.1:{room.ports.replay}/frame?site=vpk&amp;at=20260301120000" in answer.text
    assert "later: 2026-03-01 13:00:00" in answer.text
    assert httpx.get(f"{room.url}replay", params={"url": f"{SITE}/nowhere"}).status_code == 404


def test_another_origin_may_lead_here_and_load_nothing(room):
    strange = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "image", "Sec-Fetch-Mode": "no-cors"}
    assert httpx.get(room.url, headers=strange).status_code == 403
    led = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}
    assert httpx.get(room.url, headers=led).status_code == 200


def test_times_are_14_digits():
    assert timestamp(NOON) == "20260301120000"
    assert moment_of("20260301120000") == NOON
    assert [moment_of(text) for text in ("", "2026", "20261301120000", "２０２６0301120000")] == [None] * 4


def test_a_player_that_is_named_and_not_there_is_told(tmp_path):
    from archive.errors import ConfigurationError

    (tmp_path / "svodka.toml").write_text('[replay]\nplayer = "nowhere.js"\n')
    with pytest.raises(ConfigurationError, match=r"nowhere\.js"):
        find_player(Home(tmp_path))
    (tmp_path / "nowhere.js").write_text("// mine")
    player = find_player(Home(tmp_path))
    assert player is not None
    assert player.script == b"// mine"
