"""What was captured is what was on the wire: compared byte for byte with the log of a server of plain sockets."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from crawling import crawl
from raw_server import RESOURCES, Pause, RawServer, Step, Stray, Together, reply, self_signed
from raw_server import Exchange as Served

from archive.records import Exchange
from crawler.fetching.recording import STRAY_KEPT
from crawler.fetching.transfer import STRAY_WAIT

DISCONNECT = "ConnectionClosed: the server closed the connection"
WHOLE = [
    "plain", "odd_header_case", "repeated_headers", "folded_header", "header_without_colon", "odd_reason_phrase",
    "no_reason_phrase", "gzip_body", "brotli_body", "chunked", "chunked_with_trailers", "chunk_extensions",
    "not_modified", "no_content", "empty_body", "head_only", "redirect", "redirect_again", "not_found",
    "server_error", "busy_then_page", "interim_heads", "http_1_0", "lf_only", "huge_headers", "slow_drip",
    "post_echo",
]  # fmt: skip
# resource -> (truncated, what the error says)
CUT_OFF = {
    "cut_content_length": ("disconnect", "ResponseDataLossError"),
    "cut_chunked": ("disconnect", "ResponseDataLossError"),
    "cut_gzip_by_reset": ("disconnect", "ResponseDataLossError"),
    "cut_head": ("disconnect", "DownloadFailedError"),
    "cut_interim_head": ("disconnect", "DownloadFailedError"),
    "stalls_mid_body": ("time", "DownloadTimeoutError"),
    "malformed_chunk": ("unspecified", "unreadable response: MalformedChunk: not a chunk's size: b'zz"),
    "not_http": ("unspecified", "unreadable response: MalformedHead: no status line, but b'SSH-2.0"),
    "unknown_transfer_coding": ("unspecified", "unreadable response: UnknownTransferCoding: wavelets"),
    "dropped": (None, "DownloadFailedError"),
    "never_answers": (None, "DownloadTimeoutError"),
}
CUT_BY_US = {
    "too_long": "bytes which is larger than download max size (2000000)",
    "announces_too_long": "90000000 bytes which is larger than download max size (2000000)",
    "endless_headers": "WireOverflow: more than 5048576 bytes on the wire",
}
SPECIAL: dict[str, dict[str, Any]] = {
    "head_only": {"method": "HEAD"},
    "post_echo": {"method": "POST", "body": "вопрос=1".encode()},
    "never_answers": {"meta": {"download_timeout": 1}},
    "stalls_mid_body": {"meta": {"download_timeout": 1}},
    **{name: {"meta": {"download_maxsize": 2_000_000}} for name in CUT_BY_US},
}


def received(exchange: Exchange) -> bytes:
    return b"".join(exchange.interim) + exchange.response


def target(exchange: Exchange) -> str:
    return exchange.request.split(b" ", 2)[1].decode()


def seen_alike(server: RawServer, exchanges: list[Exchange]) -> None:
    """The client's exchanges and the server's are the same, byte for byte, none missing and none too many."""
    at_client = sorted((exchange.request, received(exchange)) for exchange in exchanges)
    at_server = sorted((exchange.request, bytes(exchange.sent)) for exchange in server.log)
    assert at_client == at_server


class Crawled:
    """One crawl of all resources, with the server that answered it."""

    def __init__(self, server: RawServer, result: dict[str, Any]) -> None:
        self.server = server
        self.result = result
        self.outcomes = {outcome["url"].rsplit("/", 1)[1]: outcome for outcome in result["outcomes"]}

    def exchanges(self, name: str) -> list[Exchange]:
        found: list[Exchange] = self.outcomes[name]["exchanges"]
        return found


@pytest.fixture(scope="module", params=["http", "https"])
def crawled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    tls = self_signed(tmp_path_factory.mktemp("tls")) if request.param == "https" else None
    with RawServer(tls) as server:
        names = [*WHOLE, *CUT_OFF, *CUT_BY_US]
        yield Crawled(server, crawl([{"url": server.url(name), **SPECIAL.get(name, {})} for name in names]))


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_exchange_is_kept_as_it_was_on_the_wire(crawled: Crawled, name: str) -> None:
    for exchange in crawled.exchanges(name):
        logged = crawled.server.of(target(exchange))
        assert (exchange.request, received(exchange)) in [(log.request, bytes(log.sent)) for log in logged]
        assert (exchange.truncated, exchange.error) == (None, None)


@pytest.mark.parametrize("name", CUT_OFF)
def test_an_exchange_that_was_cut_off_is_kept_up_to_there(crawled: Crawled, name: str) -> None:
    exchanges = crawled.exchanges(name)  # two of "dropped", where it came over a kept-alive connection
    logged = [(log.request, bytes(log.sent)) for log in crawled.server.of(name)]
    assert [(exchange.request, received(exchange)) for exchange in exchanges] == logged
    exchange = exchanges[-1]
    truncated, error = CUT_OFF[name]
    assert exchange.truncated == truncated
    assert error in str(exchange.error)
    assert "error" in crawled.outcomes[name]


@pytest.mark.parametrize("name", CUT_BY_US)
def test_what_we_cut_off_is_kept_up_to_there(crawled: Crawled, name: str) -> None:
    [exchange] = crawled.exchanges(name)
    assert exchange.truncated == "length"
    assert CUT_BY_US[name] in str(exchange.error)
    body = b"x" * 90_000_000 if name == "announces_too_long" else b""
    sent = bytes(crawled.server.of(name)[0].sent) or body
    assert received(exchange)
    assert sent.startswith(received(exchange))


def test_every_exchange_of_the_server_was_captured_once(crawled: Crawled) -> None:
    captured = [exchange.request for _, exchange in crawled.result["signals"]]
    assert sorted(captured) == sorted(exchange.request for exchange in crawled.server.log)


def test_each_signal_comes_before_the_callback_or_errback(crawled: Crawled) -> None:
    signals = [exchange for _, exchange in crawled.result["signals"]]
    for outcome in crawled.result["outcomes"]:
        assert outcome["exchanges"]
        assert all(exchange in signals[: outcome["signalled"]] for exchange in outcome["exchanges"])


def test_redirects_are_exchanges_of_their_own(crawled: Crawled) -> None:
    hops = [target(exchange).partition("?")[0] for exchange in crawled.exchanges("redirect")]
    assert hops == ["/redirect", "/redirect_again", "/plain"]


def test_interim_heads_stand_apart_from_the_final_response(crawled: Crawled) -> None:
    [exchange] = crawled.exchanges("interim_heads")
    assert [head[9:12] for head in exchange.interim] == [b"100", b"103", b"103"]
    assert exchange.response.startswith(b"HTTP/1.1 200 OK\r\n")
    [torn] = crawled.exchanges("cut_interim_head")
    assert (torn.interim, torn.response) == ((b"HTTP/1.1 103 Early Hints\r\nLink: </sty",), b"")


def test_an_exchange_knows_its_address_and_its_times(crawled: Crawled) -> None:
    [exchange] = crawled.exchanges("slow_drip")
    assert exchange.ip == "127.0.0.1"
    assert exchange.started_at.utcoffset() == timedelta()
    assert timedelta() < exchange.ended_at - exchange.started_at < timedelta(seconds=30)


def test_every_fault_of_the_server_was_tried(crawled: Crawled) -> None:
    elsewhere = {"stray_at_once", "stray_later", "drops_second_request", "takes_its_time"}
    assert set(crawled.outcomes) == set(RESOURCES) - elsewhere


def test_72_exchanges_over_tls_on_8_connections_and_more(tmp_path_factory: pytest.TempPathFactory) -> None:
    bodies = ["plain", "gzip_body", "chunked", "chunked_with_trailers", "interim_heads", "huge_headers", "not_modified"]
    with RawServer(self_signed(tmp_path_factory.mktemp("tls"))) as server:
        slow_first = ["takes_its_time"] * 8  # so that all connections open before one is free
        names = slow_first + [bodies[n % len(bodies)] for n in range(64)]
        targets = [server.url(f"{name}?n={n}") for n, name in enumerate(names)]
        result = crawl(targets)
        seen_alike(server, [exchange for outcome in result["outcomes"] for exchange in outcome["exchanges"]])
        assert len(server.log) == 72
        assert server.connections >= 8
    assert "wire/stray_bytes" not in result["stats"]


def test_60_requests_on_one_kept_alive_connection_do_not_mix() -> None:
    bodies = ["chunked", "plain", "interim_heads", "not_modified", "chunked_with_trailers", "lf_only"]
    with RawServer() as server:
        result = crawl([server.url(f"{bodies[n % len(bodies)]}?n={n}") for n in range(60)], in_turn=True)
        seen_alike(server, [exchange for outcome in result["outcomes"] for exchange in outcome["exchanges"]])
        assert server.connections == 1


def test_both_tries_are_kept_where_a_kept_alive_connection_was_dead() -> None:
    with RawServer() as server:
        result = crawl([server.url(f"drops_second_request?{n}") for n in range(2)], in_turn=True)
        [first, second] = result["outcomes"]
        [dead, answered] = second["exchanges"]
        seen_alike(server, [*first["exchanges"], dead, answered])
    assert (second["status"], dead.response, dead.error, dead.truncated) == (200, b"", DISCONNECT, None)
    assert answered.error is None


@pytest.mark.parametrize(("name", "stray"), [("stray_at_once", 45), ("stray_later", 4)])
def test_bytes_behind_the_end_of_a_response_are_no_part_of_it(name: str, stray: int) -> None:
    with RawServer() as server, RawServer() as other:
        result = crawl([server.url(name), other.url("takes_its_time")])
        [outcome] = [outcome for outcome in result["outcomes"] if outcome["url"].endswith(name)]
        seen_alike(server, outcome["exchanges"])
        assert len(server.log[0].stray) == stray
    assert result["stats"]["wire/stray_bytes"] == stray


@pytest.mark.parametrize("pieces", [[b"and the rest"], [b"and ", b"the ", b"rest"], [b"x" * STRAY_KEPT, b"more"]])
def test_bytes_behind_the_end_are_kept_beside_it_up_to_a_limit(pieces: list[bytes]) -> None:
    """As a Content-Length makes it that counts letters."""

    def counts_letters(_: Served) -> Iterator[Step]:
        yield Together(reply(b"half a page "), pieces[0])
        for piece in pieces[1:]:
            yield Pause(0.1)
            yield Stray(piece)

    with RawServer() as server:
        server.resources["counts_letters"] = counts_letters
        result = crawl([server.url("counts_letters")])
    [exchange] = result["outcomes"][0]["exchanges"]
    assert exchange.response.endswith(b"\r\n\r\nhalf a page ")
    assert exchange.stray == b"".join(pieces)[:STRAY_KEPT]
    assert len(exchange.stray) <= exchange.stray_size <= len(b"".join(pieces))
    assert (exchange.truncated, exchange.error) == (None, None)
    assert "came behind the end of the response" in result["log"]


def test_the_log_names_the_first_page_with_more_than_a_line_end_behind_it() -> None:
    """Some servers send a line end behind every body: that means nothing."""
    with RawServer() as server:
        server.resources["robots_txt"] = lambda _: iter([Together(reply(), b"\r\n")])
        server.resources["article"] = lambda _: iter([Together(reply(b"half a page "), b"and the rest of the page")])
        urls = [server.url(name) for name in ("robots.txt", "article", "article?2")]
        result = crawl(urls, in_turn=True)
    [told] = [line for line in result["log"].splitlines() if "came behind the end of the response" in line]
    assert f"{urls[1]}: 24 bytes" in told
    assert result["stats"]["wire/stray_bytes"] == 2 + 24 + 24


def test_behind_a_line_end_little_is_waited_for() -> None:
    with RawServer() as server:
        server.resources["page"] = lambda _: iter([Together(reply(), b"\r\n")])
        result = crawl([server.url(f"page?{n}") for n in range(5)], in_turn=True)
    exchanges = [exchange for outcome in result["outcomes"] for exchange in outcome["exchanges"]]
    assert [exchange.stray for exchange in exchanges] == [b"\r\n"] * 5
    assert exchanges[-1].started_at - exchanges[0].ended_at < timedelta(seconds=4 * STRAY_WAIT / 2)


def test_what_follows_a_line_end_is_waited_for_as_always() -> None:
    def in_pieces(_: Served) -> Iterator[Step]:
        yield Together(reply(b"half a page"), b"\r")
        for seconds, piece in ((0.02, b"\n"), (0.02, b"and "), (0.6, b"the rest")):
            yield Pause(seconds)
            yield Stray(piece)

    with RawServer() as server:
        server.resources["in_pieces"] = in_pieces
        [outcome] = crawl([server.url("in_pieces")])["outcomes"]
    [exchange] = outcome["exchanges"]
    assert exchange.stray == b"\r\nand the rest"


def test_a_connection_with_stray_bytes_is_not_used_again() -> None:
    with RawServer() as server:
        result = crawl([server.url("stray_at_once"), server.url("plain")], in_turn=True)
        seen_alike(server, [exchange for outcome in result["outcomes"] for exchange in outcome["exchanges"]])
        assert server.connections == 2


def test_where_not_a_byte_left_there_is_no_exchange(tmp_path_factory: pytest.TempPathFactory) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        refused = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    with RawServer(self_signed(tmp_path_factory.mktemp("tls"))) as server:
        result = crawl([refused, server.url("plain")], settings={"DOWNLOAD_VERIFY_CERTIFICATES": True})
        assert server.log == []
    assert [outcome["exchanges"] for outcome in result["outcomes"]] == [[], []]
    assert all("error" in outcome for outcome in result["outcomes"])


def test_a_request_through_a_proxy_is_refused() -> None:
    with RawServer() as server:
        [outcome] = crawl([{"url": "http://example.org/", "meta": {"proxy": server.url("")}}])["outcomes"]
        assert (outcome["error"], server.log) == ("ForbiddenAddress", [])
