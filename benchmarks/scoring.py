"""How right a reading of a page is, field by field, from 0 to 1; the same for our reader and for its peers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(slots=True)
class Found:
    """What a reader found. `published`: aware or None; `exact`: to the minute; `printed`: the text it was read from."""

    title: str = ""
    authors: list[str] = field(default_factory=list)
    published: datetime | None = None
    exact: bool = False
    printed: str = ""
    body: str = ""


@dataclass(slots=True)
class Score:
    """One field of one page."""

    field: str
    points: float
    found: Any = None
    true: Any = None


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


def score(truth: dict[str, Any], found: Found) -> Iterator[Score]:
    """The fields that are annotated; of a Russian page the body twice."""
    if truth.get("title"):
        yield Score("title", float(tokens(found.title) == tokens(truth["title"])), found.title, truth["title"])
    if truth.get("authors") is not None:
        names = [" ".join(sorted(tokens(name))) for name in found.authors]
        wanted = [" ".join(sorted(tokens(name))) for name in truth["authors"]]
        yield Score("authors F1", f1(names, wanted), names, wanted)
    if isinstance(truth.get("published"), str):
        yield from _published(truth["published"], found)
    if (points := body_score(found.body, truth)) is not None:
        yield Score("body F1", points, found.body[:200], (truth.get("body") or "")[:200])
        if truth.get("language") == "ru":
            yield Score("body F1 ru", points, found.body[:200], (truth.get("body") or "")[:200])


def _published(raw: str, found: Found) -> Iterator[Score]:
    """The day as the page printed it (a truth without an offset is in the page's own zone).

    The minute, in its zone, only where a reader claims one: what it calls a day it has not got wrong.
    """
    wanted = datetime.fromisoformat(raw)
    local = found.published.astimezone(wanted.tzinfo or UTC) if found.published else None
    days = {str(local.date()), found.printed[:10]} if local else set()
    yield Score("day", float(str(wanted.date()) in days), found.published, raw)
    if ":" in raw and wanted.tzinfo is not None and local is not None and found.exact:
        same = local.replace(second=0, microsecond=0) == wanted.replace(second=0, microsecond=0)
        yield Score("minute", float(same), found.published, raw)
