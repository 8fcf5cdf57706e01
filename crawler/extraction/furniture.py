"""Elements that are no part of an article though they stand in one, told from their tags and names."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.extraction.flow import Block, Frame

# Elements that hold no paragraphs of an article, whatever they are called.
_TAGS = frozenset({
    "nav", "footer", "aside", "form", "button", "figcaption", "figure", "dialog", "menu", "fieldset", "address",
})  # fmt: skip
# Elements that may be called anything: frameworks put names of the whole page's state on them.
_TRUSTED = frozenset({"body", "article", "main", "p"})
_WORDS = frozenset({
    "ad", "addthis", "ads", "advert", "affiliate", "alert", "also", "anzeige", "author", "authors", "banner", "bio",
    "bottom", "byline", "carousel", "consent", "copyright", "correction", "credit", "credits", "dateline", "donate",
    "donation", "follow", "foot", "gallery", "gdpr", "keywords", "legend", "likes", "linklist", "login", "meta",
    "metadata", "modal", "more", "navbar", "overlay", "pager", "paywall", "poll", "popular", "popup", "postmeta",
    "promo", "promotion", "published", "quiz", "rating", "reactions", "readmore", "replies", "respond", "seealso",
    "share", "shariff", "sharing", "signup", "slideshow", "social", "subscription", "survey", "tag", "tags",
    "timestamp", "toc", "toolbar", "tooltip", "trending", "vote", "voting", "werbung",
})  # fmt: skip
_STEMS = re.compile(
    r"comment(?!ary|ator)|kommentar(?!e?r)|disqus|related|recommend|teaser|newsletter|subscri|sidebar|breadcrumb"
    r"|sponsor|outbrain|taboola|caption|bildunterschrift|navigation|footer|cookie|pagination|popover|screen-?reader"
    r"|visually-?hidden|sr-only|fact-?_?box|info-?_?box|advertis|adsense|dis-?claimer"
)
# Never the article, even where they hold most of a page's text.
_NEVER = re.compile(r"comment(?!ary|ator)|disqus|sidebar|related|recommend|cookie|footer|newsletter|outbrain|taboola")
_FOR_LISTENERS = re.compile(r"sr-only|visually-?hidden|screen-?reader|hide-accessible", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LETTERS = re.compile(r"[a-z]+")


def names_of(frame: Frame) -> str:
    """Class, id, role and custom tag of an element."""
    attributes = frame.node.attributes
    tag = frame.tag if "-" in frame.tag else ""
    return f"{tag} {attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('role') or ''}"


def is_for_listeners(block: Block) -> bool:
    """Whether a block is hidden from those who see the page: its element, or the one around it, is called so."""
    frames = (block.frame, block.frame.parent)
    return any(frame is not None and _FOR_LISTENERS.search(names_of(frame)) for frame in frames)


def is_furniture(frame: Frame) -> bool:
    """Whether tag or names of an element say that it is no part of an article."""
    if frame.tag in _TRUSTED:
        return False
    return frame.tag in _TAGS or _is_called_furniture(names_of(frame))


def is_never_article(frame: Frame) -> bool:
    """Whether an element's names are those of comments, sidebars and the like."""
    return frame.tag not in _TRUSTED and _NEVER.search(names_of(frame).lower()) is not None


@lru_cache(maxsize=8192)  # elements of a site are called the same from page to page
def _is_called_furniture(names: str) -> bool:
    if _STEMS.search(names.lower()):
        return True
    return not _WORDS.isdisjoint(_LETTERS.findall(_CAMEL.sub(" ", names).lower()))
