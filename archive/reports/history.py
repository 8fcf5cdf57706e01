"""How an article changed: its versions with the kinds of change, and the difference between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from itertools import pairwise

from sqlalchemy import Connection

from archive.errors import NothingFound
from archive.reports.change_kinds import change_kinds
from archive.reports.wordings import Wording, wordings

FIELDS = ("title", "outlet", "outlet_country", "published_at", "subtitle", "lead", "body", "editor_notes", "footnotes")


@dataclass(frozen=True, slots=True)
class VersionChange:
    """One version. The change was made after `not_before` and not later than `seen_at`; the first has no change."""

    number: int
    seen_at: datetime
    not_before: datetime | None
    change_kind: tuple[str, ...]
    title: str | None
    capture_id: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions of an article; `lines` is a unified diff of all that makes a version, a paragraph a line."""

    article_id: str
    before: VersionChange
    after: VersionChange
    change_kind: tuple[str, ...]
    lines: tuple[str, ...]


def history(conn: Connection, id_or_url: str) -> list[VersionChange]:
    """The versions of an article, the first first. Raises NothingFound where it was never read."""
    _, found = wordings(conn, id_or_url)
    kinds = [(), *(change_kinds(old, new) for old, new in pairwise(found))]
    return [_change(each, kind) for each, kind in zip(found, kinds, strict=True)]


def difference(conn: Connection, id_or_url: str, a: int | None = None, b: int | None = None) -> Difference:
    """The difference between versions `a` and `b` (numbers from 1), by default the last two, or `a` and the last.

    Raises NothingFound where the article or the version is not there, or where it has only one.
    """
    article_id, found = wordings(conn, id_or_url)
    by_number = {each.number: each for each in found}
    after = b if b is not None else found[-1].number
    before = a if a is not None else after - 1
    if before < 1 and a is None:
        raise NothingFound(f"{article_id}: version {after} is the first; there is none before it")
    for number in (before, after):
        if number not in by_number:
            raise NothingFound(f"{article_id}: has {len(found)} version{'s' * (len(found) > 1)}, no number {number}")
    old, new = by_number[before], by_number[after]
    names = {each.number: f"version {each.number}, seen {each.seen_at:%Y-%m-%d %H:%M} UTC" for each in (old, new)}
    lines = tuple(unified_diff(_lines(old), _lines(new), names[before], names[after], lineterm="", n=1))
    return Difference(article_id, _change(old, ()), _change(new, ()), change_kinds(old, new), lines)


def _change(wording: Wording, kinds: tuple[str, ...]) -> VersionChange:
    return VersionChange(
        wording.number, wording.seen_at, wording.not_before, kinds, wording.title, wording.capture_id
    )  # fmt: skip


def _lines(wording: Wording) -> list[str]:
    return [f"{field}: {line}" for field in FIELDS for line in _values(getattr(wording, field))]


def _values(value: object) -> Iterator[str]:
    if isinstance(value, tuple):
        for each in value:
            yield " | ".join(str(part) for part in each if part is not None) if isinstance(each, tuple) else each
    elif value is not None:
        yield value.isoformat() if isinstance(value, datetime) else str(value)
