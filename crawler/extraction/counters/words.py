"""Words that say what a number counts, and texts that hold both: `Просмотров: 983`, `12 тыс. просмотров`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

from crawler.extraction.normalisers.counts import UNITS, YEARS, Count, read_count
from crawler.extraction.normalisers.reading_time import is_reading_time

Kind = Literal["views", "comments", "rating"]
Named = Literal["views", "comments", "rating", "other"]
WORDS: tuple[tuple[Named, re.Pattern[str]], ...] = (
    (
        "views",
        re.compile(
            r"просмотр|посмотрел|\bпросм\b|прочита[лн]|прочтен|\bviews?\b|\bviewed\b|\bhits\b|\breads?\b", re.IGNORECASE
        ),
    ),
    (
        "comments",
        re.compile(r"коммент|\bкомм\b|обсужд|ответ|\bотзыв|\bcomments?\b|\bcomm\b|\breplies\b", re.IGNORECASE),
    ),
    (
        "rating",
        re.compile(r"рейтинг|\bрейт\b|оценк|нравится|\brating\b|\bscore\b|\blikes?\b", re.IGNORECASE),
    ),
    ("other", re.compile(r"голос|\bvotes?\b|\bчитают\b|\bсмотрят\b", re.IGNORECASE)),  # how many voted is no rating
)
# One of these is in every text in which a pattern finds something, and they are looked for at a sixth of the cost.
STEMS = (
    "просм", "посмотр", "прочита", "прочтен", "view", "hits", "read", "комм", "обсужд", "ответ", "отзыв", "comm",
    "replies", "рейт", "оценк", "голос", "читают", "смотрят", "нравится", "rating", "score", "vote", "like",
)  # fmt: skip
# These make it a number of something else: of a day, of what is not yet read, of a place, of the reader's own.
_QUALIFIED = re.compile(
    r"\b(?:сут(?:ки|ок)|де?н[ья]|дней|недел|месяц|час(?:а|ов)?\b|год|сегодня|сейчас\b|вчера|посл|уникальн|нов[ыао]|непрочит"
    r"|мест[оа]\b|позици|ваш|мо[йия]\b|today|now\b|daily|days?\b|weeks?|months?|hours?\b|year|last\b|recent|unique|new\b"
    r"|unread|rank|place\b|your\b|my\b)",
    re.IGNORECASE,
)
_NUMBER_OR_DASH = re.compile(r"[\d—–-]")
_WORD_FIRST = re.compile(
    r"(?P<word>[^\W\d][^\d:()\[\]]*?)(?P<sure>\s*:|\s[-—–](?=\s))?\s*"
    r"(?P<number>[-+−–]?\s?\d.*|[—–-]|\(\s?\d[^()]*\)|\[\s?\d[^\[\]]*\])"
)
_NUMBER_FIRST = re.compile(
    rf"(?P<number>[-+−–]?\s?\d[\d\s.,]*?(?:\s?(?:{UNITS})\b\.?)?)\s+(?P<word>[^\W\d]{{3,}}[^\d]*)", re.IGNORECASE
)
_NONE = re.compile(
    r"(?:пока )?нет (?P<a>[^\W\d]+(?:ов|ев|ий|ок))|no (?P<b>[a-z]+s)(?: yet)?"
    r"|(?P<c>[^\W\d]+) ?:? ?(?:пока )?(?:нет|none)",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(r"(?:[^\W\d]+(?:ых|их|ый|ий|ая|ое|ые)|total|all|page|post|users?|reader)\s+", re.IGNORECASE)
_SINGLE = re.compile(r"[^\W\d]+(?: [^\W\d]+)?|[^\W\d]{3,5}\.")
_LONGEST_NONE = 30  # characters
_MOST_WORDS = 2  # that a number may follow without a colon
_OF = frozenset({"к", "за", "с", "всего", "сегодня", "вчера", "on", "in", "per", "so", "today", "total", "yet"})
_TIMES = re.compile(r"(?<=\d) (?:раза?|times)$")
_SEPARATED = re.compile(r"\s*[|/·•;]\s*|,\s+")
_BEFORE_NUMBERS = re.compile(r"(?<=[^\W\d])\.?\s+(?=[-+−]?\d)")
_BEFORE_WORDS = re.compile(rf"(?<=[\dKkКкMМ.—–])\s+(?!(?:{UNITS})\b)(?=[^\W\d])", re.IGNORECASE)


@lru_cache(maxsize=4096)  # the words of menus and lists are asked about on every page
def _named(text: str) -> tuple[Named, ...]:
    """Every counter for which a text has a word, whatever the word is said of."""
    lowered = text.lower()
    if not any(map(lowered.__contains__, STEMS)):
        return ()
    return tuple(kind for kind, pattern in WORDS if pattern.search(text))


def names_one(text: str) -> bool:
    """Whether a word for a counter is in a text."""
    return bool(_named(text))


@lru_cache(maxsize=4096)
def kinds_in(text: str) -> tuple[Named, ...]:
    """Every counter for which a text has a word; `other` where it is of something else, as views of a day are."""
    found = _named(text)
    if found and _QUALIFIED.search(text):
        return ("other",)
    return tuple(kind for kind in found if kind != "other") or found


@lru_cache(maxsize=4096)
def is_word(text: str) -> bool:
    """Whether a text is nothing but a word for a counter."""
    bare = text.rstrip(" :")
    return len(bare) < 25 and _SINGLE.fullmatch(bare) is not None and any(p.match(bare) for _, p in WORDS)


def says_kind(text: str, kind: Kind) -> bool:
    """Whether a text is nothing but a word for one kind of counter: `Комментариев:`."""
    return is_word(text) and any(name == kind and pattern.match(text) for name, pattern in WORDS)


def labelled(text: str) -> tuple[str, Count] | None:
    """The word and the number of `Просмотров: 983`, `983 views`, `Комментарии (5)`."""
    if not _NUMBER_OR_DASH.search(text):
        return _said_none(text)
    if not names_one(text) or is_reading_time(text):
        return None
    if match := _WORD_FIRST.fullmatch(_TIMES.sub("", text)):
        word, count = match["word"], read_count(match["number"].strip("()[]"))
        sure = match["sure"] is not None or (len(word.split()) <= _MOST_WORDS and count.value not in YEARS)
    elif match := _NUMBER_FIRST.fullmatch(text):
        word, count = match["word"], read_count(match["number"])
        sure = _begins_with_one(word) and not (count.value in YEARS and "rating" in kinds_in(word))
    else:
        return None
    return (word, count) if sure and count.absent_reason != "unreadable" else None


def _begins_with_one(text: str) -> bool:
    """Whether a text is a word for a counter, perhaps behind an adjective and before what it is of: no sentence."""
    adjective = _ADJECTIVE.match(text)
    first, *rest = (text[adjective.end() :] if adjective else text).split()
    return any(pattern.match(first) for _, pattern in WORDS) and (not rest or rest[0].lower() in _OF)


def _said_none(text: str) -> tuple[str, Count] | None:
    """`Нет комментариев`, `Комментариев: нет`: printed as no number, so absent as behind a dash."""
    if len(text) > _LONGEST_NONE or not names_one(text) or not (match := _NONE.fullmatch(text)):
        return None
    return match["a"] or match["b"] or match["c"], Count(None, text, absent_reason="empty")


def all_labelled(text: str, is_date: Callable[[str], object]) -> list[tuple[str, Count]]:
    """The words and numbers of a text that else has only dates: `983 просмотра, 5 комментариев`."""
    text = text.strip(" |/·•;,")
    if (said := labelled(text)) is not None:
        return [said]
    if not names_one(text):
        return []
    for parted in (_SEPARATED, _BEFORE_NUMBERS if text[0] in "-+−0123456789" else _BEFORE_WORDS):
        parts = [part for part in parted.split(text) if not is_date(part) and not is_reading_time(part)]
        found = [labelled(part) for part in parts]
        if found and (said_all := [each for each in found if each is not None]) and len(said_all) == len(found):
            return said_all
    return []
