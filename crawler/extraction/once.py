"""What is made of a site file once, however many pages are read by it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Key = TypeVar("Key")
Made = TypeVar("Made")


def once(make: Callable[[Key], Made]) -> Callable[[Key], Made]:
    """`make`, called once for each object: told apart by identity, as sites hold dicts and cannot be hashed.

    What was made lives as long as the process; sites are few.
    """
    known: dict[int, tuple[Key, Made]] = {}

    @wraps(make)
    def remembered(key: Key) -> Made:
        found = known.get(id(key))
        if found is None or found[0] is not key:
            found = known[id(key)] = key, make(key)
        return found[1]

    return remembered
