"""Rows that print their comment count behind the title: believed where most rows of a list do so alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from crawler.extraction.counters.icons import calls_other, named_by
from crawler.extraction.counters.said import count_in, said_in
from crawler.extraction.counters.words import names_one, says_kind
from crawler.extraction.flow import Anchor, Atom, shown
from crawler.extraction.lists.row import BULLETS, LONGEST_SOURCE, Behind, RowList
from crawler.extraction.normalisers.reading_time import is_reading_time

_LONGEST_MARK = 12  # characters
_AROUND = BULLETS + "()[]"  # the brackets may stand outside of the count's own link


def count_behind(atoms: Iterable[tuple[int, Sequence[Atom]]], title: Anchor) -> Behind | None:
    """The count that follows a title directly; `atoms` come with their block's number.

    A word for it may stand between, or a mark (`photo`) that ends the title's block. Behind a line that says where the
    news came from it is a count only where an element or icon calls it one.
    """
    passed = marked = sourced = worded = False
    titled = -1
    for index, held in atoms:
        for atom in held:
            if atom.anchor is title:
                passed, titled = True, index
                continue
            text = shown(atom).strip(_AROUND) if passed else ""
            if not text or says_kind(text, "comments"):
                worded = worded or text != ""
                continue
            if (count := count_in(text)) is None and (said_in(text) is not None or is_reading_time(text)):  # views, say
                continue
            if count is not None and not worded and calls_other(atom, "comments"):
                continue
            if count is None:
                is_mark = index == titled and len(text) <= _LONGEST_MARK
                if atom.anchor is not None or not _may_stand_between(text) or (sourced and not is_mark):
                    return None
                marked, sourced = marked or is_mark, sourced or not is_mark
                continue
            unsure = (marked and index == titled) or (sourced and not worded)
            if unsure and "comments" not in named_by(atom):
                return None
            return Behind(count, index, atom.node.tag)
    return None


def _may_stand_between(text: str) -> bool:
    """Whether a text is a few words without a number: a mark, or where the news came from."""
    return len(text) <= LONGEST_SOURCE and not any(map(str.isdigit, text)) and not names_one(text)


def take_counts_behind(lists: Iterable[RowList]) -> None:
    """Give each row of such a list its count; a number printed unlike most is none: a pager behind the last row."""
    for found in lists:
        rows = found.rows
        if len(rows) < 2 or any(row.comments is not None for row in rows):
            continue
        looks = Counter((row.behind.block - row.first, row.behind.tag) for row in rows if row.behind is not None)
        look, number = looks.most_common(1)[0] if looks else (None, 0)
        if number < 2 or 2 * number <= len(rows):
            continue
        for row in rows:
            if row.behind is not None and (row.behind.block - row.first, row.behind.tag) == look:
                row.comments, row.last = row.behind.count, row.behind.block
        found.last = max(found.last, rows[-1].last)
