"""What a printed time tells of itself, as SQL that SQLite and PostgreSQL read alike: how exact it is, and of which day.

The reader takes both from the text alone, and the text is kept as it was printed: no column has to repeat what it says.
"""

from __future__ import annotations

from functools import reduce

_DIGITS = "0123456789"
_TODAY = ("сегодня", "вчера", "today", "yesterday")  # `позавчера` has `вчера` in it
_AGO, _MINUTES, _DAYS = ("назад", "ago"), ("мин", "min"), ("дн", "ден", "day")


def says_its_day(raw: str) -> str:
    """SQL: 0 where the text `raw` prints a year, or a day that counts from the capture; 1 where the year is inferred.

    A clock alone is of the second kind: its day stands elsewhere, if anywhere.
    """
    figures = reduce(lambda text, digit: f"REPLACE({text}, '{digit}', '#')", _DIGITS, raw)
    return f"CASE WHEN {_holds(figures, '####', '##.##.##')} OR {_says(raw, *_TODAY, *_AGO)} THEN 0 ELSE 1 END"


def precision(raw: str) -> str:
    """SQL: `minute`, `hour` or `day`, as the reader found it in the text `raw`."""
    ago = f"WHEN {_says(raw, *_AGO)} AND"
    return (
        f"CASE WHEN {_holds(raw, ':')} THEN 'minute' {ago} {_says(raw, *_MINUTES)} THEN 'minute' "
        f"{ago} NOT {_says(raw, *_DAYS)} THEN 'hour' WHEN {raw} IS NOT NULL THEN 'day' END"
    )


def _says(raw: str, *words: str) -> str:
    """Whether one of the words is in the text: small, with a capital, or in capitals."""
    return _holds(raw, *dict.fromkeys(spelt for word in words for spelt in (word, word.capitalize(), word.upper())))


def _holds(text: str, *parts: str) -> str:
    """Not by LIKE, whose `%` a driver takes for a parameter; nor by lower(), which knows only Latin on SQLite."""
    return "(" + " OR ".join(f"REPLACE({text}, '{part}', '') <> {text}" for part in parts) + ")"
