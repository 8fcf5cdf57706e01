"""A page that is filled by scripts is kept as the browser had it, and the browser does nothing else."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from scrapy.settings import Settings

from archive.errors import ConfigurationError
from tests.launcher import Launchers

ROOT = Path(__file__).parents[3]
PATH = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
ENVIRONMENT = {"PYTHONPATH": PATH, "PYTHONWARNINGS": "error"}
LAUNCHERS = Launchers()
CRAWL = Path(__file__).with_name("rendering_crawl.py")

FILLED_BY_SCRIPT = """<!doctype html><title>List</title><ul id="rows"></ul><script>
fetch("/rows.json").then(r => r.json()).then(rows => {
  for (const row of rows) {
    const li = document.createElement("li"); li.textContent = row; document.getElementById("rows").append(li);
  }
});</script>"""
ROWS = ["Первая строка", "second row"]
NEVER_IDLE = '<!doctype html><p id="n">seen</p><script>setInterval(() => fetch("/rows.json"), 100)</script>'
NEVER_LOADED = '<!doctype html><p>seen</p><script src="/hang.js" async></script>'
ENDLESS_SCRIPT = "<!doctype html><p>seen</p><script>while (true) {}</script>"
POPUP = '<!doctype html><p id="p">-</p><script>window.open("/rows.json"); p.textContent = "opened"</script>'
STRANGERS = """<!doctype html><p>seen</p><img src="/picture.png"><script src="http://OTHER/x.js"></script>
<iframe src="http://OTHER/frame"></iframe><script>
fetch("http://OTHER/beacon").catch(() => {}); navigator.sendBeacon("http://OTHER/beacon2", "x");
navigator.serviceWorker.register("/sw.js").catch(() => {});</script>"""
SOCKETS = """<!doctype html><p>seen</p><script>
new WebSocket("ws://OTHER/socket"); new WebSocket("ws://" + location.host + "/socket");
new Worker(URL.createObjectURL(new Blob(["new WebSocket('ws://OTHER/of-a-worker')"])));</script>"""
PUSHES = """<!doctype html><p>seen</p><script>history.pushState({}, "", "/never-asked-for#x")</script>"""
REFRESHES = '<!doctype html><meta http-equiv="refresh" content="0; url=/list">'
MOVES = '<!doctype html><p>seen</p><script>setTimeout(() => { location = "/nothing" }, 50)</script>'
STARTS_A_DOWNLOAD = '<!doctype html><p>seen</p><script>setTimeout(() => { location = "/file" }, 50)</script>'
ASKS = '<!doctype html><p>seen</p><script>alert("?"); confirm("?"); onbeforeunload = () => "stay"</script>'
LEAVES = '<!doctype html><script>location = "http://OTHER/elsewhere"</script><p>stayed</p>'


class Pages(ThreadingHTTPServer):
    """Pages on loopback; remembers who asked for what."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[tuple[str, str]] = []
        self.released = threading.Event()
        self.stranger = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked if path != "/favicon.ico"]


Listed = Visited = tuple[Pages, dict[str, Any]]
Refused = tuple[Pages | None, dict[str, Any]]


