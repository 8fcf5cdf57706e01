"""Who runs, over which pages: the practice site in a process of its own, and the command line of each contestant."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import ROOT, Cost, ProgramFailed, measure

PEER_PYTHON = ROOT / ".peers-bench" / "bin" / "python"


PEER_MARKUP = "metadata"  # the practice site's, about 38 KB a page
PAUSE = "0.0001"  # seconds, as in contestants/bare.py


@dataclass(frozen=True, slots=True)
class Job:
    """Pages to fetch: `listed` is a file with one URL a line, `pages` how many there are, `folder` an empty place."""

    base_url: str
    pages: int
    listed: Path
    folder: Path


@dataclass(frozen=True, slots=True)
class Contestant:
    """`target` is the ratio to bare Scrapy that Svodka promises to stay below."""

    name: str
    title: str
    command: Callable[[Job], Sequence[str | Path]]
    target: float | None = None

    def run(self, job: Job) -> Cost:
        """Fetch the pages of the job. Raises ProgramFailed unless it was all of them."""
        job.folder.mkdir(parents=True)
        cost = measure(self.command(job), job.folder if self.name == "webarchive" else ROOT)
        if cost.pages != job.pages:
            raise ProgramFailed(f"{self.name}: fetched {cost.pages} pages of {job.pages}")
        return cost


def _module(name: str) -> list[str | Path]:
    return [sys.executable, "-m", f"benchmarks.contestants.{name}"]


BARE = Contestant("bare", "bare Scrapy, nothing kept", lambda job: [*_module("bare"), job.listed])
CAPTURE = Contestant(
    "capture", "Svodka, capture alone", lambda job: [*_module("capture"), job.listed, job.folder], target=1.10
)
WHOLE_JOB = Contestant(
    "whole job", "Svodka, the whole job",
    lambda job: [
        *_module("whole_job"), "--home", job.folder, "crawl", "vpk", "--base-url", job.base_url,
        "--max-pages", str(job.pages), "--delay", PAUSE, "--json",
    ],
    target=3.0,
)  # fmt: skip
WEBARCHIVE = Contestant(
    "webarchive", "scrapy-webarchive",
    lambda job: [PEER_PYTHON, ROOT / "benchmarks" / "contestants" / "webarchive.py", job.listed, job.folder],
)  # fmt: skip


@contextmanager
def practice_site(articles: int, markup: str) -> Iterator[str]:
    """The practice aggregator, served as a process of its own whose cost is nobody's; gives its URL."""
    command = [sys.executable, "-m", "crawler.practice", "--articles", str(articles), "--markup", markup]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield json.loads(server.stdout.readline())["url"]
        finally:
            server.terminate()


def walked(home: Path) -> list[str]:
    """The URLs of the pages that a whole job fetched into `home`, in its order."""
    database = sqlite3.connect(f"{(home / 'svodka.db').as_uri()}?mode=ro", uri=True)
    try:
        query = "SELECT url FROM capture WHERE page_kind NOT IN ('robots', 'requisite') ORDER BY captured_at"
        return [url for (url,) in database.execute(query)]
    finally:
        database.close()
