"""`make bench`: what a crawl costs, as ratios of CPU time to bare Scrapy fetching the same pages in the same run.

A whole job walks the practice site once and leaves the list of the pages it fetched; then all contestants fetch these
pages, in rounds, each in a process of its own and each twice: many pages and few. The cost of a page is the difference
of the two divided by the difference in pages, so start-up costs nobody anything. A ratio is taken within a round, where
the machine was the same for both. Images and style sheets are fetched by none; robots.txt by the whole job alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.field import (
    BARE,
    CAPTURE,
    PEER_MARKUP,
    PEER_PYTHON,
    WEBARCHIVE,
    WHOLE_JOB,
    Contestant,
    Job,
    practice_site,
    walked,
)
from benchmarks.measure import ProgramFailed
from benchmarks.results import Memory, Report, Round, machine
from benchmarks.table import as_table


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; see --help."""
    options = _parser().parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="svodka-bench-") as folder:
            report = Bench(options, Path(folder)).run()
    except ProgramFailed as failure:
        sys.exit(f"nothing could be measured: {failure}")
    print(json.dumps(asdict(report), ensure_ascii=False) if options.json else as_table(report))


class Bench:
    """One run of the benchmark, with its files below `folder`."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self._options, self._folder = options, folder
        self._runs = 0
        self._field: list[Contestant] = [BARE, CAPTURE, WHOLE_JOB]
        self._could_not: dict[str, str] = {}

    def run(self) -> Report:
        """Measure what the options ask for."""
        options = self._options
        with practice_site(options.pages, options.markup) as url:
            many, few = self._walk(url, options.pages), self._walk(url, options.few)
            self._try_peer(few)
            rounds = [self._round(number, many, few) for number in range(options.rounds)]
        memory = self._memory(rounds) if options.memory_pages else None
        return Report(machine(), options.pages, options.markup, rounds, memory, self._could_not)

    def _walk(self, url: str, pages: int) -> Job:
        """The whole job once, unmeasured, for the list of pages."""
        job = self._job(Job(url, pages, self._folder / f"{pages}.txt", self._folder))
        self._say(f"walking {pages:,} pages for the list")
        WHOLE_JOB.run(job)
        job.listed.write_text("\n".join(walked(job.folder)), encoding="utf-8")
        return job

    def _try_peer(self, job: Job) -> None:
        if self._options.markup != PEER_MARKUP:
            self._could_not[WEBARCHIVE.name] = f"its selectors are for the markup {PEER_MARKUP}"
            return
        if not PEER_PYTHON.exists():
            self._could_not[WEBARCHIVE.name] = "not set up; `make peers-bench` does it"
            return
        try:
            WEBARCHIVE.run(self._job(job))
        except ProgramFailed as failure:
            self._could_not[WEBARCHIVE.name] = str(failure)
        else:
            self._field.append(WEBARCHIVE)

    def _round(self, number: int, many: Job, few: Job) -> Round:
        """Every contestant once; each round begins with another one."""
        start = number % len(self._field)
        found = Round()
        for contestant in self._field[start:] + self._field[:start]:
            self._say(f"round {number + 1} of {self._options.rounds}: {contestant.title}")
            short, long = contestant.run(self._job(few)), contestant.run(self._job(many))
            found.add(contestant.name, short, long)
        return found

    def _memory(self, rounds: list[Round]) -> Memory | None:
        pages = self._options.memory_pages
        with practice_site(pages, self._options.markup) as url:
            self._say(f"walking {pages:,} pages for the peak of memory")
            try:
                cost = WHOLE_JOB.run(self._job(Job(url, pages, self._folder, self._folder)))
            except ProgramFailed as failure:
                self._could_not["memory"] = str(failure)
                return None
        return Memory.compare(rounds, WHOLE_JOB.name, self._options.pages, cost)

    def _job(self, like: Job) -> Job:
        self._runs += 1
        return Job(like.base_url, like.pages, like.listed, self._folder / f"run-{self._runs}")

    @staticmethod
    def _say(message: str) -> None:
        print(f"... {message}", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl", description=__doc__)
    parser.add_argument("--pages", type=int, default=2000, help="pages of the long crawl")
    parser.add_argument("--few", type=int, default=50, help="pages of the short crawl, which is subtracted")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is measured")
    parser.add_argument("--memory-pages", type=int, default=20_000, help="pages of the crawl for memory; 0: none")
    parser.add_argument("--markup", default=PEER_MARKUP, help="the practice site's markup")
    parser.add_argument("--json", action="store_true", help="print one object of JSON")
    return parser


if __name__ == "__main__":
    main()
