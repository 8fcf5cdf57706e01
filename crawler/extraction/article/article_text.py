"""Which blocks behind the heading are the article's: up to the label behind its text, without the boxes in it.

In doubt a block is the article's: a line too many is seen by whoever reads it, a paragraph that is lost by nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import takewhile

from crawler.extraction.asides import is_aside
from crawler.extraction.flow import Block, Frame
from crawler.extraction.furniture import is_for_listeners
from crawler.extraction.labels import Found
from crawler.extraction.normalisers.bylines import is_labelled
from crawler.extraction.normalisers.dates import names_edit, names_numbers, names_publication
from crawler.extraction.normalisers.reading_time import is_reading_time
from crawler.extraction.normalisers.text import ends_a_sentence

_ENDS = frozenset({"rights", "rights_statement", "original", "disclaimer", "mentions", "comment_prompt"})
_MAY_END = frozenset({"newsletter", "discussion"})  # such a box, or a subheading of that name, may stand in a text, too
_LABELS_BEHIND = _ENDS | _MAY_END
_BOXES = frozenset({"share", "newsletter"})
_FURNITURE = _BOXES | {"update", "login", "image_credit"}
_FEW = 6  # blocks of a small element
_AD = 200  # characters: what stands with the word for an advertisement in one small element
_ENOUGH_PROSE = 2  # blocks of it: a text
_LINE = 60  # characters; what is longer and ends like a sentence is prose
_HEAD_OF_BOX = 40  # characters
_LAST = 4  # blocks of a text, among which such a line may stand
_REASONS = ("причина:", "reason:", "причина редактирования", "reason for edit")
_MARK = re.compile(r"[*†‡\d]")
_TOLD = re.compile(r"\d[.:]\d")  # a time that an article tells of
_SHARE = re.compile(r"[/.]share|/intent/|/offer\?|/submit\?|whatsapp\.com/send")
_CREDIT = re.compile(r"©|(?:фото|photo)\s*:", re.IGNORECASE)


class ArticleText:
    """The text of a page. `labelled` are the blocks that begin with a label, `taken` those that are something else."""

    def __init__(self, blocks: Sequence[Block], labelled: Mapping[int, Found], taken: set[int]) -> None:
        self.blocks = blocks
        self.labelled = labelled
        self.taken = taken

    def behind(self, heading: Block, free: Sequence[Block]) -> list[Block]:
        """The text among the free blocks behind the heading; what stands in boxes there is taken."""
        text: list[Block] = []
        end: Block | None = None
        for number, block in enumerate(free):
            if block.index in self.labelled:
                if self._ends(number, free, text):
                    end = block
                    break
                self._take_box(block)
            if block.index not in self.taken and not self._is_furniture(block):
                text.append(block)
        text = self._without_box_below([block for block in text if block.index not in self.taken])
        ended = end is not None or any(self._is_end(index) for index in self.labelled if index > heading.index)
        return _without_edit(_without_end(text, end) if ended else _within_container(text))

    def _without_box_below(self, text: list[Block]) -> list[Block]:
        """The text without what follows the mentions outside of its element: readers' comments without a label."""
        mentions = (index for index, label in self.labelled.items() if label.kind == "mentions" and index in self.taken)
        first = min(mentions, default=None)
        if first is None or not text or text[-1].index < first:
            return text
        before = [block for block in text if block.index < first]
        if sum(map(_is_prose, before)) < _ENOUGH_PROSE:  # they stand above the text
            return text
        container = _main_container(before)
        behind = text[len(before) :]
        return before + [block for block in behind if container is None or block.frame.inside(container)]

    def _is_end(self, index: int) -> bool:
        label = self.labelled.get(index)
        return label is not None and label.kind in _LABELS_BEHIND

    def _ends(self, number: int, free: Sequence[Block], text: Sequence[Block]) -> bool:
        """Whether the text ends at a block: at its label, unless the text goes on behind it up to a surer one."""
        label = self.labelled.get(free[number].index)
        if label is None or label.kind not in _MAY_END:
            return label is not None and label.kind in _ENDS
        behind = list(takewhile(lambda block: not self._is_end(block.index), free[number + 1 :]))
        following = free[number + 1 + len(behind) :][:1]
        sure = bool(following) and self.labelled[following[0].index].kind in _ENDS
        containers = {block.frame.parent for block in text if _is_prose(block)}
        return not (sure and any(_is_prose(block) and block.frame.parent in containers for block in behind))

    def _is_furniture(self, block: Block) -> bool:
        label = self.labelled.get(block.index)
        called = label is not None and label.kind in _FURNITURE
        if called or block.tag == "legend" or block.within("figcaption"):
            return True
        return is_reading_time(block.text) or is_aside(block.text) or _shares(block)

    def _take_box(self, label: Block) -> None:
        """The few short blocks that share a small element with "Share" or "Advertisement"."""
        found = self.labelled.get(label.index)
        if found is None or found.kind not in _BOXES or label.linked:
            return
        container = self._box_of(label)
        near = self.blocks[max(0, label.index - _FEW) : label.index + _FEW + 1]  # an element's blocks stand together
        beside = [block for block in near if container is not None and block.frame.inside(container)]
        prose, links = sum(map(_is_prose, beside)), sum(block.linked for block in beside)
        if prose > links or len(beside) > _FEW or any(len(block.text) > _AD for block in beside):
            behind = self.blocks[label.index + 1 : label.index + 1 + _FEW]  # the element is the article's own
            beside = [label, *takewhile(lambda block: block.wholly_linked and len(block.text) <= _AD, behind)]
        self.taken.update(block.index for block in beside)

    def _box_of(self, label: Block) -> Frame | None:
        """The element around a label: its own, where what it heads stands in that; else the one around it."""
        following = self.blocks[label.index + 1] if label.index + 1 < len(self.blocks) else None
        holds = following is not None and following.frame is not label.frame and following.frame.inside(label.frame)
        return label.frame if holds else label.frame.parent


