"""Text as a reader sees it: without invisible characters, with single spaces."""

from __future__ import annotations

import re

# Soft hyphen, zero-width and direction marks, byte order mark, control characters (PostgreSQL refuses NUL). Python
# calls none of them printable, which is what makes looking for them cheap.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)
_SENTENCE_END = re.compile(r"[.!?…][\"'»”’)\]]*\s+(?=[\"'«„“(\[]*[A-ZА-ЯЁ0-9])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(«\"])(?:[A-ZА-ЯЁ]|[Mm]r|[Mm]rs|[Mm]s|[Dd]r|[Gg]en|[Cc]ol|[Ss]t|vs|approx|г|гг|ст|им|ул|руб|млн|млрд|тыс"
    r"|т\.\s?[дпе]|прим|см|U\.S|США)\.$"
)


def visible(text: str) -> str:
    """`text` without characters that cannot be seen."""
    return text if text.isprintable() else _INVISIBLE.sub("", text)


def is_clean(text: str) -> bool:
    """Whether `clean` would change nothing."""
    return text[:1] != " " and text[-1:] != " " and text.isprintable() and "  " not in text


def clean(text: str) -> str:
    """Visible characters only; every run of white space, no-break spaces too, is one space; none at the ends."""
    text = text.strip()
    if text.isprintable() and "  " not in text:
        return text
    return " ".join(visible(text).split())


def fold(text: str) -> str:
    """For comparing labels: lower case, е for ё."""
    return text.lower().replace("ё", "е")


def sentence_starts(text: str) -> list[int]:
    """Offsets at which sentences begin; the first is 0. Abbreviations and initials do not end a sentence."""
    starts = [0]
    for match in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text[max(0, match.start() - 12) : match.start() + 1]):
            starts.append(match.end())
    return starts


def is_single_sentence(text: str) -> bool:
    """Whether `text` holds no end of a sentence except at its own end."""
    return len(sentence_starts(text)) == 1
