"""Where the prose of a page stands, and the element that holds its article, whatever its tags are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from crawler.extraction.flow import Block, Flow, Frame
from crawler.extraction.furniture import is_furniture, is_never_article
from crawler.extraction.normalisers.text import fold
from crawler.extraction.pointers import linked

LEAVES = frozenset({"p", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})
SHORTEST_PROSE = 60  # characters
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # these say in one letter what others say in three
_WIDE_AS = 3
_NOT_DIRECTLY = frozenset({"ul", "ol", "dl", "tr", "table"})  # text between their items is a program's message
_SHORTEST_TITLE = 10
_MUCH_OF_IT = 0.4  # of a title: a heading that is less of it is the site's name or the section's
_MOST = 0.7  # of a page's prose
_CALLED_FURNITURE = 0.2  # what prose weighs in an element with such a name
_IN_THE_OPEN = 0.3  # directly in <body>
_ALONE = 0.3  # the one paragraph of an element two levels up: a card, a teaser
_COMPARABLE = 0.2  # of the heaviest child: others that weigh so much may be parts of the same article
_TOGETHER = 0.3  # of the heaviest child: when comparable others weigh so much, it is not the whole article
_DIRECT = 0.1  # the same for paragraphs that stand beside it


def size(text: str) -> int:
    """Characters, as if all scripts took the same number of them."""
    return len(text) if text.isascii() or _WIDE.search(text) is None else _WIDE_AS * len(text)


def around(frame: Frame | None) -> Iterator[Frame]:
    """An element and all that enclose it, from the inside."""
    while frame is not None:
        yield frame
        frame = frame.parent


class Prose:
    """The prose of a page.

    `weights` by number of the block, in characters; by element `whole` is the sum of what stands in it, `number` how
    many paragraphs that are, `told` the sum less what its names and its place take from it. `headings` are those that
    print the page's title.
    """

    def __init__(self, flow: Flow, titles: Sequence[str]) -> None:
        self.flow = flow
        self.weights = {block.index: weight for block in flow.blocks if (weight := _weight(block))}
        self.blocks = [block for block in flow.blocks if block.index in self.weights]
        self.headings = [block for block in flow.blocks if block.is_heading and is_title(block, titles)]
        self.frames = _around_all(self.blocks)
        self.outermost_first = sorted(self.frames, key=lambda each: each.depth)
        self.whole = self._sum(self.weights)
        self.number = self._sum(dict.fromkeys(self.weights, 1.0))
        self.most = _MOST * sum(self.weights.values())
        self.told = self._sum(self._told())

    def container(self) -> Frame:
        """The innermost element that holds an article: down to the heaviest child while nothing compares with it."""
        children: dict[Frame, list[Frame]] = defaultdict(list)
        for each in self.whole:
            if each.parent is not None:
                children[each.parent].append(each)
        frame = next(each for each in self.whole if each.parent is None)
        while frame in children:
            best = max(children[frame], key=self.told.__getitem__)
            if best.tag in LEAVES or self._is_part(best, frame, children[frame]):
                break
            frame = best
        return frame

    def _is_part(self, best: Frame, frame: Frame, children: Sequence[Frame]) -> bool:
        """Whether the heaviest child of an element is only a part of the article in it."""
        heaviest = self.told[best]
        inner = {child: self.told[child] for child in children if child.tag not in LEAVES}
        direct = self.told[frame] - sum(inner.values())
        others = sum(w for child, w in inner.items() if child is not best and w >= _COMPARABLE * heaviest)
        return direct >= _DIRECT * heaviest or others >= _TOGETHER * heaviest

    def _sum(self, weights: Mapping[int, float]) -> dict[Frame, float]:
        """By element, all that stands in it: what stands there directly, passed on from the inside."""
        sums = dict.fromkeys(self.frames, 0.0)
        for block in self.blocks:
            sums[block.frame] += weights[block.index]
        for frame in reversed(self.outermost_first):
            if frame.parent is not None:
                sums[frame.parent] += sums[frame]
        return sums

    def _told(self) -> dict[int, float]:
        """The weights, less for what is called furniture, stands alone in its element or in none."""
        factors: dict[Frame | None, float] = {None: 1.0}
        spared = {frame for heading in self.headings for frame in around(heading.frame)}
        for frame in self.outermost_first:
            believed = frame not in spared and is_furniture(frame) and not self._is_most(frame)
            factors[frame] = factors[frame.parent] * (_CALLED_FURNITURE if believed else 1.0)
        return {b.index: self.weights[b.index] * self._place(b) * factors[b.frame] for b in self.blocks}

    def _is_most(self, frame: Frame) -> bool:
        """Whether an element holds so much of the page that a name like "promo" or "tags" says nothing."""
        return self.whole[frame] >= self.most and self.number[frame] >= 5 and not is_never_article(frame)

    def _place(self, block: Block) -> float:
        """What a paragraph's place leaves of its weight."""
        parent = block.frame.parent
        if parent is None:
            return _IN_THE_OPEN
        return _ALONE if parent.parent is not None and self.number[parent.parent] == 1 else 1.0


def _around_all(blocks: Sequence[Block]) -> list[Frame]:
    """The elements around blocks, each once: a page may be as deep as it is long."""
    seen: dict[Frame, None] = {}
    for block in blocks:
        for frame in around(block.frame):
            if frame in seen:
                break
            seen[frame] = None
    return list(seen)


def _weight(block: Block) -> float:
    """What a block weighs as part of an article: characters outside links, 0 where it is none of its paragraphs."""
    if len(block.text) < SHORTEST_PROSE / _WIDE_AS:  # most blocks, and too short in any script
        return 0.0
    characters = size(block.text)
    if characters < SHORTEST_PROSE or block.is_heading or block.tag in _NOT_DIRECTLY:
        return 0.0
    inside = linked(block) / len(block.text)
    return characters * (1 - inside) if inside <= 0.5 else 0.0


def is_title(block: Block, titles: Sequence[str]) -> bool:
    """Whether a block prints one of the page's folded titles, or most of one."""
    text = fold(block.text)
    if len(text) < _SHORTEST_TITLE:
        return False
    akin = (title for title in titles if text in title or title in text)
    return any(_MUCH_OF_IT < len(text) / len(title) < 1 / _MUCH_OF_IT for title in akin)
