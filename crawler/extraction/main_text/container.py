"""The main text of a page that nobody has described: the element that holds most prose, without what is no part of it.

No tag, class name or host is relied on: names only lower the weight of what is called a sidebar or a comment. What
counts is where paragraphs stand together, how much of them are links, and where the page's title is printed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import islice, takewhile

from crawler.extraction.article.parts import subtitle_and_lead
from crawler.extraction.flow import Block, Flow, Frame
from crawler.extraction.furniture import is_furniture, is_never_article
from crawler.extraction.main_text.prose import LEAVES, Prose, around, size
from crawler.extraction.main_text.standfirst import find_before, is_sentence, letters, set_apart
from crawler.extraction.normalisers.text import fold
from crawler.extraction.pointers import is_link_item, is_pointer

_CUT = 0.4  # of the article's prose: an element that holds more is cut by no name
_BELIEVED = 0.4  # of the article's prose that must be left when all furniture is cut
_CAPTION_BLOCKS = 3
_CAPTION = 300  # characters
_SHORT_CAPTION = 150
_WHOLE_BODY = 500  # characters of a JSON-LD body that may be whole
_COMPARED = 60  # letters of a paragraph
_STRUCK_OUT = 0.25  # of the text found; more would say that the JSON-LD's body is not whole


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says of itself: its titles, its description, the `articleBody` of its JSON-LD."""

    titles: tuple[str, ...] = ()
    description: str = ""
    body: str = ""


@dataclass(slots=True)
class MainText:
    """`body` and, where markup sets them apart, `subtitle` and `lead` before it; `weight` in characters of prose."""

    subtitle: Block | None = None
    lead: list[Block] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    weight: float = 0.0


def main_text(flow: Flow, said: Said) -> MainText:
    """The main text among a page's blocks; empty where there is no prose."""
    prose = Prose(flow, [fold(title) for title in said.titles if title])
    return _Article(prose, prose.container(), said).read() if prose.weights else MainText()


