"""The spellings of a URL that lead to one page: a user gives what stands in a link, a mail or the address bar.

A page is looked up as it is spelled first, and only then without what others add and with the other of what sites take
for the same: the scheme, `www.`, a fragment, the parameters that tell where a visitor came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.tracking import is_tracking

_URL = re.compile(
    r"https?://(?:www\.)?(?P<rest>[^/?#]+[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?", re.IGNORECASE | re.DOTALL
)


def spellings(url: str) -> Iterator[str]:
    """`url` itself, then its other spellings; none of what is no URL of the web."""
    yield url
    match = _URL.fullmatch(url)
    if match is None:
        return
    for query in dict.fromkeys((match["query"], _without_tracking(match["query"]))):
        for start in ("https://", "http://", "https://www.", "http://www."):
            spelled = start + match["rest"] + (f"?{query}" if query else "")
            if spelled != url:
                yield spelled


def _without_tracking(query: str | None) -> str:
    return "&".join(each for each in (query or "").split("&") if not is_tracking(each.lower()))
