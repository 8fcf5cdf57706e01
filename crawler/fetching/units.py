"""Units of work in flight: what each fetch brought, gathered until nothing more can come, then committed.

A unit is complete when its callback's output is exhausted and each of its items is through the pipelines. Earlier
signals (`response_received`, the end of the callback alone) would let a commit overtake its items.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.ids import uuid7
from archive.records import (
    NOT_READ,
    Capture,
    CaptureContext,
    Exchange,
    Lease,
    Outcome,
    PageKind,
    QuarantineRecord,
    Rendering,
    UnitOfWork,
)
from archive.warc.record import ascii_uri
from crawler.fetching.wire import exchange_captured

META_KEY = "unit"


@dataclass(slots=True)
class OpenUnit:
    """A unit of work that is not complete yet, and what it still waits for."""

    lease: Lease
    work: UnitOfWork = field(default_factory=UnitOfWork)
    exhausted: bool = False
    items_in_pipelines: int = 0
    failed_reading: str | None = None

    @property
    def capture(self) -> Capture | None:
        """The capture that the page is read from: the last one (a rendering comes after its exchange)."""
        return self.work.captures[-1] if self.work.captures else None

    @property
    def capture_id(self) -> str | None:
        """The id of the capture that the page is read from."""
        return self.capture.context.capture_id if self.capture else None

    @property
    def url(self) -> str:
        """The page's URL as its WARC record has it."""
        return ascii_uri(self.capture.content.url) if self.capture else self.lease.url

    @property
    def captured_at(self) -> datetime:
        """When the page was captured; now, where nothing was."""
        content = self.capture.content if self.capture else None
        if isinstance(content, Exchange):
            return content.started_at
        return content.rendered_at if content else datetime.now(UTC)


class Unreadable(Protocol):
    """Is asked what becomes of a row whose page came and could not be read."""

    def __call__(self, lease: Lease, reason: str, capture_id: str | None) -> Outcome:
        """The outcome."""


class Units:
    """Ties wire captures, spider output and items to units, and hands complete units to `submit`."""

    def __init__(
        self, crawler: Crawler, site: str, run_id: str, submit: Callable[[UnitOfWork], None], unreadable: Unreadable
    ) -> None:
        self._site, self._run_id, self._submit, self._unreadable = site, run_id, submit, unreadable
        self._open: dict[str, OpenUnit] = {}  # by capture id
        self._in_flight = 0
        for handler, signal in (
            (self._exchange_captured, exchange_captured),
            (self._item_done, signals.item_scraped),
            (self._item_done, signals.item_dropped),
            (self._item_failed, signals.item_error),
            (self._reading_failed, signals.spider_error),
        ):
            crawler.signals.connect(handler, signal=signal)

    @property
    def in_flight(self) -> int:
        """Units that are begun and not yet submitted."""
        return self._in_flight

    def begin(self, lease: Lease) -> OpenUnit:
        """A unit for a row just leased."""
        self._in_flight += 1
        return OpenUnit(lease)

    def of_capture(self, capture_id: str) -> OpenUnit:
        """The open unit to which a capture belongs."""
        return self._open[capture_id]

    def exhausted(self, unit: OpenUnit) -> None:
        """The callback of the unit will yield nothing more."""
        unit.exhausted = True
        self._submit_if_complete(unit)

    def abandon(self, unit: OpenUnit, outcome: Outcome) -> None:
        """The download failed: what was captured of it is kept, and the row gets its outcome."""
        unit.work.outcome = outcome
        self.exhausted(unit)

    def _exchange_captured(self, exchange: Exchange | Rendering, request: Request) -> None:
        unit: OpenUnit | None = request.meta.get(META_KEY)
        context = self._context(unit.lease if unit else None, request)
        capture = Capture(context, exchange, unit.lease.original if unit else None)
        if unit is None:  # robots.txt and what else the engine fetches for itself
            self._submit(UnitOfWork(captures=[capture]))
            return
        unit.work.captures.append(capture)
        self._open[context.capture_id] = unit

    def _context(self, lease: Lease | None, request: Request) -> CaptureContext:
        kind: PageKind = lease.page_kind if lease else request.meta.get("page_kind", "other")
        return CaptureContext(
            capture_id=str(uuid7()),
            site=self._site,
            run_id=self._run_id,
            page_kind=kind,
            route=lease.route if lease else kind,
            render=lease.render if lease else "never",
            via=lease.via if lease else None,
            attempt=lease.attempts if lease else 1,
        )

    def _item_done(self, item: Any, response: Response | None = None, **_: Any) -> None:
        unit: OpenUnit | None = response.meta.get(META_KEY) if response is not None else None
        if unit is not None:
            unit.items_in_pipelines -= 1
            self._submit_if_complete(unit)

    def _item_failed(self, item: Any, failure: Any, response: Response | None = None, **_: Any) -> None:
        unit: OpenUnit | None = response.meta.get(META_KEY) if response is not None else None
        if unit is not None:
            unit.failed_reading = f"{failure.type.__name__}: {failure.getErrorMessage()}"
        self._item_done(item, response)

    def _reading_failed(self, failure: Any, response: Any, **_: Any) -> None:
        request = getattr(response, "request", None)
        unit: OpenUnit | None = request.meta.get(META_KEY) if request is not None else None
        if unit is not None and not unit.exhausted:  # the callback itself failed: it has no output to exhaust
            unit.failed_reading = f"{failure.type.__name__}: {failure.getErrorMessage()}"
            self.exhausted(unit)

    def _submit_if_complete(self, unit: OpenUnit) -> None:
        if not unit.exhausted or unit.items_in_pipelines:
            return
        if unit.failed_reading and unit.capture_id:
            unit.work.quarantine.append(QuarantineRecord(unit.capture_id, "reader_error", unit.failed_reading))
            unit.work.read_states[unit.capture_id] = "failed"
            unit.work.outcome = self._unreadable(unit.lease, unit.failed_reading, unit.capture_id)
            unit.work.articles.clear()  # nothing is kept of a page by halves
            unit.work.placements.clear()
        if unit.work.outcome is None:
            unit.work.outcome = Outcome(unit.lease.id, "done", capture_id=unit.capture_id)
        for capture in unit.work.captures:
            self._open.pop(capture.context.capture_id, None)
            # What failed, and what a rendering was made from, is kept and speaks for nothing.
            if capture.context.page_kind not in NOT_READ:
                unit.work.read_states.setdefault(capture.context.capture_id, "not_content")
        self._in_flight -= 1
        self._submit(unit.work)
