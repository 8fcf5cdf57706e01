"""Rows told by their elements: what stands among the rows of a list and is built as they are is a row.

So a row keeps its place whose date is a clock alone, a day alone, "an hour ago" or missing, and those behind it keep
their ranks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from selectolax.lexbor import LexborNode

from crawler.extraction.flow import BODY, Atom, Block
from crawler.extraction.labels import LabelBook
from crawler.extraction.lists.partial_dates import are_times, days_above, partial_dates, take_days_of_clocks
from crawler.extraction.lists.row import Dated, Posted
from crawler.extraction.normalisers.counts import is_no_count
from crawler.extraction.normalisers.dates import Moment

_OUTWARDS = 7  # elements around a date
_NEAR = 8  # blocks around a date in which its row stands
_LONGEST = 600  # characters of a row
_SHORTEST_TITLE = 8
_LONGEST_LABEL = 40
_HEADED = 3  # blocks above a list among which a heading may say its day
_AROUND = 3  # elements, from that of the list outwards, in which such a heading may stand
_CALLED_DATE = re.compile(r"(?<![a-z])(?:date|time|datetime|posted|published)(?![a-z])|дата|время", re.IGNORECASE)
OF_NEWS, _OF_FILMS = ("новост", "news", "лент"), ("видео", "video")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BEHIND_TERM = frozenset({"dd", "-text", "-comment"})
_DEEPEST = 3  # elements inside a row by which it is compared


class _Element(Struct, eq=False):
    """A child of a list's element, and the date in it; of a row whose date is missing there is none."""

    node: LexborNode
    date: Dated | None
    held: list[tuple[Block, int]] = field(default_factory=list)


def with_partial_dates(
    dated: list[Dated], blocks: Sequence[Block], book: LabelBook, seen_at: datetime, zone: ZoneInfo
) -> list[Dated]:
    """The dates of a page's rows: whole ones, and what stands for one in the same element of another row."""
    known = {(each.block.index, at) for each in dated for at in range(each.start, each.at)}
    partial = list(partial_dates(blocks, known, seen_at, zone))
    every = sorted([*dated, *partial], key=_place) if partial else dated
    places = {_place(each) for each in every}
    added: dict[tuple[int, int], Dated] = {}
    lists: list[tuple[LexborNode, LexborNode]] = []
    for parent, rows in _groups(every):
        if new := _Group(parent, rows, blocks, places).added(book, seen_at, zone):
            lists.append((parent, rows[0].node))
            added = {_place(each): each for each in new} | added
    lone = (each for each in partial if _place(each) not in added) if lists else ()
    for each, (parent, node) in list(_only_rows(lone, lists)):
        group = _Group(parent, [_Element(node, each)], blocks, places)
        added |= {_place(row): row for row in group.added(book, seen_at, zone, of_day=True)}
    return sorted([*dated, *added.values()], key=_place) if added else dated


def _place(dated: Dated) -> tuple[int, int]:
    return dated.block.index, dated.start


def _groups(dated: Sequence[Dated]) -> Iterator[tuple[LexborNode, list[_Element]]]:
    """Dates that follow each other in elements beside each other, of one tag, and the element around these."""
    parent: LexborNode | None = None
    rows: list[_Element] = []
    for one, other in pairwise(dated):
        node = _child(parent, other) if parent is not None else None
        if node is not None and _are_rows(rows[-1].node, node):
            rows.append(_Element(node, other))
            continue
        if parent is not None:
            yield parent, rows
        found = _beside(_path(one), _path(other))
        parent, rows = (found[0], [_Element(found[1], one), _Element(found[2], other)]) if found else (None, [])
    if parent is not None:
        yield parent, rows


