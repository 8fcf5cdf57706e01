"""From what was read on a page to its unit of work: the pipelines proper, thin over validate and translate.

One concept, two callers: Scrapy hands items here during a crawl, `reread` hands them here for stored pages.
"""

from __future__ import annotations

from datetime import datetime

from archive.records import QuarantineRecord, UnitOfWork
from crawler.items import PageItem
from pipelines.translate import article_record, placement_record
from pipelines.validate import problems, without_future


def keep(item: PageItem, work: UnitOfWork, site: str, captured_at: datetime) -> None:
    """Add the item's records to the unit; an article with a problem goes to quarantine instead."""
    found = list(problems(item, captured_at))
    work.quarantine += [QuarantineRecord(item.capture_id, reason, detail) for reason, detail in found]
    if found:
        work.read_states[item.capture_id] = "failed"
    elif item.article is not None:
        work.articles.append(article_record(item.article, item.capture_id, captured_at))
    rows = (without_future(row, captured_at) for row in item.placements)
    work.placements += [placement_record(row, site, item.capture_id, captured_at) for row in rows]
