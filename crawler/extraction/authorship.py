"""Who wrote a page, as its metadata says or a label in its text; an organisation only where nobody else is named."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from archive.records import Author
from crawler.extraction.flow import Block
from crawler.extraction.normalisers.bylines import leading_names
from crawler.extraction.normalisers.text import clean
from crawler.extraction.normalisers.urls import host_of
from crawler.extraction.page import Page

_BEFORE_NAMES = re.compile(r"^(?:авторы?|von|by|par|por|text|text von|autor(?:en|in)?|author)\b\s*:?\s*", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"\s*[,;|/、]\s*|\s+(?:and|und|et|и|та|y|&)\s+")
_BRACKET = re.compile(r"\s*\([^)]*\)")
_NOT_PERSONS = re.compile(r"https?://|@|^\W*$|^(?:фото|photo|foto|bild)\b", re.IGNORECASE)
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # a name of two letters is whole in these scripts
_LABELLED = re.compile(
    r"(?:^|[^\w-])(?:autor(?:in|en)?|authors?|авторы?|written by|reporter|责编|記者|记者)\s*[:：]\s*", re.IGNORECASE
)
_META = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator")
_LONGEST_LINE = 240


def authors_of(
    page: Page, author: Any, by_id: dict[str, dict[str, Any]], blocks: Sequence[Block]
) -> Iterator[tuple[list[Author], str, str]]:
    """Authors, rule and raw text, the surest first: full names, then a label's in the text, then whatever is named.

    `author` is that of the JSON-LD, `by_id` its named objects, `blocks` the page's text.
    """
    named = list(_named(page, author, by_id))
    known = {_letters(host_of(page.url).removeprefix("www.")), _letters(page.meta.get("og:site_name", ""))}
    for names, rule in named:
        people = [each for each in as_authors(names) if _letters(each.name) not in known]
        if any(_is_full(each.name) for each in people):
            yield people, rule, "; ".join(names)
    yield _labelled(blocks)
    for names, rule in named:
        yield as_authors(names), rule, "; ".join(names)
    organisations = list(_names_in(author, by_id, organisations=True))
    yield as_authors(organisations), "json-ld organisation", "; ".join(organisations)


def _named(page: Page, author: Any, by_id: dict[str, dict[str, Any]]) -> Iterator[tuple[list[str], str]]:
    """Names as the page gives them to machines, with the source."""
    yield list(_names_in(author, by_id)), "json-ld"
    for key in _META:
        if (value := page.meta.get(key)) and not _NOT_PERSONS.search(value):
            yield [value], key
    shown = [clean(node.text()) for node in page.tree.css('[rel~="author"],[itemprop~="author"]')[:8]]
    yield [name for name in shown if len(name) < 80 and not _NOT_PERSONS.search(name)], "rel=author"


def _labelled(blocks: Sequence[Block]) -> tuple[list[Author], str, str]:
    """The names behind the first "Author:" of a page's text."""
    for block in blocks:
        if len(block.text) <= _LONGEST_LINE and (match := _LABELLED.search(block.text)):
            rest = block.text[match.end() :]
            if authors := leading_names(rest):
                return authors, "label", rest
    return [], "label", ""


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
        elif isinstance(each, str) and not organisations and not _NOT_PERSONS.search(each):
            yield clean(each)


def as_authors(names: Iterable[str]) -> list[Author]:
    """Authors of strings that may hold several, a "By" before them and an agency's letters in brackets behind."""
    found: dict[str, Author] = {}
    for line in names:
        for part in _BETWEEN_NAMES.split(_BEFORE_NAMES.sub("", clean(html.unescape(line)))):
            name = _BRACKET.sub("", part).strip(" ,;:|–-")
            shortest = 2 if _WIDE.match(name) else 3
            if shortest <= len(name) <= 60 and not any(c.isdigit() for c in name) and name[0].isalpha():
                found.setdefault(name, Author(name))
    return list(found.values())
