"""Identifiers: in order of time where we choose them, the same again where they are made from what was read."""

from __future__ import annotations

import os
import time
import uuid


def uuid7(milliseconds: int | None = None) -> uuid.UUID:
    """A UUID of version 7 (RFC 9562, section 5.7): sorts by its time, so B-trees stay compact.

    `milliseconds` since the Unix epoch; now, unless given.
    """
    stamp = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    random = int.from_bytes(os.urandom(10), "big")
    value = (stamp & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | (random >> 68) << 64
    value |= 0b10 << 62 | random & 0x3FFF_FFFF_FFFF_FFFF
    return uuid.UUID(int=value)


def article_id(site: str, language: str, native_id: str) -> str:
    """`site:language:native_id`: an article's identity, never its URL (a slug can change)."""
    return f"{site}:{language}:{native_id}"
