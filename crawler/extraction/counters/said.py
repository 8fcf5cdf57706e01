"""Numbers that say in words what they count: in a text, or in the attributes of an element."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from crawler.extraction.counters.icons import hints
from crawler.extraction.counters.words import kinds_in, labelled
from crawler.extraction.normalisers.counts import Count, is_no_count, read_count

_LONGEST_HINT = 60  # characters: more are a caption
_MOST_WORDS = 2  # that say of what a number in a row is: more are a title


def said_in(text: str) -> tuple[str, Count] | None:
    """The word and the number of a text that holds both: `Комментариев: 12`."""
    return labelled(text) if len(text) <= _LONGEST_HINT else None


def count_in(text: str) -> Count | None:
    """The number of comments that a text is, alone or with a word for them; None where it is anything else."""
    if not is_no_count(text):
        return read_count(text)
    said = said_in(text)
    if said is not None:
        return said[1] if kinds_in(said[0]) == ("comments",) and len(said[0].split()) <= _MOST_WORDS else None
    if text[:1] + text[-1:] in {"()", "[]"}:
        text = text[1:-1]
    return None if is_no_count(text) else read_count(text)


def said_by(node: LexborNode) -> tuple[str, Count] | None:
    """The word and the number that an element's attributes say: `title="Comments: 12"`."""
    values = (value for value in hints(node) if len(value) <= _LONGEST_HINT)
    return next((said for value in values if (said := labelled(value))), None)
