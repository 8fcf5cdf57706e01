"""How well the generic site reads real news pages, against a corpus with ground truth.

    python benchmarks/reading.py --corpus DIR [--worst N]

DIR holds `pages/` (gzipped HTML) and `pages_truth.jsonl`: one object a line with file, url, title, authors, published,
body, with, without; null is "not annotated" and not scored.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.extraction.page import Page
from crawler.extraction.reader import PageReading, read_page
from crawler.sites import load_site

FETCHED_AT = datetime(2026, 11, 22, tzinfo=UTC)


def tokens(text: str) -> list[str]:
    """Words in lower case."""
    return re.findall(r"\w+", text.lower())


def f1(found: Sequence[Any], wanted: Sequence[Any]) -> float:
    """F1 of two bags."""
    if not found or not wanted:
        return float(not found and not wanted)
    common = sum((Counter(found) & Counter(wanted)).values())
    return 2 * common / (len(found) + len(wanted))


def grams(text: str, size: int = 4) -> list[tuple[str, ...]]:
    """Token n-grams."""
    words = tokens(text)
    return [tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1))]


def body_score(body: str, truth: dict[str, Any]) -> float | None:
    """4-gram F1 against the body, or the F1 of sentences that must and must not be there."""
    if truth.get("body"):
        return f1(grams(body), grams(truth["body"]))
    wanted, unwanted = truth.get("with") or [], truth.get("without") or []
    if not wanted and not unwanted:
        return None
    flat = " ".join(tokens(body))
    hit = sum(" ".join(tokens(each)) in flat for each in wanted)
    wrong = sum(" ".join(tokens(each)) in flat for each in unwanted)
    return 2 * hit / (len(wanted) + hit + wrong) if hit else 0.0


def score(truth: dict[str, Any], reading: PageReading) -> Iterator[tuple[str, float, Any, Any]]:
    """Field, score from 0 to 1, what was found, what is true."""
    article = reading.article
    body = "\n".join([article.lead or "", *article.body]) if article else ""
    yield "read", float(bool(article and article.title and article.body)), None, None
    if truth.get("title"):
        title = article.title if article else ""
        yield "title", float(tokens(title or "") == tokens(truth["title"])), title, truth["title"]
    if truth.get("authors") is not None:
        names = [" ".join(sorted(tokens(author.name))) for author in article.authors] if article else []
        wanted = [" ".join(sorted(tokens(name))) for name in truth["authors"]]
        yield "authors F1", f1(names, wanted), names, wanted
    if isinstance(published := truth.get("published"), str):
        raw = article.raw.get("published_at", "") if article else ""
        yield from _published(published, article.published_at if article else None, raw)
    if (points := body_score(body, truth)) is not None:
        yield "body F1", points, body[:200], (truth.get("body") or "")[:200]


def _published(raw: str, found: datetime | None, printed: str) -> Iterator[tuple[str, float, Any, Any]]:
    """The day as the page printed it (a truth without an offset is in the page's own zone); the minute in UTC."""
    wanted = datetime.fromisoformat(raw)
    local = found.astimezone(wanted.tzinfo or UTC) if found else None
    yield "day", float(local is not None and str(wanted.date()) in {str(local.date()), printed[:10]}), found, raw
    if ":" in raw and wanted.tzinfo is not None and local is not None and (local.hour or local.minute):
        yield (
            "minute",
            float(local.replace(second=0, microsecond=0) == wanted.replace(second=0, microsecond=0)),
            found,
            raw,
        )


def main() -> None:
    """Score the corpus and print one line a field."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--worst", type=int, default=0, help="print so many failures of each field")
    options = parser.parse_args()
    scores: dict[str, list[float]] = {}
    failures: dict[str, list[str]] = {}
    seconds: list[float] = []
    for line in (options.corpus / "pages_truth.jsonl").read_text("utf-8").splitlines():
        truth = json.loads(line)
        base = "/".join(truth["url"].split("/")[:3])
        body = gzip.decompress((options.corpus / "pages" / Path(truth["file"]).name).read_bytes())
        started = time.process_time()
        reading = read_page(Page(truth["url"], body, None, FETCHED_AT, "article"), load_site("generic").at(base))
        seconds.append(time.process_time() - started)
        for name, points, found, wanted in score(truth, reading):
            scores.setdefault(name, []).append(points)
            if points < 0.8:
                failures.setdefault(name, []).append(
                    f"{truth['id']} {points:.2f} {found!r} <> {wanted!r} {reading.unreadable}"
                )
    for name, points in scores.items():
        print(f"{name:12} {statistics.mean(points):.3f}  of {len(points)}")
        for failure in failures.get(name, [])[: options.worst]:
            print("   ", failure)
    print(f"CPU ms a page: median {statistics.median(seconds) * 1000:.1f}, mean {statistics.mean(seconds) * 1000:.1f}")


if __name__ == "__main__":
    main()
