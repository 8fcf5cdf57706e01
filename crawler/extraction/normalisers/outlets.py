"""The source named at the end of a heading: "(The Guardian, UK)", in either language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_SUFFIX = re.compile(
    r"\s*[(（]\s*(?P<outlet>[^()（）]+(?:\([^()]*\)[^()]*)*?)\s*[,，]\s*(?P<country>[^,，()]+?)\s*[)）][\s.]*[*†‡]*\s*$"
)
_LONGEST = 500
_MARKERS = "*†‡"  # of a footnote on the outlet
_CLOSING = (")", "）")
_PUNCTUATION = re.compile(r"[^\w]+")
# Names that countrynames does not know, folded.
_ALIASES = {
    "кнр": "CN", "голландия": "NL", "белоруссия": "BY", "молдавия": "MD", "эсватини": "SZ", "сша": "US", "оаэ": "AE",
    "сирийская арабская республика": "SY", "кндр": "KP", "юар": "ZA", "рф": "RU", "фрг": "DE", "великобритания": "GB",
    "англия": "GB", "шотландия": "GB", "южная корея": "KR", "северная корея": "KP", "тайвань": "TW", "гонконг": "HK",
    "киргизия": "KG", "туркмения": "TM", "чехия": "CZ", "бирма": "MM", "македония": "MK", "палестина": "PS",
    "саудовская аравия": "SA", "республика корея": "KR", "uk": "GB", "u k": "GB", "u s": "US", "u s a": "US",
    "usa": "US", "соединенные штаты америки": "US", "соединенные штаты": "US", "соединенное королевство": "GB",
    "us": "US", "uae": "AE", "england": "GB", "scotland": "GB", "holland": "NL", "turkey": "TR", "türkiye": "TR",
    "prc": "CN",
    "республика китай": "TW", "republic of china": "TW",
    "dprk": "KP", "palestine": "PS", "czechia": "CZ", "burma": "MM", "hong kong": "HK", "taiwan": "TW",
}  # fmt: skip
_FORM_OF_STATE = re.compile(r"(?:республика|королевство|republic of|kingdom of) ")
_NOT_COUNTRIES = {"EU", "XK", "UN"}  # user-assigned or reserved: not in ISO 3166-1


@dataclass(frozen=True, slots=True)
class Outlet:
    """`country` is ISO 3166-1 alpha-2; `country_raw` as printed."""

    name: str
    country: str
    country_raw: str
    raw: str


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Folded name -> code. countrynames' own look-up transliterates each name, which needs pyicu to be quiet."""
    from countrynames.data import DATA

    names = {_fold(name): code for code, known in DATA.items() for name in known}
    return {name: code for name, code in names.items() if len(code) == 2 and code not in _NOT_COUNTRIES} | _ALIASES


def _fold(name: str) -> str:
    folded = name.lower().replace("ё", "е")
    return folded if folded.isalpha() else " ".join(_PUNCTUATION.sub(" ", folded).split())


@lru_cache(maxsize=4096)
def country_code(name: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country's name in any language; None where it is not a country's name."""
    folded = _fold(name).removeprefix("the ")
    known = _ALIASES if len(folded) < 4 else _names()  # "IT", "eng": an abbreviation is no country
    return known.get(folded) or known.get(_FORM_OF_STATE.sub("", folded))


@lru_cache(maxsize=64)  # a page asks several times for the same heading
def split_outlet(heading: str) -> tuple[str, Outlet | None]:
    """The heading without its outlet, and the outlet; only a last bracket "X, Country" is one."""
    match = _SUFFIX.search(heading, _first_bracket(heading)) if may_name_outlet(heading) else None
    code = country_code(match["country"]) if match else None
    if match is None or code is None or not match.start():
        return heading, None
    return heading[: match.start()].rstrip(), Outlet(
        match["outlet"].strip(), code, match["country"], match[0].strip().rstrip(_MARKERS)
    )


def marked_outlet(heading: str) -> str:
    """The title, and behind it the outlet's name as a quotation, where a footnote's marker hangs on its bracket."""
    title, outlet = split_outlet(heading)
    marker = heading[len(heading.rstrip(_MARKERS)) :]
    return f"{title} «{outlet.name}»{marker}" if outlet and marker else title


def _first_bracket(heading: str) -> int:
    """Where the white space before the first bracket begins: no outlet stands before it."""
    before = heading.replace("（", "(").partition("(")[0]
    return len(before.rstrip())


def may_name_outlet(heading: str) -> bool:
    """Whether a bracket ends the heading and a country's name the bracket: cheap, before any pattern is tried."""
    ending = heading.rstrip(f" .{_MARKERS}\u00a0")
    if ending[-1:] not in _CLOSING or len(heading) > _LONGEST:
        return False
    last = max(ending.rfind(","), ending.rfind("，"))
    return last > 0 and country_code(ending[last + 1 : -1].strip()) is not None
