"""How well and how quickly pages are read: real ones by the generic site, practice pages by the aggregator's.

    python -m benchmarks.reading --corpus DIR [--half even|odd] [--worst N] [--gate]
    python -m benchmarks.reading --practice

DIR holds `pages/` (gzipped HTML) and `pages_truth.jsonl`: one object a line with file, url, title, authors, published,
body, with, without, language; null is "not annotated" and not scored. Beside ours run trafilatura and htmldate, and
newspaper4k where `make peers-reading` has set up its environment. `--gate` reads with ours alone and ends with 1 below
the floors.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.scoring import Found, body_score, score, tokens
from crawler.extraction.page import Page
from crawler.extraction.read import read_page
from crawler.sites import load_site

FETCHED_AT = datetime(2026, 11, 22, tzinfo=UTC)
# What the reader has reached on a corpus of 187 pages; lower is a step back.
FLOORS = {
    "title": 0.895, "authors F1": 0.86, "day": 0.96, "minute": 0.99, "body F1": 0.96, "body F1 ru": 0.98, "read": 1.0,
}  # fmt: skip
_PEERS = Path(__file__).parent.parent / ".peers-reading" / "bin" / "python"
__all__ = ["body_score", "main", "tokens"]


@dataclass(slots=True)
class Result:
    """Points by field, CPU seconds a page, and the failures of each field in words."""

    name: str
    points: dict[str, list[float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    failures: dict[str, list[str]] = field(default_factory=dict)

    def add(self, truth: dict[str, Any], found: Found, seconds: float) -> None:
        """Score one page."""
        self.seconds.append(seconds)
        self.points.setdefault("read", []).append(float(bool(found.title and found.body)))
        for each in score(truth, found):
            self.points.setdefault(each.field, []).append(each.points)
            if each.points < 0.8:
                line = f"{truth['id']} {each.points:.2f} {each.found!r} <> {each.true!r}"
                self.failures.setdefault(each.field, []).append(line)

    def mean(self, name: str) -> float:
        """The mean of a field; NaN where nothing was scored."""
        points = self.points.get(name)
        return statistics.mean(points) if points else float("nan")


def ours(url: str, body: bytes) -> Found:
    """The generic site, as `svodka extract` reads a page of a site that nobody has described."""
    base = "/".join(url.split("/")[:3])
    article = read_page(Page(url, body, None, FETCHED_AT, "article"), load_site("generic").at(base)).article
    if article is None:
        return Found()
    return Found(
        article.title or "", [author.name for author in article.authors], article.published_at,
        article.published_precision == "minute", article.raw.get("published_at", ""),
        "\n".join([article.lead or "", *article.body]),
    )  # fmt: skip


def trafilatura(url: str, body: bytes) -> Found:
    """trafilatura with its metadata, as its documentation has it."""
    from trafilatura import bare_extraction

    found: Any = bare_extraction(body, url=url, with_metadata=True, include_comments=False)
    if found is None:
        return Found()
    day = datetime.fromisoformat(found.date).replace(tzinfo=UTC) if found.date else None
    authors = found.author.split("; ") if found.author else []
    return Found(found.title or "", authors, day, False, found.date or "", found.text or "")


def htmldate(url: str, body: bytes) -> Found:
    """htmldate: the day only."""
    from htmldate import find_date

    day = find_date(body, url=url, original_date=True, extensive_search=True)
    return Found(published=datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None, printed=day or "")


def pages(corpus: Path, half: str | None) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Truth and body of every page, or of those on the even or odd lines."""
    lines = (corpus / "pages_truth.jsonl").read_text("utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if half is None or (number % 2 == 0) == (half == "even"):
            truth = json.loads(line)
            yield truth, gzip.decompress((corpus / "pages" / Path(truth["file"]).name).read_bytes())


def run(name: str, read: Callable[[str, bytes], Found], corpus: Path, half: str | None) -> Result:
    """Read the corpus; imports, and what is made ready with the first page, are no part of a page's cost."""
    import htmldate  # noqa: F401 - our reader imports these when it first needs them
    import trafilatura.metadata  # noqa: F401

    result = Result(name)
    for truth, body in pages(corpus, half):
        if not result.seconds:
            read(truth["url"], body)
        started = time.process_time()
        found = read(truth["url"], body)
        result.add(truth, found, time.process_time() - started)
    return result


def newspaper(corpus: Path, half: str | None) -> Result | None:
    """newspaper4k in its own environment; None where there is none."""
    python = Path(os.environ.get("SVODKA_READING_PEERS", _PEERS))
    if not python.exists():
        return None
    script = Path(__file__).parent / "peers" / "newspaper_reader.py"
    printed = subprocess.run([python, script, corpus.resolve()], capture_output=True, text=True, check=True).stdout
    said = {each["id"]: each for each in map(json.loads, printed.splitlines())}
    result = Result("newspaper4k")
    for truth, _ in pages(corpus, half):
        each = said[truth["id"]]
        when = datetime.fromisoformat(each["published"]) if each["published"] else None
        aware = when.replace(tzinfo=when.tzinfo or UTC) if when else None
        exact = when is not None and when.tzinfo is not None and (when.hour, when.minute) != (0, 0)
        found = Found(each["title"] or "", each["authors"], aware, exact, each["published"] or "", each["body"])
        result.add(truth, found, each["seconds"])
    return result


def show(result: Result, worst: int, fields: Collection[str] = tuple(FLOORS)) -> None:
    """Print one line a field, and the CPU time."""
    print(result.name)
    for name in fields:
        if result.points.get(name):
            print(f"  {name:12} {result.mean(name):.3f}  of {len(result.points[name])}")
            for failure in result.failures.get(name, [])[:worst]:
                print("     ", failure)
    median, mean = statistics.median(result.seconds) * 1000, statistics.mean(result.seconds) * 1000
    print(f"  CPU ms a page: median {median:.1f}, mean {mean:.1f}")


def below_the_floors(result: Result) -> list[str]:
    """What has become worse, in words."""
    return [
        f"{name} is {result.mean(name):.3f}, below {floor}"
        for name, floor in FLOORS.items()
        if result.points.get(name) and result.mean(name) < floor
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line asks for; 1 where a gate is not passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="folder of real pages with ground truth")
    parser.add_argument("--half", choices=["even", "odd"], help="only the pages on such lines")
    parser.add_argument("--worst", type=int, default=0, help="print so many failures of each field")
    parser.add_argument("--gate", action="store_true", help="only our reader; end with 1 below the floors")
    parser.add_argument("--practice", action="store_true", help="the aggregator's practice pages against their parse")
    options = parser.parse_args(arguments)
    if options.practice:
        from benchmarks.reading_practice import show_practice

        show_practice()
    if options.corpus is None:
        return 0 if options.practice else parser.error("give --corpus DIR, --practice, or both")
    mine = run("svodka, generic site", ours, options.corpus, options.half)
    show(mine, options.worst)
    lost = below_the_floors(mine)
    print("\n".join(lost) or "at or above every floor")
    if options.gate:
        return 1 if lost else 0
    show(run("trafilatura", trafilatura, options.corpus, options.half), options.worst)
    show(run("htmldate", htmldate, options.corpus, options.half), options.worst, ["day"])
    peer = newspaper(options.corpus, options.half)
    show(peer, options.worst) if peer else print("newspaper4k\n  absent: `make peers-reading` sets it up")
    return 0


if __name__ == "__main__":
    sys.exit(main())
