"""Chance that comes out the same every time: a random generator made from a key."""

from __future__ import annotations

from random import Random


def dice(*key: object) -> Random:
    """The generator of `key`; other keys do not disturb it."""
    return Random("/".join(map(str, key)))  # noqa: S311 - made-up content, nothing secret
