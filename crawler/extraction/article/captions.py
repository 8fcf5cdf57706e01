"""Captions of pictures and films that stand in a text without <figure>: none is a paragraph of it (codebook, body)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extraction.article.byline import is_prose
from crawler.extraction.flow import Block, Frame
from crawler.extraction.furniture import names_of
from crawler.extraction.normalisers.bylines import is_labelled, read_byline
from crawler.extraction.normalisers.text import clean

_MEDIA = "img,amp-img,iframe,video,object,embed"
_CALLED_CAPTION = re.compile(r"caption", re.IGNORECASE)
_LONGEST = 300  # characters
_BODY = frozenset({"body", "main", "article", "td", "li", "blockquote"})  # these hold a picture and a text, too


def without_captions(text: Sequence[Block], blocks: Sequence[Block]) -> list[Block]:
    """The text without them; `blocks` are all. A few words above the first paragraph may be the subtitle."""
    kept: list[Block] = []
    begun = False
    for block in text:
        begun = begun or is_prose(block)
        if len(block.text) > _LONGEST or not _may_be_caption(block, blocks) or not _is_caption(block, begun=begun):
            kept.append(block)
    return kept


def _may_be_caption(block: Block, blocks: Sequence[Block]) -> bool:
    """Whether the element around a block's own holds no other text."""
    box = block.frame.parent
    if box is None or box.tag in _BODY or block.is_heading:
        return False
    at = block.index
    if at + 1 < len(blocks) and blocks[at + 1].frame.inside(box):
        return False
    return at == 0 or not blocks[at - 1].frame.inside(box)


def _is_caption(block: Block, *, begun: bool) -> bool:
    """Whether such a block stands with a picture or film, and is called its caption, says its text, or a few words."""
    box = block.frame.parent
    shown = box.node.css(_MEDIA) if box is not None else []
    if box is None or not shown:
        return False
    few_words = begun and not is_prose(block) and not is_labelled(block.text) and not read_byline(block.text)
    if few_words or _is_called_caption(block.frame) or _is_called_caption(box):
        return True
    return any(clean(node.attributes.get("alt") or "") == block.text for node in shown)


def _is_called_caption(frame: Frame) -> bool:
    return _CALLED_CAPTION.search(names_of(frame)) is not None
