"""A first site file from a few pages of a site: the best guess for everything, and what could not be guessed.

A selector is taken only where it finds on every page what the reader found there by other means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from archive.errors import UsageError
from crawler.extraction.normalisers.text import clean, fold
from crawler.extraction.page import Page
from crawler.extraction.read import read_page
from crawler.items import ArticleItem
from crawler.sites import load_site, site_names
from crawler.sites.site import Labels, Site

_LAST_PART = re.compile(
    r"(?P<before>\D*|.*?\D)(?P<id>\d{3,})(?P<between>[_-])?(?P<slug>(?<=[_-])[^/]+?)?(?P<end>\.\w+|/)?"
)
_OFFSET = re.compile(r"([+-]\d\d):?(\d\d)$")
_ZONES = {"+03:00": "Europe/Moscow", "+00:00": "UTC", "+02:00": "Europe/Kyiv", "+05:00": "Asia/Yekaterinburg"}
_SINGLE = ("title", "subtitle", "rights_holder")  # fields whose selector finds one text on a page
_FEED = 'link[rel="alternate"][type="application/rss+xml"], link[rel="alternate"][type="application/atom+xml"]'


@dataclass(slots=True)
class Guess:
    """What is written into a site file. `open_questions` are said to the user and stand as comments in the file."""

    base_url: str
    hosts: tuple[str, ...]
    title: str
    patterns: list[tuple[str, str | None]] = field(default_factory=list)  # regex of articles, language
    feed: str | None = None
    languages: tuple[str, ...] = ()
    time_zone: str | None = None
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    selectors: dict[str, str] = field(default_factory=dict)
    open_questions: list[str] = field(default_factory=list)


def guess(pages: Sequence[Page]) -> Guess:
    """The site of `pages`, which are articles of one host. Raises UsageError where none can be read as an article."""
    parts = urlsplit(pages[0].url)
    if hosts := {urlsplit(page.url).netloc for page in pages} - {parts.netloc}:
        raise UsageError(f"{', '.join(sorted(hosts))}: another host than {parts.netloc}; one site file a site")
    here = load_site("generic").at(f"{parts.scheme}://{parts.netloc}/")
    read = [(page, item) for page in pages if (item := read_page(_as_article(page), here).article)]
    if not read:
        raise UsageError("none of the pages reads as an article; give two or three articles, not lists")
    found = Guess(here.base_url, (parts.netloc,), _site_title(pages) or parts.netloc)
    found.patterns = list(_patterns(read))
    found.feed = _feed(pages)
    found.languages = tuple(dict.fromkeys(item.language for _, item in read))
    found.time_zone = _time_zone([item for _, item in read])
    found.labels = _labels(pages)
    found.selectors = _selectors(read)
    found.open_questions = list(_questions(found, len(read)))
    return found


def _as_article(page: Page) -> Page:
    return Page(page.url, page.body, page.content_type, page.fetched_at, "article")


def _site_title(pages: Sequence[Page]) -> str | None:
    for page in pages:
        node = page.tree.css_first('meta[property="og:site_name"]')
        if node is not None and (name := clean(node.attrs.get("content") or "")):
            return name
    return None


# --- addresses -------------------------------------------------------------------------------------------------


def _patterns(read: Sequence[tuple[Page, ArticleItem]]) -> Iterator[tuple[str, str | None]]:
    """One regex for each form of article URL, with its language where all pages of it have the same."""
    by_regex: dict[str, set[str]] = {}
    for page, item in read:
        by_regex.setdefault(article_regex(page.url), set()).add(item.language)
    for regex, languages in by_regex.items():
        yield regex, languages.pop() if len(languages) == 1 else None


def article_regex(url: str) -> str:
    """A regex of path and query for URLs of this form: the number and the words of its last part may differ."""
    parts = urlsplit(url)
    folder, _, last = parts.path.removesuffix("/").rpartition("/")
    slash = "/" if parts.path.endswith("/") else ""
    match = _LAST_PART.fullmatch(last + slash)
    if match is None:
        words, dot, end = last.rpartition(".")
        slug = r"(?P<slug>[^/?]+)" + (re.escape(dot + end) if words else slash)
        return _folders(folder) + "/" + slug
    slug = match["between"] + r"(?P<slug>[^/?]*)" if match["between"] else ""
    before = re.escape(match["before"])
    return f"{_folders(folder)}/{before}(?P<native_id>\\d+){slug}{re.escape(match['end'] or '')}"


def _folders(path: str) -> str:
    return re.sub(r"\d+", lambda _: r"\d+", re.escape(path))


def _feed(pages: Sequence[Page]) -> str | None:
    for page in pages:
        node = page.tree.css_first(_FEED)
        url = page.resolve(node.attrs.get("href")) if node is not None else None
        if url and urlsplit(url).netloc == urlsplit(page.url).netloc:
            return urlsplit(url).path or "/"
    return None


# --- words -----------------------------------------------------------------------------------------------------


def _time_zone(items: Sequence[ArticleItem]) -> str | None:
    """The zone of the offset that the pages' times carry."""
    offsets = {
        f"{match[1]}:{match[2]}"
        for item in items
        if (match := _OFFSET.search(item.raw.get("published_at", "").strip()))
    }
    return _ZONES.get(offsets.pop()) if len(offsets) == 1 else None


