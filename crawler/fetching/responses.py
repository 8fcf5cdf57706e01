"""Scrapy's Response from what the wire gave: the same class and headers as Scrapy makes, at a part of its cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

if TYPE_CHECKING:
    from archive.records import Exchange
    from archive.warc.http_message import ResponseHead
    from crawler.fetching.transfer import Transfer


def headers_of(head: ResponseHead) -> Headers:
    """As `Headers(head.headers)`, which looks at every name three times."""
    headers = Headers()
    for name, value in head.headers:
        dict.setdefault(headers, name.title(), []).append(value)
    return headers


def response_of(transfer: Transfer, exchange: Exchange | None) -> Response:
    """The response that Scrapy passes on. The kind of a coded body shows when it is decoded, and not before."""
    head = transfer.attempt.framing.head
    if exchange is None or head is None:
        raise RuntimeError(f"{transfer.request.url}: answered, but not a byte was captured")
    headers, url = headers_of(head), exchange.url
    without = transfer.attempt.framing.bodiless or transfer.unread
    body = b"" if without else exchange.message.entity.data
    kind = Response
    if not dict.__contains__(headers, b"Content-Encoding"):
        kind = responsetypes.from_args(headers=headers, url=url, body=body)
    connection = transfer.connection
    response = kind(
        url=url,
        status=head.status or 0,
        body=body,
        flags=transfer.flags,
        certificate=connection.certificate,
        ip_address=connection.ip_address,
        protocol=f"HTTP/{head.version}",
    )
    response.headers = headers  # as they are: given to __init__, they are normalised once more
    return response
