"""What a user types into the search becomes a query that no text can break, in every form of its Russian words.

FTS5 has no Russian stemmer and takes ё and е for two letters; a stemmer misses fleeting vowels (боец, бойца). So the
words are looked for in all forms that the dictionary of pymorphy3 knows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from archive.errors import UsageError
from archive.rows.search_index import CONFIGURATION, HYPHENS
from archive.rows.storable import storable

LONGEST = 1000  # characters
MOST_TERMS = 32

_TERM = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_RUSSIAN = re.compile(r"[а-яё]{2,}|[а-яё]+(?:[-\u2010\u2011][а-яё]+)+", re.IGNORECASE)
_ONE_HYPHEN = dict.fromkeys(map(ord, "\u2010\u2011"), "-")
_NO_HYPHENS = dict.fromkeys(map(ord, HYPHENS), " ")


@dataclass(frozen=True, slots=True)
class Query:
    """Each term is a tuple of alternatives, each of them a word or a phrase."""

    wanted: tuple[tuple[str, ...], ...]
    unwanted: tuple[tuple[str, ...], ...] = ()

    def fts5(self) -> str:
        """The query in FTS5's own syntax: strings in quotes, where nothing has a meaning."""
        wanted = " AND ".join(map(_fts5_term, self.wanted))
        return f"({wanted})" + "".join(f" NOT {_fts5_term(term)}" for term in self.unwanted)

    def tsquery(self) -> tuple[str, dict[str, str]]:
        """The query as an SQL expression of PostgreSQL, and the parameters that it binds.

        websearch_to_tsquery takes any text without an error (PostgreSQL, 12.3.2).
        """
        terms = [*self.wanted, *self.unwanted]
        binds = {f"term{n}": " or ".join(f'"{words}"' for words in term) for n, term in enumerate(terms)}
        binds = {name: term.translate(_NO_HYPHENS) for name, term in binds.items()}
        calls = [f"websearch_to_tsquery('{CONFIGURATION}', :{name})" for name in binds]
        unwanted = [f"!! {call}" for call in calls[len(self.wanted) :]]
        return " && ".join(calls[: len(self.wanted)] + unwanted), binds


def parse_query(text: str) -> Query:
    """Words, "phrases in quotes" and -exclusions. Raises UsageError where nothing is left to look for."""
    if len(text) > LONGEST:
        raise UsageError(f"a query has at most {LONGEST:,} characters, this one {len(text):,}")
    terms = [(match["minus"], _alternatives(match)) for match in _TERM.finditer(storable(text).replace("\ufffd", " "))]
    wanted = tuple(term for minus, term in terms if term and not minus)
    unwanted = tuple(term for minus, term in terms if term and minus)
    if not wanted:
        raise UsageError(f"{text!r}: nothing to look for; give at least one word")
    if len(terms) > MOST_TERMS:
        raise UsageError(f"a query has at most {MOST_TERMS} words, this one {len(terms)}")
    return Query(wanted, unwanted)


def _alternatives(match: re.Match[str]) -> tuple[str, ...]:
    words = match["phrase"] if match["word"] is None else match["word"]
    if not any(map(str.isalnum, words)):
        return ()
    if match["word"] and _RUSSIAN.fullmatch(bare := words.strip(".,;:!?()«»")):
        return _forms(bare.lower().translate(_ONE_HYPHEN))
    return _spellings({words})


@lru_cache(maxsize=1000)
def _forms(word: str) -> tuple[str, ...]:
    forms = {form.word for parse in _dictionary().parse(word) for form in parse.lexeme}
    return _spellings(forms | _forms_of_two(word) | {word})


def _forms_of_two(word: str) -> set[str]:
    """Of `дрон-камикадзе` also `дроны-камикадзе`, which the dictionary leaves out: both parts in every case."""
    if word.count("-") != 1:
        return set()
    first, second = map(_by_case, word.split("-"))
    return {f"{one}-{other}" for case in first.keys() & second.keys() for one in first[case] for other in second[case]}


def _by_case(word: str) -> dict[str, set[str]]:
    cases = defaultdict(set)
    for form in chain.from_iterable(parse.lexeme for parse in _dictionary().parse(word)):
        if form.tag.case:
            cases[form.tag.case].add(form.word)
    return cases


def _spellings(words: set[str]) -> tuple[str, ...]:
    return tuple(sorted(words | {word.replace("ё", "е").replace("Ё", "Е") for word in words}))


@cache
def _dictionary() -> Any:
    """Loaded at the first query: 50 ms and 30 MB that no crawl needs."""
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer()


def _fts5_term(term: tuple[str, ...]) -> str:
    return "(" + " OR ".join('"' + words.replace('"', '""') + '"' for words in term) + ")"
