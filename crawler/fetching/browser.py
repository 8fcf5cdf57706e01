"""Renders a page in the system's Chromium and keeps the DOM it had once its scripts had run.

What the browser may do is kept small: one context a page, the page's own host only, no downloads, no popups, no
service workers, no web sockets, no pictures. It knows no addresses but those of the site's hosts, as a redirect or a
worker is not asked about. The browser starts with the first page to render and ends with the crawl.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urlsplit
from uuid import uuid4

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout
from scrapy import Request
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy.http import Headers, HtmlResponse, Response
from scrapy.utils.misc import load_object
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from archive.errors import ConfigurationError
from archive.records import Rendering
from crawler.fetching.wire import exchange_captured

if TYPE_CHECKING:
    from playwright.async_api import Frame, Page, WebSocketRoute
    from playwright.async_api import Request as BrowserRequest
    from playwright.async_api import Response as BrowserResponse
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

DEFAULT_CHROMIUM = "/usr/bin/chromium"
CONTEXTS_AT_ONCE = 2
NAVIGATIONS = 3  # times that a page may lead to another one before it is given up
IDLE_LIMIT = 10.0  # seconds that a page gets to fall silent
NEVER_IN_THE_DOM = frozenset({"image", "media", "font"})
OF_THE_WIRE = ("Content-Encoding", "Content-Length", "Transfer-Encoding")  # true of the wire, not of the DOM
QUIET_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--disable-features=OptimizationHints,MediaRouter,InterestFeedContentSuggestions,Translate,PrefetchPrivacyChanges",
    # WebRTC opens sockets that no request handler sees.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)


class RenderingFailed(DownloadFailedError):
    """The browser could not show the page; names the URL and what the browser said."""


def chromium_executable(settings: BaseSettings) -> Path:
    """The browser that SVODKA_CHROMIUM names (a path, or a name on PATH).

    Raises:
        ConfigurationError: there is none.
    """
    named = settings.get("SVODKA_CHROMIUM") or DEFAULT_CHROMIUM
    if found := shutil.which(named):
        return Path(found)
    raise ConfigurationError(
        f"a page is to be rendered, but there is no browser at {named}: install Chromium "
        "(Debian: apt-get install chromium) or name its executable in crawl.chromium of svodka.toml"
    )


def launch_options(settings: BaseSettings) -> dict[str, Any]:
    """How the browser is started: without networking of its own, and in its sandbox unless it runs as root."""
    return {
        "executable_path": str(chromium_executable(settings)),
        "args": list(QUIET_FLAGS),
        "chromium_sandbox": os.geteuid() != 0,  # Chromium refuses to start its sandbox as root
        "handle_sigint": False,  # an interrupted crawl closes the browser itself, in its own order
        "handle_sigterm": False,
        "handle_sighup": False,
    }


def only_hosts(names: Iterable[str]) -> str:
    """The flag by which the browser finds no other host than these: by no name, by no address, on no way."""
    known = sorted({each for name in names for each in (name, f"www.{name}")})
    return "--host-resolver-rules=" + ",".join(["MAP * ~NOTFOUND", *(f"EXCLUDE {each}" for each in known)])


def is_out_of_bounds(request: BrowserRequest) -> bool:
    """Whether a page may not send `request`: another scheme or host than its own, or nothing the DOM shows.

    The first URL of a page is the one that the crawl asked for; pages that send themselves elsewhere are stopped.
    """
    target = urlsplit(request.url)
    if target.scheme not in {"http", "https"} or request.resource_type in NEVER_IN_THE_DOM:
        return True
    page = urlsplit(request.frame.page.main_frame.url)
    return page.scheme in {"http", "https"} and page.netloc != target.netloc


class BrowserHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # scrapy-playwright is not typed
    """Downloads a request by rendering it; created when the first request asks for that.

    Settings: SVODKA_CHROMIUM, SVODKA_RENDER_IDLE_LIMIT (seconds), DOWNLOAD_TIMEOUT, DOWNLOAD_MAXSIZE, USER_AGENT, and
    scrapy-playwright's own.
    """

    def __init__(self, crawler: Crawler) -> None:
        options = launch_options(crawler.settings)
        super().__init__(crawler)
        self.crawler = crawler
        self.config.launch_options = {**options, **self.config.launch_options}
        self.abort_request = load_object(crawler.settings.get("PLAYWRIGHT_ABORT_REQUEST") or is_out_of_bounds)
        self.process_request_headers = None  # the context carries ours; the rest is the browser's own
        self.context_semaphore = asyncio.Semaphore(self.config.max_contexts or CONTEXTS_AT_ONCE)
        self.idle_limit = crawler.settings.getfloat("SVODKA_RENDER_IDLE_LIMIT", IDLE_LIMIT)
        self.starting = asyncio.Lock()

    async def download_request(self, request: Request) -> Response:
        """Render `request` and give its DOM as an HTML response with the flag `rendered`.

        Raises:
            DownloadTimeoutError: the page took longer than the download timeout.
            RenderingFailed: the browser could not show it, or it sent the browser to another host.
        """
        limit = request.meta.get("download_timeout") or self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        await self._start(request)
        try:
            async with asyncio.timeout(limit):
                rendering, headers = await self._render(request)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"rendering {request.url} took longer than {limit:g} seconds") from error
        except (PlaywrightError, RuntimeError) as error:  # RuntimeError: scrapy-playwright's, of a refused download
            told = (
                "is a download, not a page" if isinstance(error, RuntimeError) and "download" in str(error) else error
            )
            raise RenderingFailed(f"{request.url}: {str(told).splitlines()[0]}") from error
        self._keep(request, rendering)
        return _response(rendering, headers)

    async def _start(self, request: Request) -> None:
        """Start Playwright, which scrapy-playwright does as the engine starts: too early for a lazy browser."""
        async with self.starting:
            if not hasattr(self, "browser_provider"):
                self.config.launch_options["args"] += [only_hosts(self._hosts(request))]
                provider = self.browser_provider_cls(self.config)
                await provider.start()
                self.browser_provider = provider

    def _hosts(self, request: Request) -> set[str]:
        """The names of the hosts that the run may ask."""
        site = getattr(self.crawler.spider, "here", None)
        named = [urlsplit(f"//{netloc}").hostname for netloc in getattr(site, "hosts", ())]
        return {host for host in (urlsplit(request.url).hostname, *named) if host}

    async def _render(self, request: Request) -> tuple[Rendering, Headers]:
        shown = _Documents()
        visit = self._visit(request, shown)
        try:
            await super().download_request(visit)
            page: Page = visit.meta["playwright_page"]
            html = await self._dom(page)
            document = shown.shown
            if document is None:
                raise RenderingFailed(f"{request.url}: no answer became a page")
            headers = Headers(await document.all_headers())
            self._check(request, (page.url, document.url), html)
        finally:
            await self._leave(visit)
        browser = f"chromium {self.browser.version}"
        rendering = Rendering(
            url=document.url, html=html, rendered_at=datetime.now(UTC), browser=browser, status=document.status
        )
        return rendering, headers

    async def _dom(self, page: Page) -> bytes:
        """What the page shows once it is silent; where it leads to another one just then, what that one shows."""
        for _ in range(NAVIGATIONS):
            await self._settle(page)
            with suppress(PlaywrightError):
                return (await page.content()).encode("utf-8", "replace")  # lone surrogates of scripts
        return (await page.content()).encode("utf-8", "replace")

    def _visit(self, request: Request, shown: _Documents) -> Request:
        """The request as scrapy-playwright wants it, so that the crawl's own request stays as it is."""
        agent = request.headers.get("User-Agent") or self.crawler.settings["USER_AGENT"]
        language = request.headers.get("Accept-Language")
        context = {
            "accept_downloads": False,
            "service_workers": "block",
            "user_agent": _text(agent),
            "extra_http_headers": {"Accept-Language": _text(language)} if language else {},
        }
        meta = {
            "playwright": True,
            "playwright_context": uuid4().hex,
            "playwright_context_kwargs": context,
            "playwright_include_page": True,
            "playwright_page_event_handlers": {
                "popup": _close,
                "response": shown.answered,
                "framenavigated": shown.navigated,
            },
            "playwright_page_init_callback": _without_sockets,
            "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded", "timeout": 0},
        }
        return request.replace(meta={**request.meta, **meta})

    async def _settle(self, page: Page) -> None:
        """Wait until the page has been silent for half a second, or the limit is reached."""
        with suppress(PlaywrightTimeout):
            await page.wait_for_load_state("networkidle", timeout=self.idle_limit * 1000)
            return
        self._count("svodka_render/never_idle")

    async def _leave(self, visit: Request) -> None:
        """Close the context with all its pages, whatever state they are in."""
        wrapper = self.context_wrappers.get(visit.meta["playwright_context"])
        if wrapper is not None:
            with suppress(PlaywrightError):
                await wrapper.context.close()

    def _check(self, request: Request, urls: Iterable[str], html: bytes) -> None:
        limit = self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
        for url in urls:
            if urlsplit(url).netloc != urlsplit(request.url).netloc:
                raise RenderingFailed(f"{request.url}: the page sent the browser elsewhere ({url})")
        if limit and len(html) > limit:
            raise RenderingFailed(f"{request.url}: the DOM has {len(html)} bytes, more than DOWNLOAD_MAXSIZE")

    def _keep(self, request: Request, rendering: Rendering) -> None:
        request.meta.setdefault("exchanges", []).append(rendering)
        self._count("svodka_render/pages")
        self.crawler.signals.send_catch_log(exchange_captured, exchange=rendering, request=request)

    def _count(self, key: str) -> None:
        if self.crawler.stats is not None:
            self.crawler.stats.inc_value(key)


