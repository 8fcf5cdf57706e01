"""What the trials share: a crawl as a process that can be struck down, and the judgement of what it left behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fastwarc

from archive.home import Home
from archive.rows.engine import open_database
from archive.upkeep.verify import verify_archive
from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite
from tests.launcher import Launchers

ROOT = Path(__file__).parent.parent.parent
# warcio breaks on any br body where the package `brotli` is installed (warcio#73): run it as if it were not.
WARCIO_CHECK = (
    "import sys; sys.modules['brotli'] = None; from warcio.cli import main; sys.exit(main(['check', *sys.argv[1:]]))"
)
LAUNCHERS = Launchers()
AGAIN = re.compile(r"/(?:robots\.txt|(?:news|en)/(?:page/\d+/)?|rss/|sitemap[^/]*\.xml)?")  # what every run asks again


def practice(articles: int) -> PracticeServer:
    """A practice site with its pages drawn beforehand, so that the crawl is what takes the time."""
    site = PracticeSite(PracticeArchive(seed=1, articles=articles))
    site.warm()
    return PracticeServer(site)


def command(home: Home, url: str) -> list[str]:
    """`svodka crawl vpk` on the site at `url`."""
    return [sys.executable, str(ROOT / "svodka.py"), "--home", str(home.path), "crawl", "vpk", "--base-url", url]


def environment(more: dict[str, str] | None = None) -> dict[str, str]:
    """What a crawl finds in its environment."""
    return os.environ | {"PYTHONWARNINGS": "error"} | (more or {})


def start(home: Home, url: str, *options: str) -> subprocess.Popen[str]:
    """Start a crawl of the site at `url`, in an interpreter of its own."""
    return subprocess.Popen(
        [*command(home, url), *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for a crawl's end; its exit code and its messages."""
    _, messages = process.communicate(timeout=600)
    return process.returncode, messages


def crawl(home: Home, url: str, *options: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    """A crawl from beginning to end, however it ends: a process of its own, but forked from one that is ready."""
    done = LAUNCHERS.run([*command(home, url), *options], environment(env))
    return done.returncode, done.stderr


@dataclass
class Judgement:
    """What is wrong with an archive after a trial, one line each; none is what is hoped for."""

    problems: list[str] = field(default_factory=list)
    article_captures: int = 0
    warc_files: int = 0

    def hold(self, true: bool, otherwise: str) -> None:
        """Note `otherwise` as a problem, unless `true`."""
        if not true:
            self.problems.append(otherwise)


def paths_of(home: Home, query: str) -> list[str]:
    """The paths of the URLs that a query gives, without their host: trials run on different ports."""
    return [urlsplit(url)._replace(scheme="", netloc="").geturl() for (url,) in rows(home, query)]


def rows(home: Home, query: str) -> list[tuple[Any, ...]]:
    """Rows straight from the database."""
    database = open_database(home.database_url)
    try:
        with database.reader() as conn:
            return [tuple(row) for row in conn.exec_driver_sql(query)]
    finally:
        database.close()


def judge(home: Home, server: PracticeServer, named: set[str], *, deaths: int) -> Judgement:
    """Hold an archive against its site: nothing lost, nothing doubled, every byte sound.

    `named` are the paths in the frontier of an undisturbed crawl; `deaths` is how often the crawl was struck down.
    """
    verdict = Judgement()
    _judge_rows(home, set(server.site.paths()), verdict, deaths)
    _judge_frontier(home, named, verdict)
    _judge_files(home, verdict)
    return verdict


def _judge_rows(home: Home, listed: set[str], verdict: Judgement, deaths: int) -> None:
    found = Counter(paths_of(home, "SELECT url FROM article_latest WHERE title IS NOT NULL"))
    verdict.hold(
        found == Counter(listed),
        f"articles that are not there once: {_some((found - Counter(listed)) + (Counter(listed) - found))}",
    )
    answered = "page_kind = 'article' AND status IN (200, 304) AND truncated IS NULL"  # 304: fetched again, unchanged
    captures = Counter(paths_of(home, f"SELECT url FROM capture WHERE {answered}"))
    often = [path for path, count in captures.items() if count > 1 + deaths]
    verdict.hold(not often, f"captured more often than it was struck down: {_some(often)}")
    verdict.article_captures = captures.total()
    read = rows(home, "SELECT count(*), count(DISTINCT capture_id) FROM reading")[0]
    verdict.hold(read == (captures.total(),) * 2, f"{captures.total()} captures of articles, but {read} readings")
    unread = rows(home, "SELECT url FROM capture WHERE read_state = 'unread'")
    verdict.hold(not unread, f"not read: {_some(unread)}")
    quarantined = rows(home, "SELECT capture_id, reason FROM quarantine")
    verdict.hold(not quarantined, f"in quarantine: {_some(quarantined)}")


def _judge_frontier(home: Home, named: set[str], verdict: Judgement) -> None:
    known = set(paths_of(home, "SELECT url FROM frontier"))
    verdict.hold(known == named, f"URLs forgotten or made up: {_some(known ^ named)}")
    waiting = rows(home, "SELECT url, state FROM frontier WHERE state != 'done'")
    verdict.hold(not waiting, f"not done: {_some(waiting)}")


def _judge_files(home: Home, verdict: Judgement) -> None:
    report = verify_archive(home)
    verdict.problems += [f"verify: {problem}" for problem in report.problems]
    verdict.warc_files = report.files
    left_open = [str(path) for path in home.path.rglob("*.open")]
    verdict.hold(not left_open, f"left open: {_some(left_open)}")
    verdict.problems += judged_by_others(sorted(home.path.rglob("*.warc.gz")))


def judged_by_others(files: Sequence[Path]) -> list[str]:
    """What `warcio check` and FastWARC find wrong with WARC files."""
    done = subprocess.run([sys.executable, "-c", WARCIO_CHECK, *files], capture_output=True, text=True, check=False)
    problems = [f"warcio check: {done.stdout}{done.stderr}"] if done.returncode or done.stderr else []
    for file in files:
        for record in fastwarc.ArchiveIterator(str(file), parse_http=False):
            if not record.verify_block_digest():
                problems.append(f"FastWARC: {file.name}: {record.record_id}: block digest")
    return problems


def again(server: PracticeServer, since: int) -> int:
    """How many requests, from index `since` of the log on, were for pages fetched before; lists do not count."""
    earlier = {request.path for request in server.requests[:since]}
    count = 0
    for request in server.requests[since:]:
        if request.path in earlier and not AGAIN.fullmatch(request.path):
            count += 1
        earlier.add(request.path)
    return count


def lost_by_run(server: PracticeServer, ends: Sequence[int]) -> list[int]:
    """How many of the pages that each run asked for a later run asked for again; `ends` are indexes of the log.

    What a kill cost may be fetched again only two runs later, so the next run alone does not tell.
    """
    runs = [
        {request.path for request in server.requests[first:last] if not AGAIN.fullmatch(request.path)}
        for first, last in zip([0, *ends], [*ends, len(server.requests)], strict=True)
    ]
    later: set[str] = set()
    lost = []
    for run in reversed(runs):
        lost.append(len(run & later))
        later |= run
    return lost[::-1]


def _some(things: object) -> str:
    listed = [str(thing) for thing in things]  # type: ignore[attr-defined]
    return ", ".join(listed[:5]) + (f" and {len(listed) - 5} more" if len(listed) > 5 else "")
