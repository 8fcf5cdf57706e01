"""What the wire handler relies on in Scrapy and below it, all of it public. A failure names what an upgrade moved."""

from __future__ import annotations

import inspect
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from pydispatch.dispatcher import getAllReceivers
from scrapy import signals
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers, Request, Response
from scrapy.signalmanager import SignalManager

from archive.warc.http_message import parse_head
from crawler.fetching.headers import headers_of
from crawler.fetching.wire import WireHandler

ROOT = Path(__file__).parents[3]
CLIENT = [
    "chunked", "connection", "framing", "pool", "recording", "request_bytes", "resolver", "responses", "tls",
    "transfer", "wire", "wire_errors",
]  # fmt: skip
IMPORT = re.compile(r"^\s*(?:from|import)\s+((?:scrapy|twisted|pydispatch)[\w.]*)(?:\s+import\s+(.*))?$", re.MULTILINE)


@pytest.mark.parametrize("module", CLIENT)
def test_no_private_name_of_scrapy_or_twisted_is_used(module: str) -> None:
    text = (ROOT / "crawler" / "fetching" / f"{module}.py").read_text("utf-8")
    for origin, names in IMPORT.findall(text):
        assert "._" not in origin
        assert not re.search(r"\b_\w", names), f"{module}.py takes {names} from {origin}"


def test_the_handler_is_what_scrapy_asks_for() -> None:
    assert issubclass(WireHandler, BaseDownloadHandler)
    assert inspect.iscoroutinefunction(WireHandler.download_request)
    assert inspect.iscoroutinefunction(WireHandler.close)
    for name in ("download_request", "close"):
        ours, theirs = (inspect.signature(getattr(each, name)) for each in (WireHandler, BaseDownloadHandler))
        assert list(ours.parameters) == list(theirs.parameters)


def test_headers_are_kept_as_scrapy_keeps_them() -> None:
    head = parse_head(b"HTTP/1.1 200 OK\r\nx-odd: a\r\nX-ODD: b\r\nETag: c\r\nx_y: d\r\n caf\xe9: e\r\n\r\n")
    ours, theirs = headers_of(head), Headers(head.headers)
    assert dict(ours) == dict(theirs)
    assert ours.getlist("X-Odd") == [b"a", b"b"]


def test_headers_that_are_set_later_are_taken_as_they_are() -> None:
    response, headers = Response("http://example.org/"), Headers({"A": "b"})
    response.headers = headers
    assert response.headers is headers


def test_the_headers_of_a_request_are_a_dict_of_lists() -> None:
    request = Request("http://example.org/", headers={"accept": ["a", "b"], "X": "c"})
    assert list(dict.items(request.headers)) == [(b"Accept", [b"a", b"b"]), (b"X", [b"c"])]


def test_whether_a_signal_is_heard_can_be_told() -> None:
    manager = SignalManager(sender=object())

    def listener() -> None:
        """Hear it."""

    def hears(signal: object) -> bool:
        return next(getAllReceivers(manager.sender, signal), None) is not None

    assert not hears(signals.bytes_received)
    manager.connect(listener, signals.bytes_received)
    assert hears(signals.bytes_received)
    assert not hears(signals.headers_received)


@pytest.mark.parametrize("package", ["scrapy", "twisted"])
def test_the_pin_covers_what_is_installed_and_no_other_minor_version(package: str) -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    [pin] = [Requirement(line) for line in dependencies if Requirement(line).name == package]
    major, minor = version(package).split(".")[:2]
    assert pin.specifier.contains(version(package))
    assert pin.specifier == SpecifierSet(f"=={major}.{minor}.*")
