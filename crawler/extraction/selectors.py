"""The selector layer: CSS selectors of a site file, in dated sets, so that old captures keep the set of their day."""

from __future__ import annotations

from crawler.extraction.layer import LayerReading
from crawler.extraction.normalisers.text import clean
from crawler.extraction.page import Page
from crawler.sites.site import SelectorSet, Site


def set_for(page: Page, site: Site) -> SelectorSet | None:
    """The first set that is still good on the day of the capture (UTC); sets stand in order of `valid_until`."""
    day = page.fetched_at.date()
    return next((each for each in site.selectors if each.valid_until is None or day <= each.valid_until), None)


def read_selectors(page: Page, site: Site) -> LayerReading:
    """Texts (or `selector@attribute`) that the set of the day finds; the loader makes the codebook's values of them."""
    reading = LayerReading()
    chosen = set_for(page, site)
    for name, selector in chosen.fields.items() if chosen else ():
        css, _, attribute = selector.partition("@")
        values = [
            _value(page, node.attrs.get(attribute) if attribute else node.text(), attribute)
            for node in page.tree.css(css)
        ]
        texts = [value for value in values if value]
        if texts and chosen:
            reading.found(name, texts, chosen.name, " ".join(texts)[:500])
    return reading


def _value(page: Page, raw: str | None, attribute: str) -> str | None:
    if attribute in {"href", "src", "data-src"}:
        return page.resolve(raw)
    return clean(raw or "") or None
