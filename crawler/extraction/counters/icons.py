"""What icons and class names say of the numbers beside them: weak beside words, but better than a mere order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from itertools import groupby
from unicodedata import category

from selectolax.lexbor import LexborNode

from crawler.extraction.counters.elements import without_icons
from crawler.extraction.counters.words import Kind, Named, kinds_in
from crawler.extraction.flow import Atom
from crawler.extraction.normalisers.counts import Count, is_no_count, read_count

_HINTS = ("title", "aria-label", "alt", "data-title", "itemprop", "data-original-title", "data-hint", "data-tooltip")
_CLASS_WORDS: dict[str, Named] = {
    **dict.fromkeys(("view", "views", "eye", "look", "looks", "hits"), "views"),
    **dict.fromkeys(("comment", "comments", "comm", "chat", "replies"), "comments"),
    **dict.fromkeys(("rating", "like", "likes", "star", "stars", "score", "vote", "heart"), "rating"),
    **dict.fromkeys(
        ("share", "shares", "repost", "reposts", "bookmark", "bookmarks", "download", "downloads"), "other"
    ),
}
_ALONE: tuple[set[Named], ...] = ({"views"}, {"comments"})  # a star may as well be a button
_PICTURED: dict[str, Kind] = {
    **dict.fromkeys("👁👀", "views"),
    **dict.fromkeys("💬🗨🗪", "comments"),
    **dict.fromkeys("⭐★☆👍❤♥", "rating"),
}
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_OF_DRUPAL = re.compile(r"(?<![\w-])views-(?:row|field|element|label|view)(?![a-z])")  # its lists are called views
_COUNTED = re.compile(r"\d|^\s*[—–-]\s*$")
_TIME = re.compile(r"\d:\d\d|\d\.\d\d\.")
_ICONS = frozenset({"i", "svg", "img", "span", "em", "b", "use", "mat-icon"})
_AROUND = " |/·•"
_ANY = "\u2300"  # below: © and the like
_LONGEST_PICTOGRAPH = 2  # characters: a variation selector may follow
VOTES = frozenset({"+", "-", "−", "–", *"▲▼▴▾△▽▵▿⏶⏷⬆⬇⇧⇩↑↓⌃⌄˄˅👍👎"})
_PICTOGRAPHS = re.compile("\\s*([\u2300-\u2bff\U0001f300-\U0001faff]\ufe0f?)\\s*")


def hints(node: LexborNode) -> Iterator[str]:
    """What an element's attributes say of it, and the title that a drawing holds."""
    if attributes := node.attributes:
        yield from (value for name in _HINTS if (value := attributes.get(name)))
    if node.tag == "svg":
        yield from (child.text().strip() for child in node.iter() if child.tag == "title")


def is_pictograph(text: str) -> bool:
    """Whether a text is a symbol in place of an icon, as 👁 before the views; no vote's arrow."""
    return len(text) <= _LONGEST_PICTOGRAPH and text not in VOTES and text[0] >= _ANY and category(text[0]) == "So"


def kind_pictured(text: str) -> Kind | None:
    """What a symbol stands for."""
    return _PICTURED.get(text[:1])


def by_pictographs(text: str) -> list[tuple[Named | None, Count]]:
    """The numbers of `👁 983 💬 0 👍 7`, the symbols before all of them or behind all; an unknown one is `other`."""
    parts = _PICTOGRAPHS.split(text) if max(text) >= _ANY else []
    if len(parts) < 3 or (parts[0] and parts[-1]):
        return []
    symbols = parts[1::2]
    counts = [read_count(part.strip(_AROUND)) for part in (parts[:-1:2] if parts[0] else parts[2::2])]
    readable = all(count.absent_reason != "unreadable" for count in counts)
    if not readable or all(count.value is None for count in counts) or not all(map(_stands_for_one, symbols)):
        return []
    unknown: Named | None = "other" if any(map(kind_pictured, symbols)) else None
    return [(kind_pictured(symbol) or unknown, count) for symbol, count in zip(symbols, counts, strict=True)]


def counts_pictured(text: str) -> tuple[str, dict[Named | None, Count]] | None:
    """What stands before the symbols of `22.09 12:09 · 👁 983 💬 0`, and the numbers that they tell; else None."""
    first = _PICTOGRAPHS.search(text) if max(text) >= _ANY else None
    counts = by_pictographs(text[first.start() :]) if first else []
    return (text[: first.start()], dict(counts)) if first and counts else None


def _stands_for_one(symbol: str) -> bool:
    return kind_pictured(symbol) is not None or symbol not in VOTES


