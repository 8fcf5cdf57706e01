"""The front door: the command line, wired to the rooms behind it."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    raise SystemExit(2)
