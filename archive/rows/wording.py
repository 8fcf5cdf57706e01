"""What makes two readings of an article the same wording, and the same version: digests over canonical JSON.

Canonical JSON: an object of the named fields, keys sorted, no white space, text as it is (not escaped), UTF-8; times
in ISO 8601 and UTC; absent fields and empty lists left out, so that a field added later changes no digest of before.
The digest is the first 32 hexadecimal digits (128 bits) of its SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from archive.records import ArticleRecord
from archive.rows.as_json import to_canonical_json
from archive.rows.upsert import storable

# Codebook, "Versions and presence": a change of one of these makes a version.
VERSION_FIELDS = ("title", "subtitle", "lead", "body", "editor_notes", "footnotes", "outlet", "outlet_country")
PLAIN_FIELDS = (
    "title", "title_raw", "outlet", "outlet_country", "subtitle", "lead", "body", "published_at",
    "published_precision", "published_source", "rights_holder", "rights_statement", "original_url",
    "original_published_at", "disclaimer",
)  # fmt: skip

_ABSENT: tuple[Any, ...] = (None, (), [])


def digests(record: ArticleRecord) -> tuple[str, str]:
    """(digest of the whole wording, digest of what makes a version)."""
    fields = {name: _plain(getattr(record, name)) for name in PLAIN_FIELDS} | _lists(record)
    members = {
        name: f'"{name}":{to_canonical_json(fields[name])}' for name in sorted(fields) if fields[name] not in _ABSENT
    }
    return _digest(members, members), _digest(members, VERSION_FIELDS)


def _lists(record: ArticleRecord) -> dict[str, Any]:
    """The lists of a record as lists of lists: the order of the inner values is part of the digest's definition."""
    image = record.image
    return {
        "authors": [[a.name, a.name_original] for a in record.authors],
        "editor_notes": [[n.text, n.signature, n.paragraph] for n in record.editor_notes],
        "footnotes": [[f.marker, f.text, list(f.subjects)] for f in record.footnotes],
        "image": image and [image.url, image.credit, _plain(image.uploaded_at)],
        "mentions": [[m.name, m.kind, m.url] for m in record.mentions],
        "links": [[k.url, k.text, k.rel, k.reason] for k in record.links],
        "alternates": [[a.language, a.url] for a in record.alternates],
    }


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def list_digest(rows: Sequence[Sequence[Any]]) -> str:
    """Digest of a list: its rows as lists of values, in the order of the columns of `list_content`."""
    return _hash(to_canonical_json([[_plain(value) for value in row] for row in rows]))


def _digest(members: Mapping[str, str], names: Collection[str]) -> str:
    """Of the object that has those of `members` (in order of their names) which are named."""
    return _hash("{" + ",".join([member for name, member in members.items() if name in names]) + "}")


def _hash(text: str) -> str:
    """Of JSON, in which no NUL can stand: it is storable where it can be encoded."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = storable(text).encode()
    return hashlib.sha256(data).hexdigest()[:32]
