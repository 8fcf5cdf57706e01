"""Scrapy's Response from what the wire gave: the same class and headers as Scrapy makes, at a part of its cost."""

from __future__ import annotations

from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from archive.records import Exchange
from crawler.fetching.headers import headers_of
from crawler.fetching.transfer import Transfer


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
    response = kind(
        url=url,
        status=head.status or 0,
        body=body,
        flags=transfer.flags,
        certificate=transfer.peer.certificate,
        ip_address=transfer.peer.address,
        protocol=f"HTTP/{head.version}",
    )
    response.headers = headers  # as they are: given to __init__, they are normalised once more
    return response
