"""Text as every database takes it: what one refuses, none is given, so rows are the same everywhere."""

from __future__ import annotations


def storable(value: str) -> str:
    """`value` without what databases refuse: NUL (PostgreSQL) and lone surrogates (no UTF-8) become U+FFFD."""
    if value.isascii() and "\0" not in value:
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value.replace("\0", "\ufffd")
