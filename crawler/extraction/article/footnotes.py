"""The footnotes at the tail of an article: lines that begin with a marker which hangs on a word of the text."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extraction.article.numbered_footnotes import cut_numbered
from crawler.extraction.flow import Block
from crawler.extraction.normalisers.footnotes import chained, is_marked, is_reason, split_footnote

_MOST_FOOTNOTES = 200
_BEHIND_FOOTNOTES = 3  # lines that may stand behind footnotes
_LONGEST_BEHIND = 120


def cut_footnotes(text: list[Block], title: str, labels: tuple[str, ...]) -> tuple[list[Block], list[tuple[str, str]]]:
    """The text without its footnotes, and these as marker and line."""
    text, numbered = cut_numbered(text)
    if numbered:
        return text, numbered
    text = _up_to_reason(text, title, labels)
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
        notes[:0] = chained(marker, line, above) if marker else [found]
        text = text[:-1]
    return text, notes


def _up_to_reason(text: list[Block], title: str, labels: tuple[str, ...]) -> list[Block]:
    """The text without a few short lines behind a footnote that says why somebody carries its marker: a credit, a link.

    It is left as it is where its last line is a footnote, or none is near.
    """
    for end in range(len(text), max(0, len(text) - _BEHIND_FOOTNOTES - 1), -1):
        found = split_footnote(text[end - 1].text, labels)
        above = [title, *(block.text for block in text[: end - 1])] if found else []
        if found and (end == len(text) or _is_sure_footnote(found, above, labels)):
            return text[:end]
        if len(text[end - 1].text) > _LONGEST_BEHIND:
            break
    return text


def _is_sure_footnote(found: tuple[str, str], above: Sequence[str], labels: tuple[str, ...]) -> bool:
    marker, line = found
    return not marker or (is_reason(line, labels) and is_marked(marker, above))
