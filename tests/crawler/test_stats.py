"""Statistics are Scrapy's, to the letter; only looking up the methods that change them costs less."""

from __future__ import annotations

import pytest
from scrapy.statscollectors import MemoryStatsCollector, StatsCollector
from scrapy.utils.test import get_crawler

from crawler import settings
from crawler.stats import DirectStats


def changed(stats: StatsCollector) -> dict[str, object]:
    """What is left after each of the methods was used."""
    stats.set_stats({"kept": 1})
    stats.set_value("set", "a")
    stats.inc_value("counted")
    stats.inc_value("counted", 4)
    stats.inc_value("counted_from", start=10)
    stats.max_value("most", 3)
    stats.max_value("most", 2)
    stats.min_value("least", 3)
    stats.min_value("least", 2)
    return {**stats.get_stats(), "asked": stats.get_value("counted"), "absent": stats.get_value("no such", "default")}


def test_the_same_calls_leave_the_same_statistics() -> None:
    assert changed(DirectStats(get_crawler())) == changed(MemoryStatsCollector(get_crawler()))


def test_a_method_is_found_without_scrapys_wrapper() -> None:
    """An upgrade of Scrapy that moves its methods elsewhere fails here, and the class can go."""
    assert DirectStats(get_crawler()).inc_value.__func__ is StatsCollector.inc_value
    with pytest.raises(AttributeError):
        MemoryStatsCollector(get_crawler()).inc_value.__func__  # noqa: B018


def test_crawls_use_it() -> None:
    assert f"{DirectStats.__module__}.{DirectStats.__qualname__}" == settings.STATS_CLASS
