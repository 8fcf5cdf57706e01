"""The parts of an article between heading and footnotes: subtitle, lead, byline, body. The byline is the pivot."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from archive.records import Author
from crawler.extraction.flow import Block, Frame
from crawler.extraction.furniture import names_of
from crawler.extraction.normalisers.bylines import has_original, is_byline_label, read_byline
from crawler.extraction.normalisers.footnotes import is_marked, split_footnote
from crawler.extraction.normalisers.text import is_single_sentence
from crawler.extraction.set_apart import set_apart

_PIVOT_WITHIN = 12  # blocks behind the heading
_LONGEST_BYLINE = 240
_LONGEST_SUBTITLE = 300
_MOST_FOOTNOTES = 200
_LONGEST_LINK = 40
_LONGEST_LABEL = 12  # "Авторы:"
_CALLED_AUTHOR = re.compile(r"author|byline|writer|avtor", re.IGNORECASE)


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
    text = [block for block in blocks if len(block.text) > _LONGEST_LABEL or not is_byline_label(block.text)]
    text, parts.footnotes = _cut_footnotes(_without_buttons(text), title, footnote_labels)
    pivot = _find_byline(text)
    if pivot is None:
        text = _without_links(text)
    if pivot is not None:
        start, end, parts.authors = pivot
        parts.byline = text[start:end]
        before, parts.body = _without_links(text[:start]), text[end:]
    else:
        parts.rule = "set apart"
        edge = set_apart(text)
        before, parts.body = text[:edge], text[edge:]
    parts.subtitle, parts.lead = subtitle_and_lead(before)
    return parts


def _find_byline(text: list[Block]) -> tuple[int, int, list[Author]] | None:
    """Where the byline stands and whom it names: the first block with a name in a bracket, else the first of names."""
    likely = pairwise([*text[:_PIVOT_WITHIN], None])
    named = {
        index: authors for index, (block, after) in enumerate(likely) if block and (authors := _names(block, after))
    }
    if not named:
        return None
    start = next((index for index, authors in named.items() if has_original(authors)), next(iter(named)))
    while start - 1 in named:
        start -= 1
    end = start + 1
    while end in named:
        end += 1
    return (start, end, [author for index in range(start, end) for author in named[index]]) if end < len(text) else None


def _without_links(text: list[Block]) -> list[Block]:
    """The head of an article without blocks that are nothing but a short link: sections, tags, buttons."""
    start = 0
    while start < len(text) and _is_link(text[start]):
        start += 1
    return text[start:]


def _without_buttons(text: list[Block]) -> list[Block]:
    """The text without short links behind it, in elements beside those of the text: a version to print, a way back."""
    end = len(text)
    while end > 1 and _is_link(text[end - 1]) and not _together(text[end - 2], text[end - 1]):
        end -= 1
    return text[:end]


def _together(one: Block, other: Block) -> bool:
    """Whether two blocks stand in one element, or each in an element of it."""
    return one.frame.parent is None or other.frame.inside(one.frame.parent)


def _is_link(block: Block) -> bool:
    return len(block.text) <= _LONGEST_LINK and not block.is_heading and block.wholly_linked


def _names(block: Block, following: Block | None) -> list[Author]:
    """The names that a block is; of a heading only where something says that it is no subheading."""
    if len(block.text) > _LONGEST_BYLINE or block.tag == "blockquote":
        return []
    if block.is_heading and block.text[-1] not in ")）" and not _is_called_author(block, following):
        return []
    authors = read_byline(block.text)
    return authors if not block.is_heading or has_original(authors) or block.text[-1] not in ")）" else []


def _is_called_author(heading: Block, following: Block | None) -> bool:
    """Whether a heading's element, which is not that of the next block, is called one of an author."""
    own = heading.frame.parent
    if following is None or own is None or following.frame.inside(own):
        return False
    return any(_CALLED_AUTHOR.search(names_of(frame)) for frame in (heading.frame, own))


def subtitle_and_lead(before: list[Block]) -> tuple[Block | None, list[Block]]:
    """What stands between heading and body: a heading or a single short sentence first is the subtitle (codebook)."""
    if not before:
        return None, []
    first = before[0]
    short = len(first.text) <= _LONGEST_SUBTITLE
    if first.is_heading or (short and is_single_sentence(first.text)):
        return first, before[1:]
    return None, before


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


def main_container(blocks: Sequence[Block]) -> Frame | None:
    """The element that directly holds most of the text; None where there is no text."""
    weights: dict[Frame, int] = defaultdict(int)
    for block in blocks:
        frame, length = block.frame, len(block.text)
        weights[frame.parent or frame] += length
        weights[frame] += length
    return max(weights, key=weights.__getitem__) if weights else None
