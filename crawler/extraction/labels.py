"""The words a site prints around the parts of an article: which block is one, and what it says behind it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from crawler.extraction.flow import Block, shown
from crawler.extraction.normalisers.text import ends_a_sentence, fold
from crawler.extraction.once import once
from crawler.sites.site import Labels

KINDS = (
    "image_credit", "rights", "rights_statement", "original", "disclaimer", "mentions", "comment_prompt", "newsletter",
    "discussion", "update", "login", "share",
)  # fmt: skip
_AS_PREFIX = frozenset({"rights", "rights_statement", "disclaimer", "comment_prompt", "newsletter"})
_WHOLE = frozenset({"update", "login", "share", "discussion"})
_BEGINS_TEXT = _WHOLE | {"original"}  # a paragraph of an article may begin so, too: "Discussion of the bill ..."
_EDGE = " :.–—-•·\u00a0"
_BEFORE = _EDGE + "»›"
_KEY = 3


class Found(NamedTuple):
    """A block that begins with a label; `rest` is what it says behind the label, "" where nothing."""

    kind: str
    rest: str


class LabelBook:
    """The labels of a site, folded; tried behind a look-up of a block's first letters."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self._by_key: dict[str, list[tuple[str, str]]] = {}
        for kind in KINDS:
            for label in getattr(labels, kind):
                folded = fold(label).strip(_EDGE)
                for key in _spellings(folded[:_KEY]):
                    self._by_key.setdefault(key, []).append((folded, kind))
        for known in self._by_key.values():
            known.sort(key=lambda pair: -len(pair[0]))
        self.mention_kinds = {fold(name).strip(_EDGE): kind for name, kind in labels.mention_kinds.items()}
        self.footnotes = tuple(fold(label) for label in labels.footnote)

    def find(self, block: Block) -> Found | None:
        """The label that opens `block`, if it is really one: a paragraph may begin with the same words."""
        text = block.text
        if text[0] in _BEFORE:
            text = text.lstrip(_BEFORE)
        for label, kind in self._by_key.get(text[:_KEY], ()):
            begins = len(text) >= len(label) and fold(text[: len(label)]) == label
            if begins and (found := _judge(block, text[len(label) :], label, kind)) is not None:
                return found
        return None

    def begins(self, text: str, kind: str) -> bool:
        """Whether a text begins with a label of one kind."""
        known = (label for label, its in self._by_key.get(text[:_KEY], ()) if its == kind)
        return any(fold(text[: len(label)]) == label for label in known)


def _spellings(key: str) -> Iterator[str]:
    """A key in small letters and capitals, with every е perhaps ё: no block has to be folded to look it up."""
    alike = ("её" if letter == "е" else letter for letter in key)
    return map("".join, product(*({*letters, *letters.upper()} for letters in alike)))


def _judge(block: Block, rest: str, label: str, kind: str) -> Found | None:
    bare = rest.strip(_EDGE)
    if not bare:
        return Found(kind, "")
    own_element = fold(shown(block.atoms[0])).strip(_EDGE) == label
    if kind in _BEGINS_TEXT and _is_sentence(block, rest.rstrip()):
        return None
    if kind in _WHOLE:
        return Found(kind, bare) if own_element or bare.strip("()").isdigit() else None
    long_label = kind in _AS_PREFIX and label.count(" ") >= 2 and not rest[0].isalnum()
    if own_element or long_label or rest.lstrip()[:1] in {":", "©", "–", "—"}:
        return Found(kind, bare)
    return None


def _is_sentence(block: Block, rest: str) -> bool:
    """Whether words behind a label go on to the end of a sentence."""
    return ends_a_sentence(rest) and not block.linked


@once
def book_of(labels: Labels) -> LabelBook:
    """The book of a site's labels, made once."""
    return LabelBook(labels)
