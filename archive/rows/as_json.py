"""JSON as rows keep it: text stays readable in SQL (`Су-57`, no escapes), and there is no white space.

orjson writes what the standard library would at a fifth of its time; what it refuses (lone surrogates, numbers beyond
64 bits) the standard library writes.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import orjson

from archive.rows.storable import storable

_PLAIN_ONLY = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

# An escape begins at a backslash that is not escaped itself: behind an even number of them.
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def _utc(value: Any) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} is none of JSON's types")
    return value.astimezone(UTC).isoformat()


_encode_sorted = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_utc).encode


def to_json(value: Any) -> str:
    """`value` as JSON. Raises TypeError for what is none of JSON's types."""
    try:
        return orjson.dumps(value, option=_PLAIN_ONLY).decode()
    except TypeError:
        return _encode(value)


def to_stored_json(value: Any) -> str:
    """`value` as the JSON that every database takes (see `storable`), also behind an escape."""
    try:
        text = orjson.dumps(value, option=_PLAIN_ONLY).decode()  # it has refused lone surrogates, and escapes NUL
    except TypeError:
        text = storable(_encode(value))
    return without_nul(text)


def without_nul(text: str, instead: str = "\\ufffd") -> str:
    """JSON with U+FFFD in place of an escaped NUL; the six letters of a text that spells such an escape stay."""
    return _NUL.sub(lambda found: found[1] + instead, text) if "\\u0000" in text else text


def to_canonical_json(value: Any) -> bytes:
    """`value` as JSON in UTF-8, keys in order, times in UTC; lone surrogates become U+FFFD."""
    try:
        return orjson.dumps(value, _utc, _PLAIN_ONLY | orjson.OPT_SORT_KEYS)
    except TypeError:
        return storable(_encode_sorted(value)).encode()
