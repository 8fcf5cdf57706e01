"""Counts as sites print them: a whole number with its precision, or None with what was printed; never a guess."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from msgspec import Struct

from crawler.extraction.normalisers.text import clean

_UNITS = {
    "к": 1_000, "k": 1_000, "тыс": 1_000, "тысяч": 1_000, "тысяча": 1_000, "тысячи": 1_000, "thousand": 1_000,
    "м": 1_000_000, "m": 1_000_000, "млн": 1_000_000, "mln": 1_000_000, "million": 1_000_000,
    "миллион": 1_000_000, "миллиона": 1_000_000, "миллионов": 1_000_000,
    "b": 1_000_000_000, "млрд": 1_000_000_000, "bn": 1_000_000_000, "billion": 1_000_000_000,
    "миллиард": 1_000_000_000, "миллиарда": 1_000_000_000, "миллиардов": 1_000_000_000,
}  # fmt: skip
UNITS = "|".join(sorted(_UNITS, key=len, reverse=True))  # alternatives of a pattern, without the stop behind some
_NUMBER = re.compile(
    r"(?P<sign>[-+−–]?) ?"
    r"(?:(?P<whole>[1-9][0-9]{0,2}(?:(?: [0-9]{3})+|(?:,[0-9]{3})+|(?:['’][0-9]{3})+|(?:\.[0-9]{3}){2,})|[0-9]{1,15})"
    r"|(?P<part>[0-9]{1,9}[.,][0-9]{1,9}))"
    r"(?P<short> ?(?P<unit>[^\W\d_]{1,10})\.?)?"
)
_MILLIONS = frozenset("MМ")  # of one letter: behind a space, small or with a stop they are metres or minutes
_THOUSANDS_OR_DECIMALS = re.compile(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
_ABSENT = re.compile(r"[-–—−‒―…]*|n/?a|н/?д", re.IGNORECASE)
_FIRST = frozenset("0123456789-+−–—‒―…*nNнН")  # what a count or a sign of absence begins with
_LONGEST_PLAIN = 15
_LONGEST_REMEMBERED = 40  # characters
_NOT_DIGITS = str.maketrans("", "", " ,.'’")
YEARS = range(1900, 2100)  # a number of these may be part of a date
LARGEST = 2**63 - 1  # what a BIGINT holds


class Count(Struct, frozen=True, gc=False):
    """`value` is None with `absent_reason` (`empty` or `unreadable`); `precision` is None where it is exact."""

    value: int | None
    raw: str
    precision: int | None = None
    absent_reason: str | None = None


def read_count(text: str) -> Count:
    """`983`, `12 304` with any kind of space, `12,304`, `12'304`, `1,2 тыс.`, `12К`, `1.2K`, `1 млн`, `−4`, `+7`.

    A stop parts thousands only in `1.012.304`: of `12.304` nobody can tell, nor of `1,234K` whether it is decimals
    or thousands. `5M` is millions; `5 m` and `5 м.` may be metres or minutes.
    A dash and an empty text are `empty`; anything else that is not one number is `unreadable`.
    """
    if text.isdigit() and text.isascii() and len(text) <= _LONGEST_PLAIN:
        return Count(int(text), text)
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _read_count(text)


def _read_count(text: str) -> Count:
    raw, text = text.strip(" \t\r\n\f"), clean(text)
    if text and text[0] not in _FIRST:
        return Count(None, raw, absent_reason="unreadable")
    if _ABSENT.fullmatch(text):
        return Count(None, raw, absent_reason="empty")
    match = _NUMBER.fullmatch(text)
    read = _read(match) if match else None
    return Count(read[0], raw, read[1]) if read else Count(None, raw, absent_reason="unreadable")


_remembered = lru_cache(maxsize=4096)(_read_count)  # the words of menus and labels are asked about on every page


def is_no_count(text: str) -> bool:
    """Whether `read_count` would call `text` unreadable: told by a first letter, mostly."""
    first = text[:1]
    return (first.isalpha() and first not in _FIRST) or read_count(text).absent_reason == "unreadable"


def _read(match: re.Match[str]) -> tuple[int, int | None] | None:
    sign, whole, part, unit = match.group("sign", "whole", "part", "unit")
    scale = _scale(unit, match["short"]) if unit else 1
    if scale is None or (part and not unit):
        return None
    if unit and _THOUSANDS_OR_DECIMALS.fullmatch(part or whole):
        return None
    amount = _amount(whole, part)
    if amount is None or amount * scale % 1 or amount * scale > LARGEST:
        return None
    value = int(amount * scale)
    return -value if sign in {"-", "−", "–"} and sign else value, _precision(amount, scale) if unit else None


def _scale(unit: str, printed: str) -> int | None:
    """`printed` is the unit with the space before it and the stop behind it."""
    if unit in "мМmM" and printed not in _MILLIONS:
        return None
    return _UNITS.get(unit.lower())


def _amount(whole: str | None, part: str | None) -> Decimal | None:
    if whole is not None:
        return Decimal(whole.translate(_NOT_DIGITS))
    if part is None:
        return None
    return Decimal(part.replace(",", "."))


def _precision(amount: Decimal, scale: int) -> int:
    """How many units the last printed digit stands for: 100 for `1,2 тыс.`."""
    exponent = amount.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    return max(1, scale // int(10**decimals))


def is_count(text: str) -> bool:
    """Whether `text` is one readable number and nothing else."""
    return read_count(text).value is not None
