"""Codings are undone by the code that reads archived bodies, and a body that breaks off is marked."""

import gzip
import zlib

import brotli
import pytest
import zstandard
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from archive.warc.codings import decode
from crawler.fetching.answer import DAMAGED_FLAG, of_response
from crawler.fetching.content_coding import ContentCodingMiddleware

HTML = "<html><title>Сводка</title><p>Су-57</p></html>".encode() * 20
REQUEST = Request("https://vpk.name/")
CODED = {
    "gzip": gzip.compress(HTML),
    "x-gzip": gzip.compress(HTML),
    "deflate": zlib.compress(HTML),
    "br": brotli.compress(HTML),
    "zstd": zstandard.ZstdCompressor().compress(HTML),
    "gzip, br": brotli.compress(gzip.compress(HTML)),
}


def decoded(coding: str, body: bytes) -> Response:
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": coding}
    response = Response(REQUEST.url, headers=headers, body=body, request=REQUEST)
    return ContentCodingMiddleware().process_response(REQUEST, response)


def test_what_is_understood_is_asked_for():
    request = Request("https://vpk.name/")
    ContentCodingMiddleware().process_request(request)
    assert request.headers["Accept-Encoding"] == b"gzip, deflate, br, zstd"


@pytest.mark.parametrize("coding", CODED)
def test_a_coded_body_becomes_a_page(coding):
    response = decoded(coding, CODED[coding])
    assert (type(response), response.body, response.flags) == (HtmlResponse, HTML, [])
    assert "Content-Encoding" not in response.headers
    assert of_response(response).whole


@pytest.mark.parametrize("coding", CODED)
def test_a_body_that_breaks_off_is_marked(coding):
    response = decoded(coding, CODED[coding][: len(CODED[coding]) // 2])
    assert response.flags == [DAMAGED_FLAG]
    assert not of_response(response).whole


def test_a_coding_that_is_not_undone_is_marked_and_left_as_it_is():
    response = decoded("compress", b"abc")
    assert (response.body, response.flags) == (b"abc", [DAMAGED_FLAG])


@pytest.mark.parametrize("name", ["none", "utf-8", "UTF-8, none", "binary", "rot13"])
def test_what_is_no_coding_is_overlooked(name):
    response = decoded(name, HTML)
    assert (type(response), response.body, response.flags) == (HtmlResponse, HTML, [])
    assert of_response(response).whole


def test_beside_what_is_no_coding_the_others_are_undone():
    assert decoded("gzip, utf-8", CODED["gzip"]).body == HTML
    assert decoded("gzip, utf-8", CODED["gzip"][:-20]).flags == [DAMAGED_FLAG]


@pytest.mark.parametrize("coding", [*CODED, "compress", "none"])
def test_an_empty_body_is_as_whole_as_the_archive_finds_it(coding):
    response = decoded(coding, b"")
    assert of_response(response).whole == decode(b"", coding.split(", ")).complete == (coding != "compress")


def test_what_is_not_coded_passes():
    response = Response(REQUEST.url, body=HTML, request=REQUEST)
    assert ContentCodingMiddleware().process_response(REQUEST, response) is response
