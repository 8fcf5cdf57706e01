"""How values look in a page: as text, never as markup; absent is a dash, never 0."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from archive.reading_room.times import ABSENT, observed


def number(value: float | None) -> str:
    """With narrow spaces between thousands."""
    return ABSENT if value is None else f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def size(count: float | None) -> str:
    """Of so many bytes."""
    if count is None:
        return ABSENT
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} bytes" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def shown(value: Any) -> str:
    """Any value as text: what is no text as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return observed(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def entry(value: Any) -> str:
    """An entry of a list in one line: what it says, without what is absent."""
    if not isinstance(value, dict):
        return shown(value)
    return " · ".join(shown(part) for part in value.values() if part not in (None, [], ""))