def _labels(pages: Sequence[Page]) -> dict[str, tuple[str, ...]]:
    """The known spellings of all labels that stand on the pages."""
    texts = [fold(page.tree.body.text(separator=" ") if page.tree.body else "") for page in pages]
    found: dict[str, tuple[str, ...]] = {}
    for each in fields(Labels):
        if each.name == "mention_kinds":
            continue
        spellings = dict.fromkeys(
            label for name in site_names() for label in getattr(load_site(name).labels, each.name)
        )
        here = tuple(label for label in spellings if any(_stands(fold(label), text) for text in texts))
        if here:
            found[each.name] = here
    return found


def _stands(label: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text) is not None


# --- selectors -------------------------------------------------------------------------------------------------


def _selectors(read: Sequence[tuple[Page, ArticleItem]]) -> dict[str, str]:
    """For each field the shortest selector that finds on every page just what was read there."""
    found: dict[str, str] = {}
    for name in _SINGLE:
        wanted = [getattr(item, name) for _, item in read]
        if all(wanted) and (selector := _common(read, [[value] for value in wanted], _of_text)):
            found[name] = selector
    if all(item.authors for _, item in read):
        names = [[author.name for author in item.authors] for _, item in read]
        if selector := _common(read, names, _of_text):
            found["authors"] = selector
    if selector := _common(read, [item.body for _, item in read], _of_paragraphs):
        found["body"] = selector
    return found


def _common(read: Sequence[tuple[Page, ArticleItem]], wanted: Sequence[list[str]], candidates: Any) -> str | None:
    first, texts = read[0][0].tree, wanted[0]
    for selector in candidates(first, texts):
        if all(_texts(page.tree, selector) == each for (page, _), each in zip(read, wanted, strict=True)):
            return str(selector)
    return None


def _texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [text for node in tree.css(selector) if (text := clean(node.text()))]


def _of_text(tree: LexborHTMLParser, wanted: list[str]) -> Iterator[str]:
    """Selectors of the elements that hold just the first of the texts."""
    for node in tree.css("body *"):
        if node.tag not in {"script", "style"} and clean(node.text()) == wanted[0]:
            yield from _names(node)


def _of_paragraphs(tree: LexborHTMLParser, wanted: list[str]) -> Iterator[str]:
    """Selectors of the children of the elements that hold the first of the paragraphs."""
    for node in tree.css("body p"):
        if node.parent is not None and clean(node.text()) == wanted[0]:
            yield from (f"{name} > p" for name in _names(node.parent))


def _names(node: Any) -> Iterator[str]:
    """What an element can be called by, what says most of its meaning first."""
    attributes = node.attributes
    if re.fullmatch(r"[\w-]+", attributes.get("itemprop") or ""):
        yield f'{node.tag}[itemprop="{attributes["itemprop"]}"]'
    for name in (attributes.get("class") or "").split():
        if re.fullmatch(r"[A-Za-z][\w-]*", name):
            yield f"{node.tag}.{name}"
    if re.fullmatch(r"[A-Za-z][\w-]*", attributes.get("id") or "") and not re.search(r"\d{3}", attributes["id"]):
        yield f"{node.tag}#{attributes['id']}"
    if node.tag in {"h1", "article", "main", "address"}:
        yield node.tag


# --- what is open ----------------------------------------------------------------------------------------------


def _questions(found: Guess, pages: int) -> Iterator[str]:
    if pages < 2:
        yield "one page only: what differs from page to page is not known; give two or three"
    if any("native_id" not in regex for regex, _ in found.patterns):
        yield "no number in the articles' URLs: their identity is the path, and newest-first is not known"
    if found.feed is None:
        yield "no feed is named on the pages"
    if found.time_zone is None:
        yield "time zone: no time with an offset was found; UTC until you say better"
    if "body" not in found.selectors:
        yield "no selector finds the body on every page; it is read from the text"
    yield "sitemap and pagination are guesses: the commonest forms"


def verified(site: Site, pages: Sequence[Page]) -> list[str]:
    """The fields that the site file finds on none of the pages."""
    missing: list[str] | None = None
    for page in pages:
        article = read_page(_as_article(page), site).article
        layers = article.layers if article else {}
        absent = [name for name in _SAID if name not in layers]
        missing = absent if missing is None else [name for name in missing if name in absent]
    return missing or []


_SAID = (
    "title", "outlet", "subtitle", "lead", "authors", "body", "footnotes", "image", "counters", "published_at",
    "rights_holder", "original_url", "mentions", "links", "alternate",
)  # fmt: skip
