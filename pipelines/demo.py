"""The demo: the whole path on a practice site, in a minute, with nothing to set up and nothing left behind."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from archive.errors import DamagedArchive
from archive.home import Home
from archive.ownership import open_own_database
from archive.rows.reading import status
from archive.upkeep.verify import verify_archive
from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite
from pipelines.run import CrawlOptions, crawl


def run_demo(folder: Path | None, articles: int, say: Callable[[str], None]) -> None:
    """Crawl the practice site into `folder`, a temporary one if None. Raises DamagedArchive if anything is wrong."""
    with ExitStack() as stack:
        home = Home(folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="svodka-demo-"))))
        archive = PracticeArchive(articles=articles, now=datetime.now(UTC))  # the clock that the years are told by
        server = stack.enter_context(PracticeServer(PracticeSite(archive)))
        say(f"A practice aggregator with {articles} articles is up at {server.url}; everything on it is made up.")
        summary = crawl(home, "vpk", CrawlOptions(base_url=server.url))
        say(
            f"Crawled: {summary.tally.pages} pages and {summary.tally.new_articles} articles "
            f"in {summary.seconds:.1f} s, every byte kept."
        )
        report = verify_archive(home)
        say(f"Verified: {report.summary()}")
        if report.problems:
            raise DamagedArchive(f"{home.path}: {len(report.problems)} problems, the first: {report.problems[0]}")
        _look(home, say)
        _next(folder, say)


def _look(home: Home, say: Callable[[str], None]) -> None:
    database = open_own_database(home)
    try:
        with database.reader() as conn:
            found = status(conn)
    finally:
        database.close()
    say(f"In the archive: {found}")


def _next(folder: Path | None, say: Callable[[str], None]) -> None:
    if folder is None:
        say("Next: `.venv/bin/svodka --home practice demo --keep` leaves the archive in ./practice; then try,")
        say("with the same --home, `search Putin`, `status`, `serve`. The README shows the first real crawl.")
    else:
        say(f"Next, with --home {folder}: `svodka search Putin`, `svodka status`, `svodka serve`.")
