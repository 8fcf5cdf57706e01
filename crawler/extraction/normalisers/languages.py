"""The language of a text, for pages that do not name it, told only by what no other language has; and links to one."""

from __future__ import annotations

import re

from crawler.extraction.normalisers.text import fold

UNDETERMINED = "und"  # BCP 47, 4.1: there has to be one, and nobody knows which
_CYRILLIC = re.compile(r"[а-яёіїєґў]")
_LATIN = re.compile(r"[a-z]")
_RUSSIAN, _UKRAINIAN, _BELARUSIAN = "ыэ", "їєґ", "ў"
_ENGLISH = re.compile(r"\b(?:the|of|and|to|in|is|was|that)\b")
_IN_ENGLISH = 0.08  # of its words, at least; of German, French or Polish ones a hundredth

_SWITCHES = frozenset({
    "in english", "english version", "english", "in russian", "russian version", "по-русски", "русская версия",
    "на русском", "на русском языке", "на английском", "английская версия", "по-английски",
})  # fmt: skip


def switches_language(text: str) -> bool:
    """Whether a text is no more than the link to a page's other language."""
    return fold(text) in _SWITCHES


def guess_language(text: str) -> str:
    """`ru`, `uk`, `be`, `en` or UNDETERMINED."""
    text = text.lower()
    if len(_CYRILLIC.findall(text)) > len(_LATIN.findall(text)):
        return _slavic(text)
    words = len(text.split())
    return "en" if words and len(_ENGLISH.findall(text)) >= _IN_ENGLISH * words else UNDETERMINED


def _slavic(text: str) -> str:
    """By letters of its own; of a text in two languages that of which there is more."""
    own = {"ru": _RUSSIAN, "uk": _UKRAINIAN, "be": _BELARUSIAN}
    counts = {language: sum(map(text.count, letters)) for language, letters in own.items()}
    if counts["be"]:  # Russian's letters are Belarusian's, too
        return "be"
    language = max(counts, key=counts.__getitem__)
    return language if counts[language] else UNDETERMINED
