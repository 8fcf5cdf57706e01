"""What can go wrong on the wire, and how it is said in one line: in an exchange, a log, a row's error.

TooLarge                       a body has more bytes than we take

WireError
├── ConnectionClosed            the other side closed, or the connection broke
├── WireOverflow                more bytes than an exchange may have
└── UnreadableResponse          what came cannot be told apart into head and body (RFC 9112, 6)
    ├── MalformedHead
    ├── MalformedChunk
    └── UnknownTransferCoding
"""

from __future__ import annotations

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError

from archive.records import Truncation


class WireError(Exception):
    """An exchange did not come to its end."""


class ConnectionClosed(WireError):
    """The server closed the connection, or it broke, before the response was whole."""


class WireOverflow(WireError):
    """A server sent more bytes than an exchange may have: endless headers, interim heads or chunk framing."""


class TooLarge(DownloadCancelledError):
    """A body is larger than DOWNLOAD_MAXSIZE."""


class UnreadableResponse(WireError):
    """Where the response ends cannot be told."""


class MalformedHead(UnreadableResponse):
    """There is no status line, or Content-Length is not one number."""


class MalformedChunk(UnreadableResponse):
    """A chunk does not begin or end as one (RFC 9112, 7.1)."""


class UnknownTransferCoding(UnreadableResponse):
    """Another transfer coding than `chunked`; none was offered (RFC 9110, 10.1.4)."""


def root_cause(error: BaseException) -> BaseException:
    """What happened on the wire, below Scrapy's download error."""
    return error.__cause__ if isinstance(error.__cause__, WireError) else error


def truncation(error: BaseException) -> Truncation:
    """Why a response that did not come to its end was cut off (WARC 1.1, 5.13)."""
    cause = root_cause(error)
    if isinstance(error, DownloadTimeoutError):
        return "time"
    if isinstance(error, DownloadCancelledError) or isinstance(cause, WireOverflow):
        return "length"
    return "disconnect" if isinstance(cause, ConnectionClosed) else "unspecified"


def error_line(error: BaseException) -> str:
    """The error in one line, with what lies below it."""
    cause = root_cause(error)
    if cause is error:
        return describe(error)
    detail = f"unreadable response: {describe(cause)}" if isinstance(cause, UnreadableResponse) else describe(cause)
    return f"{type(error).__name__}: {detail}"


def describe(error: BaseException) -> str:
    """An error in one line: its class and what it says."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
