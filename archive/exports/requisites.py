"""What a page needs to be shown: the URLs that its HTML and style sheets load (images, styles, scripts, frames)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin

from selectolax.lexbor import LexborHTMLParser

from archive.warc.reader import StoredCapture
from archive.warc.record import ascii_uri

_LOADED = (
    ("img[src], script[src], iframe[src], source[src], video[src], audio[src], embed[src], input[src]", "src"),
    ("video[poster]", "poster"),
    ("link[href][rel~=stylesheet], link[href][rel~=icon], link[href][rel~=preload]", "href"),
)
_CSS_URL = re.compile(r"""url\(\s*["']?([^"')]{1,2000})["']?\s*\)|@import\s+["']([^"']{1,2000})["']""", re.IGNORECASE)
HTML = ("text/html", "application/xhtml+xml")


def requisite_urls(stored: StoredCapture, mime: str | None) -> set[str]:
    """Absolute URLs as WARC-Target-URI spells them; none for what is neither HTML nor CSS."""
    if mime in HTML:
        found = _of_html(stored.body.data, stored.url)
    elif mime == "text/css":
        found = _of_css(stored.body.data.decode("utf-8", "replace"), stored.url)
    else:
        return set()
    return {ascii_uri(urldefrag(url).url) for url in found if url.startswith(("http://", "https://"))}


def _of_html(body: bytes, url: str) -> Iterator[str]:
    page = LexborHTMLParser(body)
    base_tag = page.css_first("base[href]")
    base = _joined(url, base_tag.attrs.get("href") or "") if base_tag else url
    for selector, attribute in _LOADED:
        for node in page.css(selector):
            yield _joined(base, node.attrs.get(attribute) or "")
    for node in page.css("img[srcset], source[srcset]"):
        for candidate in (node.attrs.get("srcset") or "").split(","):
            yield _joined(base, candidate.strip().partition(" ")[0])
    for node in page.css("[style]"):
        yield from _of_css(node.attrs.get("style") or "", base)
    for node in page.css("style"):
        yield from _of_css(node.text(), base)


def _of_css(text: str, base: str) -> Iterator[str]:
    for match in _CSS_URL.finditer(text):
        yield _joined(base, match[1] or match[2])


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return ""
