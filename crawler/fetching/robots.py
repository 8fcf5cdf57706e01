"""Asks robots.txt first (RFC 9309): refused where it says so, and closed for now where it cannot be reached.

The fetch goes through the engine, so its wire is captured like any other. Requests that wait for the first robots.txt
of a host all get its rules: Scrapy 2.19.0 gives them to the first alone, and fetches what is forbidden.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.fetching.answer import DAMAGED_FLAG
from crawler.fetching.redirects import redirect_target
from crawler.fetching.retry_after import not_before
from crawler.fetching.wire_errors import describe

GOOD_FOR = timedelta(hours=24)  # RFC 9309, 2.4
RETRY_AFTER = timedelta(minutes=5)
MAX_REDIRECTS = 5  # RFC 9309, 2.3.1.2
MAX_BYTES = 500 * 1024  # RFC 9309, 2.5
LONGEST_CRAWL_DELAY = 3600.0  # seconds

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({425, 429})  # 4xx, but they say "later", not "there is none"


class ForbiddenByRobots(IgnoreRequest):
    """robots.txt disallows the URL for us."""


class RobotsUnreachable(IgnoreRequest):
    """robots.txt could not be had, so the host is closed until it can; ask again at `retry_at` (UTC)."""

    def __init__(self, message: str, retry_at: datetime) -> None:
        super().__init__(message)
        self.retry_at = retry_at


@dataclass(frozen=True)
class Rules:
    """What an origin's robots.txt says to us. `parser` is None where it says nothing: all is open."""

    parser: Protego | None
    good_until: datetime
    unreachable: str | None = None

    def check(self, url: str, token: str) -> None:
        """Raise ForbiddenByRobots or RobotsUnreachable where `url` may not be fetched by `token`."""
        if self.unreachable:
            raise RobotsUnreachable(f"{url}: closed for now: {self.unreachable}", self.good_until)
        if self.parser and not self.parser.can_fetch(url, token):
            raise ForbiddenByRobots(f"{url}: forbidden by robots.txt for {token}")

    def crawl_delay(self, token: str) -> float:
        """Seconds between two requests that robots.txt asks for; 0 where it does not."""
        delay = self.parser.crawl_delay(token) if self.parser else None
        return min(delay, LONGEST_CRAWL_DELAY) if delay and math.isfinite(delay) and delay > 0 else 0.0


