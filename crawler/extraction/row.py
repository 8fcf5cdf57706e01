"""A row of a list as it was printed, before anybody asks where its link leads."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from crawler.extraction.flow import Anchor, Atom, Block
from crawler.extraction.normalisers.counts import Count, is_no_count
from crawler.extraction.normalisers.dates import Moment
from crawler.extraction.normalisers.text import clean

BULLETS = " •·|/"


class Behind(Struct, frozen=True):
    """A count behind a title, the block it stands in, and the tag of its element."""

    count: Count
    block: int
    tag: str | None


class Row(Struct, eq=False):
    """One row as printed; `anchor` is its title's link."""

    moment: Moment
    comments: Count | None
    title: str | None
    anchor: Anchor | None
    first: int
    last: int  # blocks, inclusive
    shape: tuple[
        object, ...
    ]  # whether its date opens a block; the block's tag and depth; the tag of the date's element
    behind: Behind | None = None  # perhaps the count: see counts_behind


class RowList(Struct):
    """Rows that stand together. `label` is the kind of the label above them, if any."""

    rows: list[Row] = field(default_factory=list)
    label: str | None = None
    first: int = 0
    last: int = 0


class Dated(Struct):
    """A date in a block, from which a row is told: it stands from atom `start` up to atom `at`."""

    block: Block
    start: int
    at: int
    moment: Moment
    shape: tuple[object, ...]
    comments: Count | None = None  # printed in one text with the date, or in an attribute beside it

    @property
    def enclosed(self) -> bool:
        """Whether it stands in a link."""
        return self.block.atoms[self.start].anchor is not None


def title_in(atoms: Sequence[Atom]) -> tuple[str | None, Anchor | None]:
    """The first link's text that is not a number, or all of the text."""
    for atom in atoms:
        if atom.anchor is not None and is_no_count(atom.text):
            return clean("".join([other.text for other in atoms if other.anchor is atom.anchor])), atom.anchor
    return clean(" ".join(atom.text for atom in atoms)) or None, None
