"""The client honours what Scrapy's own handlers honour: settings, meta keys, signals, exceptions."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from raw_server import CLOSE, PAGE, RESET, SEVER, Pause, RawServer, Together, reply, self_signed
from scrapy import Request, signals
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    StopDownload,
    UnsupportedURLSchemeError,
)
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from archive.errors import ConfigurationError
from archive.records import Exchange
from crawler.fetching.address_guard import ForbiddenAddress
from crawler.fetching.resolver import Resolver
from crawler.fetching.wire import WireHandler

LOOPBACK = ["127.0.0.1", "localhost"]


class Elsewhere(Resolver):
    """Gives two addresses of which the first refuses, for any host."""

    async def addresses(self, host: str) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]


@asynccontextmanager
async def client(**settings: Any) -> AsyncIterator[WireHandler]:
    crawler = get_crawler(settings_dict={"SVODKA_ALLOWED_PRIVATE_HOSTS": LOOPBACK, **settings})
    handler = WireHandler.from_crawler(crawler)
    try:
        yield handler
    finally:
        await handler.close()


def run(work: Callable[[WireHandler], Any], **settings: Any) -> Any:
    async def go() -> Any:
        async with client(**settings) as handler:
            return await work(handler)

    return asyncio.run(go())


def fetch(request: Request, **settings: Any) -> Response:
    response: Response = run(lambda handler: handler.download_request(request), **settings)
    return response


def exchanges(request: Request) -> list[Exchange]:
    found: list[Exchange] = request.meta["exchanges"]
    return found


@pytest.fixture
def server() -> Any:
    with RawServer() as running:
        yield running


# --- a response ------------------------------------------------------------------------------------------------------


def test_a_response_is_what_scrapy_makes_of_it(server: RawServer) -> None:
    request = Request(server.url("plain#top"))
    response = fetch(request)
    assert (type(response), response.url, response.status) == (HtmlResponse, server.url("plain"), 200)
    assert (response.body, response.flags, response.protocol) == (PAGE, [], "HTTP/1.1")
    assert (response.ip_address, response.certificate) == (ip_address("127.0.0.1"), None)
    assert response.headers["Content-Type"] == b"text/html; charset=utf-8"
    assert 0 < request.meta["download_latency"] < 10


def test_headers_that_come_several_times_are_all_there(server: RawServer) -> None:
    response = fetch(Request(server.url("repeated_headers")))
    assert response.headers.getlist("set-cookie") == [b"b=2", b"a=1", b"a=1"]
    assert response.headers.getlist("x-a") == [b"1", b"2"]


def test_a_chunked_body_comes_without_its_framing(server: RawServer) -> None:
    assert fetch(Request(server.url("chunked"))).body == PAGE
    assert fetch(Request(server.url("chunked_with_trailers"))).body == b"hello"


def test_an_answer_to_head_has_headers_and_no_body(server: RawServer) -> None:
    response = fetch(Request(server.url("head_only"), method="HEAD"))
    assert (response.body, response.headers["Content-Length"]) == (b"", b"12345")


def test_what_ends_with_the_connection_is_marked_as_scrapy_marks_it(server: RawServer) -> None:
    response = fetch(Request(server.url("http_1_0")))
    assert (response.body, response.flags, response.protocol) == (PAGE, ["partial"], "HTTP/1.0")


def test_what_ends_with_tls_is_whole_only_where_tls_says_that_it_ends(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"  # no length: RFC 9112, 9.8
    with RawServer(self_signed(tmp_path)) as server:
        server.resources |= {"ended": lambda _: [head, PAGE, CLOSE], "severed": lambda _: [head, PAGE[:1000], SEVER]}
        assert fetch(Request(server.url("ended"))).body == PAGE
        with pytest.raises(ResponseDataLossError, match="close_notify"):
            fetch(Request(server.url("severed")))


# --- sizes and loss --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "size"), [("plain", str(len(PAGE))), ("chunked", r"\d+"), ("http_1_0", r"\d+")])
def test_a_body_larger_than_the_limit_is_not_taken(server: RawServer, name: str, size: str) -> None:
    request = Request(server.url(name))
    with pytest.raises(DownloadCancelledError, match=f"{size} bytes which is larger than download max size"):
        fetch(request, DOWNLOAD_MAXSIZE=1000)
    assert fetch(Request(server.url(name), meta={"download_maxsize": 0}), DOWNLOAD_MAXSIZE=1000).body == PAGE
    assert fetch(Request(server.url(name), meta={"download_maxsize": len(PAGE)}), DOWNLOAD_MAXSIZE=1).body == PAGE


@pytest.mark.parametrize("name", ["plain", "chunked"])
def test_a_large_body_is_warned_of_once(server: RawServer, name: str, caplog: pytest.LogCaptureFixture) -> None:
    assert fetch(Request(server.url(name)), DOWNLOAD_WARNSIZE=1000).body == PAGE
    assert [record.getMessage().count("larger than download warn size (1000)") for record in caplog.records] == [1]


@pytest.mark.parametrize(("name", "came"), [("cut_content_length", PAGE[:-1000]), ("cut_chunked", PAGE + b"only this")])
def test_a_loss_fails_unless_it_may_not(server: RawServer, name: str, came: bytes) -> None:
    with pytest.raises(ResponseDataLossError, match="ConnectionClosed"):
        fetch(Request(server.url(name)))
    lenient = Request(server.url(name), meta={"download_fail_on_dataloss": False})
    response = fetch(lenient)
    assert (response.body, response.flags) == (came, ["dataloss"])
    assert [(each.truncated, each.error) for each in exchanges(lenient)] == [("disconnect", None)]
    assert fetch(Request(server.url(name)), DOWNLOAD_FAIL_ON_DATALOSS=False).flags == ["dataloss"]


def test_what_cannot_be_read_to_its_end_is_a_loss_too(server: RawServer) -> None:
    response = fetch(Request(server.url("malformed_chunk")), DOWNLOAD_FAIL_ON_DATALOSS=False)
    assert (response.body, response.flags) == (b"good", ["dataloss"])


def test_an_until_close_body_that_is_reset_is_a_loss(server: RawServer) -> None:
    server.resources["reset"] = lambda _: iter([b"HTTP/1.1 200 OK\r\n\r\nhalf", Pause(0.2), RESET])
    with pytest.raises(ResponseDataLossError, match="ConnectionResetError"):
        fetch(Request(server.url("reset")))


# --- signals ---------------------------------------------------------------------------------------------------------


def heard(url: str, listener: Callable[..., None], signal: object) -> tuple[Request, Response | StopDownload]:
    """A download with a listener to one signal."""
    request = Request(url)

    async def work(handler: WireHandler) -> Response | StopDownload:
        handler.crawler.signals.connect(listener, signal=signal)
        try:
            return await handler.download_request(request)
        except StopDownload as stopped:
            return stopped

    return request, run(work)


@pytest.mark.parametrize(("name", "length"), [("plain", len(PAGE)), ("chunked", None), ("not_modified", 0)])
def test_headers_are_told_before_the_body(server: RawServer, name: str, length: int | None) -> None:
    told = []

    def listener(headers: Any, body_length: Any, request: Request) -> None:
        told.append((dict(headers), body_length, request))

    request, response = heard(server.url(name), listener, signals.headers_received)
    assert isinstance(response, Response)
    assert told == [(dict(response.headers), length, request)]


@pytest.mark.parametrize(
    ("name", "body"), [("plain", PAGE), ("chunked", PAGE), ("http_1_0", PAGE), ("empty_body", b"")]
)
def test_the_pieces_of_a_body_are_told_without_their_framing(server: RawServer, name: str, body: bytes) -> None:
    told = []

    def listener(data: bytes) -> None:
        told.append(data)

    heard(server.url(name), listener, signals.bytes_received)
    assert b"".join(told) == (b"" if name == "empty_body" else PAGE)
    assert all(told)


def test_stray_bytes_are_not_told(server: RawServer) -> None:
    told = []

    def listener(data: bytes) -> None:
        told.append(data)

    server.resources["both"] = lambda _: iter([Together(reply(b"mine"), b"not mine")])
    heard(server.url("both"), listener, signals.bytes_received)
    assert told == [b"mine"]


@pytest.mark.parametrize("fail", [False, True])
@pytest.mark.parametrize("signal", [signals.headers_received, signals.bytes_received])
def test_a_listener_can_stop_a_download(server: RawServer, signal: object, fail: bool) -> None:
    server.resources["long"] = lambda _: iter([reply()[:-5000], Pause(0.3), reply()[-5000:]])

    def listener() -> None:
        raise StopDownload(fail=fail)

    request, outcome = heard(server.url("long"), listener, signal)
    assert isinstance(outcome, StopDownload) is fail
    response = outcome.response if isinstance(outcome, StopDownload) else outcome
    assert isinstance(response, HtmlResponse)
    assert response.flags == ["download_stopped"]
    assert response.body == (b"" if signal is signals.headers_received else PAGE[:-5000])
    [exchange] = exchanges(request)
    assert (exchange.truncated, exchange.error) == ("unspecified", "StopDownload" if fail else None)


# --- errors ----------------------------------------------------------------------------------------------------------


def test_what_takes_too_long_is_a_timeout(server: RawServer) -> None:
    for meta, settings in (({"download_timeout": 0.2}, {}), ({}, {"DOWNLOAD_TIMEOUT": 0.2})):
        with pytest.raises(DownloadTimeoutError, match=r"Getting .* took longer than 0.2 seconds"):
            fetch(Request(server.url("never_answers"), meta=meta), **settings)


def test_a_handshake_that_never_ends_is_a_timeout_and_no_exchange() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        request = Request(f"https://127.0.0.1:{mute.getsockname()[1]}/", meta={"download_timeout": 0.2})
        with pytest.raises(DownloadTimeoutError):
            fetch(request)
    assert "exchanges" not in request.meta


def test_a_refused_connection_has_scrapy_s_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    with pytest.raises(DownloadConnectionRefusedError):
        fetch(Request(url))


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://nowhere.invalid/", CannotResolveHostError),
        ("ftp://example.org/", UnsupportedURLSchemeError),
        ("http:///path", UnsupportedURLSchemeError),
        ("http://127.1/", ForbiddenAddress),
    ],
)
def test_what_cannot_be_asked_has_an_error_and_no_exchange(url: str, error: type[Exception]) -> None:
    request = Request(url)
    with pytest.raises(error):
        fetch(request)
    assert "exchanges" not in request.meta


def test_a_download_that_is_cancelled_is_kept_and_its_connection_closed(server: RawServer) -> None:
    request = Request(server.url("stalls_mid_body"))

    async def work(handler: WireHandler) -> None:
        download = asyncio.ensure_future(handler.download_request(request))
        while not server.log or not server.log[0].sent:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        download.cancel()
        with suppress(asyncio.CancelledError):
            await download

    run(work)
    [exchange] = exchanges(request)
    assert exchange.response == bytes(server.log[0].sent)
    assert (exchange.truncated, exchange.error) == ("unspecified", "CancelledError")


# --- connections -----------------------------------------------------------------------------------------------------


def one_after_the_other(*requests: Request, pause: float = 0.0, **settings: Any) -> list[Response | Exception]:
    async def work(handler: WireHandler) -> list[Response | Exception]:
        outcomes: list[Response | Exception] = []
        for request in requests:
            try:
                outcomes.append(await handler.download_request(request))
            except DownloadFailedError as error:
                outcomes.append(error)
            await asyncio.sleep(pause)
        return outcomes

    outcomes: list[Response | Exception] = run(work, **settings)
    return outcomes


def test_a_connection_is_used_again_and_by_one_origin_alone(server: RawServer) -> None:
    by_name = server.url("plain").replace("127.0.0.1", "localhost")
    one_after_the_other(*(Request(url) for url in [server.url("plain"), server.url("chunked"), by_name] * 2))
    assert server.connections == 2


def test_a_connection_that_the_server_closed_in_the_meantime_is_not_used(server: RawServer) -> None:
    server.resources["farewell"] = lambda _: iter([reply(b"x"), Pause(0.05), CLOSE])
    requests = [Request(server.url("farewell?1")), Request(server.url("farewell?2"))]
    one_after_the_other(*requests, pause=0.3)
    assert [len(exchanges(request)) for request in requests] == [1, 1]
    assert server.connections == 2


@pytest.mark.parametrize(("method", "tries"), [("GET", 2), ("PUT", 2), ("POST", 1), ("PATCH", 1)])
def test_what_does_harm_when_it_is_done_twice_is_sent_once(server: RawServer, method: str, tries: int) -> None:
    again = Request(server.url("drops_second_request"), method=method, body=b"" if method == "GET" else b"body")
    [_, outcome] = one_after_the_other(Request(server.url("drops_second_request")), again)
    assert len(exchanges(again)) == tries
    assert isinstance(outcome, DownloadFailedError) is (tries == 1)


def test_no_more_than_so_many_idle_connections_are_kept(server: RawServer) -> None:
    async def work(handler: WireHandler) -> None:
        async def batch() -> None:
            await asyncio.gather(*(handler.download_request(Request(server.url("takes_its_time"))) for _ in range(4)))

        await batch()
        await batch()

    run(work, CONCURRENT_REQUESTS_PER_DOMAIN=3)
    assert server.connections == 5


def test_where_the_first_address_refuses_the_next_is_tried(server: RawServer) -> None:
    port = server.url("").split(":")[2]
    response = fetch(Request(f"http://example.org:{port}plain"), SVODKA_RESOLVER=Elsewhere)
    assert (response.status, response.ip_address) == (200, ip_address("127.0.0.1"))


@pytest.mark.parametrize("how", ["meta", "setting", "pair"])
def test_a_local_address_can_be_named(how: str) -> None:
    peers = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peers.append(writer.get_extra_info("peername")[0])
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 N\r\nConnection: close\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async def work(handler: WireHandler) -> None:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as listening:
            url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
            await handler.download_request(Request(url, meta={"bindaddress": "127.0.0.5"} if how == "meta" else {}))

    bound: dict[str, Any] = {"setting": "127.0.0.5", "pair": ("127.0.0.5", 0)}
    run(work, DOWNLOAD_BIND_ADDRESS=bound.get(how))
    assert peers == ["127.0.0.5"]


def test_closing_does_not_wait_for_a_server_that_does_not(server: RawServer, tmp_path: Path) -> None:
    with RawServer(self_signed(tmp_path)) as secret:
        began = time.monotonic()
        one_after_the_other(Request(server.url("plain")), Request(secret.url("plain")))
        assert time.monotonic() - began < 3


# --- TLS -------------------------------------------------------------------------------------------------------------


def test_a_certificate_is_held_against_the_system_s_and_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = {"DOWNLOAD_VERIFY_CERTIFICATES": True}
    with RawServer(self_signed(tmp_path)) as server:
        by_name = Request(server.url("plain").replace("127.0.0.1", "localhost"))
        with pytest.raises(DownloadFailedError, match="CERTIFICATE_VERIFY_FAILED"):
            fetch(by_name, **verify)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        response = fetch(by_name, **verify)
        with pytest.raises(DownloadFailedError, match="IP address mismatch"):
            fetch(Request(server.url("plain")), **verify)
    pem = (tmp_path / "server.pem").read_text()
    assert response.certificate == ssl.PEM_cert_to_DER_cert(pem[: pem.index("-----BEGIN PRIVATE")])
    assert len(server.log) == 1


def test_a_version_of_tls_that_the_settings_exclude_is_not_spoken(tmp_path: Path) -> None:
    context = self_signed(tmp_path)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with RawServer(context) as server:
        assert fetch(Request(server.url("plain")), DOWNLOAD_TLS_MAX_VERSION="TLSv1.2").status == 200
        with pytest.raises(DownloadFailedError, match="SSL"):
            fetch(Request(server.url("plain")), DOWNLOAD_TLS_MIN_VERSION="TLSv1.3")
        with pytest.raises(ConfigurationError, match="DOWNLOAD_TLS_MIN_VERSION is 'SSLv3'"):
            fetch(Request(server.url("plain")), DOWNLOAD_TLS_MIN_VERSION="SSLv3")
