"""What makes two readings of an article the same wording, and the same version: digests over canonical JSON.

Canonical JSON: an object of the named fields, keys sorted, no white space, text as it is (not escaped), UTF-8; times
in ISO 8601 and UTC; absent fields and empty lists left out, so that a field added later changes no digest of before.
The digest is the first 32 hexadecimal digits (128 bits) of its SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from archive.records import ArticleRecord
from archive.rows.as_json import to_canonical_json

# docs/codebook.md, "Versions": a change of one of these makes a version.
VERSION_FIELDS = ("title", "subtitle", "lead", "body", "editor_notes", "footnotes", "outlet", "outlet_country")
PLAIN_FIELDS = (
    "title", "title_raw", "outlet", "outlet_country", "subtitle", "lead", "body", "published_at",
    "published_precision", "published_source", "rights_holder", "rights_statement", "original_url",
    "original_published_at", "disclaimer",
)  # fmt: skip

_ABSENT: tuple[Any, ...] = (None, (), [])


def digests(record: ArticleRecord) -> tuple[str, str]:
    """(digest of the whole wording, digest of what makes a version)."""
    said = {name: value for name, value in _fields(record).items() if value not in _ABSENT}
    version = {name: said[name] for name in VERSION_FIELDS if name in said}
    return _digest(said), _digest(version)


def _fields(record: ArticleRecord) -> dict[str, Any]:
    """All fields; lists as lists of lists: the order of the inner values is part of the digest's definition."""
    fields = dict(zip(PLAIN_FIELDS, _plain_fields(record), strict=True))
    for name, inner in _LISTS.items():
        fields[name] = [inner(entry) for entry in getattr(record, name)]
    image = record.image
    fields["image"] = image and (image.url, image.credit, image.uploaded_at)
    return fields


_plain_fields = attrgetter(*PLAIN_FIELDS)
_LISTS = {
    "authors": attrgetter("name", "name_original"),
    "editor_notes": attrgetter("text", "signature", "paragraph"),
    "footnotes": attrgetter("marker", "text", "subjects"),
    "mentions": attrgetter("name", "kind", "url"),
    "links": attrgetter("url", "text", "rel", "reason"),
    "alternates": attrgetter("language", "url"),
}


def list_digest(rows: Sequence[Sequence[Any]]) -> str:
    """Digest of a list: its rows as lists of values, in the order of the columns of `list_content`."""
    return _digest(rows)


def _digest(value: Any) -> str:
    return hashlib.sha256(to_canonical_json(value)).hexdigest()[:32]
