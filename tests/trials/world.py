"""Trial of the whole: a site that changes at random, and what users get held against what the site said.

    python -m tests.trials.world [--seeds 20] [--rounds 6]

The practice site's plan is drawn from a seed: titles are edited and edited back, texts grow, pages go (404, 410) and
return, counters rise and vanish, and some pages answer with an error, a block page or half a body. What it served is
written down as it is served; from that alone the versions, counters, presence and latest values are worked out, and
must be those of the views.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby, pairwise
from pathlib import Path
from random import Random
from typing import Any

from archive.home import Home
from crawler.practice.article import Language
from crawler.practice.faults import Answer
from crawler.practice.server import Fault, PracticeArchive, PracticeServer, PracticeSite
from tests.trials.trial import crawl, rows

ARTICLES = 16
COUNTERS = ("views", "comments", "rating")
VERSION = ("title", "subtitle", "lead", "body", "editor_notes", "footnotes", "outlet", "outlet_country")
FAULTS = (Fault("status", status=503), Fault("challenge", status=200), Fault("cut"), Fault("status", status=302))
Crawl = Callable[[Home, str, list[str]], object]


@dataclass(frozen=True, slots=True)
class Said:
    """One answer to a request for an article: its truth where the page came whole, or a 304 stands for it."""

    path: str
    status: int
    truth: Mapping[str, Any] | None


class ToldSite(PracticeSite):
    """Writes down what it says of articles, in order."""

    def __init__(self, archive: PracticeArchive) -> None:
        super().__init__(archive)
        self.said: list[Said] = []

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """The answer, and a note of it."""
        answer = super().answer(method, target, headers)
        if target.endswith(".html"):
            whole = answer.status in (200, 304) and target not in self.faults
            self.said.append(Said(target, answer.status, self.truth(target)["article"] if whole else None))
        return answer


@dataclass
class Plan:
    """What happens to the site between two crawls."""

    site: ToldSite
    dice: Random
    titles: dict[tuple[str, Language], list[str]] = field(default_factory=lambda: defaultdict(list))
    named: dict[str, None] = field(default_factory=dict)

    def step(self) -> list[str]:
        """Change the site; the paths to ask for: all that articles ever had."""
        self.site.faults.clear()
        self.site.advance(timedelta(hours=self.dice.choice([0, 1, 50])))  # an hour that brings nothing is a 304
        for key in self.site.world.archive.entries:
            self._change(*key)
        self.named |= dict.fromkeys(self.site.paths())
        return [path for path in self.named if self.dice.random() < 0.8]

    def _change(self, native_id: str, language: Language) -> None:
        key, chance = (native_id, language), self.dice.random()
        if key in self.site.world.removed:
            if chance < 0.4:
                self.site.restore(*key)
        elif chance < 0.15:
            self.site.remove(*key, status=self.dice.choice([404, 410]))
        elif chance < 0.3:
            self.site.faults[self.site.world.article(*key).path] = self.dice.choice(FAULTS)
        elif chance < 0.5:
            self._retitle(*key)
        elif chance < 0.6:
            self.site.edit(*key)
        elif chance < 0.7:  # counters in another spelling, or none
            self.site.edit(*key, spelling=self.dice.choice([0, 99]))

    def _retitle(self, native_id: str, language: Language) -> None:
        """A title of before, or a new one; a title makes the address, too."""
        known = self.titles[native_id, language]
        known.append(self.site.world.article(native_id, language).title)
        title = self.dice.choice([*known, f"{known[0]} {len(known)}"])
        self.site.edit(native_id, language, title=title)


@dataclass(frozen=True, slots=True)
class Capture:
    """A capture with what was said; `number` is its place in time."""

    number: int
    id: str
    said: Said

    @property
    def article_id(self) -> str:
        """The article it shows."""
        assert self.said.truth is not None
        return "vpk:{language}:{native_id}".format(**self.said.truth)

    @property
    def version(self) -> tuple[str, ...]:
        """What makes a version."""
        assert self.said.truth is not None
        return tuple(repr(self.said.truth[name]) for name in VERSION)


def captures(home: Home, site: ToldSite) -> list[Capture]:
    """The captures of articles in order of time: the n-th answer of a URL is its n-th capture."""
    said: dict[str, list[Said]] = defaultdict(list)
    for each in site.said:
        said[site.base_url + each.path].append(each)
    ordered = rows(home, "SELECT id, url FROM capture WHERE page_kind = 'article' ORDER BY captured_at, id")
    found = [Capture(number, id, said[url].pop(0)) for number, (id, url) in enumerate(ordered)]
    assert not any(said.values()), "an answer was not captured"
    return found


def by_article(found: list[Capture]) -> dict[str, list[Capture]]:
    """The captures that were read, by article."""
    read = sorted((each for each in found if each.said.truth), key=lambda each: (each.article_id, each.number))
    return {key: list(group) for key, group in groupby(read, key=lambda each: each.article_id)}


def versions(found: list[Capture]) -> Iterator[tuple[Any, ...]]:
    """(article, number, capture, title, capture before); a version begins where a reading differs from the last."""
    for key, read in by_article(found).items():
        begins = [(None, read[0]), *((old, new) for old, new in pairwise(read) if old.version != new.version)]
        for number, (old, new) in enumerate(begins, 1):
            yield key, number, new.id, (new.said.truth or {})["title"], old and old.id


def counters(found: list[Capture]) -> Iterator[tuple[Any, ...]]:
    """(article, kind, capture, value, change, inferred) of articles' own pages."""
    for key, read in by_article(found).items():
        for kind in COUNTERS:
            before: int | None = None
            for each in read:
                value = (each.said.truth or {})[kind]
                change = None if value is None or before is None else value - before
                yield key, kind, each.id, value, change, int(each.said.status == 304)
                before = value


