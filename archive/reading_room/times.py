"""How a time is shown, everywhere in the reading room: never without its zone, never finer than it is known.

What was observed is in UTC. What a site printed (publication, rows of lists) is in the site's own zone, with the offset
that it had on that day; a day alone shows no clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

ABSENT = "–"


def observed(moment: datetime | None) -> str:
    """A time of observation: `2026-03-01 12:00:00 UTC`."""
    return ABSENT if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def printed(moment: datetime | None, precision: str | None, zone: str) -> str:
    """A time that the site of this zone printed: `2025-09-08 04:37 UTC+3`, `2025-09-08 Europe/Moscow`."""
    if moment is None:
        return ABSENT
    local = _local(moment, _zone(zone))
    if precision == "day":
        return f"{local:%Y-%m-%d} {local.tzinfo}"
    clock = "%H h" if precision == "hour" else "%H:%M"
    return f"{local:%Y-%m-%d} {local:{clock}} {_offset(local)}"


def posted(moment: datetime | None, raw: str | None, zone: str) -> str:
    """The time of a list's row: without a colon a day was printed (docs/codebook.md)."""
    return printed(moment, "minute" if ":" in (raw or "") else "day", zone)


def _local(moment: datetime, zone: tzinfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:  # the last day of the year 9999, or the first of the year 1
        return moment.astimezone(UTC)


def _zone(name: str) -> tzinfo:
    """UTC where the site has no zone that is known."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def _offset(local: datetime) -> str:
    text = f"{local:%z}"
    hours, minutes = int(text[1:3]), text[3:5]
    if text[1:] == "0000":
        return "UTC"
    return f"UTC{text[0]}{hours}" + (f":{minutes}" if minutes != "00" else "")