class _Documents:
    """The answer that a page's main frame was made of: where a script leads to another page, that one's.

    What stands in the address bar says less: a script may write there what was never asked for. An answer that made
    no page, as a download, is none.
    """

    def __init__(self) -> None:
        self._came: BrowserResponse | None = None
        self.shown: BrowserResponse | None = None

    def answered(self, response: BrowserResponse) -> None:
        """Note an answer to the main frame."""
        with suppress(PlaywrightError):  # a frame that is not there yet
            if response.request.is_navigation_request() and response.frame.parent_frame is None:
                self._came = response

    def navigated(self, frame: Frame) -> None:
        """Note that the main frame became another page, if it did."""
        came = self._came
        if came is not None and frame.parent_frame is None and urldefrag(frame.url)[0] == urldefrag(came.url)[0]:
            self.shown = came


async def _without_sockets(page: Page, _request: Request) -> None:
    """A web socket is no request that could be refused; this page's end at once, and reach nobody."""

    async def close(socket: WebSocketRoute) -> None:
        await socket.close()

    await page.route_web_socket(lambda _url: True, close)


async def _close(page: Page) -> None:
    with suppress(PlaywrightError):
        await page.close()


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _response(rendering: Rendering, headers: Headers) -> HtmlResponse:
    headers = Headers(headers)
    for name in OF_THE_WIRE:
        headers.pop(name, None)
    headers["Content-Type"] = "text/html; charset=utf-8"
    return HtmlResponse(
        rendering.url, status=rendering.status or 200, headers=headers, body=rendering.html,
        encoding="utf-8", flags=["rendered"],
    )  # fmt: skip
