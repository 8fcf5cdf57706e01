"""The counters behind the heading, by element: joined, `1`, `304`, `263` would read as one number."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from selectolax.lexbor import LexborNode

from archive.records import Counter
from crawler.extraction.counters.elements import ids_around, is_icon, shown_text, without_icons
from crawler.extraction.counters.icons import hints, icons_before, kind_of_icon, kinds_by_class
from crawler.extraction.counters.leaves import Leaf, leaves_in, leaves_of, read_dotted
from crawler.extraction.counters.said import said_by
from crawler.extraction.counters.words import Kind, Named, kinds_in, names_one
from crawler.extraction.flow import Block
from crawler.extraction.normalisers.counts import Count, read_count

_OTHERWISE = re.compile(
    r"подел|репост|избранн|закладк|сохран|скача|\bshar|repost|favou?rit|bookmark|\bsave|download", re.IGNORECASE
)
_WIDTH = re.compile(r"width\s*:\s*(\d{1,3})(?:\.0+)?%")
_FARTHEST = 14  # blocks: three pairs of a word and a number behind as many other details


def find_counters(
    blocks: Sequence[Block],
    empty: Sequence[LexborNode],
    kinds: tuple[Kind, ...],
    is_date: Callable[[str], object] = lambda _: False,
) -> tuple[list[Counter], list[int]]:
    """Counters of the blocks behind a heading, and the numbers of the blocks that hold nothing else but a date.

    `empty` are elements there without content, which may say a number in an attribute. Which number counts what is
    told by a word beside it, or by the order of the site where there are exactly as many elements as it prints. In
    doubt all are None with what was printed.
    """
    leaves, used = leaves_of(blocks[:_FARTHEST], is_date)
    leaves = leaves or [Leaf(said[1], node, 0, said[0]) for node in empty if (said := said_by(node))]
    if not leaves or not kinds:
        return [_absent(kind, "not_found") for kind in kinds], []
    read_dotted(leaves)
    _ask_icons(leaves)
    told = _told([leaf for leaf in leaves if kinds_in(leaf.hint) != ("other",) and not _is_bar(leaf)], kinds)
    if told:
        return [_counter(kind, told.get(kind)) for kind in kinds], used
    raw = " ".join(leaf.count.raw for leaf in leaves)
    return [Counter(kind, None, raw, None, "ambiguous", "landmarks:counters") for kind in kinds], used


def find_named(
    blocks: Sequence[Block], kinds: tuple[Kind, ...], is_date: Callable[[str], object] = lambda _: False
) -> list[Counter]:
    """Counters of blocks that are numbers and stand elsewhere: those that are named; none where nothing names any."""
    leaves = [leaf for block in blocks for leaf in leaves_in(block, "", is_date) or []]
    if not leaves:
        return []
    _ask_icons(leaves)
    told = _by_class(leaves) or _by_hint(leaves)
    return [_counter(kind, told.get(kind)) for kind in kinds] if told.keys() & {*kinds} else []


def _told(leaves: list[Leaf], kinds: tuple[Kind, ...]) -> dict[Named, Leaf]:
    """The counters by the site's order, unless a word or a class says otherwise; else by those; none in doubt."""
    if not leaves:
        return {}
    hinted, cells = _by_hint(leaves), _cells(leaves, len(kinds))
    if len(cells) == len(kinds):
        ordered: dict[Named, Leaf] = dict(zip(kinds, cells, strict=True))
        alike = all(hinted.get(kind, cell) is cell and _may_be(cell, kind) for kind, cell in ordered.items())
        if alike and not (hinted and any(map(_is_called_otherwise, cells))):
            return ordered
    return _by_class(leaves) or hinted


def _may_be(leaf: Leaf, kind: Named) -> bool:
    """Whether no class contradicts that a number counts something; a word beside it is believed before that."""
    return leaf.called in {None, kind} or kinds_in(leaf.hint) == (kind,)


def _is_bar(leaf: Leaf) -> bool:
    """Whether an element is drawn as wide as its number says, as stars are: `<li style="width:80%">80</li>`."""
    style = leaf.node.attrs.get("style")
    match = _WIDTH.search(style) if style else None
    return match is not None and int(match[1]) == leaf.count.value


def _is_called_otherwise(leaf: Leaf) -> bool:
    """Whether words beside a number, among others that are named, name what is no counter: `title="Shared"`."""
    if kinds_in(leaf.hint):
        return False
    if leaf.printed or _OTHERWISE.search(leaf.hint):
        return True
    title = leaf.node.attrs.get("title") or leaf.node.attrs.get("aria-label") or ""
    return any(map(str.isalpha, title)) and not names_one(title)