class Answer(BaseHTTPRequestHandler):
    """One request."""

    server: Pages
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("User-Agent", "")))
        if self.path == "/hang.js":
            self.server.released.wait(30)
        if self.path == "/redirect":
            return self.answer(302, "", {"Location": f"http://{self.server.stranger}/elsewhere"})
        if self.path == "/busy":
            return self.answer(429, "<p>slow down</p>", {"Retry-After": "60"})
        if self.path == "/file":
            return self.answer(200, "x", {"Content-Disposition": "attachment; filename=x.bin"}, "application/x-bin")
        if self.path == "/rows.json":
            return self.answer(200, json.dumps(ROWS), mime="application/json")
        page = {
            "/list": FILLED_BY_SCRIPT, "/never-idle": NEVER_IDLE, "/never-loaded": NEVER_LOADED,
            "/endless": ENDLESS_SCRIPT, "/popup": POPUP, "/strangers": STRANGERS, "/leaves": LEAVES,
            "/sockets": SOCKETS, "/pushes": PUSHES, "/refreshes": REFRESHES, "/moves": MOVES,
            "/starts-a-download": STARTS_A_DOWNLOAD, "/asks": ASKS,
        }.get(self.path)  # fmt: skip
        return self.answer(200 if page else 404, (page or "no").replace("OTHER", self.server.stranger))

    do_POST = do_GET

    def answer(self, status: int, text: str, headers: dict[str, str] | None = None, mime: str = "text/html") -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Type": mime, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serving() -> Iterator[Pages]:
    """A site, which knows a stranger: another site that it must not lead the browser to."""
    with Pages() as site, Pages() as stranger:
        site.stranger = f"127.0.0.1:{stranger.server_port}"
        site.other = stranger  # type: ignore[attr-defined]
        threads = [threading.Thread(target=server.serve_forever, args=(0.02,)) for server in (site, stranger)]
        for thread in threads:
            thread.start()
        yield site
        site.released.set()
        for server, thread in zip((site, stranger), threads, strict=True):
            server.shutdown()
            thread.join()


@pytest.fixture
def pages() -> Iterator[Pages]:
    """A site of the test's own."""
    with serving() as site:
        yield site


