"""The language of a text, for pages that do not name it, told only by what no other language has; and links to one."""

from __future__ import annotations

import re

from crawler.extraction.normalisers.text import fold

UNDETERMINED = "und"  # BCP 47, 4.1: there has to be one, and nobody knows which
_CYRILLIC = re.compile(r"[а-яёіїєґў]")
_LATIN = re.compile(r"[a-z]")
_RUSSIAN, _UKRAINIAN = "ыэ", "їєґ"
# Kazakh, Kyrgyz, Tatar and Mongolian have ы and э, too: they have other letters in a third of their words, and none of
# Russian's small words. (и is a word of Moksha and Komi, но of Udmurt, а of Chechen.)
_OTHER_LETTER = re.compile("[\u0450\u0452\u0453\u0455\u0458-\u045d\u045f-\u048f\u0492-\u052f]")
_IN_OTHERS = 0.1  # of the words; a Kazakh name in a Russian text is fewer
_SMALL_RUSSIAN = re.compile(r"\b(?:в|на|с|по|не|что|из|для|от|к|за|о)\b")
_IN_RUSSIAN = 0.04
# Dutch has of, in, is and was, Polish to and by.
_ENGLISH = re.compile(r"\b(?:the|and|that|with|from|which)\b")
_IN_ENGLISH = 0.025  # where there are two of them: of another language's words a hundredth, as in names
_OF_ONE_WORD = 0.1

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
    words = text.split()
    if len(_CYRILLIC.findall(text)) > len(_LATIN.findall(text)):
        foreign = sum(_OTHER_LETTER.search(word) is not None for word in words) >= _IN_OTHERS * len(words)
        return UNDETERMINED if foreign else _slavic(text, len(words))
    return "en" if _is_english(text, len(words)) else UNDETERMINED


def _is_english(text: str, words: int) -> bool:
    found = _ENGLISH.findall(text)
    return len(found) > 0 and len(found) >= words * (_IN_ENGLISH if len(set(found)) > 1 else _OF_ONE_WORD)


def _slavic(text: str, words: int) -> str:
    """By letters of its own; of a text in two languages that of which there is more."""
    if text.count("ў") > text.count("и"):  # Belarusian has no и, and all that Russian has besides
        return "be"
    russian, ukrainian = (sum(map(text.count, letters)) for letters in (_RUSSIAN, _UKRAINIAN))
    if ukrainian > russian:
        return "uk"
    return "ru" if russian and len(_SMALL_RUSSIAN.findall(text)) >= _IN_RUSSIAN * words else UNDETERMINED
