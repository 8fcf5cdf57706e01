"""Only this machine's own reader gets an answer, on both origins."""

from __future__ import annotations

import http.client
import socket
from typing import Any

import httpx
import pytest

from archive.reading_room.server import ReadingRoom


@pytest.fixture(params=["port", "raw_port"])
def port(room: ReadingRoom, request: Any) -> int:
    """The port of each origin."""
    return int(getattr(room, request.param))


def ask(port: int, *headers: tuple[str, str], method: str = "GET") -> http.client.HTTPResponse:
    """A request with exactly these headers."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.putrequest(method, "/", skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize(
    "name", ["evil.example", "evil.example:80", "127.0.0.1.evil.example:80", "", "[::1", "127.0.0.1"]
)
def test_another_host_name_is_refused(port: int, name: str) -> None:
    assert ask(port, ("Host", name)).status == 400


def test_no_host_and_two_hosts_are_refused(port: int) -> None:
    assert ask(port).status == 400
    assert ask(port, ("Host", f"127.0.0.1:{port}"), ("Host", "evil.example")).status == 400


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_loopback_by_name_or_number_is_let_in(port: int, name: str) -> None:
    assert ask(port, ("Host", f"{name}:{port}")).status in {200, 404}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH"])
def test_the_room_only_reads(port: int, method: str) -> None:
    assert ask(port, ("Host", f"127.0.0.1:{port}"), method=method).status in {400, 405}


@pytest.mark.parametrize(
    "header",
    [
        ("Service-Worker", "script"),
        *(("Sec-Fetch-Dest", use) for use in ("serviceworker", "script", "worker", "object")),
    ],
)
def test_archived_bytes_are_no_workers_and_no_scripts(port: int, header: tuple[str, str]) -> None:
    assert ask(port, ("Host", f"127.0.0.1:{port}"), header).status == 403


@pytest.mark.parametrize("path", ["/raw/%00", "/capture/a%00b", "/captures?url=%00"])
def test_a_name_with_a_nul_never_reaches_the_database(port: int, path: str) -> None:
    assert httpx.get(f"http://127.0.0.1:{port}{path}").status_code == 400


def test_refusals_carry_the_policy_too(port: int) -> None:
    assert "default-src 'none'" in (ask(port, ("Host", "evil.example")).getheader("Content-Security-Policy") or "")


def test_only_loopback_is_bound(room: ReadingRoom) -> None:
    outside = socket.gethostbyname(socket.gethostname())
    addresses = [outside] if not outside.startswith("127.") else ["127.0.0.2"]
    for address in addresses:
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://{address}:{room.port}/")