def crawl(*urls: str, render: str = "always", meta: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
    """Run a crawl of `urls` in a process of its own and give its report."""
    return reported(LAUNCHERS.run(command(*urls, render=render, meta=meta, **settings), os.environ | ENVIRONMENT))


def command(*urls: str, render: str, meta: dict[str, Any] | None = None, **settings: Any) -> list[str]:
    """The program that crawls, with its job."""
    job = {"urls": urls, "render": render, "settings": settings, "meta": meta or {}}
    return [sys.executable, str(CRAWL), json.dumps(job)]


def reported(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What a crawl printed."""
    assert done.returncode == 0, done.stderr
    return {**json.loads(done.stdout), "stderr": done.stderr}


def only(report: dict[str, Any]) -> dict[str, Any]:
    """The only answer."""
    assert not report["failures"], report["failures"]
    (answer,) = report["answers"]
    return decoded(answer)


def decoded(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer with the text of its page."""
    return {**answer, "body": base64.b64decode(answer["body"]).decode()}


@pytest.fixture(scope="session", autouse=True)
def _chromium() -> None:
    if shutil.which("chromium") is None:
        pytest.fail("Chromium is missing: apt-get install chromium")


@pytest.fixture(scope="module")
def listed() -> Listed:
    """A site whose list was rendered, and the report."""
    with serving() as site:
        return site, crawl(site.url + "/list")


@pytest.fixture(scope="module")
def visited() -> Iterator[dict[str, Visited]]:
    """Pages of which nothing goes wrong, by path, each on a site of its own: all in one browser."""
    paths = (
        *("/busy", "/strangers", "/popup", "/sockets"),
        *("/pushes", "/refreshes", "/moves", "/starts-a-download", "/asks"),
    )
    with ExitStack() as stack:
        sites = {path: stack.enter_context(serving()) for path in paths}
        report = crawl(*(site.url + path for path, site in sites.items()))
        answers = {urlsplit(answer["url"]).netloc: decoded(answer) for answer in report["answers"]}
        yield {path: (site, answers[urlsplit(site.url).netloc]) for path, site in sites.items()}


@pytest.fixture(scope="module")
def refused() -> Iterator[dict[str, Refused]]:
    """Pages of which nothing is kept, by path, each on a site of its own, and the failure: all in one browser."""
    with ExitStack() as stack:
        sites = {path: stack.enter_context(serving()) for path in ("/redirect", "/file", "/leaves")}
        urls = {path: site.url + path for path, site in sites.items()} | {"nowhere": "http://127.0.0.1:1/"}
        report = crawl(*urls.values())
        assert report["answers"] == []
        failures = {failure["url"]: failure for failure in report["failures"]}
        yield {path: (sites.get(path), failures[url]) for path, url in urls.items()}


@pytest.mark.browser
class TestARenderedPage:
    def test_has_the_rows_that_scripts_put_in_and_the_plain_body_has_not(self, listed: Listed, pages: Pages) -> None:
        rendered = only(listed[1])
        plain = only(crawl(pages.url + "/list", render="never"))
        assert f"<li>{ROWS[0]}</li><li>{ROWS[1]}</li>" in rendered["body"]
        assert plain["body"] == FILLED_BY_SCRIPT

    def test_is_an_html_response_and_a_rendering_with_the_same_bytes(self, listed: Listed) -> None:
        site, report = listed
        answer = only(report)
        (kept,) = answer["exchanges"]
        assert (answer["class"], answer["flags"], answer["status"]) == ("HtmlResponse", ["rendered"], 200)
        assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"
        assert base64.b64decode(kept["html"]).decode() == answer["body"]
        assert kept["class"] == "Rendering"
        assert (kept["url"], kept["status"], kept["zone"]) == (site.url + "/list", 200, str(UTC))
        assert kept["browser"].startswith("chromium 1")
        assert report["signalled"] == [site.url + "/list"]

    def test_keeps_the_status_and_headers_that_politeness_needs(self, visited: dict[str, Visited]) -> None:
        _, answer = visited["/busy"]
        assert (answer["status"], answer["headers"]["Retry-After"]) == (429, "60")

    def test_is_asked_for_under_our_own_name(self, listed: Listed) -> None:
        site, _ = listed
        assert site.paths() == ["/list", "/rows.json"]
        assert {agent for _, agent in site.asked} == {"svodka-test/1.0 (+mailto:test@example.org)"}

    @pytest.mark.parametrize("path", ["/never-idle", "/never-loaded"])
    def test_is_taken_at_the_limit_where_it_never_falls_silent(self, pages: Pages, path: str) -> None:
        report = crawl(pages.url + path, SVODKA_RENDER_IDLE_LIMIT=1)
        assert "seen" in only(report)["body"]
        assert report["stats"]["svodka_render/never_idle"] == 1

    def test_has_the_url_that_was_asked_for_whatever_a_script_writes_into_the_address_bar(
        self, visited: dict[str, Visited]
    ) -> None:
        site, answer = visited["/pushes"]
        assert answer["url"] == answer["exchanges"][0]["url"] == f"{site.url}/pushes"

    def test_is_the_page_that_it_leads_to_at_once(self, visited: dict[str, Visited]) -> None:
        site, answer = visited["/refreshes"]
        assert answer["url"] == f"{site.url}/list"
        assert ROWS[0] in answer["body"]

    def test_has_the_status_of_the_page_that_a_script_leads_to(self, visited: dict[str, Visited]) -> None:
        site, answer = visited["/moves"]
        assert (answer["url"], answer["status"], answer["exchanges"][0]["status"]) == (f"{site.url}/nothing", 404, 404)

    def test_is_still_the_page_where_a_script_starts_a_download(self, visited: dict[str, Visited]) -> None:
        site, answer = visited["/starts-a-download"]
        assert (answer["url"], answer["status"]) == (f"{site.url}/starts-a-download", 200)
        assert "seen" in answer["body"]

    def test_is_not_held_up_by_questions(self, visited: dict[str, Visited]) -> None:
        assert "seen" in visited["/asks"][1]["body"]


@pytest.mark.browser
class TestTheBrowser:
    def test_does_not_leave_the_page_s_own_host_and_loads_no_pictures(self, visited: dict[str, Visited]) -> None:
        pages, answer = visited["/strangers"]
        assert "seen" in answer["body"]
        assert pages.paths() == ["/strangers"]
        assert pages.other.asked == []  # type: ignore[attr-defined]

    def test_is_not_led_away_by_a_script(self, refused: dict[str, Refused]) -> None:
        pages, failure = refused["/leaves"]
        assert failure["class"] == "RenderingFailed"
        assert pages.other.asked == []  # type: ignore[union-attr]

    def test_keeps_nothing_of_a_page_that_redirects_to_another_host(self, refused: dict[str, Refused]) -> None:
        _, failure = refused["/redirect"]
        assert failure["class"] == "RenderingFailed"
        assert "sent the browser elsewhere" in failure["message"]

    def test_opens_no_web_socket(self, visited: dict[str, Visited]) -> None:
        pages, answer = visited["/sockets"]
        assert "seen" in answer["body"]
        assert pages.paths() == ["/sockets"]

    def test_finds_no_address_but_the_site_s(self, pages: Pages) -> None:
        """Whatever leads to it: redirects and workers are not asked about."""
        other = f"http://localhost:{pages.server_port}"
        pages.stranger = pages.stranger.replace("localhost", "127.0.0.1")
        report = crawl(f"{other}/redirect", f"{other}/sockets")
        assert [failure["url"] for failure in report["failures"]] == [f"{other}/redirect"]
        assert pages.other.asked == []  # type: ignore[attr-defined]

    def test_closes_popups(self, visited: dict[str, Visited]) -> None:
        assert "opened" in visited["/popup"][1]["body"]

    def test_downloads_nothing(self, refused: dict[str, Refused]) -> None:
        assert refused["/file"][1]["class"] == "RenderingFailed"
        assert refused["/file"][1]["message"].endswith("is a download, not a page")

    def test_gives_a_script_without_end_the_download_timeout_and_no_more(self, pages: Pages) -> None:
        began = datetime.now(UTC)
        (failure,) = crawl(pages.url + "/endless", meta={"download_timeout": 3})["failures"]
        assert failure["class"] == "DownloadTimeoutError"
        assert (datetime.now(UTC) - began).total_seconds() < 20

    def test_tells_an_unreachable_page_from_an_empty_one(self, refused: dict[str, Refused]) -> None:
        assert refused["nowhere"][1]["class"] == "RenderingFailed"

    def test_leaves_no_process_behind(self, pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
        mark = uuid4().hex
        monkeypatch.setenv("SVODKA_TEST_MARK", mark)
        assert len(crawl(pages.url + "/list", pages.url + "/popup")["answers"]) == 2
        assert processes_with(mark) == []


def processes_with(mark: str) -> list[str]:
    """The living processes that inherited `mark` in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if mark.encode() in path.read_bytes():
                found.append(path.parent.name)
    return found


def test_a_crawl_that_renders_nothing_never_loads_playwright(pages: Pages) -> None:
    started = command(pages.url + "/list", render="never")
    environment = os.environ | ENVIRONMENT
    report = reported(subprocess.run(started, capture_output=True, text=True, check=False, timeout=90, env=environment))
    assert only(report)["flags"] != ["rendered"]
    assert report["playwright_imported"] is False


def test_without_a_browser_the_error_says_what_to_install(pages: Pages) -> None:
    (failure,) = crawl(pages.url + "/list", SVODKA_CHROMIUM="/nowhere/chromium")["failures"]
    assert failure["class"] == "ConfigurationError"
    assert "apt-get install chromium" in failure["message"]
    assert "crawl.chromium of svodka.toml" in failure["message"]
    assert pages.asked == []


def test_the_sandbox_is_only_off_for_root() -> None:
    from crawler.fetching.browser import launch_options

    assert launch_options(Settings())["chromium_sandbox"] is (os.geteuid() != 0)


def test_a_name_on_the_path_will_do_for_the_browser() -> None:
    from crawler.fetching.browser import chromium_executable

    assert chromium_executable(Settings({"SVODKA_CHROMIUM": "sh"})).name == "sh"
    with pytest.raises(ConfigurationError, match="no browser at /nowhere"):
        chromium_executable(Settings({"SVODKA_CHROMIUM": "/nowhere"}))
