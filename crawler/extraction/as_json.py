"""A reading as JSON: the keys of docs/codebook.md; times are ISO 8601 in UTC with Z."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from crawler.extraction.reader import PageReading
from crawler.items import ArticleItem


def reading_as_json(reading: PageReading) -> dict[str, Any]:
    """{kind, article, placements[], layers{field: layer}, conflicts[]}; `unreadable` says why there is nothing."""
    article = reading.article
    return {
        "kind": reading.kind,
        "article": article_as_json(article) if article else None,
        "placements": [_plain(asdict(row)) for row in reading.placements],
        "layers": dict(article.layers) if article else {},
        "conflicts": list(article.conflicts) if article else [],
        "unreadable": reading.unreadable,
    }


def article_as_json(article: ArticleItem) -> dict[str, Any]:
    """The article's fields under the codebook's names; each counter with its raw text and precision beside it."""
    fields = asdict(article)
    for name in ("layers", "conflicts", "counters"):
        fields.pop(name)
    fields["authors"] = [author | {"position": place} for place, author in enumerate(fields["authors"])]
    for kind in ("views", "comments", "rating"):
        counter = next((each for each in article.counters if each.kind == kind), None)
        fields[kind] = counter.value if counter else None
        fields[f"{kind}_raw"] = counter.raw if counter else None
        fields[f"{kind}_precision"] = counter.precision if counter else None
        fields[f"{kind}_absent_reason"] = counter.absent_reason if counter else "not_found"
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