def presence(found: list[Capture]) -> Iterator[tuple[Any, ...]]:
    """(article, state, misses); nothing is confirmed in seconds. A miss is one at the URL that was last read."""
    for key, read in by_article(found).items():
        misses, away, last = 0, False, read[0]
        for each in found[read[0].number :]:
            if each in read:
                misses, away, last = 0, away or misses > 0, each
            elif each.said.status in (404, 410) and each.said.path == last.said.path:
                misses += 1
        yield key, "missing_suspected" if misses else "returned" if away else "present", misses


def latest(found: list[Capture]) -> Iterator[tuple[Any, ...]]:
    """(article, title, readings, views, comments, rating): each counter's last printed one, of a page or a list."""
    last: dict[tuple[str, str], int] = {}
    printed = [each for each in found if each.said.truth and each.said.status != 304]
    for each in printed:
        truth = each.said.truth or {}
        shown = [(f"vpk:{row['language']}:{row['native_id']}", row["comments"]) for row in truth["placements"]]
        last |= {(key, "comments"): value for key, value in reversed(shown) if value is not None}
        last |= {(each.article_id, kind): truth[kind] for kind in COUNTERS if truth[kind] is not None}
    for key, read in by_article(found).items():
        title = (read[-1].said.truth or {})["title"]
        yield key, title, len(read), *(last.get((key, kind)) for kind in COUNTERS)


HELD = {
    "SELECT article_id, number, capture_id, title, previous_capture_id FROM version": versions,
    "SELECT article_id, kind, capture_id, value, change, inferred FROM counter_series WHERE source = 'page'": counters,
    "SELECT article_id, state, misses FROM presence": presence,
    "SELECT article_id, title, readings, views, comments, rating FROM article_latest": latest,
}


def differences(home: Home, site: ToldSite) -> list[str]:
    """Rows that are not as they must be."""
    found = captures(home, site)
    problems = []
    for query, expected in HELD.items():
        right, there = set(map(repr, expected(found))), set(map(repr, rows(home, query)))
        problems += [f"{query}: missing {row}" for row in sorted(right - there)]
        problems += [f"{query}: wrong {row}" for row in sorted(there - right)]
    return problems


def crawl_named(home: Home, url: str, urls: list[str]) -> object:
    """A crawl of these URLs in a process of its own; pages that fail are a part of the plan."""
    return crawl(home, url, *urls)


def trial(home: Home, seed: int, rounds: int, run: Crawl = crawl_named) -> list[str]:
    """Change, crawl and compare; the differences of the first round that has any."""
    home.path.mkdir(parents=True)
    home.config_path.write_text("[crawl]\nmax_attempts = 1\n")
    site = ToldSite(PracticeArchive(seed=1, articles=ARTICLES))
    plan = Plan(site, Random(seed))
    with PracticeServer(site) as server:
        for number in range(rounds):
            urls = [server.url.rstrip("/") + path for path in plan.step()]
            run(home, server.url, urls)
            if problems := differences(home, site):
                return [f"seed {seed}, round {number}: {problem}" for problem in problems]
    return []


def main(arguments: list[str] | None = None) -> int:
    """Print the differences; 1 where there is one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args(arguments)
    found: list[str] = []
    for seed in range(options.seeds):
        with tempfile.TemporaryDirectory(prefix="svodka-world-") as folder:
            found += trial(Home(Path(folder) / "data"), seed, options.rounds)
    sys.stdout.write("".join(f"{each}\n" for each in found) + f"{options.seeds} seeds, {len(found)} differences\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
