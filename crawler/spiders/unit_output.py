"""The outermost spider middleware: a page's discoveries become rows of its unit, its items are counted through.

The links of a page come as one object: sixty Requests a page would cost 4 to 7 ms.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.records import Discovery, Outcome, ReadState
from crawler.fetching.units import META_KEY, OpenUnit


@dataclass(slots=True)
class PageResult:
    """What a callback says of the fetch itself: the URLs it found, the row's outcome, how the reading went."""

    discoveries: list[Discovery] = field(default_factory=list)
    outcome: Outcome | None = None
    read_state: ReadState | None = None


class UnitOutputMiddleware:
    """Puts a callback's output into its unit of work, and says when it is exhausted."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build from the crawler, as Scrapy does."""
        return cls(crawler)

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Keep PageResults, pass items on."""
        unit: OpenUnit | None = response.meta.get(META_KEY)
        if unit is None:
            async for output in result:
                yield output
            return
        try:
            async for output in result:
                if isinstance(output, PageResult):
                    _keep(unit, output)
                else:
                    unit.items_in_pipelines += 1
                    yield output
        except Exception as error:
            # `spider_error` comes after the output is closed, too late for this unit's commit.
            unit.failed_reading = f"{type(error).__name__}: {error}"
            raise
        finally:
            self._crawler.engine.scheduler.units.exhausted(unit)  # type: ignore[union-attr]


def _keep(unit: OpenUnit, result: PageResult) -> None:
    unit.work.discoveries += result.discoveries
    unit.work.outcome = result.outcome or unit.work.outcome
    if result.read_state and unit.capture_id:
        unit.work.read_states[unit.capture_id] = result.read_state
