"""What changed between two versions of an article: every field that a reader would see, not its counters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from archive.errors import NothingFound, UsageError
from archive.evidence import FIELDS, FieldEvidence, reading_of, values_of
from archive.reading_room.shown import entry, shown
from archive.reading_room.word_diff import Paragraph, compare
from archive.reports.change_kinds import change_kinds
from archive.reports.history import VersionChange
from archive.reports.wordings import Wording, wordings

COUNTED = ("views", "comments", "rating")
AS_READ = tuple(each for each in FIELDS if each not in (*COUNTED, "title_raw"))


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs; `paragraphs` are of both versions."""

    field: str
    paragraphs: list[Paragraph]

    @property
    def groups(self) -> list[tuple[bool, list[Paragraph]]]:
        """Paragraphs in a row that are the same in both versions (True), or are not."""
        return [(same, list(some)) for same, some in groupby(self.paragraphs, _is_same)]


@dataclass(frozen=True, slots=True)
class Changes:
    """Two versions with the reading that first showed each. `numbers` are those of all versions there are."""

    article_id: str
    before: VersionChange
    after: VersionChange
    readings: tuple[Row[Any], Row[Any]]
    kinds: tuple[str, ...]
    fields: list[FieldChange]
    numbers: list[int]


def changes(conn: Connection, article_id: str, a: str | None, b: str | None) -> Changes:
    """What changed from version `a` to version `b` (numbers from 1), by default between the last two.

    Raises NothingFound where there is no such version, or only one; UsageError where a number is none.
    """
    _, found = wordings(conn, article_id)
    by_number = {each.number: each for each in found}
    after = _number(b, found[-1].number)
    before = _number(a, after - 1)
    if before not in by_number or after not in by_number:
        raise NothingFound(f"{article_id}: has {len(found)} version{'s' * (len(found) > 1)}: {before} and {after} "
                           "cannot be compared")  # fmt: skip
    old, new = by_number[before], by_number[after]
    readings = reading_of(conn, old.capture_id), reading_of(conn, new.capture_id)
    fields = _fields(values_of(conn, readings[0]), values_of(conn, readings[1]))
    kinds = change_kinds(old, new)
    return Changes(article_id, _version(old), _version(new), readings, kinds, fields, sorted(by_number))


def _version(of: Wording) -> VersionChange:
    return VersionChange(of.number, of.seen_at, of.not_before, (), of.title, of.capture_id)


def _is_same(paragraph: Paragraph) -> bool:
    return all(kind == "same" for kind, _ in paragraph)


def _number(text: str | None, otherwise: int) -> int:
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UsageError(f"{text!r} is no number of a version; they are counted from 1")
    return int(text)


def _fields(before: Iterable[FieldEvidence], after: Iterable[FieldEvidence]) -> list[FieldChange]:
    old, new = ({each.field: each.value for each in values} for values in (before, after))
    return [
        FieldChange(field, compare(_paragraphs(old.get(field)), _paragraphs(new.get(field))))
        for field in AS_READ
        if old.get(field) != new.get(field)
    ]


def _paragraphs(value: Any) -> list[str]:
    if value is None:
        return []
    return [entry(each) for each in value] if isinstance(value, list) else [shown(value)]
