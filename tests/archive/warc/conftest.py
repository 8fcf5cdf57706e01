"""A writer on a folder of its own, captures to feed it, and responses as odd as servers send them."""

from __future__ import annotations

import importlib.util
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.records import Capture, CaptureContext, Exchange, Rendering, WrittenCapture
from archive.warc.writer import WarcWriter

MOMENT = datetime(2026, 11, 3, 4, 5, 6, 123456, tzinfo=UTC)
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<p>\xd0\xa1\xd1\x83-57 flies</p>"
ROUND_NAME = "https://practice.example/news/{}_page.html"


def _load_odd() -> dict[str, bytes]:
    spec = importlib.util.spec_from_file_location("odd_exchanges", Path(__file__).with_name("odd_exchanges.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    odd: dict[str, bytes] = module.ODD
    return odd


ODD = _load_odd()


def make_capture(number: int = 1, response: bytes = PAGE, **changes: Any) -> Capture:
    started = MOMENT + timedelta(seconds=number)
    fields: dict[str, Any] = {
        "url": ROUND_NAME.format(number),
        "request": b"GET /news/%d_page.html HTTP/1.1\r\nHost: practice.example\r\n\r\n" % number,
        "response": response,
        "started_at": started,
        "ended_at": started + timedelta(microseconds=120_345),
        "ip": "127.0.0.1",
    }
    context = CaptureContext(
        capture_id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"capture {number}")),
        site="practice",
        run_id="run-1",
        page_kind="article",
        route="listing",
        via="https://practice.example/",
    )
    return Capture(context, Exchange(**(fields | changes)))


def make_rendering(number: int = 1) -> Capture:
    context = CaptureContext(
        capture_id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"rendering {number}")),
        site="practice",
        run_id="run-1",
        page_kind="article",
        route="listing",
        render="always",
    )
    html = "<p>Су-57</p>".encode()
    return Capture(context, Rendering(ROUND_NAME.format(number), html, MOMENT, "chromium 140.0", 200))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "collections" / "practice" / "archive"


@pytest.fixture
def new_writer(folder: Path) -> Callable[..., WarcWriter]:
    def new(**options: Any) -> WarcWriter:
        return WarcWriter(folder, site="practice", software="Svodka/0.1.0", hostname="host", **options)

    return new


@pytest.fixture
def capture() -> Callable[..., Capture]:
    return make_capture


@pytest.fixture
def rendering() -> Capture:
    return make_rendering()


@pytest.fixture
def odd_captures() -> dict[str, Capture]:
    """Every odd response as a capture, by what is odd about it."""
    captures = {name: make_capture(number, message) for number, (name, message) in enumerate(ODD.items())}
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: <\xff>; rel=preload\r\n\r\n"
    captures["bytes behind the end"] = make_capture(805, PAGE, stray=b"the\r\nrest \xff\x00", stray_size=70_000)
    captures["interim responses"] = make_capture(800, PAGE, interim=(b"HTTP/1.1 100 Continue\r\n\r\n", hints))
    captures["cut off, and said so"] = make_capture(801, PAGE[:-5], truncated="disconnect", error="ResponseFailed")
    captures["no byte of a response"] = make_capture(802, b"", error='timeout\nafter 30 s: "x"')
    captures["a URL in Cyrillic"] = make_capture(803, url="https://practice.example/новости/1 2.html?q=Су-57")
    captures["rendering"] = make_rendering(804)
    return captures


@pytest.fixture
def write(folder: Path, new_writer: Callable[..., WarcWriter]) -> Callable[..., tuple[Path, list[WrittenCapture]]]:
    """Writes captures into one finished file; gives its path and the writer's rows."""

    def write_all(captures: list[Capture], **options: Any) -> tuple[Path, list[WrittenCapture]]:
        writer = new_writer(**options)
        rows = writer.append(captures)
        closed = writer.close()
        assert closed is not None
        return folder / closed.name, rows

    return write_all