def _only_rows(
    dated: Iterable[Dated], lists: Sequence[tuple[LexborNode, LexborNode]]
) -> Iterator[tuple[Dated, tuple[LexborNode, LexborNode]]]:
    """Dates of rows that are alone in their list, of a day, say, beside other such lists: with the list and the row."""
    for each in dated:
        path = list(_path(each).values())
        pairs = ((outer, node) for node, outer in pairwise(path))
        found = (pair for pair in pairs if any(_is_such_list(*pair, parent, row) for parent, row in lists))
        if (pair := next(found, None)) is not None:
            yield each, pair


def _is_such_list(parent: LexborNode, row: LexborNode, other: LexborNode, its_row: LexborNode) -> bool:
    """Whether a list and its row are built as another list and its, which stands beside it, perhaps in an element."""
    if not (_are_alike(row, its_row) and _are_alike(parent, other)):
        return False
    box, its_box = parent.parent, other.parent
    if box is None or its_box is None or parent.mem_id == other.mem_id:
        return False
    outer, its_outer = box.parent, its_box.parent
    beside = outer is not None and its_outer is not None and outer.mem_id == its_outer.mem_id
    return box.mem_id == its_box.mem_id or (beside and _are_alike(box, its_box))


def _are_alike(one: LexborNode, other: LexborNode) -> bool:
    return one.tag_id == other.tag_id and one.attrs.get("class") == other.attrs.get("class")


def _child(parent: LexborNode, dated: Dated) -> LexborNode | None:
    """The child of an element that holds a date; None where the date is not in it."""
    wanted = parent.mem_id
    node: LexborNode | None = dated.block.atoms[dated.start].node
    for _ in range(_OUTWARDS - 1):
        outer = node.parent if node is not None else None
        if outer is None:
            return None
        if outer.mem_id == wanted:
            return node
        node = outer
    return None


def _are_rows(one: LexborNode, other: LexborNode) -> bool:
    """Whether two children of an element are of one tag, and two."""
    return one.tag_id == other.tag_id and one.mem_id != other.mem_id


def _path(dated: Dated) -> dict[int, LexborNode]:
    """The element of a date and those around it, by `mem_id`, from the inside."""
    node: LexborNode | None = dated.block.atoms[dated.start].node
    path: dict[int, LexborNode] = {}
    while node is not None and len(path) < _OUTWARDS and node.tag_id != BODY:
        path[node.mem_id] = node
        node = node.parent
    return path


def _beside(
    one: dict[int, LexborNode], other: dict[int, LexborNode]
) -> tuple[LexborNode, LexborNode, LexborNode] | None:
    """The innermost element around both, and its children that hold each; None where these are not of one tag."""
    common = next(filter(one.__contains__, other), None)
    there, here = (_inside(path, common) for path in (one, other))
    if common is None or there is None or here is None or not _are_rows(there, here):
        return None
    return one[common], there, here


def _inside(path: dict[int, LexborNode], outer: int | None) -> LexborNode | None:
    """The element of a path directly inside another one of it."""
    inner: LexborNode | None = None
    for known, node in path.items():
        if known == outer:
            return inner
        inner = node
    return None


