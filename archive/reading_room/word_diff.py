"""What changed between two texts: paragraph by paragraph, and within a changed paragraph word by word.

Nothing is left out: the same and the deleted pieces together are the text before, the same and the inserted ones the
text after. What is too long to be compared in a moment is shown as deleted and inserted whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

MOST = 20_000_000  # pairs of words, or of paragraphs, that are compared: a second or so
ALIKE = 0.4  # share of words that two paragraphs have in common where one became the other

Kind = Literal["same", "del", "ins"]
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_LETTERS = re.compile(r"\w+")


class Piece(NamedTuple):
    """Words in a row that are in both texts, in the one before, or in the one after."""

    kind: Kind
    text: str


Paragraph = tuple[Piece, ...]


def compare(before: Sequence[str], after: Sequence[str], most: int = MOST) -> list[Paragraph]:
    """The paragraphs of both texts in order; one that changed has pieces of several kinds."""
    return list(_Comparison(most).paragraphs(before, after))


class _Comparison:
    """One comparison: `left` is how many pairs may still be compared."""

    def __init__(self, most: int) -> None:
        self.left = most

    def paragraphs(self, before: Sequence[str], after: Sequence[str]) -> Iterator[Paragraph]:
        for kind, old, new in self._steps(before, after):
            if kind == "equal":
                yield from ((Piece("same", each),) for each in old)
            else:
                yield from self._paired(old, new)

    def _paired(self, old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
        """Paragraphs that took each other's place: each old one with the next new one that is like it."""
        start = 0
        have = [set(_LETTERS.findall(each)) for each in new]
        for text in old:
            mine = set(_LETTERS.findall(text))
            place = next((n for n in self._within(start, len(new)) if _alike(mine, have[n])), None)
            if place is None:
                yield (Piece("del", text),)
                continue
            yield from ((Piece("ins", other),) for other in new[start:place])
            yield self._words(text, new[place])
            start = place + 1
        yield from ((Piece("ins", other),) for other in new[start:])

    def _within(self, start: int, end: int) -> range:
        """The paragraphs that may still be looked at."""
        self.left -= end - start
        return range(start, end if self.left >= 0 else start)

    def _words(self, before: str, after: str) -> Paragraph:
        pieces: list[Piece] = []
        for kind, old, new in self._steps(_WORDS.findall(before), _WORDS.findall(after)):
            if kind == "equal":
                pieces.append(Piece("same", "".join(old)))
            else:
                pieces += [Piece("del", "".join(old)), Piece("ins", "".join(new))]
        return _joined(each for each in pieces if each.text)

    def _steps(self, before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
        """What is equal and what is not, in order; the equal beginning and end are found without a comparison."""
        head = _same_ends(before, after)
        tail = _same_ends(before[head:][::-1], after[head:][::-1])
        old, new = before[head : len(before) - tail], after[head : len(after) - tail]
        self.left -= len(old) * len(new)
        yield "equal", before[:head], after[:head]
        if self.left < 0:
            yield "replace", old, new
        else:
            for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
                yield kind, old[i:j], new[k:m]
        yield "equal", before[len(before) - tail :], after[len(after) - tail :]


def _joined(pieces: Iterator[Piece]) -> Paragraph:
    """The pieces, neighbours of one kind as one."""
    found: list[Piece] = []
    for each in pieces:
        if found and found[-1].kind == each.kind:
            found[-1] = Piece(each.kind, found[-1].text + each.text)
        else:
            found.append(each)
    return tuple(found)


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= ALIKE * max(len(one), len(other), 1)


def _same_ends(before: Sequence[str], after: Sequence[str]) -> int:
    return next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
