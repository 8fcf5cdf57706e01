"""What one made-up article is, before any markup: every value that a page can print, under the codebook's names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal

from archive.records import Author, EditorNote, Footnote, Mention

Language = Literal["ru", "en"]
BlockKind = Literal["paragraph", "subheading", "item", "quote"]

_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_SPACE = re.compile(r"[ \t\r\n\f]+")


def clean(text: str) -> str:
    """`text` as a reader should give it: no soft hyphens or zero-width characters, single spaces."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in a paragraph: a link where it has `href`, a line break where its text is a newline."""

    text: str
    href: str | None = None
    rel: str | None = None
    strong: bool = False

    @property
    def outbound(self) -> bool:
        """Whether it links to another site."""
        return self.href is not None and self.href.startswith("http")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, subheading, list item or quotation of the body."""

    kind: BlockKind
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The block's text as a reader should give it."""
        return clean("".join(span.text for span in self.spans))


@dataclass(frozen=True, slots=True)
class Picture:
    """The article's picture; `path` is `/file/img/{slug}-{8 characters}-{unix time}.t.jpg`."""

    path: str
    credit: str
    uploaded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Labels:
    """The words this article's page prints around its parts, in one of their spellings."""

    credit: str
    rights: str
    statement: str
    original: str
    mentions: str
    comment_prompt: str


@dataclass(frozen=True, slots=True)
class PracticeArticle:
    """One article in one language. Times are aware UTC datetimes; `heading` is what the page prints as its title."""

    native_id: str
    language: Language
    slug: str
    title: str
    heading: str
    outlet: str | None
    outlet_country: str | None
    subtitle: str | None
    lead: tuple[str, ...]
    byline: str | None
    authors: tuple[Author, ...]
    body: tuple[Block, ...]
    editor_notes: tuple[EditorNote, ...]
    footnotes: tuple[Footnote, ...]
    picture: Picture | None
    published_at: datetime
    rights_holder: str
    rights_as_logo: bool
    rights_url: str
    original_url: str
    original_published_at: datetime | None
    original_is_label: bool
    disclaimer: str | None
    mentions: tuple[Mention, ...]
    labels: Labels
    alternate: str | None
    views: int
    comments: int
    rating: int
    spelling: int

    @property
    def path(self) -> str:
        """Where the site serves it."""
        return article_path(self.native_id, self.slug, self.language)

    @property
    def runs(self) -> Iterator[tuple[BlockKind, list[Block]]]:
        """The body with list items that follow each other put together, as markups print them."""
        return ((kind, list(blocks)) for kind, blocks in groupby(self.body, key=lambda block: block.kind))

    @property
    def links(self) -> Iterable[Span]:
        """The outbound links of the body."""
        return (span for block in self.body for span in block.spans if span.outbound)


def article_path(native_id: str, slug: str, language: Language) -> str:
    """`/news/{id}_{slug}.html` in Russian, `/en/{id}_{slug}.html` in English."""
    return f"/{'news' if language == 'ru' else 'en'}/{native_id}_{slug}.html"
