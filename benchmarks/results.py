"""What was measured, and what follows from it: cost of a page, ratios to bare Scrapy, peak memory."""

from __future__ import annotations

import os
import platform
import statistics
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from benchmarks.field import BARE
from benchmarks.measure import Cost

MEMORY_TARGET = 1.10


class Spread(NamedTuple):
    """Least, median and greatest of the rounds."""

    least: float
    median: float
    greatest: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        """The spread of at least one value."""
        return cls(min(values), statistics.median(values), max(values))


@dataclass(slots=True)
class Round:
    """Costs by contestant: `start` is CPU seconds of the short crawl, `page` CPU milliseconds of one more page."""

    start: dict[str, float] = field(default_factory=dict)
    page: dict[str, float] = field(default_factory=dict)
    wall: dict[str, float] = field(default_factory=dict)
    peak_rss: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, short: Cost, long: Cost) -> None:
        """Take the two crawls of one contestant."""
        self.start[name] = short.cpu
        self.page[name] = 1000 * (long.cpu - short.cpu) / (long.pages - short.pages)
        self.wall[name] = 1000 * (long.wall - short.wall) / (long.pages - short.pages)
        self.peak_rss[name] = long.peak_rss

    def ratio(self, name: str) -> float:
        """How many times what bare Scrapy costs."""
        return self.page[name] / self.page[BARE.name]


@dataclass(frozen=True, slots=True)
class Memory:
    """Peak resident memory in bytes of the whole job over few and over many pages."""

    few_pages: int
    few: float
    many_pages: int
    many: float

    @classmethod
    def compare(cls, rounds: list[Round], name: str, few_pages: int, cost: Cost) -> Memory:
        """The long crawl against the median of the rounds."""
        few = statistics.median(each.peak_rss[name] for each in rounds)
        return cls(few_pages, few, cost.pages, cost.peak_rss)

    @property
    def ratio(self) -> float:
        """How many times the memory of the short crawl."""
        return self.many / self.few


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one run of the benchmark found."""

    machine: dict[str, str]
    pages: int
    markup: str
    rounds: list[Round]
    memory: Memory | None
    could_not_run: dict[str, str]

    def ratios(self, name: str) -> Spread | None:
        """The ratios to bare Scrapy; None where the contestant did not run."""
        values = [each.ratio(name) for each in self.rounds if name in each.page]
        return Spread.of(values) if values else None

    def page(self, name: str) -> float:
        """CPU milliseconds a page, the median of the rounds."""
        return statistics.median(each.page[name] for each in self.rounds)

    def start(self, name: str) -> float:
        """CPU seconds of the short crawl, the median of the rounds."""
        return statistics.median(each.start[name] for each in self.rounds)


def machine() -> dict[str, str]:
    """What it was measured on, and when; no names and no paths."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "cores": str(os.cpu_count()),
        "architecture": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
    }
