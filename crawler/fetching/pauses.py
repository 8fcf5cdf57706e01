"""What hosts ask of a crawl: none gets a request before the time that it named, not even one that was on its way out.

Retry-After is looked for as an answer comes over the wire, before the next request to its host leaves; what Scrapy has
in that host's queue by then goes back to the frontier.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from archive.host_pace import HostPace
from archive.records import Exchange, Rendering
from archive.session import Session
from archive.warc.http_message import ResponseHead
from crawler.fetching.answer import READABLE_STATUSES
from crawler.fetching.retry_after import not_before
from crawler.fetching.stopping import fail_rows
from crawler.fetching.units import META_KEY
from crawler.fetching.wire import exchange_captured


class HostAsksToWait(IgnoreRequest):
    """The request was not sent: its host wants none for now."""

    def __init__(self, pace: HostPace) -> None:
        super().__init__(pace.reason)
        self.pace = pace


class Pauses:
    """Until when each host is left alone. `own_hosts` are those of the site; their pause is the whole crawl's."""

    def __init__(self, crawler: Crawler, session: Session, own_hosts: Collection[str]) -> None:
        self._crawler, self._session, self._own_hosts = crawler, session, own_hosts
        self._paces = session.paces()
        crawler.signals.connect(self._listen, signal=exchange_captured)

    def of(self, url: str) -> HostPace | None:
        """The pause of a URL's host; None where it may be asked."""
        return self._lasting(host_of(url))

    @property
    def of_the_site(self) -> HostPace | None:
        """The longest pause of the site's own hosts; None where they may be asked."""
        lasting = [pace for host in self._own_hosts if (pace := self._lasting(host))]
        return max(lasting, key=_end, default=None)

    def ask(self, pace: HostPace) -> None:
        """Leave a host alone from now on, and in the runs to come; what waits for its turn there goes back."""
        known = self._paces.get(pace.host)
        if _end(pace) <= _now() or (known and _end(known) >= _end(pace)):
            return
        self._paces[pace.host] = pace
        self._session.remember_pace(pace)
        engine = self._crawler.engine
        slot = engine.downloader.slots.get(pace.host) if engine is not None else None
        if slot is not None:
            fail_rows(slot.queue, lambda _: HostAsksToWait(pace))

    def answers_again(self, url: str) -> None:
        """The host of a URL gave a page: what it asked for before is over."""
        pace = self._paces.get(host_of(url))
        if pace is not None and _end(pace) <= _now():
            del self._paces[pace.host]
            self._session.remember_pace(HostPace(pace.host))

    def _lasting(self, host: str) -> HostPace | None:
        pace = self._paces.get(host)
        return pace if pace is not None and _end(pace) > _now() else None

    def _listen(self, exchange: Exchange | Rendering, request: Request) -> None:
        if isinstance(exchange, Exchange) and (pace := asked_by(exchange.url, exchange.message.head)):
            self.ask(pace)


class PauseMiddleware:
    """Downloader middleware: what waited for robots.txt while its host asked for a pause is not sent, either."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build from the crawler, as Scrapy does."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or raise HostAsksToWait."""
        if META_KEY not in request.meta:
            return
        pauses: Pauses = self._crawler.engine.scheduler.pauses  # type: ignore[union-attr]
        if pace := pauses.of(request.url):
            raise HostAsksToWait(pace)


def asked_by(url: str, head: ResponseHead) -> HostPace | None:
    """What the host of `url` asks for in its answer. A page that came, is the same (304) or moved asks for nothing."""
    value = head.get("Retry-After")
    if value is None or head.status is None or head.status in READABLE_STATUSES or 300 <= head.status < 400:
        return None
    return pause_of(url, head.status, value)


def pause_of(url: str, status: int, retry_after: str) -> HostPace | None:
    """The pause that a Retry-After asks for; None where it says nothing that can be read."""
    due = not_before(retry_after, _now())
    if due is None:
        return None
    return HostPace(host_of(url), due, reason=f"HTTP {status} with Retry-After until {due:%Y-%m-%d %H:%M} UTC")


def host_of(url: str) -> str:
    """The host of a URL as the downloader keeps its queues by."""
    return urlsplit(url).hostname or ""


def _end(pace: HostPace) -> datetime:
    return pace.not_before or datetime.min.replace(tzinfo=UTC)


def _now() -> datetime:
    return datetime.now(UTC)
