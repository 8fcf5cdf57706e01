"""The title as a page's metadata has it: without the site's name, in the words of its heading."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from crawler.extraction.normalisers.text import clean, fold
from crawler.extraction.normalisers.urls import host_of
from crawler.extraction.page import Page

_SITE_SUFFIX = re.compile(r"\s+[|–—·•»-]\s+[^|–—·•»]{2,60}$")
_SEPARATED = re.compile(r"\s*[|–—·•»:-]+\s+\S")
_LAST_PART = re.compile(r"\s+(?:[|–—·•»-]|--)+\s+([^|–—·•»]{2,60})$")
_FIRST_PART = re.compile(r"([^|–—·•»]{2,60}?)\s+[|–—·•»]+\s+")
_SHORTEST = 10  # characters of a heading that can be a title


def headlines(page: Page, headline: str | None) -> Iterator[tuple[str, str, str]]:
    """Title, rule and the text it was made of, the surest first; `headline` is that of the JSON-LD."""
    sources = (
        (headline, "json-ld"),
        (page.meta.get("og:title"), "og:title"),
        (page.meta.get("twitter:title"), "twitter:title"),
        (page.title, "title"),
    )
    for raw, rule in sources:
        text = clean(html.unescape(raw) if "&" in raw else raw) if raw else ""
        if rule == "title":
            text = _without_site(text, page)
        if text and not _names_the_site(text, page):
            yield _trimmed(text, page), rule, raw or ""


def _trimmed(title: str, page: Page) -> str:
    """A title without the site's name: what a heading has not, or what the host is called."""
    headings = dict.fromkeys(page.headings)
    long = [heading for heading in headings if len(heading) >= _SHORTEST]
    for heading in long:
        if fold(title).startswith(fold(heading)) and _SEPARATED.match(title[len(heading) :]):
            return title[: len(heading)]
    named = clean(page.meta.get("og:title", ""))
    if any(_begins_or_ends(named, text) for text in (title, *long)):
        return named  # headings carry a kicker before it or the site's name behind it
    if len(long) == 1 and _akin(long[0], title):  # metadata may be a headline for search engines
        return long[0]
    match = _LAST_PART.search(title)
    return title[: match.start()] if match and match.start() > _SHORTEST and _is_site(match[1], page) else title


def _begins_or_ends(part: str, whole: str) -> bool:
    """Whether `part` is at least half of `whole`, up to or from the border of a word."""
    if len(part) < _SHORTEST or not len(part) < len(whole) <= 2 * len(part):
        return False
    behind, before = whole[len(part) :], whole[: -len(part)]
    return (whole.startswith(part) and not behind[0].isalnum()) or (whole.endswith(part) and not before[-1].isalnum())


def _akin(heading: str, title: str) -> bool:
    """Whether two headlines are of the same story: half of the shorter one's words are in the other."""
    one, other = set(re.findall(r"\w+", fold(heading))), set(re.findall(r"\w+", fold(title)))
    common = len(one & other)
    return len(heading) < 250 and common >= 3 and 2 * common >= min(len(one), len(other))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def _is_site(text: str, page: Page) -> bool:
    letters = _letters(text)
    return len(letters) > 2 and letters in _letters(page.meta.get("og:site_name", "") + host_of(page.url))


def _names_the_site(text: str, page: Page) -> bool:
    """Whether a text is no more than the site's name."""
    return _letters(text) == _letters(page.meta.get("og:site_name", "")) or (len(text) < 30 and _is_site(text, page))


def _without_site(title: str, page: Page) -> str:
    """A <title> without the site's name at either end."""
    name = page.meta.get("og:site_name")
    if name and title.endswith(name):
        return title[: -len(name)].rstrip(" |–—·•»-")
    match = _FIRST_PART.match(title)
    if match and _is_site(match[1], page):
        return title[match.end() :]
    return _SITE_SUFFIX.sub("", title)