def _ask_icons(leaves: Sequence[Leaf]) -> None:
    """Note what the icons before the numbers say, and their classes, where words do not say all."""
    if all(len(kinds_in(leaf.hint)) == 1 for leaf in leaves):
        return
    nodes = [leaf.node for leaf in leaves]
    icons = icons_before(nodes)
    for leaf, icon, kind in zip(leaves, icons, kinds_by_class(nodes, icons), strict=True):
        leaf.called = leaf.called or kind
        if icon is not None and len(kinds_in(leaf.hint)) != 1 and names_one(said := " ".join(hints(icon))):
            leaf.hint = said
    if len(leaves) == 1 and icons[0] is not None and not leaves[0].hint:
        leaves[0].hint = kind_of_icon(icons[0]) or ""


def _by_hint(leaves: list[Leaf]) -> dict[Named, Leaf]:
    """The counters that are named; two numbers of one name leave it in doubt."""
    found: dict[Named, Leaf] = {}
    for leaf in leaves:
        kinds = kinds_in(leaf.hint)
        if len(kinds) != 1:
            continue
        first = found.setdefault(kinds[0], leaf)
        if first.count.value != leaf.count.value:
            both = Count(None, f"{first.count.raw} {leaf.count.raw}", absent_reason="ambiguous")
            found[kinds[0]] = Leaf(both, leaf.node, leaf.block)
    return found


def _by_class(leaves: list[Leaf]) -> dict[Named, Leaf]:
    """The counters where each number of several is named, by words or by classes, and each otherwise."""
    found: dict[Named, Leaf] = {}
    for leaf in leaves:
        kinds = kinds_in(leaf.hint)
        kind = kinds[0] if len(kinds) == 1 else leaf.called
        if kind is None or kind in found:
            return {}
        found[kind] = leaf
    return found if len(found) > 1 else {}


def _cells(leaves: list[Leaf], wanted: int) -> list[Leaf]:
    """One leaf a counter: the elements beside each other that hold the numbers, empty ones of the same kind too."""
    around = [ids_around(leaf.node) for leaf in leaves]
    cells = _row_of(leaves[0].node, around, wanted)
    if not cells:
        return leaves
    numbered = list(zip(leaves, around, strict=True))
    by_cell = {cell.mem_id: [leaf for leaf, ids in numbered if cell.mem_id in ids] for cell in cells}
    if any(len(held) > 1 for held in by_cell.values()) or sum(map(len, by_cell.values())) != len(leaves):
        return leaves
    result: list[Leaf] = []
    for cell in cells:
        held = by_cell[cell.mem_id]
        if not held and (without_icons(cell) or is_icon(cell)):
            continue
        result.append(held[0] if held else Leaf(read_count(""), cell, leaves[0].block))
    return result


def _row_of(number: LexborNode, around: Sequence[set[int]], wanted: int) -> list[LexborNode]:
    """The children of the nearest element that holds all numbers in such: of one tag, or `wanted` in number."""
    cell: LexborNode | None = number
    for _ in range(5):
        parent = cell.parent if cell is not None else None
        if cell is None or parent is None or parent.tag in {"html", "-document"}:
            return []
        tag, row, children = cell.tag, parent.mem_id, list(parent.iter())
        alike = [child for child in children if child.tag == tag]
        if (len(alike) > 1 or len(children) == wanted) and all(row in ids for ids in around):
            return [child for child in (children if len(children) == wanted else alike) if _like(child, cell)]
        cell = parent
    return []


def _like(child: LexborNode, cell: LexborNode) -> bool:
    """Whether a sibling is a counter too: holds a number, a dash, or nothing, as a counter's element does."""
    text = shown_text(child)
    if child.mem_id == cell.mem_id or read_count(text).absent_reason != "unreadable":
        return True
    bare = without_icons(child)
    return not bare or read_count(bare).absent_reason != "unreadable"


def _counter(kind: Kind, leaf: Leaf | None) -> Counter:
    if leaf is None:
        return _absent(kind, "not_found")
    count = leaf.count
    if count.value is not None and count.value < 0 and kind != "rating":
        return Counter(kind, None, count.raw, None, "unreadable", "landmarks:counters")
    return Counter(kind, count.value, count.raw or None, count.precision, count.absent_reason, "landmarks:counters")


def _absent(kind: Kind, reason: str) -> Counter:
    return Counter(kind, None, None, None, reason)
