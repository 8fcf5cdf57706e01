"""What an element shows beside a number: its text without icons, and the elements around it."""

from __future__ import annotations

from selectolax.lexbor import LexborNode


def shown_text(node: LexborNode) -> str:
    """All text in an element, single-spaced."""
    return " ".join(node.text(deep=True, separator=" ").split())


def without_icons(node: LexborNode) -> str:
    """All text in an element but the names of icons, which a font draws in their place."""
    return _less_icons(node, shown_text(node))


def _less_icons(node: LexborNode, text: str) -> str:
    first = node.first_child
    if first is None or (first.is_text_node and first.next is None):  # a number's element, mostly
        return text
    for icon in node.css("mat-icon,svg"):
        text = text.replace(shown_text(icon), "", 1)
    return text.strip()


def is_icon(cell: LexborNode) -> bool:
    """Whether an element holds images and no place for a number."""
    elements = list(cell.iter())
    return bool(elements) and all(child.tag in {"img", "svg", "picture"} for child in elements)


def is_drawn_in(node: LexborNode) -> bool:
    """Whether drawings part the texts of an element; the flow has none of them."""
    return any(child.tag == "svg" for child in node.iter())


def is_alone(node: LexborNode) -> bool:
    """Whether an element has no other beside it."""
    parent = node.parent
    return parent is not None and len(list(parent.iter())) == 1


def shows_more(node: LexborNode, text: str) -> bool:
    """Whether an element shows more than `text` and icons."""
    shown = shown_text(node)
    return shown != text and _less_icons(node, shown) != text


def holds(outer: LexborNode, inner: LexborNode) -> bool:
    """Whether an element is another one, or around it."""
    return outer.mem_id in ids_around(inner)


def ids_around(node: LexborNode) -> set[int]:
    """An element and the seven around it, by `mem_id`."""
    ids: set[int] = set()
    current: LexborNode | None = node
    while current is not None and len(ids) < 8:
        ids.add(current.mem_id)
        current = current.parent
    return ids
