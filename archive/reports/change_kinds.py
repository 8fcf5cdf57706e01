"""What kind of change lies between two versions, from the smallest edit to another text (docs/codebook.md).

A kind says what differs, never that it means nothing: two letters make `illegal` of `legal`, a comma 15 of 1,5.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from archive.reports.wordings import Wording

MOST_WORDS = 3  # that differ
MOST_LETTERS = 2  # that differ in each of them

# A figure with the signs that make it another one: those before it and in it, and what it is per hundred or thousand.
# The hyphen of `Су-57` is the word's.
_FIGURE = re.compile(r"(?:(?<!\w)[-.,])?\d+(?:[^\w\s]+\d+)*(?:\s?[%‰])?")
_PARTED = re.compile(r"(?<![\d.,])\d{1,3}(?:\s\d{3})+(?!\d)")  # 10 000
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))

_TEXTS = {"title": "title", "subtitle": "lead", "lead": "lead", "body": "body"}
_OTHERS = {
    "editor_notes": "notes",
    "footnotes": "notes",
    "outlet": "source",
    "outlet_country": "source",
    "published_at": "date",
}


def change_kinds(before: Wording, after: Wording) -> tuple[str, ...]:
    """The kinds of all fields that differ, each once: `whitespace`, `punctuation` and `letters` where a text changed in
    nothing else, otherwise `title`, `lead`, `body`; `notes`, `source`, `date`.
    """
    found = [
        _small_change(before.text(field), after.text(field)) or kind
        for field, kind in _TEXTS.items()
        if before.text(field) != after.text(field)
    ]
    found += [kind for field, kind in _OTHERS.items() if getattr(before, field) != getattr(after, field)]
    return tuple(dict.fromkeys(found))


def _small_change(before: str, after: str) -> str | None:
    if _figures(before) == _figures(after):
        if _without_space(before) == _without_space(after):
            return "whitespace"
        if _letters(before) == _letters(after):
            return "punctuation"
    words = before.split(), after.split()
    return "letters" if len(words[0]) == len(words[1]) and _few_letters(*words) else None


def _few_letters(before: list[str], after: list[str]) -> bool:
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    return len(pairs) <= MOST_WORDS and all(_is_near(_letters(old), _letters(new)) for old, new in pairs)


def _is_near(old: str, new: str) -> bool:
    """A word with a figure in it is a statement: another figure is another statement."""
    if not old or not new or any(character.isdigit() for character in old + new):
        return False
    return min(len(old), len(new)) > MOST_LETTERS and distance(old, new) <= MOST_LETTERS


def distance(old: str, new: str) -> int:
    """Letters put in, left out or exchanged to make `new` of `old` (Levenshtein)."""
    row = list(range(len(new) + 1))
    for number, letter in enumerate(old, 1):
        above, row = row, [number]
        for (diagonal, over), other in zip(pairwise(above), new, strict=True):
            row.append(min(over + 1, row[-1] + 1, diagonal + (letter != other)))
    return row[-1]


def _figures(text: str) -> list[str]:
    """The figures in their order. Which dash stands there, or a space before `%` or thousands, is all the same."""
    text = _PARTED.sub(lambda match: _without_space(match[0]), text.translate(_DASHES))
    return [_without_space(each) for each in _FIGURE.findall(text)]


def _without_space(text: str) -> str:
    return "".join(text.split())


def _letters(text: str) -> str:
    """The letters and figures alone; signs of currency and the like count as they are."""
    return "".join(each for each in text if not each.isspace() and unicodedata.category(each)[0] != "P")
