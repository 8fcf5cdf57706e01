"""Text as a reader sees it: without invisible characters, with single spaces."""

from __future__ import annotations

import html
import re
import unicodedata

# Soft hyphen, zero-width and direction marks, byte order mark, control characters (PostgreSQL refuses NUL). Python
# calls none of them printable, which is what makes looking for them cheap.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)
# Signs that were escaped twice, so that a reader sees `&quot;`; < and > might be meant so.
_ESCAPED = re.compile(
    "&(?:amp;)*((?:quot|apos|#0?39|#0?34|nbsp|laquo|raquo|ldquo|rdquo|bdquo|lsquo|rsquo|mdash|ndash|hellip);)|&(?:amp;)+"
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
    return text[:1] != " " and text[-1:] != " " and is_plain(text)


def is_plain(text: str) -> bool:
    """The same of a text without white space at its ends."""
    if not text.isprintable() or "  " in text or "&" in text:
        return False
    return text.isascii() or unicodedata.is_normalized("NFC", text)


def clean(text: str) -> str:
    """Visible characters only; every run of white space, no-break spaces too, is one space; none at the ends.

    A sign that was escaped twice is that sign, and a letter in two characters is one (NFC), so that a name is one
    string: `Zoë` as well as `ё`. Marks that no letter has, as that of a stress (`за́мок`), stay.
    """
    text = text.strip()
    if is_plain(text):
        return text
    text = unicodedata.normalize("NFC", visible(text))
    return " ".join((_as_shown(text) if "&" in text else text).split())


def _as_shown(text: str) -> str:
    return _ESCAPED.sub(lambda match: html.unescape(f"&{match[1] or 'amp;'}"), text)


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


def ends_a_sentence(text: str) -> bool:
    """Whether several words end as a sentence does."""
    return text[-1] in ".!?…" and text.count(" ") > 3


def is_single_sentence(text: str) -> bool:
    """Whether `text` holds no end of a sentence except at its own end."""
    return len(sentence_starts(text)) == 1
