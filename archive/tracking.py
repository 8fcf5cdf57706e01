"""Parameters of a URL that advertisers and search engines add to the links they count: they say nothing of the page."""

from __future__ import annotations

import re

_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|yclid|ysclid|_openstat)(?:=.*)?", re.DOTALL)


def is_tracking(parameter: str) -> bool:
    """Whether one parameter of a query, `name` or `name=value`, is such a one; names are in small letters."""
    return _TRACKING.fullmatch(parameter) is not None
