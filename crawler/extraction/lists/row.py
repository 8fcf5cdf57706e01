"""A row of a list as it was printed, before anybody asks where its link leads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct, field

from crawler.extraction.counters.icons import calls_other
from crawler.extraction.flow import Anchor, Atom, Block, shown
from crawler.extraction.normalisers.counts import Count, is_no_count, read_count
from crawler.extraction.normalisers.dates import Moment
from crawler.extraction.normalisers.text import clean

_LONGEST_RUBRIC = 40  # characters before a title's link; more is a sentence with a link in it
LONGEST_SOURCE = 40  # characters of where the news came from
_SHORTEST_TITLE = 20  # characters: a shorter first link may be who wrote, or the section
BULLETS = " •·|/"
_SECTION = re.compile(r"(.*\d) ?[•·|] ?[^\W\d_][^\d•·|/:]{0,18}[^\W\d_]")
_BADGE = re.compile(r"(?<![a-z])(?:badge|label|count(?:er|s)?|comments?|bubble)(?![a-z])|коммент", re.IGNORECASE)


class Behind(Struct, frozen=True):
    """A count behind a title, the block it stands in, and the tag of its element."""

    count: Count
    block: int
    tag: str | None


class Posted(Struct, frozen=True, gc=False):
    """What a row prints that is less than a day and a time: `at` is None where that does not say when.

    Of a day alone `at` is midnight in the site's zone, and `raw` has no colon.
    """

    at: datetime | None
    raw: str


class Row(Struct, eq=False):
    """One row as printed; `anchor` is its title's link."""

    moment: Moment | Posted
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

    @property
    def is_sure(self) -> bool:
        """Whether a row has a day and a time: what has neither or one of them may be no list of news."""
        return any(isinstance(row.moment, Moment) for row in self.rows)


class Dated(Struct):
    """A date in a block, from which a row is told: it stands from atom `start` up to atom `at`.

    Where a row's place for it is empty it is nothing, before its first atom.
    """

    block: Block
    start: int
    at: int
    moment: Moment | Posted
    shape: tuple[object, ...]
    comments: Count | None = None  # printed in one text with the date, or in an attribute beside it

    @property
    def enclosed(self) -> bool:
        """Whether it stands in a link that holds anything else: one to the news of that day does not."""
        anchor = self.block.atoms[self.start].anchor
        return anchor is not None and clean(anchor.node.text()) != self.moment.raw


def without_section(text: str) -> str:
    """A text without the few words that a bar or point parts from its end: `13.05.2026 · Авиация`."""
    match = _SECTION.fullmatch(text) if text[-1:].isalpha() else None
    return match[1] if match else text


def texts_in(atoms: Iterable[Atom]) -> Iterator[tuple[str, Atom]]:
    """What atoms show, without the signs around it, where they show anything."""
    return ((text, atom) for atom in atoms if (text := shown(atom).strip(BULLETS)))


def title_in(atoms: Sequence[Atom]) -> tuple[str | None, Anchor | None]:
    """The first link's text that is not a number; all of the text where there is none, or it stands in a sentence."""
    for number, atom in enumerate(atoms):
        if atom.anchor is not None and is_no_count(shown(atom)):
            if sum(len(before.text.strip()) for before in atoms[:number]) > _LONGEST_RUBRIC:
                break
            return _longer(atoms[number:], atom.anchor)
    return clean(" ".join(atom.text for atom in atoms)) or None, None


def _longer(atoms: Sequence[Atom], first: Anchor) -> tuple[str, Anchor]:
    """The first link as a title, or the longest where that is as short as the name of a reader or a section."""
    if len(atoms) == 1:
        return shown(atoms[0]), first
    title = _title_of(atoms, first)
    if len(title) >= _SHORTEST_TITLE or all(atom.anchor in {None, first} for atom in atoms):
        return title, first
    if sum(len(atom.text.strip()) for atom in atoms if atom.anchor is None) > _LONGEST_RUBRIC:
        return title, first
    others = {id(atom.anchor): atom.anchor for atom in atoms if atom.anchor is not None and is_no_count(shown(atom))}
    longest = max(((_title_of(atoms, anchor), anchor) for anchor in others.values()), key=lambda found: len(found[0]))
    return longest if len(longest[0]) >= min(_SHORTEST_TITLE, 2 * len(title)) else (title, first)


def _title_of(atoms: Sequence[Atom], anchor: Anchor) -> str:
    linked = [atom for atom in atoms if atom.anchor is anchor]
    badge = _badge(linked)
    return clean("".join([atom.text for atom in linked if atom is not badge]))


def badge_in(atoms: Sequence[Atom], anchor: Anchor | None) -> Count | None:
    """The count that ends a link, in an element called so: `<a>Title <span class="badge">5</span></a>`."""
    if anchor is None or len(atoms) < 2:
        return None
    badge = _badge([atom for atom in atoms if atom.anchor is anchor])
    return read_count(shown(badge)) if badge is not None and not calls_other(badge, "comments") else None


def _badge(linked: Sequence[Atom]) -> Atom | None:
    last = linked[-1] if len(linked) > 1 else None
    if last is None or is_no_count(shown(last)):
        return None
    attributes = last.node.attributes
    called = " ".join(value for name in ("class", "title", "aria-label") if (value := attributes.get(name)))
    return last if last.node.tag != "a" and _BADGE.search(called) else None
