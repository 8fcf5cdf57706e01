"""The rows of a sidebar: date, comment count, title. Cut out first, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborNode

from crawler.extraction.counters import said_by
from crawler.extraction.flow import Anchor, Atom, Block, is_hollow, shown
from crawler.extraction.labels import LabelBook
from crawler.extraction.normalisers.counts import Count, is_no_count, read_count
from crawler.extraction.normalisers.dates import Moment, read_moment
from crawler.extraction.normalisers.text import clean

_DAY = re.compile(r"\d\d?\.\d\d(?:\.\d{4})?,?")
_TENS = frozenset("012345")  # of minutes
_TIME = re.compile(r"\d\d?:\d\d")
_BULLETS = " •·|/"
_LONGEST = 500  # characters of a row in one block
_BETWEEN = 6  # blocks that one row may take
_BEFORE_LABEL = 4  # blocks between the label and its first row


@dataclass(slots=True, eq=False)
class Row:
    """One row as printed; `anchor` is its title's link."""

    moment: Moment
    comments: Count | None
    title: str | None
    anchor: Anchor | None
    first: int
    last: int  # blocks, inclusive
    shape: tuple[object, ...]


@dataclass(slots=True)
class RowList:
    """Rows that stand together. `label` is the kind of the label above them, if any."""

    rows: list[Row] = field(default_factory=list)
    label: str | None = None
    first: int = 0
    last: int = 0


@dataclass(slots=True)
class _Dated:
    block: Block
    at: int  # index of the atom behind the date
    moment: Moment
    shape: tuple[object, ...]
    comments: Count | None = None  # printed in one text with the date, or in an attribute beside it


def find_rows(blocks: list[Block], book: LabelBook, seen_at: datetime, zone: ZoneInfo) -> list[RowList]:
    """The row lists of a page: at least two rows of the same shape, or one under the discussion's label."""
    likely = [block for block in blocks if ":" in block.text and _shows_clock(block.text)]
    dated = [found for block in likely for found in _dates(block, seen_at, zone)]
    if not dated:
        return []
    rows = [_row(blocks, here, following) for here, following in zip_longest(dated, dated[1:])]
    return [found for found in _grouped(rows, blocks, book) if len(found.rows) > 1 or found.label]


def _shows_clock(text: str) -> bool:
    """Whether a short block has `4:37` in it: cheap, as every paragraph is asked."""
    colon = text.find(":") if len(text) <= _LONGEST else -1
    while colon >= 0:
        hour, tens, minute = text[colon - 1 : colon], text[colon + 1 : colon + 2], text[colon + 2 : colon + 3]
        if hour.isdecimal() and tens in _TENS and minute.isdecimal():
            return True
        colon = text.find(":", colon + 1)
    return False


def _dates(block: Block, seen_at: datetime, zone: ZoneInfo) -> Iterator[_Dated]:
    """Atoms of a block that are a time and nothing else; day and clock may stand in two elements."""
    skip = -1
    for index, atom in enumerate(block.atoms):
        if index <= skip or len(atom.text) < 5 or not (":" in atom.text or "." in atom.text):
            continue
        text = shown(atom).strip(_BULLETS)
        if not 5 <= len(text) <= 32:
            continue
        end = index
        if ":" not in text and _DAY.fullmatch(text) and index + 1 < len(block.atoms):
            behind = shown(block.atoms[index + 1])
            if _TIME.fullmatch(behind):
                text, end = f"{text} {behind}", index + 1
        text, bracket = _without_bracket(text)
        if ":" in text and (moment := read_moment(text, seen_at=seen_at, zone=zone)):
            skip = end
            comments = read_count(bracket) if bracket is not None else _beside(block.atoms[end].node)
            yield _Dated(block, end + 1, moment, (block.frame.depth, block.tag, atom.node.tag), comments)


def _without_bracket(text: str) -> tuple[str, str | None]:
    """`08.09 04:37 (12)` as a date and a count."""
    if text[-1] == ")" and "(" in text:
        date, _, count = text.partition("(")
        if read_count(count[:-1]).absent_reason != "unreadable":
            return date.rstrip(), count[:-1]
    return text, None


def _beside(node: LexborNode) -> Count | None:
    """A count that stands only in an attribute of an empty element behind the date: an icon's title."""
    following = node.next
    for _ in range(4):
        if following is None:
            return None
        if following.tag != "-text" and is_hollow(following) and (said := said_by(following)):
            return said[1]
        following = following.next
    return None


def _row(blocks: list[Block], here: _Dated, following: _Dated | None) -> Row:
    """What stands behind a date until the next one: perhaps a count, then the title."""
    first, comments = here.block.index, here.comments
    for index, atoms in _behind(blocks, here, following):
        for number, atom in enumerate(atoms):
            text = shown(atom).strip(_BULLETS)
            if not text:
                continue
            if comments is None and not is_no_count(text):
                comments = read_count(text)
                continue
            title, anchor = _title(atoms[number:])
            return Row(here.moment, comments, title, anchor, first, index, here.shape)
    return Row(here.moment, comments, None, None, first, first, here.shape)


def _behind(blocks: list[Block], here: _Dated, following: _Dated | None) -> Iterator[tuple[int, list[Atom]]]:
    """What stands between a date and the next one, with the number of its block."""
    first = here.block.index
    if following is not None and following.block is here.block:
        yield first, here.block.atoms[here.at : following.at - 1]
        return
    yield first, here.block.atoms[here.at :]
    end = first + _BETWEEN if following is None else min(following.block.index, first + _BETWEEN)
    for block in blocks[first + 1 : end]:
        yield block.index, block.atoms


def _title(atoms: list[Atom]) -> tuple[str | None, Anchor | None]:
    """The first link's text that is not a number, or all of the text."""
    for atom in atoms:
        if atom.anchor is not None and is_no_count(atom.text):
            return clean("".join([other.text for other in atoms if other.anchor is atom.anchor])), atom.anchor
    return clean(" ".join(atom.text for atom in atoms)) or None, None


def _grouped(rows: list[Row], blocks: list[Block], book: LabelBook) -> Iterator[RowList]:
    current: list[Row] = []
    for row in rows:
        if current and not _goes_on(current[-1], row, blocks, book):
            yield _labelled(current, blocks, book)
            current = []
        current.append(row)
    if current:
        yield _labelled(current, blocks, book)


def _goes_on(last: Row, row: Row, blocks: list[Block], book: LabelBook) -> bool:
    apart = row.first - last.last
    # Misnested tags shift the depth, and one row may have an element more than the next.
    alike = row.shape == last.shape or (apart <= 1 and row.shape[1] == last.shape[1])
    if not alike or apart > 3 or (row.anchor is None) != (last.anchor is None):
        return False
    for block in blocks[last.last + 1 : row.first]:
        if (found := book.find(block)) and found.kind == "discussion":
            return False
    return True


def _labelled(rows: list[Row], blocks: list[Block], book: LabelBook) -> RowList:
    first = rows[0].first
    for index in range(first - 1, max(-1, first - 1 - _BEFORE_LABEL), -1):
        found = book.find(blocks[index])
        if found and found.kind == "discussion":
            return RowList(rows, "discussion", index, rows[-1].last)
        if found is None or found.kind != "update":
            break
        first = index
    return RowList(rows, None, first, rows[-1].last)
