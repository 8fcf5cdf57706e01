"""Rows whose link is an empty element that a style sheet lays over them: the title stands outside of it."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extraction.counters.icons import calls_other
from crawler.extraction.flow import Anchor, Block
from crawler.extraction.lists.row import Dated, Row, texts_in
from crawler.extraction.lists.turned_rows import largest_with_one_date, within
from crawler.extraction.normalisers.counts import is_no_count, read_count

_SHORTEST_TITLE = 12  # characters


def overlaid_row(dated: Sequence[Dated], index: int, blocks: Sequence[Block]) -> Row | None:
    """The row of a date in an element with one link, which is empty, and a text that can be a title; else None."""
    here = dated[index]
    others = [dated[at].block for at in (index - 1, index + 1) if 0 <= at < len(dated)]
    around = largest_with_one_date(here.block, others)
    if around is None:
        return None
    above = within(around, reversed(blocks[: here.block.index]))
    held = [*reversed(above), here.block, *within(around, blocks[here.block.index + 1 :])]
    if any(atom.anchor is not None and atom.anchor.href for block in held for atom in block.atoms):
        return None  # a link with text: seen here at less than the query costs
    links = around.node.css("a[href]")
    if len(links) != 1 or links[0].text(deep=True).strip():
        return None
    date = here.block.atoms[here.start : here.at]
    texts = list(texts_in(atom for block in held for atom in block.atoms if atom not in date))
    title = max((text for text, _ in texts if is_no_count(text)), key=len, default="")
    if len(title) < _SHORTEST_TITLE:
        return None
    numbers = ((text, atom) for text, atom in texts if not is_no_count(text))
    count = next((read_count(text) for text, atom in numbers if not calls_other(atom, "comments")), None)
    anchor = Anchor(links[0], links[0].attrs.get("href"))
    return Row(here.moment, here.comments or count, title, anchor, held[0].index, held[-1].index, here.shape)
