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
from archive.monitoring.verdict import verdict_on
from archive.originals import read_original
from archive.records import Discovery, Outcome, ReadState
from archive.session import Session, SiteRow
from archive.warc.group import repeats
from crawler.extraction.read import read_page
from crawler.extraction.reader import PageReading
from crawler.fetching import address_guard
from crawler.fetching.answer import READABLE_STATUSES, Answer, judge, not_modified, of_response, page_of
from crawler.fetching.challenge import Challenge
from crawler.fetching.moved import after_redirect
from crawler.fetching.pauses import pause_of
from crawler.fetching.redirects import redirect_target
from crawler.fetching.units import META_KEY, OpenUnit
from crawler.items import PageItem
from crawler.sites.site import Render, Site
from crawler.spiders.discovering import asked_for, discoveries, seeds
from crawler.spiders.list_walk import ListWalk
from crawler.spiders.unit_output import PageResult

if TYPE_CHECKING:
    from crawler.fetching.scheduler import FrontierScheduler


class AggregatorSpider(scrapy.Spider):
    """Walks listings, sidebars, feed and sitemap of `site`, or the `urls` that the user named.

    The host of a `base_url` may have a loopback or private address, as the user named it, unless `guarded`.
    """

    site: ClassVar[Site]

    def __init__(
        self, *, session: Session | None = None, base_url: str | None = None, urls: str = "", backfill: bool = False,
        render: Render | None = None, guarded: bool = False, **arguments: Any,
    ) -> None:  # fmt: skip
        super().__init__(**arguments)
        self.session = session
        self.here = self.site.at(base_url) if base_url else self.site
        if render:
            self.here = self.here.rendered(render)
        self.urls = urls.split()
        self.backfill = bool(backfill)
        if base_url and not guarded:
            address_guard.allow(base_url)

    def open_session(self) -> Session:
        """The archive's session that the command opened; one of our own under `scrapy crawl`."""
        if self.session is None:
            home, here = Home(Path(self.settings["SVODKA_HOME"])), self.here
            row = SiteRow(here.name, here.title, here.base_url, here.time_zone)
            self.session = Session(home, row, command="scrapy crawl", options={"urls": self.urls} if self.urls else {})
            self.session.__enter__()
            self.crawler.signals.connect(self._close_own_session, signal=scrapy.signals.engine_stopped)
        return self.session

    def _close_own_session(self) -> None:
        """Scrapy's exit code is its own, so what the run came to stands in the log and in the run's row."""
        if self.session is None:
            return
        self.session.verdict = verdict_on(self.session, walked=not self.urls)
        if self.session.verdict is not None:
            self.logger.error("%s", self.session.verdict)
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
        answer = self._answer(response, unit)
        verdict = judge(answer, unit.lease.page_kind)
        if verdict.challenge:
            yield self._challenged(verdict.challenge, response, unit)
        elif verdict.state is None:
            yield from self._page(answer, unit)
        elif answer.status in READABLE_STATUSES:
            yield self._unread(unit, verdict.state)
        elif 300 <= response.status < 400 and response.status != 304:
            yield self._redirect(response, unit)
        else:
            yield PageResult(outcome=self._outcome(response, unit), read_state=verdict.state)

    # --- answers -------------------------------------------------------------------------------------------------

    def _answer(self, response: Response, unit: OpenUnit) -> Answer:
        """What was answered; for a 304 to our own validators the page that it says is still the same."""
        original = unit.lease.original
        if response.status == 304 and original and unit.capture and repeats(unit.capture):
            return not_modified(read_original(self._scheduler.session.home, original), original.captured_at)
        return of_response(response)

    def _challenged(self, challenge: Challenge, response: Response, unit: OpenUnit) -> PageResult:
        reason = f"challenge: {challenge.reason}"
        self._scheduler.session.challenge = reason
        self._scheduler.session.challenges += 1
        if challenge.kind != "soft_404":
            self._scheduler.refused(response.url, reason)
        outcome = self._scheduler.retry.after_challenge(unit.lease, reason, _now(), self._retry_after(response))
        return PageResult(outcome=outcome, read_state="not_content")

    def _unread(self, unit: OpenUnit, state: ReadState) -> PageResult:
        """A requisite, or a page whose body cannot be decoded to its end: that is tried again."""
        if state == "not_a_page":
            return PageResult(outcome=_done(unit))
        return PageResult(
            outcome=self._scheduler.retry.after_trouble(unit.lease, "the body is damaged", _now()), read_state=state
        )

    def _page(self, answer: Answer, unit: OpenUnit) -> Iterator[PageResult | PageItem]:
        page = page_of(answer, unit.url, unit.captured_at, unit.lease.page_kind)
        reading = read_page(page, self.here)
        yield PageResult(self._found(reading, unit), self._after_reading(reading, unit), _read_state(reading))
        yield PageItem(unit.capture_id or "", reading.article, reading.placements, reading.unreadable)

    def _after_reading(self, reading: PageReading, unit: OpenUnit) -> Outcome:
        if reading.unreadable is None:
            self._scheduler.let_in(unit.url)
            return _done(unit)
        return self._scheduler.retry.unreadable(unit.lease, reading.unreadable, unit.capture_id, _now())

    def _found(self, reading: PageReading, unit: OpenUnit) -> list[Discovery]:
        url = unit.lease.url
        in_order = [row.url for row in reading.placements if row.block == "news" and row.url]
        follow = unit.lease.page_kind == "listing" and self._walk.follow(self._list_name(unit), in_order)
        return discoveries(self.here, reading, url, unit.lease.priority, follow=follow)

    def _redirect(self, response: Response, unit: OpenUnit) -> PageResult:
        target = redirect_target(response.headers.get("Location") or b"", response.url)
        found, outcome = after_redirect(unit.lease, response.status, target, self.here, self._scheduler.retry, _now())
        if unit.lease.route == "user":
            self._scheduler.also_named(found)
        return PageResult(found, _done(unit) if outcome.state == "done" else outcome, "not_content")

    def _outcome(self, response: Response, unit: OpenUnit) -> Outcome:
        due = self._retry_after(response)
        return self._scheduler.retry.after_status(unit.lease, response.status, _now(), due)

    def _retry_after(self, response: Response) -> datetime | None:
        """When the host wants to be asked again; then nothing is asked of it before."""
        header = response.headers.get("Retry-After")
        pace = pause_of(response.url, response.status, header.decode("latin-1")) if header else None
        if pace:
            self._scheduler.pauses.ask(pace)
        return pace.not_before if pace else None

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


def _done(unit: OpenUnit) -> Outcome:
    return Outcome(unit.lease.id, "done", capture_id=unit.capture_id)


def _read_state(reading: PageReading) -> ReadState:
    return "failed" if reading.unreadable else "read"


def _now() -> datetime:
    return datetime.now(UTC)
