"""What an image's file name says: many sites put the time of the upload into it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_NUMBER = re.compile(r"(?<![0-9A-Za-z])([0-9]{10}|[0-9]{13})(?=(?:\.[A-Za-z]{1,4}){1,2}$)")
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def uploaded_at(url: str, seen_at: datetime) -> datetime | None:
    """The Unix time (s, or ms) that ends the file name, where it lies between 2000 and the capture; else None."""
    name = url.partition("?")[0].rpartition("/")[2]
    match = _NUMBER.search(name)
    if match is None:
        return None
    seconds = int(match[1]) / (1000 if len(match[1]) == 13 else 1)
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment if _EARLIEST <= moment <= seen_at + timedelta(days=1) else None
