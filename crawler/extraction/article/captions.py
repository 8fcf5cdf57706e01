"""Captions of pictures and films that stand in a text without <figure>: none is a paragraph of it (codebook, body)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence, Set

from crawler.extraction.article.byline import is_prose
from crawler.extraction.flow import Block, Frame, Picture
from crawler.extraction.furniture import names_of
from crawler.extraction.normalisers.bylines import is_labelled, read_byline
from crawler.extraction.normalisers.text import clean

_MEDIA = "img,amp-img,iframe,video,object,embed"
_CALLED_CAPTION = re.compile(r"caption", re.IGNORECASE)
_CALLED_GALLERY = re.compile(
    r"(?<![a-z])(?:(?:photo-?)?galler|slide(?!-?(?:in|out|up|down|left|right))|slick|splide|swiper|carousel|fotorama)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\d+ ?(?:/|из|of) ?(\d+)")
_CLOCK = re.compile(  # an entry of a chronicle begins with one; `01:43 min` is how long a film is
    r"\d?\d:\d\d\W+(?!(?:мин|сек|min|sec)|[чhмm]\b)[^\W\d]", re.IGNORECASE
)
_LONGEST = 300  # characters
_FEWEST_SLIDES = 3
_FEWEST_WORDS = 3  # of a line; less on each picture is a button
_MOST_TEXTS = 2  # with letters, of a slide
_NO_SLIDES = frozenset({"p", "td", "tr"})
_OUTWARDS = 3  # elements from a caption to the slide around it
_BODY = frozenset({"body", "main", "article", "td", "li", "blockquote"})  # these hold a picture and a text, too


def without_captions(text: Sequence[Block], blocks: Sequence[Block], pictures: Sequence[Picture]) -> list[Block]:
    """The text without them; `blocks` are all. A few words above the first paragraph may be the subtitle."""
    kept: list[Block] = []
    begun = False
    icons = _icons(pictures)
    for block in _without_galleries(text, pictures):
        begun = begun or is_prose(block)
        if (
            len(block.text) > _LONGEST
            or not _may_be_caption(block, blocks)
            or not _is_caption(block, icons, begun=begun)
        ):
            kept.append(block)
    return kept


def _without_galleries(text: Sequence[Block], pictures: Sequence[Picture]) -> Sequence[Block]:
    """The text without what is said of the pictures of a gallery, wherever that stands.

    That it is one something must say: sections of an article, entries of a chronicle and items of a list have a picture
    each, too. A line too many is seen by whoever reads it, a paragraph that is lost by nobody.
    """
    if len(pictures) < _FEWEST_SLIDES:
        return text
    slides = {frame for gallery in _galleries(pictures) for frame in gallery}
    held: dict[tuple[object, ...], dict[int, list[Block]]] = defaultdict(lambda: defaultdict(list))
    called: set[tuple[object, ...]] = set()
    for block in text if slides else ():
        if (slide := _around(block, slides)) is not None:
            held[_kind(slide)][slide.id].append(block)
            called |= {_kind(slide)} if any(map(_is_called_gallery, (slide, slide.parent, block.frame))) else set()
    galleries = [(kind in called, list(gallery.values())) for kind, gallery in held.items()]
    sure = [gallery for named, gallery in galleries if (named or _is_told(gallery)) and _are_captions(gallery)]
    said = {block.index for gallery in sure for slide in gallery for block in slide}
    return [block for block in text if block.index not in said]


def _galleries(pictures: Sequence[Picture]) -> list[dict[int, Picture]]:
    """Elements beside each other that are called the same and hold a picture each, with the first that each holds."""
    groups: dict[tuple[object, ...], dict[int, Picture]] = defaultdict(dict)
    for picture in pictures:
        for frame in (picture.frame, picture.frame.parent):
            if frame is not None and frame.tag not in _NO_SLIDES:
                groups[_kind(frame)].setdefault(frame.id, picture)
    return [group for group in groups.values() if len(group) >= _FEWEST_SLIDES]


def first_of_gallery(pictures: Sequence[Picture]) -> Picture:
    """The last of some pictures; where that is one of a gallery, to which a line below it belongs, the first of it."""
    last = pictures[-1]
    own = {frame.id for frame in (last.frame, last.frame.parent) if frame is not None}
    return next((next(iter(group.values())) for group in _galleries(pictures) if own & group.keys()), last)


def _kind(frame: Frame) -> tuple[object, ...]:
    return frame.parent.id if frame.parent else 0, frame.tag, frame.node.attrs.get("class")


def _around(block: Block, slides: Set[int]) -> Frame | None:
    """The slide around a block's own element."""
    frame = block.frame.parent
    for _ in range(_OUTWARDS):
        if frame is None or frame.id in slides:
            return frame
        frame = frame.parent
    return None


