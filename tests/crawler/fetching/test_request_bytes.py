"""A request's bytes are those that Scrapy's own handler sends, and nothing can be smuggled into them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.exceptions import UnsupportedURLSchemeError

from crawler.fetching.request_bytes import request_bytes, site_of


def head_of(url: str, **arguments: Any) -> list[bytes]:
    return request_bytes(Request(url, **arguments)).split(b"\r\n")


def test_the_head_stands_as_scrapy_sends_it() -> None:
    request = Request("http://example.org:8080/a/b;c?d=e&f#g", headers={"user-agent": "svodka", "Accept": ["a", "b"]})
    assert request_bytes(request) == (
        b"GET /a/b;c?d=e&f HTTP/1.1\r\nUser-Agent: svodka\r\nAccept: a\r\nAccept: b\r\nHost: example.org:8080\r\n\r\n"
    )


def test_a_body_follows_its_length() -> None:
    request = Request("http://example.org/", method="POST", body="вопрос", headers={"Content-Length": "99"})
    body = "вопрос".encode()
    assert request_bytes(request) == b"POST / HTTP/1.1\r\nContent-Length: 12\r\nHost: example.org\r\n\r\n" + body


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_length_of_none_is_said_where_a_body_is_expected(method: str) -> None:
    assert b"Content-Length: 0" in head_of("http://example.org/", method=method)
    assert b"Content-Length: 0" not in head_of("http://example.org/", method="DELETE")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://example.org/", b"example.org"),
        ("http://example.org:80/", b"example.org"),
        ("https://example.org:443/", b"example.org"),
        ("https://example.org:80/", b"example.org:80"),
        ("http://EXAMPLE.org:8000/", b"example.org:8000"),
        ("http://user:secret@example.org/", b"example.org"),
        ("http://[::1]:8000/", b"[::1]:8000"),
        ("http://[::1]/", b"[::1]"),
    ],
)
def test_host_is_named_with_a_port_where_it_is_not_the_scheme_s_own(url: str, host: bytes) -> None:
    assert b"Host: " + host in head_of(url)


def test_a_host_that_the_request_names_is_the_only_one() -> None:
    assert head_of("http://example.org/", headers={"Host": "other.example"})[1:] == [b"Host: other.example", b"", b""]


@pytest.mark.parametrize(("url", "target"), [("http://a", b"/"), ("http://a?b", b"/?b"), ("http://a//b", b"//b")])
def test_a_target_begins_with_a_slash(url: str, target: bytes) -> None:
    assert head_of(url)[0] == b"GET " + target + b" HTTP/1.1"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://a/p;", b"/p;"),
        ("http://a/p;?b", b"/p;?b"),
        ("http://a/p;#c", b"/p;"),
        ("http://a/p;b/c;?d;?e", b"/p;b/c;?d;?e"),
        ("http://a:80?b/c", b"/?b/c"),
        ("http://a#/b?c", b"/"),
    ],
)
def test_a_target_is_all_that_stands_behind_the_host(url: str, target: bytes) -> None:
    assert head_of(url)[0] == b"GET " + target + b" HTTP/1.1"


URL_TEXT = st.text("abc;?/:@=&.,!", max_size=12)


@given(URL_TEXT, URL_TEXT)
def test_what_is_asked_for_is_the_url_that_the_record_has(path: str, query: str) -> None:
    request = Request(f"http://example.org/{path}?{query}#fragment")
    target = request_bytes(request).split(b" ")[1].decode()
    assert "http://example.org" + target == request.url.partition("#")[0]


@given(st.binary(max_size=40), st.text("AXaz-09", min_size=1, max_size=10))
def test_no_value_adds_a_header_or_a_request(value: bytes, name: str) -> None:
    lines = request_bytes(Request("http://example.org/", headers={f"X-{name}": value})).split(b"\n")
    assert len(lines) == 5
    assert all(line.endswith(b"\r") for line in lines[:-1])
    assert [line.count(b"\r") for line in lines] == [1, 1, 1, 1, 0]


def test_a_line_break_within_a_name_or_a_value_becomes_a_blank() -> None:
    lines = head_of("http://example.org/", headers={"X\r\nEvil": "1", "Y": "a\r\nEvil: 2\n\nGET / HTTP/1.1"})
    assert lines[1:3] == [b"X Evil: 1", b"Y: a Evil: 2  GET / HTTP/1.1"]


@pytest.mark.parametrize("method", ["GET /evil HTTP/1.1\r\nX:", "", "GE T"])
def test_a_method_that_is_none_is_refused(method: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a request"):
        request_bytes(Request("http://example.org/", method=method))


@pytest.mark.parametrize("url", ["ftp://example.org/", "http:///path"])
def test_a_url_that_names_nobody_is_refused(url: str) -> None:
    with pytest.raises(UnsupportedURLSchemeError):
        site_of(Request(url))
