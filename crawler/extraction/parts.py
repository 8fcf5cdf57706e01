"""The parts of an article between heading and footnotes: subtitle, lead, byline, body. The byline is the pivot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from archive.records import Author
from crawler.extraction.flow import Block, Frame
from crawler.extraction.normalisers.bylines import has_original, is_byline_label, read_byline
from crawler.extraction.normalisers.footnotes import is_marked, split_footnote
from crawler.extraction.normalisers.text import is_single_sentence

_PIVOT_WITHIN = 12  # blocks behind the heading
_LONGEST_BYLINE = 240
_LONGEST_SUBTITLE = 300
_MOST_FOOTNOTES = 200
_LONGEST_LINK = 40
_WRAPPERS = 4  # elements around a paragraph
_LONGEST_LABEL = 12  # "Авторы:"


@dataclass(slots=True)
class Parts:
    """The blocks of an article by what they are."""

    subtitle: Block | None = None
    lead: list[Block] = field(default_factory=list)
    byline: list[Block] = field(default_factory=list)
    authors: list[Author] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    footnotes: list[tuple[str, str]] = field(default_factory=list)
    rule: str = "byline"


def split_parts(blocks: Sequence[Block], title: str, footnote_labels: tuple[str, ...]) -> Parts:
    """`blocks` are those between heading and the labels behind the body, without counters, credit and furniture."""
    parts = Parts()
    text, parts.footnotes = _cut_footnotes(
        [block for block in blocks if len(block.text) > _LONGEST_LABEL or not is_byline_label(block.text)],
        title,
        footnote_labels,
    )
    pivot = _find_byline(text)
    if pivot is None:
        text = _without_links(text)
    if pivot is not None:
        start, end = pivot
        parts.byline = text[start:end]
        parts.authors = [author for block in parts.byline for author in read_byline(block.text)]
        before, parts.body = _without_links(text[:start]), text[end:]
    else:
        parts.rule = "set apart"
        edge = _set_apart(text)
        before, parts.body = text[:edge], text[edge:]
    parts.subtitle, parts.lead = subtitle_and_lead(before)
    return parts


def _find_byline(text: list[Block]) -> tuple[int, int] | None:
    """The blocks of the byline: the first with a name in a bracket, else the first that is nothing but names."""
    found = [(index, authors) for index, block in enumerate(text[:_PIVOT_WITHIN]) if (authors := _names(block))]
    if not found:
        return None
    strong = [index for index, authors in found if has_original(authors)]
    start = strong[0] if strong else found[0][0]
    names = {index for index, _ in found}
    while start - 1 in names:
        start -= 1
    end = start + 1
    while end in names:
        end += 1
    return (start, end) if end < len(text) else None


def _without_links(text: list[Block]) -> list[Block]:
    """The head of an article without blocks that are nothing but a short link: sections, tags, buttons."""
    start = 0
    while start < len(text) and _is_link(text[start]):
        start += 1
    return text[start:]


def _is_link(block: Block) -> bool:
    return len(block.text) <= _LONGEST_LINK and not block.is_heading and all(atom.anchor for atom in block.atoms)


def _names(block: Block) -> list[Author]:
    if len(block.text) > _LONGEST_BYLINE or block.is_heading or block.tag == "blockquote":
        return []
    return read_byline(block.text)


def subtitle_and_lead(before: list[Block]) -> tuple[Block | None, list[Block]]:
    """What stands between heading and body: a heading or a single short sentence first is the subtitle (codebook)."""
    if not before:
        return None, []
    first = before[0]
    short = len(first.text) <= _LONGEST_SUBTITLE
    if first.is_heading or (short and is_single_sentence(first.text)):
        return first, before[1:]
    return None, before


def _set_apart(text: list[Block]) -> int:
    """How many first blocks markup sets apart from a body whose paragraphs agree with each other (codebook, lead)."""
    paragraphs = [block for block in text if _is_paragraph(block)]
    if len(paragraphs) < 2:
        return 0
    around: Callable[[Block], int] = _around
    ordinary = _ordinary(paragraphs, around)
    if ordinary is None:  # each paragraph may have an element of its own around it
        around = _around_wrapper(text)
        ordinary = _ordinary(paragraphs, around)
    if ordinary is None:
        return 0
    edge = 0
    while edge < len(text) and _differs(text[edge], ordinary, around):
        edge += 1
    body = sum(1 for block in paragraphs if block.index >= text[edge].index) if edge < len(text) else 0
    return edge if body >= 2 else 0


def _is_paragraph(block: Block) -> bool:
    """Neither a heading, marked up as such or by emphasis alone, nor part of a list or quotation."""
    heading = block.is_heading or (block.emphasised and len(block.text) < 120 and block.text[-1] not in ".!?…:")
    return not heading and not block.within("li", "blockquote", "figcaption")


@dataclass(frozen=True, slots=True)
class _Ordinary:
    tag: str
    emphasised: bool
    container: int
    css_class: str | None


def _ordinary(paragraphs: list[Block], around: Callable[[Block], int]) -> _Ordinary | None:
    """What most of the body paragraphs have in common; None where they do not agree."""
    shared = Counter(block.frame.id for block in paragraphs)
    looks = [(block.tag, block.emphasised, _container(block, shared, around)) for block in paragraphs]
    (look, number), *_ = Counter(looks).most_common(1)
    if number < 2 or 2 * number < len(paragraphs):
        return None
    alike = [block for block, its in zip(paragraphs, looks, strict=True) if its == look]
    classes = {block.css_class for block in alike[len(alike) // 2 :]}
    return _Ordinary(*look, classes.pop() or None if len(classes) == 1 else None)


def _container(block: Block, shared: Counter[int], around: Callable[[Block], int]) -> int:
    """What encloses a paragraph: its own element where that holds several, parted by line breaks, and is no <p>."""
    alone = shared[block.frame.id] == 1 or block.tag == "p"  # a <p> ends where a list or a heading begins
    return around(block) if alone else block.frame.id


def _around(block: Block) -> int:
    """The element around a block's own; around a cell that is what holds its row."""
    frame = block.frame.parent
    while frame is not None and frame.tag == "tr":
        frame = frame.parent
    return frame.id if frame is not None else block.frame.id


