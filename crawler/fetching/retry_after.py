"""What Retry-After asks of us, as a time: never earlier than asked, except where it asks for more than a day."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from archive.records import LONGEST_WAIT

_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?")


def not_before(value: str | bytes, now: datetime) -> datetime | None:
    """The UTC time before which a server wants no request; None where `value` says nothing that can be read.

    `value` is seconds or an HTTP date in any of the three forms (RFC 9110, 10.2.3 and 5.6.7); fractions are rounded
    up. The answer lies between `now` and `now` plus one day. `now` must be aware.
    """
    text = (value.decode("latin-1") if isinstance(value, bytes) else value).strip()
    wait = _seconds(text) if _SECONDS.fullmatch(text) else _until(text, now)
    if wait is None:
        return None
    # A typing error in a server's configuration must not end a crawl for years.
    return now.astimezone(UTC) + min(max(wait, timedelta()), LONGEST_WAIT)


def _seconds(text: str) -> timedelta:
    seconds = float(text)  # digits without end give inf
    return timedelta(seconds=math.ceil(min(seconds, LONGEST_WAIT.total_seconds())))


def _until(text: str, now: datetime) -> timedelta | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return date.replace(tzinfo=date.tzinfo or UTC) - now  # asctime dates name no zone: they are UTC
