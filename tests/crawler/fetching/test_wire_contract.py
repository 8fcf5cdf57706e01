"""The private names that the wire handler stands on. A failure here names what an upgrade moved, and what it breaks."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from scrapy.core.downloader.handlers import http11
from twisted.web import _newclient
from twisted.web.client import HTTPConnectionPool

from crawler.fetching.wire import WireHandler
from crawler.fetching.wire_protocol import Tee, WireFactory, WirePool, WireProtocol, WireRequest

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"

PRIVATE_NAMES = [
    ("scrapy.core.downloader.handlers.http11", "HTTP11DownloadHandler", "the handler whose pool is replaced"),
    ("scrapy.core.downloader.handlers.http11", "_LenientHTTP11ClientProtocol", "the connection that is tapped"),
    ("scrapy.core.downloader.handlers.http11", "_LenientHTTP11ClientFactory", "what builds tapped connections"),
    ("twisted.web._newclient", "HTTP11ClientProtocol._finishResponse", "where a response ends and stray bytes begin"),
    ("twisted.web._newclient", "HTTP11ClientProtocol._finishResponse_WAITING", "what runs behind _finishResponse"),
    ("twisted.web._newclient", "HTTP11ClientProtocol._giveUp", "how an endless response is ended"),
    ("twisted.web._newclient", "HTTP11ClientProtocol._state", "whether a connection takes a request"),
    ("twisted.web._newclient", "HTTP11ClientProtocol._currentRequest", "how a connection with stray bytes is closed"),
    ("twisted.web._newclient", "Request.writeTo", "where the bytes of a request leave"),
    ("twisted.web._newclient", "ResponseFailed", "why a response was cut off"),
    ("twisted.web._newclient", "ParseError", "why a response could not be read"),
    ("twisted.web.client", "HTTPConnectionPool.getConnection", "where a request meets its connection"),
    ("twisted.web.client", "HTTPConnectionPool._factory", "what builds tapped connections"),
    ("twisted.web.client", "_RetryingHTTP11ClientProtocol", "the second try on a dead kept-alive connection"),
    ("twisted.web.http", "_DataLoss", "why a response was cut off"),
    ("twisted.internet.interfaces", "IHandshakeListener", "whether bytes left before a TLS handshake failed"),
    ("twisted.internet.interfaces", "ISSLTransport", "whether there is a TLS handshake to wait for"),
]


@pytest.mark.parametrize(("module", "name", "use"), PRIVATE_NAMES)
def test_a_private_name_is_where_it_was(module: str, name: str, use: str) -> None:
    thing: Any = import_module(module)
    for part in name.split("."):
        assert hasattr(thing, part), f"{module}.{name} is gone: crawler/fetching/wire*.py uses it for {use}"
        thing = getattr(thing, part)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (HTTPConnectionPool.getConnection, ["self", "key", "endpoint"]),
        (HTTPConnectionPool.__init__, ["self", "reactor", "persistent"]),
        (_newclient.HTTP11ClientProtocol.__init__, ["self", "quiescentCallback"]),
        (_newclient.HTTP11ClientProtocol.request, ["self", "request"]),
        (_newclient.HTTP11ClientProtocol.dataReceived, ["self", "bytes"]),
        (_newclient.HTTP11ClientProtocol._finishResponse_WAITING, ["self", "rest"]),
        (_newclient.Request.writeTo, ["self", "transport"]),
        (http11._LenientHTTP11ClientFactory.__init__, ["self", "quiescentCallback", "metadata"]),
        (http11._LenientHTTP11ClientFactory.buildProtocol, ["self", "addr"]),
        (http11.HTTP11DownloadHandler.__init__, ["self", "crawler"]),
        (http11.HTTP11DownloadHandler.download_request, ["self", "request"]),
    ],
)
def test_a_private_function_takes_what_it_took(function: Callable[..., Any], arguments: list[str]) -> None:
    name = f"{function.__module__}.{function.__qualname__}"
    assert list(inspect.signature(function).parameters) == arguments, f"{name} changed: see crawler/fetching/wire*.py"


@pytest.mark.parametrize(
    ("ours", "theirs", "overridden"),
    [
        (WireProtocol, http11._LenientHTTP11ClientProtocol, ["request", "dataReceived", "_finishResponse"]),
        (WireProtocol, http11._LenientHTTP11ClientProtocol, ["connectionMade", "connectionLost"]),
        (WireFactory, http11._LenientHTTP11ClientFactory, ["buildProtocol"]),
        (WirePool, HTTPConnectionPool, ["getConnection"]),
        (WireRequest, _newclient.Request, ["writeTo"]),
        (WireHandler, http11.HTTP11DownloadHandler, ["download_request"]),
    ],
)
def test_what_we_override_is_still_theirs(ours: type, theirs: type, overridden: list[str]) -> None:
    assert issubclass(ours, theirs)
    for name in overridden:
        assert hasattr(theirs, name), f"{theirs.__qualname__}.{name} is gone: our override would never be called"
        assert name in vars(ours)


def test_the_handler_still_asks_its_pool_and_the_agent_still_takes_it() -> None:
    source = inspect.getsource(http11.HTTP11DownloadHandler)
    assert "self._pool" in inspect.getsource(http11.HTTP11DownloadHandler.__init__)
    assert "pool=self._pool" in source, (
        "HTTP11DownloadHandler hands another pool to its agent: nothing would be captured"
    )
    agent = inspect.getsource(_newclient) + inspect.getsource(import_module("twisted.web.client"))
    assert "self._pool.getConnection(key, endpoint)" in agent, (
        "Agent no longer asks the pool: nothing would be captured"
    )


def test_a_connection_still_makes_its_parser_with_our_finish() -> None:
    source = inspect.getsource(_newclient.HTTP11ClientProtocol.request)
    assert "HTTPClientParser(request, self._finishResponse)" in source, "the end of a response would not be seen"


def test_a_request_writes_only_by_what_the_tee_has() -> None:
    written_with = {"write", "writeSequence", "registerProducer", "unregisterProducer"}
    source = inspect.getsource(_newclient.Request) + inspect.getsource(_newclient.ChunkedEncoder)
    used = {part.split("(")[0].split(")")[0].strip() for part in source.split("transport.")[1:]}
    assert used & {"write", "writeSequence"}
    assert written_with <= set(vars(Tee))
    assert not {name for name in used if name.startswith("write")} - written_with


@pytest.mark.parametrize("package", ["scrapy", "twisted"])
def test_the_pin_covers_what_is_installed_and_no_other_minor_version(package: str) -> None:
    dependencies = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["dependencies"]
    [pin] = [Requirement(line) for line in dependencies if Requirement(line).name == package]
    major, minor = version(package).split(".")[:2]
    assert pin.specifier.contains(version(package))
    assert pin.specifier == SpecifierSet(f"=={major}.{minor}.*")