class _Article:
    """The blocks of one container, and of what belongs before it."""

    def __init__(self, prose: Prose, container: Frame, said: Said) -> None:
        self.prose = prose
        self.said = said
        self.container = container
        self.above = frozenset(around(container))
        self.limit = _CUT * prose.whole[container]
        self.inside = [block for block in prose.flow.blocks if block.frame.inside(container)]
        self.pictured = {picture.before for picture in prose.flow.pictures}
        self.cut = dict.fromkeys(self._captions(), True) | dict.fromkeys(self.above, False)

    def read(self) -> MainText:
        """Subtitle, lead and body."""
        kept = self._kept()
        kept = [block for block in _without_lists_of_links(kept) if not is_pointer(block)]
        body = self._confirmed(self._trimmed(kept))
        if not body:
            return MainText()
        description = letters(self.said.description)
        before = find_before(self.prose, self.container, body[0], description)
        body = _unless_said(before.body, body) + body
        edge = set_apart(body, self.prose, description)
        lead, body = before.lead + body[:edge], body[edge:]
        subtitle, lead = subtitle_and_lead(_unless_said(lead, body))
        return MainText(subtitle, lead, body, sum(self.prose.weights.get(block.index, 0.0) for block in body))

    def _kept(self) -> list[Block]:
        """The blocks outside of furniture; where its names would take most of the prose, they are not believed."""
        shown = [block for block in self.inside if not self._is_caption(block)]
        kept = [block for block in shown if not self._is_cut(block.frame)]
        weights = self.prose.weights
        if sum(weights.get(block.index, 0.0) for block in kept) >= _BELIEVED * self.prose.whole[self.container]:
            return kept
        return [block for block in shown if not any(map(is_never_article, around(block.frame)))]

    def _is_cut(self, frame: Frame) -> bool:
        """Whether an element in the container, or one around it there, is called furniture and is no large part."""
        unknown = list(takewhile(lambda each: each not in self.cut, around(frame)))
        for each in reversed(unknown):  # from the outside; the container itself is known
            small = self.prose.whole.get(each, 0.0) < self.limit
            outer = each.parent is not None and self.cut[each.parent]
            self.cut[each] = outer or (small and is_furniture(each))
        return self.cut[frame]

    def _captions(self) -> set[Frame]:
        """Small elements with a picture and a few words."""
        texts: dict[Frame, list[str]] = defaultdict(list)
        for block in self.inside:
            for frame in islice(around(block.frame), 3):
                texts[frame].append(block.text)
        found = set()
        for picture in self.prose.flow.pictures:
            for frame in islice(around(picture.frame), 3):
                many = len(texts[frame]) > _CAPTION_BLOCKS or self.prose.number.get(frame, 0) > 1
                if many or sum(map(size, texts[frame])) > _CAPTION:
                    break
                if texts[frame] and frame.tag != "p":
                    found.add(frame)
        return found

    def _is_caption(self, block: Block) -> bool:
        """Whether a few words stand right behind a picture, in an element of their own."""
        short = len(block.text) <= _SHORT_CAPTION and not is_sentence(block)
        return short and block.tag not in LEAVES and block.index in self.pictured

    def _trimmed(self, blocks: list[Block]) -> list[Block]:
        """From the first paragraph to the last, with what stands beside them."""
        paragraphs = [number for number, block in enumerate(blocks) if block.index in self.prose.weights]
        if not paragraphs:
            return []
        first, last = paragraphs[0], paragraphs[-1]
        titles = {fold(block.text) for block in self.prose.headings}
        head = [b for b in blocks[:first] if fold(b.text) not in titles and _belongs(b, blocks[first])]
        tail = [b for b in blocks[last + 1 :] if _belongs(b, blocks[last])]
        while tail and tail[-1].is_heading:
            tail.pop()
        return head + blocks[first : last + 1] + tail

    def _confirmed(self, blocks: list[Block]) -> list[Block]:
        """Without the paragraphs that the JSON-LD's body has not, where it has nearly all of the others."""
        if len(self.said.body) < _WHOLE_BODY:
            return blocks
        whole = letters(unescape(self.said.body))
        kept = [block for block in blocks if block.is_heading or _is_said(letters(block.text), whole)]
        before, behind = (sum(len(block.text) for block in each) for each in (blocks, kept))
        return kept if before - behind <= _STRUCK_OUT * before else blocks


def _is_said(text: str, whole: str) -> bool:
    """Whether a paragraph stands in a text, by its beginning or by its end."""
    return text[:_COMPARED] in whole or text[-_COMPARED:] in whole


def _belongs(block: Block, paragraph: Block) -> bool:
    """Whether a line at the edge of an article is of it: a sentence, beside its paragraph, or in a list there."""
    parent = paragraph.frame.parent
    if is_sentence(block) or (block.frame.parent is parent and (block.is_heading or block.tag == paragraph.tag)):
        return True
    return block.tag == "li" and block.frame.parent is not None and block.frame.parent.parent is parent


def _without_lists_of_links(blocks: Sequence[Block]) -> list[Block]:
    """Without two or more links in a row of a list, and without the heading over them."""
    kept: list[Block] = []
    run: list[Block] = []
    for block in blocks:
        if block.tag == "li" and is_link_item(block):
            run.append(block)
            continue
        _close_run(kept, run)
        run = []
        kept.append(block)
    _close_run(kept, run)
    return kept


def _close_run(kept: list[Block], run: list[Block]) -> None:
    if len(run) < 2:
        kept += run
    elif kept and kept[-1].is_heading:
        kept.pop()


def _unless_said(blocks: Sequence[Block], body: Sequence[Block]) -> list[Block]:
    """Blocks whose text neither stands in the body nor in one before it."""
    said = {block.text for block in body}
    kept: list[Block] = []
    for block in blocks:
        if block.text not in said:
            kept.append(block)
            said.add(block.text)
    return kept
