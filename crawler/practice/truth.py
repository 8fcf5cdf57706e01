"""What a right reader reads from a page: the codebook's fields of an article, as far as its markup prints them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from crawler.practice.article import PracticeArticle, clean
from crawler.practice.counts import Counters, counters_of


@dataclass(frozen=True, slots=True)
class Printed:
    """What of an article a markup prints, and where it is not plain text.

    `lead_apart`: a lead looks different from the body, so it can be told from it without a byline.
    `in_attributes`: fields whose text stands in attributes only. `scripted`: views and lists need a browser.
    """

    published: bool = False
    alternate: bool = False
    lead_apart: bool = True
    scripted: bool = False
    in_attributes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list as printed; `path` is relative to the site, `posted_at` is UTC."""

    block: str
    rank: int
    path: str
    title: str
    posted_at: datetime | None = None
    posted_raw: str | None = None
    comments: int | None = None
    comments_raw: str | None = None
    native_id: str | None = None
    language: str | None = None

    def as_truth(self, base_url: str) -> dict[str, Any]:
        """The row under the codebook's names."""
        known = {name: getattr(self, name) for name in self.__slots__}
        path = known.pop("path")
        return known | {"url": base_url + path, "title": clean(self.title), "posted_at": iso(self.posted_at)}


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def truth(
    article: PracticeArticle,
    *,
    printed: Printed | None = None,
    counters: Counters | None = None,
    rows: Sequence[Row] = (),
    rendered: bool = False,
    base_url: str = "https://vpk.name",
) -> dict[str, Any]:
    """The article's fields under the codebook's JSON keys; null where the page does not print them.

    Without `printed` everything counts as printed. `rendered`: as a browser shows it after its scripts ran.
    Times are UTC in ISO 8601 (`2025-09-08T01:37:00Z`); paths are made absolute with `base_url`.
    """
    printed = printed or Printed(published=True, alternate=True)
    hidden = printed.scripted and not rendered
    return {
        "url": base_url + article.path,
        "site": "vpk",
        "native_id": article.native_id,
        "slug": article.slug,
        "language": article.language,
        **_heading(article),
        **_text(article, printed),
        "image": _image(article, base_url),
        **_counters(counters or counters_of(article), hidden),
        "published_at": iso(article.published_at) if printed.published else None,
        "published_precision": "minute" if printed.published else None,
        **_rights(article),
        "mentions": [asdict(mention) | {"url": f"{base_url}{mention.url}"} for mention in article.mentions],
        "links": [{"url": span.href, "rel": span.rel, "text": clean(span.text)} for span in article.links],
        "alternate": _alternate(article, base_url) if printed.alternate else [],
        "placements": [] if hidden else [row.as_truth(base_url) for row in rows],
    }


def _heading(article: PracticeArticle) -> dict[str, Any]:
    return {
        "title": article.title,
        "title_raw": article.heading,
        "outlet": article.outlet,
        "outlet_country": article.outlet_country,
        "subtitle": article.subtitle,
        "authors": [asdict(author) | {"position": place} for place, author in enumerate(article.authors)],
    }


def _text(article: PracticeArticle, printed: Printed) -> dict[str, Any]:
    """Without a byline, a lead that looks like the body is part of it: then nobody can tell them apart."""
    lead = [clean(block) for block in article.lead]
    body = [block.text for block in article.body]
    shift = 0
    if not article.authors and not printed.lead_apart:
        lead, body, shift = [], lead + body, len(lead)
    notes = [asdict(note) | {"paragraph": (note.paragraph or 0) + shift} for note in article.editor_notes]
    footnotes = [asdict(footnote) | {"subjects": list(footnote.subjects)} for footnote in article.footnotes]
    return {"lead": "\n".join(lead) or None, "body": body, "editor_notes": notes, "footnotes": footnotes}


def _image(article: PracticeArticle, base_url: str) -> dict[str, Any] | None:
    picture = article.picture
    if picture is None:
        return None
    return {"url": base_url + picture.path, "credit": picture.credit, "uploaded_at": iso(picture.uploaded_at)}


def _counters(counters: Counters, hidden: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in ("views", "comments", "rating"):
        spelt = getattr(counters, kind)
        absent = hidden and kind == "views"
        found[kind] = None if absent else spelt.value
        found[f"{kind}_raw"] = None if absent else spelt.raw or None
    return found


def _rights(article: PracticeArticle) -> dict[str, Any]:
    return {
        "rights_holder": article.rights_holder,
        "rights_statement": article.labels.statement,
        "original_url": article.original_url,
        "original_published_at": iso(article.original_published_at),
        "disclaimer": article.disclaimer,
    }


def _alternate(article: PracticeArticle, base_url: str) -> list[dict[str, str]]:
    if article.alternate is None:
        return []
    return [{"language": "en" if article.language == "ru" else "ru", "url": base_url + article.alternate}]
