"""Tables of figures that stand in a text: their cells are no paragraphs of it (codebook, body).

In doubt a table stays, each cell a paragraph: old pages place their whole text in cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from crawler.extraction.article.byline import is_prose
from crawler.extraction.flow import Block, Frame
from crawler.extraction.normalisers.text import ends_a_sentence

_OUTWARDS = 4  # elements from a cell's text to its row
_FEWEST = 2  # paragraphs above such a table; rows of it that hold several cells
_MARKERS = frozenset("*†‡§¹²³")  # footnotes may stand in a table


def without_tables(text: Sequence[Block]) -> list[Block]:
    """The text without tables of figures."""
    if not any(block.tag in {"td", "th"} or block.within("td", "th") for block in text):
        return list(text)
    kept: list[Block] = []
    paragraphs = 0
    for table, cells in _by_table(text):
        if table is None or paragraphs < _FEWEST or not _is_of_figures(cells):
            kept += cells
            paragraphs += sum(map(is_prose, cells))
    return kept


def _by_table(text: Sequence[Block]) -> Iterator[tuple[Frame | None, list[Block]]]:
    """The blocks of each innermost table together."""
    for _, group in groupby(text, key=lambda block: _holder(block.frame, "table", 2 * _OUTWARDS)):
        cells = list(group)
        yield _holder(cells[0].frame, "table", 2 * _OUTWARDS), cells


def _is_of_figures(cells: Sequence[Block]) -> bool:
    """Whether rows of short cells stand beneath each other, and no cell holds a sentence or a footnote."""
    cells = [cell for cell in cells if not cell.within("caption")]
    if any(is_prose(cell) or ends_a_sentence(cell.text) or cell.text[0] in _MARKERS for cell in cells):
        return False
    rows = [_holder(cell.frame, "tr", _OUTWARDS) for cell in cells]
    held = Counter(row.id for row in rows if row is not None)
    return None not in rows and sum(number > 1 for number in held.values()) >= _FEWEST


def _holder(frame: Frame | None, tag: str, outwards: int) -> Frame | None:
    """The innermost element of a tag around another one, or that itself."""
    for _ in range(outwards):
        if frame is None or frame.tag == tag:
            return frame
        frame = frame.parent
    return None
