"""Slugs as the site makes them: a Russian title transliterated, an English one with hyphens."""

from __future__ import annotations

import re

# ц->c, х->h, й->i, я->ya, ь dropped: as seen in the site's URLs.
_LETTERS = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "j", "з": "z", "и": "i",
        "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y", "ь": "",
        "э": "e", "ю": "yu", "я": "ya",
    }
)  # fmt: skip
_OTHER = re.compile(r"[^a-z0-9]+")
_SILENT = re.compile("['\u2019\u00ad\u200b]")
_LIMIT = 96


def slug(title: str, language: str) -> str:
    """The slug of `title`: words joined by `_` on Russian pages and by `-` on English ones, at most 96 characters."""
    joiner = "_" if language == "ru" else "-"
    latin = _SILENT.sub("", title.lower()).translate(_LETTERS)
    words = _OTHER.sub(joiner, latin).strip(joiner)
    return words if len(words) <= _LIMIT else words[:_LIMIT].rsplit(joiner, 1)[0]
