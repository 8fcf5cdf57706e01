"""The walk over one site: what to do with each answer.

Reading a page is the reader's business, keeping it the archive's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import scrapy
from scrapy.http import Response

from archive.home import Home
from archive.records import Discovery, Outcome, ReadState
from archive.session import Session, SiteRow
from crawler.extraction.page import Page
from crawler.extraction.reader import PageReading, read_page
from crawler.fetching.challenge import Challenge, recognise
from crawler.fetching.outcomes import GONE_STATUSES
from crawler.fetching.retry_after import not_before
from crawler.fetching.units import META_KEY, OpenUnit
from crawler.items import PageItem
from crawler.sites.site import Render, Site
from crawler.spiders.discovering import asked_for, discoveries, seeds
from crawler.spiders.list_walk import ListWalk
from crawler.spiders.unit_output import PageResult

if TYPE_CHECKING:
    from crawler.fetching.scheduler import FrontierScheduler

READ_KINDS = frozenset({"article", "listing", "feed", "sitemap"})


class AggregatorSpider(scrapy.Spider):
    """Walks listings, sidebars, feed and sitemap of `site`, or the `urls` that the user named."""

    site: ClassVar[Site]

    def __init__(
        self, *, session: Session | None = None, base_url: str | None = None, urls: str = "", backfill: bool = False,
        render: Render | None = None, **arguments: Any,
    ) -> None:  # fmt: skip
        super().__init__(**arguments)
        self.session = session
        self.here = self.site.at(base_url) if base_url else self.site
        if render:
            self.here = self.here.rendered(render)
        self.urls = urls.split()
        self.backfill = bool(backfill)

    def open_session(self) -> Session:
        """The archive's session that the command opened; one of our own under `scrapy crawl`."""
        if self.session is None:
            home, here = Home(Path(self.settings["SVODKA_HOME"])), self.here
            row = SiteRow(here.name, here.title, here.base_url, here.time_zone)
            self.session = Session(home, row, command="scrapy crawl", options={})
            self.session.__enter__()
            self.crawler.signals.connect(self._close_own_session, signal=scrapy.signals.engine_stopped)
        return self.session

    def _close_own_session(self) -> None:
        if self.session is not None:
            self.session.__exit__(None, None, None)

    def first_rows(self) -> list[Discovery]:
        """The rows a run begins with."""
        return asked_for(self.here, self.urls) if self.urls else seeds(self.here)

    async def start(self) -> AsyncIterator[Any]:
        """Yield nothing: what to fetch are rows of the frontier."""
        nothing: tuple[Any, ...] = ()
        for each in nothing:
            yield each

    def parse(self, response: Response) -> Iterator[PageResult | PageItem]:
        """Turn an answer into discoveries, an outcome and what the page said."""
        unit: OpenUnit = response.meta[META_KEY]
        if challenge := self._challenge(response, unit):
            yield self._challenged(challenge, unit)
        elif response.status == 200:
            yield from self._page(response, unit)
        elif 300 <= response.status < 400 and response.status != 304:
            yield self._redirect(response, unit)
        else:
            yield PageResult(outcome=self._outcome(response, unit), read_state="not_content")

    # --- answers -------------------------------------------------------------------------------------------------

    @staticmethod
    def _challenge(response: Response, unit: OpenUnit) -> Challenge | None:
        """Whether this is a block or challenge page: never content, never a removal (promise 5)."""
        if response.status in GONE_STATUSES or unit.lease.page_kind not in READ_KINDS:
            return None
        headers = {name.decode("latin-1"): values[-1].decode("latin-1") for name, values in response.headers.items()}
        return recognise(response.status, headers, response.body)

    def _challenged(self, challenge: Challenge, unit: OpenUnit) -> PageResult:
        reason = f"challenge: {challenge.reason}"
        self._scheduler.session.challenge = reason
        outcome = self._scheduler.retry.after_trouble(unit.lease, reason, _now())
        return PageResult(outcome=outcome, read_state="not_content")

    def _page(self, response: Response, unit: OpenUnit) -> Iterator[PageResult | PageItem]:
        if unit.lease.page_kind not in READ_KINDS:
            yield PageResult(outcome=_done(unit))
            return
        reading = read_page(self._as_page(response, unit), self.here)
        yield PageResult(self._found(reading, unit), _done(unit), _read_state(reading))
        yield PageItem(unit.capture_id or "", reading.article, reading.placements, reading.unreadable)

    def _found(self, reading: PageReading, unit: OpenUnit) -> list[Discovery]:
        url = unit.lease.url
        in_order = [row.url for row in reading.placements if row.block == "news" and row.url]
        follow = unit.lease.page_kind == "listing" and self._walk.follow(self._list_name(unit), in_order)
        return discoveries(self.here, reading, url, unit.lease.priority, follow=follow)

    def _redirect(self, response: Response, unit: OpenUnit) -> PageResult:
        location = response.headers.get("Location")
        if not location:
            return PageResult(
                outcome=Outcome(unit.lease.id, "failed", error=f"HTTP {response.status} without Location")
            )
        target = response.urljoin(location.decode("latin-1"))
        facts = self.here.facts(target)
        if facts is None and unit.lease.page_kind != "requisite":
            return PageResult(outcome=_done(unit), read_state="not_content")  # leads off the site
        kind = facts.page_kind if facts else unit.lease.page_kind
        row = Discovery(
            target, kind, unit.lease.route, unit.lease.priority, via=unit.lease.url, render=unit.lease.render
        )
        return PageResult([row], _done(unit), "not_content")

    def _outcome(self, response: Response, unit: OpenUnit) -> Outcome:
        retry_after = response.headers.get("Retry-After")
        due = not_before(retry_after.decode("latin-1"), _now()) if retry_after else None
        outcome = self._scheduler.retry.after_status(unit.lease, response.status, _now(), due)
        if due:
            self._scheduler.pause_until(due, f"Retry-After: {retry_after!r} with HTTP {response.status}")
        return outcome

    # --- helpers -------------------------------------------------------------------------------------------------

    @property
    def _scheduler(self) -> FrontierScheduler:
        return self.crawler.engine.scheduler  # type: ignore[return-value]

    @property
    def _walk(self) -> ListWalk:
        if not hasattr(self, "_list_walk"):
            known, config = self._scheduler.session.known, self._scheduler.session.home.config
            stop_after = config.stop_after_known or self.here.stop_after_known
            self._list_walk = ListWalk(stop_after, known, backfill=self.backfill)
        return self._list_walk

    def _list_name(self, unit: OpenUnit) -> str:
        """The list that a page belongs to: its language, as no more is known of a site's sections."""
        facts = self.here.facts(unit.lease.url)
        return (facts.language if facts else None) or "*"

    @staticmethod
    def _as_page(response: Response, unit: OpenUnit) -> Page:
        content_type = response.headers.get("Content-Type")
        return Page(
            url=unit.lease.url,
            body=response.body,
            content_type=content_type.decode("latin-1") if content_type else None,
            fetched_at=unit.captured_at,
            page_kind=unit.lease.page_kind,
        )


def _done(unit: OpenUnit) -> Outcome:
    return Outcome(unit.lease.id, "done", capture_id=unit.capture_id)


def _read_state(reading: PageReading) -> ReadState:
    return "failed" if reading.unreadable else "read"


def _now() -> datetime:
    return datetime.now(UTC)