def _shares(block: Block) -> bool:
    """Whether a short block is links that pass the page on to another site, and perhaps how often that was done."""
    if block.atoms[0].anchor is None or len(block.text) > _HEAD_OF_BOX:
        return False
    linked = [atom.anchor.href or "" for atom in block.atoms if atom.anchor is not None]
    loose = any(atom.anchor is None and any(map(str.isalpha, atom.text)) for atom in block.atoms)
    return not loose and all("//" in href and _SHARE.search(href) for href in linked)


def _is_prose(block: Block) -> bool:
    """Whether a block is a sentence of a text, and no link, caption or button."""
    return len(block.text) > _LINE and block.text[-1] in '.!?…»"”' and not block.wholly_linked


def _without_end(text: list[Block], end: Block | None) -> list[Block]:
    """The text without lines that are but drawn, and those that belong to what ends it.

    These are a line of publication, which others read, and the lines that stand in one element with the label.
    """
    drawn = [block for block in text if block.text.strip("_")]
    while drawn and (names_publication(drawn[-1].text) or (end is not None and _is_boxed_with(drawn, end))):
        drawn.pop()
    return drawn


def _without_edit(text: list[Block]) -> list[Block]:
    """The text without a line at its end that says who last changed it and when, and the reason in the next line."""
    for at in range(max(1, len(text) - _LAST), len(text)):
        if names_edit(text[at].text):
            reason = [block for block in text[at + 1 : at + 2] if block.text.lower().startswith(_REASONS)]
            return text[:at] + text[at + 1 + len(reason) :]
    return text


def _is_boxed_with(text: Sequence[Block], end: Block) -> bool:
    """Whether the last line is a few words in an element with the label behind it that holds nothing of the text."""
    last = text[-1]
    if len(last.text) > _HEAD_OF_BOX or last.text[-1] in ".!?…" or (_MARK.match(last.text) and not _is_date(last.text)):
        return False
    box = last.frame.parent
    while box is not None and not end.frame.inside(box):
        box = box.parent
    return box is not None and not max(text, key=lambda block: len(block.text)).frame.inside(box)


def _is_date(text: str) -> bool:
    return sum(map(str.isdigit, text)) > len(text) / 2


def _within_container(text: list[Block]) -> list[Block]:
    """Where no label ends the body: up to the last block inside the element that holds most of the text."""
    container = _main_container(text)
    end = len(text)
    while container is not None and end and not text[end - 1].frame.inside(container):
        end -= 1
    return text[:end]


def without_lines_above(text: Sequence[Block]) -> list[Block]:
    """The text without lines above its first sentence that are neither subtitle nor byline.

    These are paths and tags (links beside each other), details (`Category: Navy`, `Opens: 21.07.2025 10:00`), signs and
    numbers, credits, and labels for those who do not see the page.
    """
    head = len(list(takewhile(lambda block: not ends_a_sentence(block.text), text)))
    return [block for number, block in enumerate(text) if number >= head or not _is_line_above(block)]


def _is_line_above(block: Block) -> bool:
    links = len(block.anchors()) if block.linked else 0
    loose = "".join(atom.text for atom in block.atoms if atom.anchor is None)
    path = links > 1 and not any(map(str.isalpha, loose))
    detail = (
        links > 0 and loose.rstrip().endswith(":") and len(block.text) <= _HEAD_OF_BOX and not is_labelled(block.text)
    )
    term = block.tag == "dt" and len(block.text) <= _HEAD_OF_BOX
    signs = not any(map(str.isalpha, block.text)) and _TOLD.search(block.text) is None
    if path or detail or term or signs or _CREDIT.match(block.text) is not None:
        return True
    return names_numbers(block.text) or (len(block.text) <= _HEAD_OF_BOX and is_for_listeners(block))


def numbers_below(body: Sequence[Block]) -> list[Block]:
    """The last blocks of a body that are nothing but numbers: counters; those of a table or list are its own."""
    behind = takewhile(_is_number, reversed(body))
    return list(behind)[::-1]


def _is_number(block: Block) -> bool:
    text = block.text
    if len(text) > _LINE or not (text[-1].isdigit() or text[0].isdigit()) or block.within("td", "th", "li"):
        return False
    return not any(map(str.isalpha, text))


def _main_container(blocks: Sequence[Block]) -> Frame | None:
    """The element that directly holds most of the text; None where there is no text."""
    weights: dict[Frame, int] = defaultdict(int)
    for block in blocks:
        frame, length = block.frame, len(block.text)
        weights[frame.parent or frame] += length
        weights[frame] += length
    return max(weights, key=weights.__getitem__) if weights else None