def _icons(pictures: Sequence[Picture]) -> set[str]:
    """What is drawn again and again, before lines of a text as dots are, is no picture of anything."""
    drawn = Counter(picture.node.html or "" for picture in pictures)
    return {html for html, times in drawn.items() if times >= _FEWEST_SLIDES}


def _is_called_gallery(frame: Frame | None) -> bool:
    return frame is not None and _CALLED_GALLERY.search(names_of(frame)) is not None


def _is_told(gallery: Sequence[Sequence[Block]]) -> bool:
    """Whether each slide has its number, or most have a credit or what is called a caption."""
    said = [slide for slide in gallery if any(map(_says_of_picture, slide))]
    return 2 * len(said) > len(gallery) >= _FEWEST_SLIDES or _are_numbered(gallery)


def _says_of_picture(block: Block) -> bool:
    return block.text[0] == "©" or any(frame.tag == "figure" or _is_called_caption(frame) for frame in _frames(block))


def _are_numbered(gallery: Sequence[Sequence[Block]]) -> bool:
    """Whether each slide says its number and that of all: `2 / 14`."""
    numbers = [{match[1] for block in slide if (match := _NUMBERED.fullmatch(block.text))} for slide in gallery]
    return len(gallery) >= _FEWEST_SLIDES and set.intersection(*numbers) != set()


def _are_captions(gallery: Sequence[Sequence[Block]]) -> bool:
    """Whether most texts of a gallery are a few words, no subheadings or authors with their portraits.

    None may be a paragraph that is not called a caption.
    """
    texts = [[block for block in slide if any(map(str.isalpha, block.text))] for slide in gallery]
    worded = [block for slide in texts for block in slide]
    if max(map(len, texts)) > _MOST_TEXTS or any(map(_is_of_text, worded)):
        return False
    few = [b for b in worded if not (is_prose(b) or b.is_heading or is_labelled(b.text) or read_byline(b.text))]
    return 2 * len(few) > len(worded)


def _is_of_text(block: Block) -> bool:
    """Whether a block is a paragraph of a text or an entry of a chronicle, unless it is called a caption."""
    if is_prose(block) and not any(map(_is_called_caption, _frames(block))):
        return True
    return len(block.text) > _LONGEST or _CLOCK.match(block.text) is not None


def _frames(block: Block) -> list[Frame]:
    return [frame for frame in (block.frame, block.frame.parent) if frame is not None]


def _may_be_caption(block: Block, blocks: Sequence[Block]) -> bool:
    """Whether the element around a block's own holds no other text."""
    box = block.frame.parent
    if box is None or box.tag in _BODY or block.is_heading:
        return False
    at = block.index
    if at + 1 < len(blocks) and blocks[at + 1].frame.inside(box):
        return False
    return at == 0 or not blocks[at - 1].frame.inside(box)


def _is_caption(block: Block, icons: Set[str], *, begun: bool) -> bool:
    """Whether such a block stands with a picture or film, and is called its caption, says its text, or a few words."""
    box = block.frame.parent
    shown = box.node.css(_MEDIA) if box is not None else []
    if len(block.text.split()) >= _FEWEST_WORDS:
        shown = [node for node in shown if node.html not in icons]
    if box is None or not shown or _CLOCK.match(block.text):
        return False
    few_words = begun and not is_prose(block) and not is_labelled(block.text) and not read_byline(block.text)
    if few_words or _is_called_caption(block.frame) or _is_called_caption(box):
        return True
    return any(clean(node.attributes.get("alt") or "") == block.text for node in shown)


def _is_called_caption(frame: Frame) -> bool:
    return _CALLED_CAPTION.search(names_of(frame)) is not None