class _Group:
    """The rows of one list by their elements."""

    def __init__(
        self, parent: LexborNode, rows: list[_Element], blocks: Sequence[Block], places: Set[tuple[int, int]]
    ) -> None:
        self.parent, self.rows, self.blocks, self.places = parent, rows, blocks, places
        self.sure = [row.date for row in rows if row.date is not None and isinstance(row.date.moment, Moment)]
        self.first = min(row.date.block.index for row in rows if row.date is not None)

    def added(self, book: LabelBook, seen_at: datetime, zone: ZoneInfo, *, of_day: bool = False) -> list[Dated]:
        """The dates that are to stand for one, each with the shape that the list's dates have.

        That these are dates something must say: of a row alone (`of_day`) the day above it, as it has others beside it.
        """
        beside = self._beside()
        if not beside and len(self.sure) == len(self.rows):
            return []
        rows = self._rows(beside)
        partial = [row.date for row in rows if row.date is not None and not isinstance(row.date.moment, Moment)]
        days = days_above(self._before(), self._containers(), seen_at, zone)
        of_day = of_day and len(partial) > 0 and bool(days)
        if not (self.sure or of_day or (len(partial) > 1 and self._tells(partial, book, of_day=bool(days)))):
            return []
        dates = [row.date or _missing(row) for row in rows]
        take_days_of_clocks(dates, days, seen_at, zone)
        shape = (self.sure or partial)[0].shape
        new = [date for date in dates if not isinstance(date.moment, Moment)]
        for date in new:
            date.shape = shape
        return new

    def _beside(self) -> list[LexborNode]:
        """The elements beside the rows that have their tag and the class of one of them, and no date."""
        nodes = {row.node.mem_id: row.node for row in self.rows}
        tag, classes = self.rows[0].node.tag_id, {node.attrs.get("class") for node in nodes.values()}
        others = (node for node in self.parent.iter() if node.mem_id not in nodes and node.tag_id == tag)
        return [node for node in others if node.attrs.get("class") in classes]

    def _rows(self, beside: Sequence[LexborNode]) -> list[_Element]:
        """The rows with one date and a title's link, and the few beside them without a link, or without a date.

        The latter are built as one of them.
        """
        rows = [*self.rows, *(_Element(node, None) for node in beside)]
        self._fill(rows)
        known = [row for row in rows if row.date is not None and self._is_row(row, _has_title)]
        told = {id(row) for row in known}
        others = [row for row in rows if row.date is not None and id(row) not in told]
        unlinked = [row for row in others if self._is_row(row, _is_unlinked)]
        known += unlinked if are_few(len(unlinked), len(known)) else []
        built = {_build(row.node) for row in known} if beside else set()
        missing = [
            row for row in rows if row.date is None and self._is_row(row, _has_title) and _build(row.node) in built
        ]
        return sorted([*known, *missing], key=lambda row: (row.held[0][0].index, row.held[0][1]))

    def _fill(self, rows: Sequence[_Element]) -> None:
        """Note what text each row holds."""
        by_id = {row.node.mem_id: row for row in rows}
        if rows[0].node.tag == "dt":
            by_id |= {node.mem_id: row for row in rows for node in _explaining(row.node)}
        last = max(row.date.block.index for row in rows if row.date is not None)
        first, end = max(0, self.first - _NEAR), min(len(self.blocks), last + _NEAR + 1)
        if any(row.date is None for row in rows):  # what is seen in part would seem to have none
            while first and _around(self.blocks[first - 1].atoms[-1].node, by_id) is not None:
                first -= 1
            while end < len(self.blocks) and _around(self.blocks[end].atoms[0].node, by_id) is not None:
                end += 1
        for block in self.blocks[first:end]:
            for at, atom in enumerate(block.atoms):
                if (row := _around(atom.node, by_id)) is not None:
                    row.held.append((block, at))

    def _is_row(self, row: _Element, holds_title: Callable[[Sequence[Atom]], bool]) -> bool:
        """Whether an element is a row of a list: short, with something that can be a title, and with no other date."""
        if sum(len(block.atoms[at].text) for block, at in row.held) > _LONGEST:
            return False
        dates = {place for block, at in row.held if (place := (block.index, at)) in self.places}
        if len(dates) != (row.date is not None):
            return False
        return holds_title([block.atoms[at] for block, at in row.held if (block.index, at) not in dates])

    def _tells(self, partial: Sequence[Dated], book: LabelBook, *, of_day: bool) -> bool:
        """Whether anything says that these are dates: the list's label, its day, or what their elements are called."""
        above = self._above().lower()
        if any(word in above for word in _OF_FILMS) or not are_times(partial):
            return False
        if all(_YEAR.search(each.moment.raw) for each in partial):  # nothing else is printed so: 05.10.2025
            return True
        labelled = of_day or any(word in above for word in OF_NEWS) or self._is_discussion(book)
        return labelled or all(_is_called_date(each.block.atoms[each.start].node) for each in partial)

    def _above(self) -> str:
        """The short line above the list."""
        first = self._opening()
        above = self.blocks[first - 1].text if first else ""
        return above if len(above) <= _LONGEST_LABEL else ""

    def _before(self) -> Sequence[Block]:
        """The blocks above the list among which a heading may say its day."""
        return self.blocks[max(0, self._opening() - _HEADED) : self._opening()]

    def _containers(self) -> list[int]:
        """The `mem_id` of the list's element and of those around it: a table's rows stand in its <tbody>."""
        found: list[int] = []
        node: LexborNode | None = self.parent
        while node is not None and len(found) < _AROUND:
            found.append(node.mem_id)
            node = node.parent
        return found

    def _opening(self) -> int:
        """The number of the list's first block."""
        return min((row.held[0][0].index for row in self.rows if row.held), default=self.first)

    def _is_discussion(self, book: LabelBook) -> bool:
        near = self.blocks[max(0, self.first - 3) : self.first]
        return any((found := book.find(block)) and found.kind == "discussion" for block in near)