def _around_wrapper(text: Sequence[Block]) -> Callable[[Block], int]:
    """What tells the element around a block and its wrappers: those that hold no other block of the text."""
    held: Counter[int] = Counter()
    for block in text:
        held.update(frame.id for frame in _frames(block))

    def around(block: Block) -> int:
        return next((frame.id for frame in _frames(block) if held[frame.id] > 1), block.frame.id)

    return around


def _frames(block: Block) -> Iterator[Frame]:
    """The elements around a block's own, inside first, as far as a wrapper may be."""
    frame = block.frame.parent
    for _ in range(_WRAPPERS):
        if frame is None:
            return
        yield frame
        frame = frame.parent


def _differs(block: Block, ordinary: _Ordinary, around: Callable[[Block], int]) -> bool:
    if block.within("li", "blockquote"):
        return False
    if block.tag != ordinary.tag or block.emphasised != ordinary.emphasised:
        return True
    if ordinary.container not in {block.frame.id, around(block)}:
        return True
    return ordinary.css_class is not None and block.css_class != ordinary.css_class


def _cut_footnotes(text: list[Block], title: str, labels: tuple[str, ...]) -> tuple[list[Block], list[tuple[str, str]]]:
    """Footnotes stand at the tail: lines that begin with a marker which hangs on a word of the text."""
    notes: list[tuple[str, str]] = []
    while text and len(notes) < _MOST_FOOTNOTES:
        found = split_footnote(text[-1].text, labels)
        if found is None:
            break
        marker, line = found
        above = [title, *(block.text for block in text[:-1])]
        known = split_footnote(line, labels) is not None
        if marker and not known and not is_marked(marker, above):
            break
        notes.insert(0, found)
        text = text[:-1]
    return text, notes


def main_container(blocks: Sequence[Block]) -> Hashable | None:
    """The id of the element that directly holds most of the text."""
    weights: Counter[int] = Counter()
    for block in blocks:
        weights[block.frame.parent.id if block.frame.parent else block.frame.id] += len(block.text)
        weights[block.frame.id] += len(block.text)
    return weights.most_common(1)[0][0] if weights else None
