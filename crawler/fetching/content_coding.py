"""Undoes content codings in place of Scrapy's middleware, by the same code that reads archived bodies.

What the crawl reads is so what a rebuild reads, and a body that breaks off is marked: Scrapy passes it on as it is.
"""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from archive.records import Exchange
from archive.warc.codings import Decoded, decode
from crawler.fetching.answer import DAMAGED_FLAG

ACCEPTED = b"gzip, deflate, br, zstd"


class ContentCodingMiddleware:
    """Downloader middleware: asks for what `decode` understands, gives on decoded bodies."""

    def process_request(self, request: Request) -> None:
        """Say which codings are understood."""
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:
        """Give the decoded response, with the flag `damaged` where it could not be decoded to its end."""
        headers = response.headers
        if b"Content-Encoding" not in dict.keys(headers):  # Scrapy keeps names in title case
            return response
        decoded = _decoded(request, response)
        # First, as Scrapy takes coded bodies for bytes of no known kind and looks at 5,000 of them one by one.
        del headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=headers, url=response.url, body=decoded.data)
        page = kind(
            response.url,
            status=response.status,
            body=decoded.data,
            flags=response.flags if decoded.complete else [*response.flags, DAMAGED_FLAG],
            request=response.request,
            certificate=response.certificate,
            ip_address=response.ip_address,
            protocol=response.protocol,
        )
        page.headers = headers  # as they are: to normalise them again costs more than to decode the body
        return page


def _decoded(request: Request, response: Response) -> Decoded:
    """Of the exchange as it was captured, which the WARC writer asks as well: it is decoded once for both."""
    captured = request.meta.get("exchanges")
    if captured and isinstance(captured[-1], Exchange):
        return captured[-1].message.content
    named = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower()
    return decode(response.body, [each.strip() for each in named.split(",") if each.strip()])