class RobotsMiddleware:
    """Downloader middleware in place of Scrapy's: always on, except for `meta["dont_obey_robotstxt"]`.

    Settings: ROBOTSTXT_USER_AGENT, the product token that is looked for in robots.txt.
    """

    def __init__(self, crawler: Crawler, clock: Callable[[], datetime] | None = None) -> None:
        self._crawler = crawler
        self._clock = clock or _utc_now
        self._token: str = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["BOT_NAME"]
        self._rules: dict[str, Rules] = {}
        self._fetches: dict[str, asyncio.Task[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build from the crawler, as Scrapy does."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or raise ForbiddenByRobots or RobotsUnreachable."""
        url = urlparse_cached(request)
        if request.meta.get("dont_obey_robotstxt") or url.scheme not in {"http", "https"}:
            return
        if url.path == "/robots.txt":  # RFC 9309, 2.2.2: implicitly allowed
            return
        rules = await self._rules_of(f"{url.scheme}://{url.netloc}")
        try:
            rules.check(request.url, self._token)
        except IgnoreRequest as refusal:
            self._count("unreachable" if isinstance(refusal, RobotsUnreachable) else "forbidden")
            raise
        if delay := rules.crawl_delay(self._token):
            self._slow_down(request, delay)

    # --- rules -------------------------------------------------------------------------------------------------

    async def _rules_of(self, origin: str) -> Rules:
        rules = self._rules.get(origin)
        if rules and self._clock() < rules.good_until:
            return rules
        if origin not in self._fetches:
            self._fetches[origin] = asyncio.ensure_future(self._fetch(origin))
        # Shielded: one waiter that is cancelled must not cancel the fetch for the others.
        return await asyncio.shield(self._fetches[origin])

    async def _fetch(self, origin: str) -> Rules:
        try:
            rules = await self._ask(f"{origin}/robots.txt")
        except Exception as error:  # whatever went wrong: RFC 9309, 2.3.1.4
            rules = self._closed(f"{origin}/robots.txt: {describe(error)}")
        finally:
            del self._fetches[origin]
        old = self._rules.get(origin)
        if rules.unreachable and old and not old.unreachable:  # RFC 9309, 2.4: the cached copy while unreachable
            rules = replace(old, good_until=rules.good_until)
        self._rules[origin] = rules
        return rules

    async def _ask(self, url: str) -> Rules:
        response = await self._get(url)
        for _ in range(MAX_REDIRECTS):
            location = response.headers.get("Location")
            if response.status not in _REDIRECTS or not location:
                return self._understand(response)
            response = await self._get(_target(location, response.url))
        if response.status in _REDIRECTS:
            return self._open()  # RFC 9309, 2.3.1.2: more than five in a row count as "unavailable"
        return self._understand(response)

    async def _get(self, url: str) -> Response:
        meta = {
            "page_kind": "robots",
            "dont_obey_robotstxt": True,
            "dont_redirect": True,
            "dont_retry": True,
            "handle_httpstatus_all": True,
        }
        self._count("request_count")
        assert self._crawler.engine is not None
        request = Request(url, callback=NO_CALLBACK, meta=meta, dont_filter=True)
        response = await self._crawler.engine.download_async(request)
        self._count(f"response_status_count/{response.status}")
        return response

    def _understand(self, response: Response) -> Rules:
        if 200 <= response.status < 300 and DAMAGED_FLAG in response.flags:
            return self._closed(
                f"{response.url}: the body is damaged"
            )  # half its rules would open what the others close
        if 200 <= response.status < 300:
            return Rules(Protego.parse(text_of(response.body)), self._clock() + GOOD_FOR)
        if 400 <= response.status < 500 and response.status not in _BUSY:
            return self._open()  # RFC 9309, 2.3.1.3: "unavailable"
        return self._closed(f"{response.url} answered {response.status}", response.headers.get("Retry-After"))

    def _open(self) -> Rules:
        return Rules(None, self._clock() + GOOD_FOR)

    def _closed(self, reason: str, retry_after: bytes | None = None) -> Rules:
        now = self._clock()
        asked = not_before(retry_after, now) if retry_after else None
        return Rules(None, max(now + RETRY_AFTER, asked or now), unreachable=reason)

    # --- pace --------------------------------------------------------------------------------------------------

    def _slow_down(self, request: Request, delay: float) -> None:
        """Keep `delay` seconds or more between requests to the host; AutoThrottle and jitter must not go below."""
        assert self._crawler.engine is not None
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        request.meta["autothrottle_dont_adjust_delay"] = True
        slot = downloader.slots.get(key)
        if slot is not None:
            slot.delay, slot.jitter = max(slot.delay, delay), 0.0
            delay = slot.delay
        downloader.per_slot_settings.setdefault(key, {}).update(delay=delay, jitter=0.0)  # for slots made anew

    def _count(self, what: str) -> None:
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value(f"robots/{what}")


def _target(location: bytes, url: str) -> str:
    target = redirect_target(location, url)
    if target is None:
        raise ValueError(f"robots.txt leads to {location!r}")
    return target


def text_of(body: bytes) -> str:
    """The part of a robots.txt that is read: 500 KiB of whole lines, without a byte order mark."""
    if len(body) > MAX_BYTES:
        body = body[:MAX_BYTES].rpartition(b"\n")[0]  # a torn "Allow: /" would open what it does not
    return body.decode("utf-8-sig", "replace")


def _utc_now() -> datetime:
    return datetime.now(UTC)
