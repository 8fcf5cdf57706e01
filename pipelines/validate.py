"""Nothing that cannot be true goes into the rows: what fails here goes to quarantine with its capture, not away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.items import ArticleItem, PageItem, Placement

CLOCK_SKEW = timedelta(days=1)  # a site's clock, and a zone that was guessed, may run ahead of ours


def problems(item: PageItem, captured_at: datetime) -> Iterator[tuple[str, str]]:
    """Each (reason, detail) for which the reading of a page cannot pass."""
    if item.unreadable:
        yield "unreadable", item.unreadable
    if item.article is not None:
        yield from _article_problems(item.article, captured_at)


def without_future(row: Placement, captured_at: datetime) -> Placement:
    """The row of a list; without its date where that cannot be true yet. As printed it stays."""
    return replace(row, posted_at=None) if row.posted_at and _in_future(row.posted_at, captured_at) else row


def _article_problems(article: ArticleItem, captured_at: datetime) -> Iterator[tuple[str, str]]:
    if not article.title:
        yield "no_title", "no layer found a title"
    if article.published_at and _in_future(article.published_at, captured_at):
        yield "published_in_future", f"{article.published_at.isoformat()} lies after the capture"
    for counter in article.counters:
        if counter.value is not None and counter.value < 0 and counter.kind != "rating":
            yield "negative_counter", f"{counter.kind} = {counter.value}"


def _in_future(moment: datetime, captured_at: datetime) -> bool:
    return moment > captured_at + CLOCK_SKEW