def _explaining(term: LexborNode) -> Iterator[LexborNode]:
    """What explains a term, and is a row with it: `<dt>11:32</dt><dd>...</dd>`."""
    node = term.next
    while node is not None and node.tag in _BEHIND_TERM:
        if node.tag == "dd":
            yield node
        node = node.next


def _around(node: LexborNode, by_id: dict[int, _Element]) -> _Element | None:
    """Which of some elements a node stands in."""
    current: LexborNode | None = node
    for _ in range(_OUTWARDS + 1):
        if current is None:
            return None
        if (row := by_id.get(current.mem_id)) is not None:
            return row
        current = current.parent
    return None


def _has_title(atoms: Sequence[Atom]) -> bool:
    """Whether the longest link can be a title, and is none in a sentence: less stands before it."""
    links = [(len(atom.text), at) for at, atom in enumerate(atoms) if atom.anchor and is_no_count(atom.text)]
    longest, at = max(links, default=(0, 0))
    if longest >= max(_SHORTEST_TITLE, _length(atoms[:at])):
        return True
    held = [atom for atom in atoms if atom.anchor is atoms[at].anchor]  # a part of a title may be emphasised
    return longest > 0 and _length(held) >= max(_SHORTEST_TITLE, _length(atoms[: atoms.index(held[0])]))


def _length(atoms: Sequence[Atom]) -> int:
    return sum(len(atom.text.strip()) for atom in atoms)


def _is_unlinked(atoms: Sequence[Atom]) -> bool:
    """Whether there is no link, but a text as long as a title."""
    return not any(atom.anchor for atom in atoms) and any(len(atom.text) >= _SHORTEST_TITLE for atom in atoms)


def are_few(unlinked: int, linked: int) -> bool:
    """Whether rows without a link are so few that they are of the list around them."""
    return 4 * unlinked <= linked


def _missing(row: _Element) -> Dated:
    """The place of a date that is missing: before the row's first atom."""
    block, at = row.held[0]
    return Dated(block, at, at, Posted(None, ""), ())


def _build(node: LexborNode, depth: int = _DEEPEST) -> tuple[object, ...]:
    """The tags inside an element, as far as rows are compared; a title may hold emphasis."""
    inner = tuple(_build(child, depth - 1) for child in node.iter() if child.tag != "a") if depth else ()
    return (node.tag, *inner)


def _is_called_date(node: LexborNode) -> bool:
    """Whether an element, or the one around it, says that it is a time."""
    if node.tag == "time":
        return True
    outer = node.parent
    called = (each.attrs.get("class") or "" for each in (node, outer) if each is not None)
    return any(_CALLED_DATE.search(name) for name in called)
