"""How many of something, as a person reads it: `1 WARC file`, `1,204 WARC files`."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """The number and the noun, in the plural but for one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
