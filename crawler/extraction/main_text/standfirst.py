"""What stands between an article's heading and its paragraphs: a lead, paragraphs in another element, or neither."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.extraction.flow import Block, Frame
from crawler.extraction.furniture import is_furniture, names_of
from crawler.extraction.main_text.prose import SHORTEST_PROSE, Prose, around, size
from crawler.extraction.pointers import is_pointer

_NAMES = re.compile(
    r"lead|teaser|intro|standfirst|summary|dek\b|deck|sub-?(?:title|head|line)|excerpt|abstract|anons|vorspann|entradilla"
    r"|chapo|einleitung|ingress|manchet|strapline|sapo|occhiello|underrubrik"
)
_ENDS = (".", "!", "?", "…", "。", "！", "？")
_CLOSING = "\"'»”’)）」』"
_LONG = 100  # characters: a sentence that nothing calls a lead and that is no date, no credit
_BEGINNING = 40  # letters of a description
_MOST = 3  # blocks of a lead among the paragraphs
_NOT_LETTERS = re.compile(r"<[^>]*>|[\W_]+")


@dataclass(slots=True)
class Before:
    """What was found before the first paragraph: `lead`, and `body` that stands in another element."""

    lead: list[Block] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)


def letters(text: str) -> str:
    """Letters and digits alone, in lower case: metadata has other spaces and quotes, and perhaps tags."""
    return _NOT_LETTERS.sub("", text).lower()


def is_sentence(block: Block) -> bool:
    """Whether a line ends as sentences do."""
    return not block.is_heading and len(block.text) > 15 and block.text.rstrip(_CLOSING).endswith(_ENDS)


def find_before(prose: Prose, container: Frame, first: Block, description: str) -> Before:
    """What of the text before the container of an article is part of it. `description` is the page's own of itself."""
    above = set(around(container))
    found = Before()
    for block in _between(prose, container, first):
        if size(block.text) < SHORTEST_PROSE // 2 or is_pointer(block):
            continue
        if _is_kin(block, first, above):
            found.body.append(block)
        elif _is_lead(block, description) or (prose.headings and _may_lead(block, prose, above)):
            found.lead.append(block)
    return found


def set_apart(body: Sequence[Block], prose: Prose, description: str) -> int:
    """How many of the first blocks are a lead: the page describes itself with them, or they are called so."""
    ordinary = [block for block in body if block.index in prose.weights]
    edge = 0
    while edge < min(_MOST, len(body) - 2) and _differs(body[edge], ordinary, description):
        edge += 1
    return edge


def _between(prose: Prose, container: Frame, first: Block) -> list[Block]:
    """The blocks between the page's title, or two elements up without one, and the container."""
    headings = [block for block in prose.headings if block.index < first.index]
    if headings:
        begin = headings[-1].index + 1
        common = next(frame for frame in around(container) if headings[-1].frame.inside(frame))
    else:
        begin, common = 0, list(around(container))[:3][-1]
    blocks = prose.flow.blocks[begin : first.index]
    return [block for block in blocks if block.frame.inside(common) and not block.frame.inside(container)]


def _is_kin(block: Block, first: Block, above: set[Frame]) -> bool:
    """Whether a block is a paragraph like the article's first: same tag and names, beside the container or alike."""
    parent, other = block.frame.parent, first.frame.parent
    if block.tag != first.tag or parent is None or other is None or names_of(block.frame) != names_of(first.frame):
        return False
    names = names_of(parent)
    return is_sentence(block) and (parent in above or (bool(names.strip()) and names == names_of(other)))


def _is_lead(block: Block, description: str) -> bool:
    """Whether the page describes itself with a block, or it is called a lead."""
    return is_sentence(block) and (_describes(block, description) or _is_called_lead(block))


def _is_called_lead(block: Block) -> bool:
    parent = block.frame.parent
    return any(_NAMES.search(names_of(frame).lower()) for frame in (block.frame, parent) if frame is not None)


def _describes(block: Block, description: str) -> bool:
    beginning = letters(block.text)[:_BEGINNING]
    return len(beginning) > _BEGINNING // 2 and beginning in description


def _may_lead(block: Block, prose: Prose, above: set[Frame]) -> bool:
    """Whether a block is prose in what nothing calls furniture, and no caption."""
    if block.index not in prose.weights or size(block.text) < _LONG or not is_sentence(block):
        return False
    return not any(is_furniture(frame) for frame in around(block.frame) if frame not in above)


def _differs(block: Block, ordinary: Sequence[Block], description: str) -> bool:
    """Whether markup sets a first block apart from ordinary paragraphs: by emphasis, or by a name that few share."""
    if not is_sentence(block):
        return False
    others = [other for other in ordinary if other is not block]
    plain = sum(not other.emphasised for other in others)
    if block.emphasised and 2 * plain > len(others):
        return _describes(block, description)
    names = names_of(block.frame)
    return _NAMES.search(names.lower()) is not None and sum(names_of(other.frame) == names for other in others) <= 1
