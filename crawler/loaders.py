"""The item loader of articles: raw strings and typed values in, the codebook's values out, by the same normalisers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from itemloaders import ItemLoader

from archive.records import Image
from crawler.extraction.normalisers.bylines import read_byline
from crawler.extraction.normalisers.dates import read_moment
from crawler.extraction.normalisers.images import uploaded_at
from crawler.extraction.normalisers.outlets import country_code
from crawler.extraction.normalisers.text import clean
from crawler.items import ArticleItem

Context = MutableMapping[str, Any]


def cleaned(values: Iterable[Any]) -> list[str]:
    """Strings without invisible characters; the empty ones left out."""
    return [text for value in values if (text := clean(value))]


def as_authors(values: Iterable[Any]) -> list[Any]:
    """Bylines read; authors left as they are."""
    return [author for value in values for author in (read_byline(value) if isinstance(value, str) else [value])]


def as_times(values: Iterable[Any], loader_context: Context) -> list[datetime]:
    """Printed times read, in the zone and as seen at the time of the loader's context; None of what cannot be read."""
    seen_at, zone = loader_context["seen_at"], loader_context["zone"]
    moments = (read_moment(v, seen_at=seen_at, zone=zone) if isinstance(v, str) else v for v in values)
    return [m if isinstance(m, datetime) else m.at for m in moments if m is not None]


def as_images(values: Iterable[Any], loader_context: Context) -> list[Any]:
    """Addresses turned into images with the time that their names tell."""
    seen_at = loader_context["seen_at"]
    return [Image(v, None, uploaded_at(v, seen_at)) if isinstance(v, str) else v for v in values]


def as_countries(values: Iterable[Any]) -> list[str]:
    """ISO 3166-1 alpha-2; names are looked up, unknown ones left out."""
    return [code for v in values if (code := v if len(v) == 2 and v.isupper() else country_code(v))]


def first(values: list[Any]) -> Any:
    """The first value, or None."""
    return values[0] if values else None


def joined(values: list[str]) -> str | None:
    """Several blocks joined by a newline (codebook, lead)."""
    return "\n".join(values) or None


def paragraphs(values: Iterable[Any]) -> list[str]:
    """A lead's blocks: a string may hold several, one a line."""
    return [text for value in values for line in value.split("\n") if (text := clean(line))]


def _as_is(values: Any) -> Any:
    return values


class ArticleLoader(ItemLoader):
    """Builds an ArticleItem. Made with its identity: `ArticleLoader.for_article(url=..., site=..., ...)`.

    The loader's context holds `seen_at` (aware: when the page was fetched) and `zone` (of the site's times).
    """

    title_in = subtitle_in = outlet_in = rights_holder_in = rights_statement_in = disclaimer_in = staticmethod(cleaned)
    body_in = staticmethod(cleaned)
    lead_in = staticmethod(paragraphs)
    lead_out = staticmethod(joined)
    authors_in = staticmethod(as_authors)
    outlet_country_in = staticmethod(as_countries)
    published_at_in = original_published_at_in = staticmethod(as_times)
    image_in = staticmethod(as_images)
    # Every field has processors of its own: looking for a default costs an adapter of the item each time.
    slug_in = title_raw_in = published_precision_in = published_source_in = original_url_in = staticmethod(_as_is)
    editor_notes_in = footnotes_in = counters_in = mentions_in = links_in = alternate_in = staticmethod(_as_is)
    slug_out = title_out = title_raw_out = subtitle_out = outlet_out = outlet_country_out = staticmethod(first)
    image_out = published_at_out = published_precision_out = published_source_out = staticmethod(first)
    rights_holder_out = rights_statement_out = original_url_out = original_published_at_out = staticmethod(first)
    disclaimer_out = staticmethod(first)
    authors_out = body_out = editor_notes_out = footnotes_out = staticmethod(_as_is)
    counters_out = mentions_out = links_out = alternate_out = staticmethod(_as_is)

    def __init__(self, make_item: Callable[[], ArticleItem], *, seen_at: datetime, zone: ZoneInfo) -> None:
        self.default_item_class = make_item  # type: ignore[assignment]  # any callable without arguments serves
        super().__init__(seen_at=seen_at, zone=zone)

    @classmethod
    def for_article(
        cls, *, url: str, site: str, native_id: str, language: str, seen_at: datetime, zone: ZoneInfo
    ) -> ArticleLoader:
        """A loader of the article that the four names identify."""
        make = partial(ArticleItem, url=url, site=site, native_id=native_id, language=language)
        return cls(make, seen_at=seen_at, zone=zone)


def load_into(item: ArticleItem, raw: Mapping[str, Any], *, seen_at: datetime, zone: ZoneInfo) -> None:
    """Set the fields of `item` that `raw` names to what the loader makes of the raw values; what is empty stays."""
    loader = ArticleLoader(lambda: item, seen_at=seen_at, zone=zone)
    for name, values in raw.items():
        loader.add_value(name, values)
        if value := loader.get_output_value(name):
            setattr(item, name, value)
