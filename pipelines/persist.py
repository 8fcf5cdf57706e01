"""The item pipeline: what was read on a page joins the unit of work that its fetch began."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.crawler import Crawler

from crawler.items import PageItem
from pipelines.keep import keep

if TYPE_CHECKING:
    from crawler.fetching.scheduler import FrontierScheduler


class PersistPipeline:
    """Hands each PageItem to its unit; the group commit writes it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build from the crawler, as Scrapy does."""
        return cls(crawler)

    def process_item(self, item: PageItem) -> PageItem:
        """Validate, translate, and add to the unit."""
        scheduler: FrontierScheduler = self._crawler.engine.scheduler  # type: ignore[assignment]
        unit = scheduler.units.of_capture(item.capture_id)
        keep(item, unit.work, scheduler.session.site, unit.captured_at)
        return item
