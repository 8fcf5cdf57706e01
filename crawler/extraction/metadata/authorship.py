"""Who wrote a page, as its metadata says or a label in its text; an organisation only where nobody else is named."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from archive.records import Author
from crawler.extraction.flow import Block
from crawler.extraction.main_text.printed_byline import printed_bylines
from crawler.extraction.normalisers.bylines import is_organisation, leading_names
from crawler.extraction.normalisers.languages import switches_language
from crawler.extraction.normalisers.text import clean
from crawler.extraction.normalisers.urls import host_of
from crawler.extraction.page import Page

_BEFORE_NAMES = re.compile(
    r"^(?:авторы?|von|by|par|por|text|text von|autor(?:en|(?:[/*:]?in))?|author)\b\s*:?\s*", re.IGNORECASE
)
_BETWEEN_NAMES = re.compile(r"\s*[,;|/、]\s*|\s+(?:and|und|et|и|та|y|&)\s+")
_BRACKET = re.compile(r"\s*\([^)]*\)")
_NOT_PERSONS = re.compile(
    r"https?://|@|^\W*$|^(?:фото|photo|foto|bild|image|video|видео|getty|pixabay|shutterstock|unsplash|twitter|facebook|instagram|follow|more)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:staff|senior|chief|political|auto|business|science|technology)?\s*\b(?:writer|reporter|editor|correspondent|contributor"
    r"|columnist|redakteur(?:in)?|reporter(?:in)?|korrespondent(?:in)?|редактор|корреспондент|обозреватель)s?$",
    re.IGNORECASE,
)
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # a name of two letters is whole in these scripts
_LABELLED = re.compile(
    r"(?:^|[^\w-])(?:autor(?:in|en)?|authors?|авторы?|written by|reporter|责编|記者|记者)\s*[:：]\s*", re.IGNORECASE
)
_META = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator")
_OUTERMOST = frozenset({"body", "html"})
_LONGEST_LINE = 240


def authors_of(
    page: Page, author: Any, by_id: dict[str, dict[str, Any]], blocks: Sequence[Block]
) -> Iterator[tuple[list[Author], str, str]]:
    """Authors, rule and raw text, the surest first.

    Full names in the JSON-LD; the page's printed byline; full names elsewhere in the metadata; a label's in the text;
    then whatever is named. `author` is that of the JSON-LD, `by_id` its named objects, `blocks` the page's text.
    """
    linked = list(_names_in(author, by_id))
    known = _site_names(page)
    if people := _people(linked, known):
        yield people, "json-ld", "; ".join(linked)
    yield _printed(page, blocks, known)
    named = list(_named(page))
    for names, rule in named:
        if people := _people(names, known):
            yield people, rule, "; ".join(names)
    yield _labelled(blocks)
    for names, rule in [(linked, "json-ld"), *named]:
        yield as_authors(names), rule, "; ".join(names)
    organisations = list(_names_in(author, by_id, organisations=True))
    yield as_authors(organisations), "json-ld organisation", "; ".join(organisations)


def _site_names(page: Page) -> set[str]:
    """What the site is called, as letters."""
    host = host_of(page.url).removeprefix("www.")
    return {_letters(name) for name in (host, host.rpartition(".")[0], page.meta.get("og:site_name", ""))}


def _people(names: Iterable[str], known: set[str]) -> list[Author]:
    """Authors where one has a full name; without the site's own name beside them."""
    people = [each for each in as_authors(names) if _letters(each.name) not in known]
    return people if any(_is_full(each.name) for each in people) else []


def _named(page: Page) -> Iterator[tuple[list[str], str]]:
    """Names as the page gives them to machines outside of its JSON-LD, with the source."""
    for key in _META:
        if (value := page.meta.get(key)) and _may_be_person(value):
            yield [value], key
    yield list(_shown(page)), "rel=author"


def _shown(page: Page) -> Iterator[str]:
    """The texts of author links: of the first one that has a text, and of those beside it."""
    beside = None
    for node in page.tree.css('[rel~="author"],[itemprop~="author"]')[:8]:
        text = clean(node.text())
        parent = node.parent
        if not text or len(text) >= 80 or not _may_be_person(text) or parent is None:
            continue
        outer = {each.mem_id for each in (parent, parent.parent) if each is not None and each.tag not in _OUTERMOST}
        if beside is None or beside & outer:
            beside = outer if beside is None else beside
            yield text


def _printed(page: Page, blocks: Sequence[Block], known: set[str]) -> tuple[list[Author], str, str]:
    """The full names of the byline that the page prints near its title."""
    for text, names in printed_bylines(blocks, [page.title, clean(page.meta.get("og:title", ""))]):
        authors = [each for each in names if _letters(each.name) not in known]
        if authors and all(_is_full(each.name) for each in authors):
            return authors, "byline", text
    return [], "byline", ""


def _labelled(blocks: Sequence[Block]) -> tuple[list[Author], str, str]:
    """The names behind the first "Author:" of a page's text."""
    for block in blocks:
        if len(block.text) <= _LONGEST_LINE and (match := _LABELLED.search(block.text)):
            rest = block.text[match.end() :]
            if authors := [each for each in leading_names(rest) if _may_be_person(each.name)]:
                return authors, "label", rest
    return [], "label", ""


def _may_be_person(name: str) -> bool:
    return not (_NOT_PERSONS.search(name) or switches_language(name))


def _is_full(name: str) -> bool:
    """Whether a name is more than a signature or a user's name."""
    return " " in name or bool(_WIDE.match(name))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def _names_in(value: Any, by_id: dict[str, dict[str, Any]], *, organisations: bool = False) -> Iterator[str]:
    """Names of persons, or of organisations; `{"@id": ...}` stands for an object elsewhere in the graph."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            object_ = each if "name" in each else by_id.get(str(each.get("@id")), {})
            if ("Organi" in str(object_.get("@type"))) == organisations:
                yield from _names_in(object_.get("name"), {})
        elif isinstance(each, str) and not organisations and _may_be_person(each):
            yield clean(each)


def as_authors(names: Iterable[str]) -> list[Author]:
    """Authors of strings that may hold several, a "By" before them and an agency's letters in brackets behind."""
    found: dict[str, Author] = {}
    for line in names:
        for number, part in enumerate(_BETWEEN_NAMES.split(_BEFORE_NAMES.sub("", clean(html.unescape(line))))):
            name = _BRACKET.sub("", _BEFORE_NAMES.sub("", part)).strip(" ,;:|–-")
            beside = number and (_ROLE.search(name) or is_organisation(name))
            if _is_name(name) and not beside:
                found.setdefault(name, Author(name))
    return list(found.values())


def _is_name(name: str) -> bool:
    shortest = 2 if _WIDE.match(name) else 3
    if not shortest <= len(name) <= 60 or any(c.isdigit() for c in name):
        return False
    return name[0].isalpha() and _may_be_person(name)
