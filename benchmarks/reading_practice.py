"""What reading an article of the aggregator costs, as a ratio to decoding and parsing the page with selectolax."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser

from crawler.extraction.page import Page
from crawler.extraction.read import read_page
from crawler.practice.markups import MARKUPS
from crawler.practice.server import PracticeArchive, PracticeSite
from crawler.sites import load_site
from pipelines.run import spare_the_collector

BASE = "http://127.0.0.1:8000"
_ROUNDS = 5


def show_practice(articles: int = 31) -> None:
    """Print a line a markup and one for all: KB, ms of parsing and of reading (all fields), their ratio; medians."""
    site = load_site("vpk").at(BASE)
    spare_the_collector()  # as a crawl does
    everything: list[tuple[float, float]] = []
    print(f"{'markup':16}{'KB':>6}{'parse ms':>10}{'read ms':>10}{'ratio':>8}")
    for markup in MARKUPS:
        practice = PracticeSite(PracticeArchive(seed=1, articles=articles), markup=markup, compression="none")
        practice.base_url = BASE
        times, sizes = [], []
        for path in practice.paths():
            head, _, body = practice.answer("GET", path, {}).wire.partition(b"\r\n\r\n")
            page = (BASE + path, body, "text/html; charset=utf-8", practice.world.now)
            assert head.startswith(b"HTTP/1.1 200") and read_page(Page(*page), site).article, path
            times.append(_pair(lambda b=body: LexborHTMLParser(b.decode()), lambda p=page: read_page(Page(*p), site)))  # type: ignore[misc]
            sizes.append(len(body) / 1000)
        _line(markup, statistics.mean(sizes), times)
        everything += times
    _line("all", 0, everything)


def _pair(parse: Callable[[], object], read: Callable[[], object]) -> tuple[float, float]:
    """Seconds of CPU for each, medians of interleaved rounds."""
    rounds = [(_cpu(parse), _cpu(read)) for _ in range(_ROUNDS)]
    return statistics.median(a for a, _ in rounds), statistics.median(b for _, b in rounds)


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _line(name: str, size: float, times: list[tuple[float, float]]) -> None:
    parse, read = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
    ratio = statistics.median(read / parse for parse, read in times)
    print(f"{name:16}{size or '':6.4}{parse:10.3f}{read:10.3f}{ratio:8.1f}")
