"""A byline: one or more names, each perhaps with its original in a bracket, and nothing else."""

from __future__ import annotations

import re

from archive.records import Author
from crawler.extraction.normalisers.text import clean

_PREFIX = re.compile(
    r"(?:авторы?(?: статьи| материала)?|текст|authors?|writers?|written by|by|story by|text)\s*(?::|\s(?=[A-ZА-ЯЁ]))\s*",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:авторы?|authors?|writers?|by)\s*:?", re.IGNORECASE)
_PARTICLE = (
    r"(?:de|da|do|dos|del|della|der|den|di|du|la|le|van|von|zu|zur|ter|ten|bin|ibn|ben|el|al|y|e"
    r"|де|да|ду|дю|дель|дер|ван|фон|цу|бин|ибн|бен|эль|аль|ле|ла|оглы|кызы)"
)
_OPENING = frozenset({"автор", "авторы", "written", "story", "by", "text", "текст", "author", "authors", "writer", "writers"})
_JOINING = frozenset(
    {"и", "and", *re.findall(r"[^\W\d]+", _PARTICLE), *re.findall(r"[^\W\d]+", _PARTICLE.upper().lower())}
)
_UPPER = r"[^\W\d_a-zа-яё]"
_CAPITAL = (
    rf"(?:(?:{_UPPER}\.){{1,3}}(?:{_UPPER}[\w'’ʼ-]+)?"  # А. Б. or А.Б.Иванов
    rf"|(?:[dDдД]['’])?{_UPPER}[\w'’ʼ‑-]*"
    r"|(?:аль|эль|ад|ас|аш|ан|ат|al|el|as|ash|an)-\w[\w'’ʼ-]*)"
)
# Words are parted by a space, so that there is only one way to read them: no backtracking on hostile text.
_NAME = re.compile(rf"{_CAPITAL}(?: {_CAPITAL}| (?:{_PARTICLE} ){{1,2}}{_CAPITAL}| (?:оглы|кызы)){{0,4}}")
_CJK_NAME = re.compile(r"[\u3400-\u9fff]{2,4}(?![\u3400-\u9fff])")
_JOINT = re.compile(r"\s*[,;/、]\s*|\s+(?:и|and|und|et|y|&)\s+")
_PART = re.compile(r"(?P<name>[^()（]+?)\s*(?:[(（]\s*(?P<original>[^()（）]+?)\s*[)）])?")
_SPLIT = re.compile(r"\s*[,;/]\s+(?![^(]*\))|\s+(?:и|and|&)\s+(?![^(]*\))|\s*;\s*(?![^(]*\))")
_MARKS = (",", ";", "/", "&", " и ", " and ")  # one of these stands in what _SPLIT parts
_LONGEST = 240
_NOT_NAMES = re.compile(
    r"(?i)\b(?:сша|россия|украина|нато|ссср|рф|update|discussion|register|login|image|photo|фото"
    r"|video|видео|the|source)\b"
)


def read_byline(text: str) -> list[Author]:
    """The authors, or an empty list where `text` is anything else than names.

    `Питер Сауэр (Pjotr Sauer), Эндрю Рот (Andrew Roth)`; with "Автор:" or "By" before; a part in small letters
    behind a name ("обозреватель") is a role and left out.
    """
    line = clean(text)
    if not line or len(line) > _LONGEST:
        return []
    if _is_running_text(line):
        return []
    bare = _PREFIX.sub("", line, count=1) if _PREFIX.match(line) else line
    return _authors(bare, named=bare is not line)


def _is_running_text(line: str) -> bool:
    """Whether the second word shows that a line is no names, before any pattern is tried: most lines are none."""
    first, _, rest = line.partition(" ")
    if not rest[:1].islower() or first[-1] in ",;/" or first.lower() in _OPENING:
        return False
    second = rest.partition(" ")[0]
    return second not in _JOINING and "-" not in second and "'" not in second and "’" not in second


def leading_names(text: str) -> list[Author]:
    """The names that `text` begins with, whatever stands behind them."""
    authors: list[Author] = []
    rest = clean(text)
    while match := _NAME.match(rest) or _CJK_NAME.match(rest):
        if authors and " " not in match[0] and match[0].isascii():
            break  # another label: "Jane Doe, Date: ..."
        authors.append(Author(match[0]))
        joint = _JOINT.match(rest, match.end())
        if joint is None:
            break
        rest = rest[joint.end() :]
    return authors


def is_byline_label(text: str) -> bool:
    """Whether `text` is only the word before a byline: "Автор:", "By"."""
    return len(text) < 12 and bool(_LABEL.fullmatch(text))


def _authors(line: str, *, named: bool) -> list[Author]:
    authors: list[Author] = []
    line = line.rstrip(" ,;")
    for part in _SPLIT.split(line) if any(mark in line for mark in _MARKS) else [line]:
        author = _author(part, named=named or "(" in part)
        if author is None and authors and part[:1].islower():
            continue
        if author is None:
            return []
        authors.append(author)
    return authors


def _author(part: str, *, named: bool) -> Author | None:
    match = _PART.fullmatch(part)
    if match is None or _NOT_NAMES.search(match["name"]) or not _NAME.fullmatch(match["name"]):
        return None
    words = match["name"].split()
    if not (1 if named else 2) <= len(words) <= 6 or (match["name"].isupper() and not named):
        return None
    original = match["original"]
    if original is not None and not _is_original(original):
        return None
    return Author(match["name"], original)


def _is_original(text: str) -> bool:
    """A name in another script: begins with a capital, or its script has none."""
    if len(text) > 80 or any(c.isdigit() for c in text):
        return False
    return bool(_NAME.fullmatch(text)) or (text[0].isalpha() and not text[0].islower() and text.upper() == text.lower())


def has_original(authors: list[Author]) -> bool:
    """Whether the byline carries a bracket with a name: nothing else in an article looks so."""
    return any(author.name_original for author in authors)
