"""Asks only for what has changed: a URL that was fetched before is asked for with the validators it came with.

RFC 9110, 13.1. The answer is tied to that capture (`Lease.original`), so a 304 becomes a revisit record of it.
"""

from __future__ import annotations

from archive.records import Lease


def conditional_headers(lease: Lease) -> dict[str, str]:
    """If-None-Match and If-Modified-Since for a row, as the server gave them; empty for what was never fetched.

    A browser is never told 304: it would have nothing to show. A second try asks for the page itself.
    """
    original = lease.original
    if original is None or lease.render == "always" or lease.attempts > 1:
        return {}
    headers = {"If-None-Match": original.etag, "If-Modified-Since": original.last_modified}
    return {name: value for name, value in headers.items() if value and value.isascii() and value.isprintable()}
