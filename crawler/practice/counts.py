"""Counters in the spellings that sites print, each with the number that can be read back from it."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.practice.article import PracticeArticle

ABSENT = ("—", "")
SPELLINGS = ("plain", "space", "no-break", "narrow", "abbreviated", "letter", "absent")
_SHARES = tuple(zip((50, 65, 75, 80, 88, 95, 100), SPELLINGS, strict=True))  # of a hundred articles


@dataclass(frozen=True, slots=True)
class Spelt:
    """A counter as printed; `value` is what the print says: rounded where abbreviated, None where absent."""

    raw: str
    value: int | None


def spell(count: int, spelling: str, language: str) -> Spelt:
    """`count` in one of SPELLINGS; a spelling that does not suit so small a number gives plain digits."""
    if spelling == "absent":
        return Spelt(ABSENT[count % 2], None)
    if count >= 1000 and spelling in ("abbreviated", "letter"):
        return _abbreviated(count, spelling, language)
    space = {"space": " ", "no-break": "\u00a0", "narrow": "\u202f"}.get(spelling)
    return Spelt(str(count) if space is None else f"{count:,}".replace(",", space), count)


def signed(count: int, spelling: str) -> Spelt:
    """A rating: `+7`, `−4` with a minus sign, or plain digits."""
    if count < 0:
        return Spelt(f"−{-count}", count)
    return Spelt(f"+{count}" if count and spelling != "plain" else str(count), count)


@dataclass(frozen=True, slots=True)
class Counters:
    """The three counters of an article, as printed at one moment."""

    views: Spelt
    comments: Spelt
    rating: Spelt


def counters_of(article: PracticeArticle, views: int | None = None, comments: int | None = None) -> Counters:
    """The article's counters in the spelling that it was given; `views` and `comments` as they stand by now."""
    spelling = next(name for limit, name in _SHARES if article.spelling < limit)
    return Counters(
        spell(article.views if views is None else views, spelling, article.language),
        spell(article.comments if comments is None else comments, "plain" if article.spelling % 17 else spelling, "ru"),
        signed(article.rating, spelling),
    )


def _abbreviated(count: int, spelling: str, language: str) -> Spelt:
    unit, words = (1_000_000, ("млн", "M", "М")) if count >= 1_000_000 else (1000, ("тыс.", "K", "К"))
    tenths = count * 10 // unit
    whole, tenth = divmod(tenths, 10)
    comma = "," if language == "ru" else "."
    number = f"{whole}{comma}{tenth}" if tenth else str(whole)
    if spelling == "abbreviated" and language == "ru":
        return Spelt(f"{number} {words[0]}", tenths * unit // 10)
    return Spelt(number + words[2 if language == "ru" else 1], tenths * unit // 10)
