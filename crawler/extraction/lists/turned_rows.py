"""Rows of lists that print the title first and the date behind it.

Told by the element that holds one date alone; where rows have none of their own, by the ends of the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from crawler.extraction.counters.icons import calls_other
from crawler.extraction.counters.said import count_in, said_in
from crawler.extraction.counters.words import says_kind
from crawler.extraction.flow import Anchor, Atom, Block, Frame
from crawler.extraction.lists.row import Dated, Row, badge_in, texts_in, title_in
from crawler.extraction.normalisers.counts import Count, is_no_count

_FARTHEST = 3  # blocks between a title and its date


def turned_row(dated: Sequence[Dated], index: int, blocks: Sequence[Block]) -> Row | None:
    """The row of a date, where a link stands before it in its own element and none behind it; else None."""
    here = dated[index]
    beside = [dated[at] for at in (index - 1, index + 1) if 0 <= at < len(dated)]
    around = largest_with_one_date(here.block, [other.block for other in beside])
    above = within(around, reversed(blocks[: here.block.index]))
    before, behind = _of_block(here, beside)
    leading = [*(atom for block in reversed(above) for atom in block.atoms), *before]
    title, anchor = _longest_link(leading)
    if anchor is None:
        return None
    below = within(around, blocks[here.block.index + 1 :])
    behind = [*behind, *(atom for block in below for atom in block.atoms)]
    if title_in(behind)[1] is not None:
        return None
    first, last = here.block.index - len(above), here.block.index + len(below)
    comments = here.comments or _count(behind) or badge_in(leading, anchor) or _count(_without_link(leading, anchor))
    return Row(here.moment, comments, title, anchor, first, last, here.shape)


def ends_with_date(dated: Sequence[Dated], index: int, blocks: Sequence[Block]) -> bool:
    """Whether nothing but counts stands behind a date in its own element."""
    here = dated[index]
    beside = [dated[at] for at in (index - 1, index + 1) if 0 <= at < len(dated)]
    around = largest_with_one_date(here.block, [other.block for other in beside])
    below = within(around, blocks[here.block.index + 1 :])
    behind = [*_of_block(here, beside)[1], *(atom for block in below for atom in block.atoms)]
    return all(says_kind(text, "comments") or count_in(text) is not None for text, _ in texts_in(behind))


def is_turned(rows: Sequence[Row], first: int, end: int, blocks: Sequence[Block]) -> bool:
    """Whether a list whose rows have no elements of their own begins with a link and ends with a date.

    `rows` are those of all dates, with what stands behind them for a title; the list holds rows `first` up to `end`.
    """
    if end >= len(rows) or rows[first].first == 0:
        return False
    opening, last = rows[first], rows[end]
    alike = last.shape == opening.shape and last.first - rows[end - 1].last <= 1
    above, block = blocks[opening.first - 1], blocks[opening.first]
    beside = above.frame is block.frame or above.frame.parent is block.frame.parent
    return alike and last.anchor is None and beside and _longest_link(above.atoms)[1] is not None


def row_below(dated: Sequence[Dated], index: int, blocks: Sequence[Block]) -> Row:
    """The row of a date in such a list: whatever link stands between it and the date before, from that link on."""
    here = dated[index]
    first = dated[index - 1].block.index + 1 if index else here.block.index - 1
    first = max(first, here.block.index - _FARTHEST)
    before = [atom for block in blocks[first : here.block.index] for atom in block.atoms]
    title, anchor = _longest_link(before)
    if anchor is not None:  # another list may end above, with the label of this one
        first = next(block.index for block in blocks[first:] if any(atom.anchor is anchor for atom in block.atoms))
    return Row(here.moment, here.comments or _count(before), title, anchor, first, here.block.index, here.shape)


def largest_with_one_date(block: Block, others: Sequence[Block]) -> Frame | None:
    """The largest element with this date and no other; None where there is none."""
    around: Frame | None = None
    outer: Frame | None = block.frame
    while outer is not None and not any(other.frame.inside(outer) for other in others):
        around, outer = outer, outer.parent
    return around


def within(frame: Frame | None, blocks: Iterable[Block]) -> list[Block]:
    """The first of `blocks`, as long as they are inside `frame`."""
    return list(takewhile(lambda block: block.frame.inside(frame), blocks)) if frame is not None else []


def _of_block(here: Dated, beside: Sequence[Dated]) -> tuple[list[Atom], list[Atom]]:
    """What stands in the date's own block before it and behind it, as far as the dates beside it."""
    atoms = here.block.atoms
    same = [other for other in beside if other.block is here.block]
    first = max((other.at for other in same if other.at <= here.start), default=0)
    end = min((other.start for other in same if other.start >= here.at), default=len(atoms))
    return atoms[first : here.start], atoms[here.at : end]


def _without_link(atoms: Sequence[Atom], anchor: Anchor) -> Sequence[Atom]:
    """What stands behind a link, then what stands before it."""
    places = [at for at, atom in enumerate(atoms) if atom.anchor is anchor]
    return [*atoms[places[-1] + 1 :], *atoms[: places[0]]]


def _longest_link(atoms: Sequence[Atom]) -> tuple[str | None, Anchor | None]:
    """A title is longer than the name of the section it stands in."""
    linked = {id(atom.anchor): atom for atom in atoms if atom.anchor is not None and is_no_count(atom.text)}
    titles = [title_in([atom for atom in atoms if atom.anchor is each.anchor]) for each in linked.values()]
    return max(titles, key=lambda found: len(found[0] or ""), default=(None, None))


def _count(atoms: Sequence[Atom]) -> Count | None:
    """The first number alone, or with a word that says that it is of comments."""
    worded = False
    for text, atom in texts_in(atoms):
        said = said_in(text)
        told = worded or not calls_other(atom, "comments") if said is None else says_kind(said[0], "comments")
        if told and (count := count_in(text)) is not None:
            return count
        worded = says_kind(text, "comments")
    return None
