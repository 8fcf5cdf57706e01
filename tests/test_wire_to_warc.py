"""Promise 4 from end to end: whatever a server of plain sockets logs as sent and received stands in the WARC files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import fastwarc
import pytest

from archive.warc.gzip_members import mapped
from archive.warc.record import HTTP_RESPONSE
from archive.warc.scan import Damage, scan_records
from tests.crawler.fetching.raw_server import CLOSE, RESET, Exchange, RawServer, Step, chunk, reply
from tests.trials.trial import judged_by_others

ROBOTS = b"User-agent: *\nDisallow: /secret\n"
LINKS = "".join(f'<p><a href="/{name}">{name}</a></p>' for name in ("not_found", "redirect", "linked-from-a-page.html"))
# Answered at once and once only; what a HEAD or POST asks for, or a timeout, is no part of a crawl.
PAGES = [
    "plain", "odd_header_case", "repeated_headers", "folded_header", "header_without_colon", "odd_reason_phrase",
    "no_reason_phrase", "gzip_body", "brotli_body", "chunked", "chunked_with_trailers", "chunk_extensions",
    "no_content", "empty_body", "redirect", "redirect_again", "not_found", "interim_heads", "http_1_0", "lf_only",
    "huge_headers", "slow_drip", "drops_second_request",
]  # fmt: skip
LED_TO = ["linked-from-a-page.html", "redirect_again?to=", "plain?from=", "plain?from=to="]
# Tried again after two seconds, and good then.
AT_FIRST = {
    "busy_at_first": [reply(b"busy", "503 Service Unavailable", "Connection: close"), CLOSE],
    "late_at_first": [reply(b"later", "503 Service Unavailable", "Retry-After: 1", "Connection: close"), CLOSE],
    "cut_at_first": [reply()[:-1000], CLOSE],
    "chunk_cut_at_first": [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(b"good") + b"ffff\r\nonly this", CLOSE,
    ],
    "head_cut_at_first": [b"HTTP/1.1 200 OK\r\nContent-Ty", CLOSE],
    "not_http_at_first": [b"SSH-2.0-OpenSSH_9.2\r\n", CLOSE],
    "dropped_at_first": [CLOSE],
    "reset_at_first": [RESET],
}  # fmt: skip


def at_first(steps: list[Step]):
    """A resource in trouble the first time it is asked for."""

    def resource(exchange: Exchange) -> Iterator[Step]:
        yield from [reply()] if exchange.earlier else steps

    return resource


def answering(body: bytes, content_type: str):
    def resource(exchange: Exchange) -> Iterator[Step]:
        yield reply(body).replace(b"text/html; charset=utf-8", content_type.encode(), 1)

    return resource


@dataclass
class Crawled:
    """A crawl of everything, with the log of the server."""

    svodka: object
    log: list[Exchange]

    def records(self, kind: str) -> list[bytes]:
        """The blocks of all records of a type, byte for byte."""
        return [record.block for record in self.all() if record.type == kind]

    def all(self):
        for path in self.files:
            with mapped(path) as source:
                for found in scan_records(source):
                    assert not isinstance(found, Damage)
                    yield found.record

    @property
    def files(self):
        return sorted(self.svodka.home.path.rglob("*.warc.gz"))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """One crawl by the command line: an index page, all pages and what they lead to, named; then the retries."""
    from tests.conftest import Svodka

    svodka = Svodka(tmp_path_factory.mktemp("wire") / "data")
    svodka.home.create().config_path.write_text("[crawl]\nmax_attempts = 2\n")  # further ones wait for 8 and 32 seconds
    with RawServer() as server:
        server.resources |= {name: at_first(steps) for name, steps in AT_FIRST.items()}
        server.resources["robots_txt"] = answering(ROBOTS, "text/plain")
        server.resources["index_html"] = answering(f"<title>Index</title>{LINKS}".encode(), "text/html")
        urls = [server.url(name) for name in ["index.html", *PAGES, *LED_TO, *AT_FIRST, "secret"]]
        svodka.run("crawl", "generic", *urls, "--base-url", server.url(""))
        yield Crawled(svodka, list(server.log))


def test_every_request_stands_in_the_archive_as_it_was_sent(crawled):
    assert sorted(crawled.records("request")) == sorted(exchange.request for exchange in crawled.log)


def test_every_response_stands_in_the_archive_as_it_was_received(crawled):
    sent = [final(bytes(exchange.sent)) for exchange in crawled.log]
    repeated = [head + ROBOTS for head in crawled.records("revisit")]  # what a second run found as it was
    kept = crawled.records("response") + repeated + [b""] * unanswered(crawled.log)
    assert sorted(kept) == sorted(sent)


def final(sent: bytes) -> bytes:
    """What was sent without the 1xx heads before it."""
    while sent.startswith(b"HTTP/1.1 1"):
        sent = sent[min(end for mark in (b"\r\n\r\n", b"\n\n") if (end := sent.find(mark) + len(mark)) >= len(mark)) :]
    return sent


def unanswered(log: list[Exchange]) -> int:
    return sum(not exchange.sent for exchange in log)


def test_interim_heads_stand_in_the_metadata_beside_their_response(crawled):
    (interim,) = [block for block in crawled.records("metadata") if b"103" in block and b"preload" in block]
    assert b"Link: </style.css>; rel=preload" in interim


def test_everything_was_tried(crawled):
    asked = [exchange.target.strip("/").partition("?")[0] for exchange in crawled.log]
    assert set(PAGES) | set(AT_FIRST) | {"robots.txt", "index.html"} <= set(asked)
    assert "secret" not in asked
    assert {name for name in AT_FIRST if asked.count(name) < 2} == set()
    left = crawled.svodka.sql("SELECT url, error FROM frontier WHERE state NOT IN ('done', 'gone', 'excluded')")
    answers = {"unreadable: no heading with a body was found", "HTTP 204 without the page"}  # they came whole
    assert {error for _, error in left} == answers


def test_what_was_cut_off_says_so_and_is_never_content(crawled):
    cut = crawled.svodka.sql("SELECT url, read_state FROM capture WHERE truncated IS NOT NULL")
    assert {url.rsplit("/", 1)[1] for url, _ in cut} >= {"cut_at_first", "chunk_cut_at_first", "head_cut_at_first"}
    assert {state for _, state in cut} == {"not_content"}


def test_the_archive_verifies_and_other_tools_accept_every_file(crawled):
    crawled.svodka.run("verify")
    assert judged_by_others(crawled.files) == []
    payloads = [
        record.verify_payload_digest()
        for path in crawled.files
        for record in fastwarc.ArchiveIterator(
            str(path), parse_http=True, record_types=fastwarc.WarcRecordType.response
        )
        if record.headers.get("WARC-Payload-Digest") and record.headers["Content-Type"] == HTTP_RESPONSE
    ]
    assert len(payloads) > len(PAGES)
    assert all(payloads)