def icons_before(numbers: Sequence[LexborNode]) -> list[LexborNode | None]:
    """The icon directly before each number, given the elements that hold them; none where the first has none."""
    found: list[LexborNode | None] = []
    for _, group in groupby(numbers, key=lambda node: node.mem_id):
        held = list(group)
        inside = _inside(held[0])
        if len(held) == 1:
            found.append(next(filter(None, inside), None) or _before(held[0]))
        else:
            found += inside if len(inside) == len(held) else [None] * len(held)
    return found if found[0] is not None else [None] * len(found)


def _inside(node: LexborNode) -> list[LexborNode | None]:
    """The icon before each number that stands directly in an element."""
    found: list[LexborNode | None] = []
    icon: LexborNode | None = None
    for child in node.iter(include_text=True):
        if not child.is_text_node:
            icon = child if _is_icon(child) else None
        elif _COUNTED.search(text := child.text_content or "") and not _TIME.search(text):
            found.append(icon)
            icon = None
    return found


def _before(node: LexborNode) -> LexborNode | None:
    """The icon that an element's number stands behind, in the element around both."""
    before = node.prev
    while before is not None and before.is_text_node and not (before.text_content or "").strip():
        before = before.prev
    return before if before is not None and _is_icon(before) else None


def _is_icon(node: LexborNode) -> bool:
    return node.tag in _ICONS and (node.tag in {"svg", "mat-icon"} or not (node.text() or "").strip())


def kinds_by_class(numbers: Sequence[LexborNode], icons: Sequence[LexborNode | None]) -> list[Named | None]:
    """What the classes of each number's element, or of the icon before it, say; not what they say of all alike."""
    alone = [node.mem_id for node in numbers]
    said: list[set[Named]] = []
    for node, icon in zip(numbers, icons, strict=True):
        own = _called(node) if alone.count(node.mem_id) == 1 else set()
        said.append(own or (_called(icon) if icon is not None else set()) or _called_around(node))
    common = set.intersection(*said) if said else set()
    return [next(iter(own)) if len(own := kinds - common) == 1 else None for kinds in said]


def kind_of_icon(icon: LexborNode) -> Named | None:
    """What the name of an icon before a page's only number says: that of an eye or a bubble, else nothing."""
    said = _called(icon)
    return next(iter(said)) if said in _ALONE else None


def calls_other(number: Atom, kind: Named) -> bool:
    """Whether a number's element or icon names other counters than `kind`: an eye before views."""
    named = named_by(number)
    return bool(named) and kind not in named


def named_by(number: Atom) -> Set[Named]:
    """What an element that holds a number and nothing else names by its attributes or class, else the icon before."""
    node = number.node
    first = node.first_child
    bare = first is not None and first.next is None
    if not bare and is_no_count(without_icons(node)):
        return _named_among_others(number)
    if node.attributes and (named := _named(node)):
        return named
    icon = _before(node) or (next(filter(None, _inside(node)), None) if not bare else None)
    return _named(icon) if icon is not None else set()


def _named_among_others(number: Atom) -> Set[Named]:
    """What the icon before a number names that stands with other texts directly in one element.

    Several numbers there, between icons alone, that nothing names may count anything: `other`.
    """
    before, behind = number.leaf.prev, number.leaf.next
    if before is not None and _is_icon(before):
        if named := _named(before):
            return named
        if _is_number(before.prev):
            return {"other"}
    return {"other"} if behind is not None and _is_icon(behind) and _is_number(behind.next) else set()


def _is_number(node: LexborNode | None) -> bool:
    """Whether a node is a text and a number."""
    return node is not None and node.is_text_node and not is_no_count((node.text_content or "").strip(_AROUND))


def _named(node: LexborNode) -> Set[Named]:
    attributes = node.attributes
    if len(attributes) == 1 and "class" in attributes and node.tag != "svg":  # most have no other
        return _kinds_of(attributes["class"] or "")
    hint = " ".join(hints(node))
    return ({*kinds_in(hint)} if hint else set()) or _called(node)


def _called_around(node: LexborNode) -> set[Named]:
    """The same of the element around, where it holds nothing but a number's element and an icon."""
    around = node.parent
    return (
        _called(around)
        if around is not None and (around.text() or "").strip() == (node.text() or "").strip()
        else set()
    )


def _called(node: LexborNode) -> set[Named]:
    """The counters whose names are words of an element's class, or of the drawing that it uses."""
    names = [node.attrs.get("class") or ""]
    if node.tag == "svg":
        attributes = (child.attributes for child in node.iter() if child.tag == "use")
        names += [(each.get("xlink:href") or each.get("href") or "").rpartition("#")[2] for each in attributes]
    return set().union(*map(_kinds_of, filter(None, names)))


@lru_cache(maxsize=4096)  # elements of a site are called the same from page to page
def _kinds_of(name: str) -> frozenset[Named]:
    words = (part.lower() for part in _PART.findall(_OF_DRUPAL.sub("", name)))
    return frozenset(_CLASS_WORDS[word] for word in words if word in _CLASS_WORDS)
