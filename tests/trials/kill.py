"""Trial of promise 1: `kill -9` strikes a crawl again and again, and nothing is lost or there twice in the end.

    python -m tests.trials.kill [--articles 500] [--kills 50] [--seed 1]

First at random moments, then at every named failpoint at each of its passings.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from archive.home import Home
from crawler.fetching.committer import BATCH_UNITS
from crawler.practice.server import PracticeServer
from tests.trials.trial import ROOT, Judgement, crawl, finish, judge, lost_by_run, paths_of, practice, rows, start

IN_FLIGHT = BATCH_UNITS  # on the wire, gathered, and being committed
POINTS = (
    "warc.torn",
    "warc.after_write",
    "warc.after_sync",
    "rows.before_commit",
    "rows.after_commit",
    "warc.before_rename",
    "warc.after_close",
    "manifest.torn",
    "manifest.after_sync",
)


@dataclass(frozen=True)
class Moment:
    """When to strike: after so many more requests (None: from the start of the process), then so many seconds."""

    requests: int | None
    seconds: float


@dataclass
class Figures:
    """What a trial saw."""

    kills: int = 0
    requests: int = 0
    refetched: list[int] = field(default_factory=list)  # pages fetched again, by the run that lost them
    judgement: Judgement = field(default_factory=Judgement)

    def __str__(self) -> str:
        counts, judged = sorted(self.refetched) or [0], self.judgement
        return (
            f"{self.kills} kills, {self.requests} requests, {sum(counts)} pages fetched again "
            f"(median {counts[len(counts) // 2]} a kill, at most {counts[-1]}), "
            f"{judged.article_captures} captures of articles, {judged.warc_files} WARC files, "
            f"{len(judged.problems)} problems"
        )


def named_by(articles: int, folder: Path) -> set[str]:
    """The paths in the frontier of a crawl that nobody disturbs."""
    with practice(articles) as server:
        assert crawl(Home(folder), server.url)[0] == 0
    return set(paths_of(Home(folder), "SELECT url FROM frontier"))


# --- at random moments ---------------------------------------------------------------------------------------------


def moments(seed: int, kills: int, pages: int) -> Iterator[Moment]:
    """Random moments, spread over a crawl of `pages`: three of four by requests, the others while it starts up.

    Twice as many requests as an even spread would take: what comes before the first commit is fetched again.
    """
    chance = random.Random(seed)
    for _ in range(kills):
        if chance.random() < 0.25:
            yield Moment(None, chance.uniform(0.3, 1.5))
        else:
            yield Moment(chance.randint(1, max(2, 4 * pages // kills)), chance.uniform(0, 0.05))


def strike(process: subprocess.Popen[str], server: PracticeServer, moment: Moment) -> bool:
    """Kill the process at the moment; False where it ended before."""
    wanted = len(server.requests) + (moment.requests or 0)
    while moment.requests is not None and len(server.requests) < wanted and process.poll() is None:
        time.sleep(0.001)
    try:
        process.wait(timeout=moment.seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    return finish(process)[0] == -signal.SIGKILL


def kill_at_random(home: Home, articles: int, kills: int, seed: int, named: set[str]) -> Figures:
    """Crawl with `kills` kills in between, then to the end, and judge what there is."""
    figures = Figures()
    with practice(articles) as server:
        ends = []
        for moment in moments(seed, kills, 2 * articles):
            figures.kills += strike(start(home, server.url), server, moment)
            ends.append(len(server.requests))
        code, messages = crawl(home, server.url)
        figures.refetched = lost_by_run(server, ends)
        figures.requests = len(server.requests)
        figures.judgement = judge(home, server, named, deaths=figures.kills)
    figures.judgement.hold(code == 0, f"the last crawl ended with {code}: {messages}")
    _hold_refetched(figures)
    return figures


def _hold_refetched(figures: Figures) -> None:
    most = max(figures.refetched)
    figures.judgement.hold(
        most <= IN_FLIGHT, f"{most} pages of one killed run were fetched again, {IN_FLIGHT} are in flight"
    )


# --- at failpoints -------------------------------------------------------------------------------------------------


def points_in_source() -> set[str]:
    """The names of all failpoints of the archive, from its source."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "archive").rglob("*.py")]
    return {name for source in sources for name in re.findall(r'failpoint\("([a-z_.]+)"', source)}


def fail_at(home: Home, articles: int, failpoints: Sequence[str], named: set[str]) -> Figures:
    """Crawl once with each failpoint armed, one after the other, then to the end, and judge what there is."""
    home.create().config_path.write_text("[archive]\nmax_file_mb = 0\n")  # a file a commit: each is closed and renamed
    figures = Figures()
    with practice(articles) as server:
        ends, code = [], 0
        for armed in failpoints:
            code, messages = crawl(home, server.url, env={"SVODKA_FAILPOINT": armed})
            figures.kills += code == -signal.SIGKILL
            figures.judgement.hold(code in (0, -signal.SIGKILL), f"{armed}: exit {code}: {messages}")
            ends.append(len(server.requests))
        code, messages = crawl(home, server.url)
        problems = figures.judgement.problems
        figures.refetched = lost_by_run(server, ends)
        figures.requests = len(server.requests)
        figures.judgement = judge(home, server, named, deaths=figures.kills)
    figures.judgement.problems += problems
    figures.judgement.hold(code == 0, f"the last crawl ended with {code}: {messages}")
    _hold_refetched(figures)
    return figures


def passings(home: Home, point: str) -> list[int]:
    """Which passings of a point to try, by the undisturbed crawl in `home`: each of them, of many the ends and some."""
    if point == "warc.torn":  # one a capture
        last = int(str(rows(home, "SELECT count(*) FROM capture")[0][0]))
        return [1, 2, 3, last // 2, last - 1, last]
    files = int(str(rows(home, "SELECT count(*) FROM warc_file")[0][0]))
    return list(range(1, files + 3))  # some commits have no captures; the last ones may never be passed


# --- the trial -----------------------------------------------------------------------------------------------------


def fail_everywhere(folder: Path, articles: int, say: Callable[[str], object]) -> list[str]:
    """A crawl for each passing of each failpoint; what is wrong afterwards."""
    named = named_by(articles, folder / "named")
    reference = Home(folder / "reference")
    problems = fail_at(reference, articles, (), named).judgement.problems
    armed = [f"{point}:{number}" for point in POINTS for number in passings(reference, point)]
    with ThreadPoolExecutor(2) as pool:
        trials = pool.map(lambda each: fail_at(Home(folder / each), articles, [each], named), armed)
        for name, figures in zip(armed, trials, strict=True):
            say(f"{name:22} {figures if figures.kills else 'was not passed'}\n")
            problems += [f"{name}: {problem}" for problem in figures.judgement.problems]
    return problems


def main() -> int:
    """Run the full trial and say its figures; 1 where anything was lost."""
    parser = argparse.ArgumentParser(description="Kill crawls, and see that nothing is lost.")
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="svodka-trial-") as name:
        folder = Path(name)
        named = named_by(options.articles, folder / "undisturbed")
        figures = kill_at_random(Home(folder / "random"), options.articles, options.kills, options.seed, named)
        sys.stdout.write(f"at random moments, {options.articles} articles: {figures}\n")
        sys.stdout.flush()
        problems = figures.judgement.problems + fail_everywhere(folder, 30, sys.stdout.write)
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
