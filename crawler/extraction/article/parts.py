"""The parts of an article between heading and footnotes: subtitle, lead, byline, body. The byline is the pivot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from archive.records import Author
from crawler.extraction.article.byline import CELLS, LONGEST_SUBHEAD, PIVOT_WITHIN, find_byline, is_prose
from crawler.extraction.article.footnotes import cut_footnotes
from crawler.extraction.article.set_apart import set_apart
from crawler.extraction.flow import Block
from crawler.extraction.normalisers.bylines import is_byline_label, names_editors, names_no_author
from crawler.extraction.normalisers.text import is_single_sentence

_LONGEST_SUBTITLE = 300
_LONGEST_LINK = 40
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
    text = list(_without_labels(blocks))
    text, parts.footnotes = cut_footnotes(_without_buttons(text), title, footnote_labels)
    pivot = find_byline(text)
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


def _without_labels(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks without those around a byline that are no part of a text: "Автор:", an agency, a translator."""
    for at, block in enumerate(blocks):
        if len(block.text) <= _LONGEST_LABEL and is_byline_label(block.text):
            continue
        if at < PIVOT_WITHIN and _is_no_text(block, blocks[at + 1 : at + 2]):
            continue
        yield block


def _is_no_text(block: Block, following: Sequence[Block]) -> bool:
    """Whether a line before a paragraph names an agency, a translator or a language; a subheading may, too."""
    if len(block.text) > LONGEST_SUBHEAD or block.is_heading or block.emphasised or block.tag in CELLS:
        return False
    return names_no_author(block.text) and not names_editors(block.text) and all(map(is_prose, following))


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


def subtitle_and_lead(before: list[Block]) -> tuple[Block | None, list[Block]]:
    """What stands between heading and body: a heading or a single short sentence first is the subtitle (codebook)."""
    before = [block for block in before if any(map(str.isalpha, block.text))]  # a number or a clock is neither
    if not before:
        return None, []
    first = before[0]
    short = len(first.text) <= _LONGEST_SUBTITLE
    if first.is_heading or (short and is_single_sentence(first.text)):
        return first, before[1:]
    return None, before
