"""pywb, the field's own replay tool, opens a data folder as it stands and shows every capture as it was."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.peers

STARTS_WITHIN = 60.0  # seconds

CAPTURES = "SELECT id, url, captured_at, status, content_digest, refers_to FROM capture WHERE record_type = '{}'"
ORIGINAL = "SELECT captured_at, content_digest FROM capture WHERE id = '{}'"


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until pywb answers."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"pywb did not start: exit {process.poll()}")


@pytest.fixture
def crawled(svodka: Any, practice: Any) -> Any:
    """A data folder made by two crawls: the second finds most lists unchanged, which makes revisit records."""
    for _ in range(2):
        svodka.run("crawl", "vpk", "--base-url", practice.url)
    return svodka


@pytest.fixture
def replay(crawled: Any, peers_bin: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    """pywb on the data folder itself: no import, no conversion, no index of its own."""
    port = free_port()
    with (tmp_path / "pywb.log").open("wb") as log, subprocess.Popen(
        [peers_bin / "wayback", "-b", "127.0.0.1", "-p", str(port)], cwd=crawled.home.path, stdout=log, stderr=log
    ) as process:  # fmt: skip
        try:
            wait_for(port, process)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}/vpk/", timeout=30) as client:
                yield client
        finally:
            process.terminate()


def replayed(replay: httpx.Client, captured_at: str, url: str, how: str = "id_") -> httpx.Response:
    """What pywb shows for a capture; `id_` is the page as it was, without pywb's own rewriting."""
    moment = captured_at[:19].translate(str.maketrans("", "", "-:T "))
    return replay.get(f"{moment}{how}/{url}")


def digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def test_every_response_comes_back_with_its_status_and_its_bytes(crawled: Any, replay: httpx.Client) -> None:
    captures = crawled.sql(CAPTURES.format("response"))
    wrong = []
    for _, url, captured_at, status, content_digest, _ in captures:
        answer = replayed(replay, captured_at, url)
        if (answer.status_code, digest(answer.content)) != (status, content_digest):
            wrong.append((url, status, answer.status_code))
    assert len(captures) > 60
    assert wrong == []


def test_a_revisit_comes_back_with_the_payload_of_its_original(crawled: Any, replay: httpx.Client) -> None:
    # A 304 with a head of its own would be replayed as it is, with nothing in it: pywb 2.10 takes 3xx for redirects.
    revisits = crawled.sql(CAPTURES.format("revisit"))
    assert {status for _, _, _, status, _, _ in revisits} >= {304}
    wrong = []
    for _, url, captured_at, _, _, refers_to in revisits:
        ((_, before),) = crawled.sql(ORIGINAL.format(refers_to))
        answer = replayed(replay, captured_at, url)
        if (answer.status_code, digest(answer.content)) != (200, before):
            wrong.append((url, answer.status_code))
    assert wrong == []


def test_an_article_can_be_read_in_its_frame(crawled: Any, replay: httpx.Client) -> None:
    ((url, captured_at, title),) = crawled.sql(
        "SELECT k.url, k.captured_at, c.title FROM reading r JOIN capture k ON k.id = r.capture_id"
        " JOIN content c ON c.article_id = r.article_id AND c.digest = r.digest"
        " WHERE c.title LIKE '50 days%' AND k.record_type = 'response'"
    )
    page = replayed(replay, captured_at, url, how="mp_")
    assert page.status_code == 200
    assert title.replace("'", "&#39;") in page.text or title in page.text
