"""The lead of an article without a byline: what markup sets apart from body paragraphs that agree with each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crawler.extraction.flow import Block, Frame

_WRAPPERS = 4  # elements around a paragraph
_BOLD = re.compile(r"(?<![a-z-])(?:font-weight-|fw-|font-|text-)(?:semi)?bold(?:er)?(?![a-z-])")  # emphasis by a class


def set_apart(text: list[Block]) -> int:
    """How many first blocks markup sets apart from a body whose paragraphs agree with each other (codebook, lead)."""
    paragraphs = [block for block in text if _is_paragraph(block)]
    if len(paragraphs) < 2:
        return 0
    around, boxes = _boxes(_around), _shared_boxes(text, paragraphs)
    ordinary = _ordinary(paragraphs, around, boxes)
    if ordinary is None:  # each paragraph may have an element of its own around it
        around = _boxes(_around_wrapper(text))
        ordinary = _ordinary(paragraphs, around, boxes)
    if ordinary is None:
        return 0
    edge = 0
    while edge < len(text) and _differs(text[edge], ordinary, around, boxes) and not (edge and text[edge].is_heading):
        edge += 1  # a heading may be the subtitle; behind another block it heads the body
    body = sum(1 for block in paragraphs if block.index >= text[edge].index) if edge < len(text) else 0
    return edge if body >= 2 else 0


def _is_paragraph(block: Block) -> bool:
    """Neither a heading, marked up as such or by emphasis alone, nor part of a list or quotation."""
    heading = block.is_heading or (block.emphasised and len(block.text) < 120 and block.text[-1] not in ".!?…:")
    return not heading and not block.within("li", "blockquote", "figcaption")


def _boxes(around: Callable[[Block], Frame]) -> Callable[[Block], Hashable]:
    """What tells the element around a block; each element is looked at once."""
    known: dict[int, Hashable] = {}

    def box(block: Block) -> Hashable:
        frame = around(block)
        if frame.id not in known:
            known[frame.id] = _box(frame)
        return known[frame.id]

    return box


def _box(frame: Frame) -> Hashable:
    """What tells an element from others; those called the same, in ones that are called the same, are one.

    A body may stand in several boxes, with headings and pictures between.
    """
    called: list[str] = []
    outer: Frame | None = frame
    while outer is not None and len(called) < _WRAPPERS:
        called.append(outer.node.attrs.get("class") or "")
        outer = outer.parent
    return (frame.tag, *called) if called[0] else frame.id


@dataclass(frozen=True, slots=True)
class _Ordinary:
    tag: str
    emphasised: bool
    container: Hashable
    css_class: str | None


def _ordinary(
    paragraphs: list[Block], around: Callable[[Block], Hashable], boxes: Mapping[int, Hashable]
) -> _Ordinary | None:
    """What most of the body paragraphs have in common; None where they do not agree."""
    looks = [(block.tag, block.emphasised, _container(block, boxes, around)) for block in paragraphs]
    (look, number), *_ = Counter(looks).most_common(1)
    if number < 2 or 2 * number < len(paragraphs):
        return None
    alike = [block for block, its in zip(paragraphs, looks, strict=True) if its == look]
    classes = {block.css_class for block in alike[len(alike) // 2 :]}
    return _Ordinary(*look, classes.pop() or None if len(classes) == 1 else None)


def _container(block: Block, boxes: Mapping[int, Hashable], around: Callable[[Block], Hashable]) -> Hashable:
    """What encloses a paragraph: its own element where that holds several, parted by line breaks, and is no <p>."""
    alone = block.frame.id not in boxes or block.tag == "p"  # a <p> ends where a list or a heading begins
    return around(block) if alone else boxes[block.frame.id]


def _shared_boxes(text: Sequence[Block], paragraphs: Sequence[Block]) -> dict[int, Hashable]:
    """What tells the elements that hold several paragraphs, parted by line breaks.

    A body may stand in several that are called the same, or beside each other with a subheading between.
    """
    shared = Counter(block.frame for block in paragraphs)
    boxes = {frame.id: _box(frame) for frame, number in shared.items() if number > 1}
    frames = list(dict.fromkeys(block.frame for block in text)) if len(boxes) > 1 else []
    for one, between, other in zip(frames, frames[1:], frames[2:], strict=False):
        if one.id in boxes and other.id in boxes and between.id not in boxes and _are_beside(one, other):
            boxes[other.id] = boxes[one.id]
    return boxes


def _are_beside(one: Frame, other: Frame) -> bool:
    return one.parent is other.parent and one.tag == other.tag


def _around(block: Block) -> Frame:
    """The element around a block's own; around a cell that is what holds its row."""
    frame = block.frame.parent
    while frame is not None and frame.tag == "tr":
        frame = frame.parent
    return frame or block.frame


def _around_wrapper(text: Sequence[Block]) -> Callable[[Block], Frame]:
    """The element around a block and its wrappers: those that hold no other block of the text."""
    held: Counter[int] = Counter()
    for block in text:
        held.update(frame.id for frame in _frames(block))

    def around(block: Block) -> Frame:
        return next((frame for frame in _frames(block) if held[frame.id] > 1), block.frame)

    return around


def _frames(block: Block) -> Iterator[Frame]:
    """The elements around a block's own, inside first, as far as a wrapper may be."""
    frame = block.frame.parent
    for _ in range(_WRAPPERS):
        if frame is None:
            return
        yield frame
        frame = frame.parent


def _differs(
    block: Block, ordinary: _Ordinary, around: Callable[[Block], Hashable], boxes: Mapping[int, Hashable]
) -> bool:
    if block.within("li", "blockquote"):
        return False
    if block.tag != ordinary.tag or block.emphasised != ordinary.emphasised:
        return True
    if ordinary.container not in {block.frame.id, boxes.get(block.frame.id), around(block)}:
        return True
    if ordinary.css_class is None:
        return _BOLD.search(block.css_class) is not None
    return block.css_class != ordinary.css_class
