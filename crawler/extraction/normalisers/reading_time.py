"""How long a text takes to read, as sites print it beside the date: a number that counts nothing of ours."""

from __future__ import annotations

import re

_LONGEST = 40  # characters
_MINUTES = r"\d{1,3} ?(?:-|–)? ?(?:min(?:ute)?s?\.?|мин(?:ут[аыу]?)?\.?)"
_READING_TIME = re.compile(
    rf"[\W_]*(?:{_MINUTES} (?:(?:to )?read(?:ing)?(?: time)?|(?:на )?чтени[яе]|читать)"
    rf"|(?:reading time|read time|время (?:на )?чтения|читать|чтение)[ :—–-]*{_MINUTES}|{_MINUTES})[\W_]*",
    re.IGNORECASE,
)


def is_reading_time(text: str) -> bool:
    """Whether a text says nothing else: `8 min read`, `Время чтения: 4 минуты`."""
    return len(text) <= _LONGEST and _may_say(text) and _READING_TIME.fullmatch(text) is not None


def without_reading_time(text: str) -> str:
    """A text without the reading time that ends it: `21.07.2025 10:52 — 8 min read`."""
    match = _READING_TIME.search(text) if _may_say(text) else None
    return text[: match.start()] if match and match.end() == len(text) else text


def _may_say(text: str) -> bool:
    """Cheap, before any pattern is tried."""
    lowered = text.lower()
    return "min" in lowered or "мин" in lowered
