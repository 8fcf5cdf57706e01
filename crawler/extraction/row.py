"""A row of a list as it was printed, before anybody asks where its link leads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, field

from crawler.extraction.flow import Anchor, Atom, Block
from crawler.extraction.normalisers.counts import Count, is_no_count, read_count
from crawler.extraction.normalisers.dates import Moment
from crawler.extraction.normalisers.text import clean

_LONGEST_RUBRIC = 40  # characters before a title's link; more is a sentence with a link in it
BULLETS = " •·|/"
_BADGE = re.compile(r"(?<![a-z])(?:badge|label|count(?:er|s)?|comments?|bubble)(?![a-z])|коммент", re.IGNORECASE)


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

    @property
    def leads_somewhere(self) -> bool:
        """Whether a row has a link: a chronicle in an article has none."""
        return any(row.anchor is not None for row in self.rows)


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
    """The first link's text that is not a number; all of the text where there is none, or it stands in a sentence."""
    for number, atom in enumerate(atoms):
        if atom.anchor is not None and is_no_count(atom.text):
            if sum(len(before.text.strip()) for before in atoms[:number]) > _LONGEST_RUBRIC:
                break
            linked = [other for other in atoms if other.anchor is atom.anchor]
            return clean("".join([other.text for other in linked if other is not _badge(linked)])), atom.anchor
    return clean(" ".join(atom.text for atom in atoms)) or None, None


def badge_in(atoms: Sequence[Atom], anchor: Anchor | None) -> Count | None:
    """The count that ends a link, in an element called so: `<a>Title <span class="badge">5</span></a>`."""
    badge = _badge([atom for atom in atoms if atom.anchor is anchor]) if anchor is not None else None
    return read_count(badge.text) if badge is not None else None


def _badge(linked: Sequence[Atom]) -> Atom | None:
    last = linked[-1] if len(linked) > 1 else None
    if last is None or is_no_count(last.text):
        return None
    attributes = last.node.attributes
    called = " ".join(value for name in ("class", "title", "aria-label") if (value := attributes.get(name)))
    return last if last.node.tag != "a" and _BADGE.search(called) else None
