"""Rows that are one link around everything: date, count and title in any order, in blocks of their own or in one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.extraction.counters.icons import calls_other
from crawler.extraction.counters.said import count_in
from crawler.extraction.counters.words import says_kind
from crawler.extraction.flow import Atom, Block
from crawler.extraction.lists.row import Dated, Row, texts_in

_FARTHEST = 4  # blocks between a date and what else its link holds
_SHORTEST_TITLE = 8  # characters


def enclosed_row(here: Dated, blocks: Sequence[Block]) -> Row | None:
    """The row of a date that stands in a link with a title; None where the date stands in none, or alone in one."""
    anchor = here.block.atoms[here.start].anchor
    if anchor is None:
        return None
    comments, title = here.comments, ""
    held = list(_held(here, blocks))
    for _, atoms in held:
        for text, atom in texts_in(atoms):
            count = count_in(text)
            if count is not None:
                comments = comments or (count if not calls_other(atom, "comments") else None)
            elif len(text) > len(title) and not says_kind(text, "comments"):
                title = text
    if len(title) < _SHORTEST_TITLE:
        return None
    numbers = [here.block.index, *(index for index, _ in held)]
    return Row(here.moment, comments, title, anchor, min(numbers), max(numbers), here.shape)


def _held(here: Dated, blocks: Sequence[Block]) -> Iterator[tuple[int, list[Atom]]]:
    """What else the date's link holds, with the number of its block."""
    anchor, at = here.block.atoms[here.start].anchor, here.block.index
    date = here.block.atoms[here.start : here.at]
    for block in blocks[max(0, at - _FARTHEST) : at + _FARTHEST + 1]:
        if atoms := [atom for atom in block.atoms if atom.anchor is anchor and atom not in date]:
            yield block.index, atoms
