"""An HTTP reply and its bytes on the wire (RFC 9112)."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, replace
from http import HTTPStatus

import brotli

_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers and body; Content-Length is added on the wire."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def coded(self, coding: str) -> Reply:
        """The reply in a content coding: `gzip`, `br`, or as it is for any other word."""
        match coding:
            case "gzip":
                body = gzip.compress(self.body, 6, mtime=0)
            case "br":
                body = brotli.compress(self.body, quality=5)
            case _:
                return self
        headers = (*self.headers, ("Content-Encoding", coding), ("Vary", "Accept-Encoding"))
        return replace(self, headers=headers, body=body)

    def wire(self, *, head_only: bool = False) -> bytes:
        """Head and body with a Content-Length; a 304 has neither body nor length."""
        length = () if self.status == HTTPStatus.NOT_MODIFIED else (("Content-Length", str(len(self.body))),)
        return self._head((*self.headers, *length)) + (b"" if head_only else self.body)

    def chunked(self) -> bytes:
        """Head and body in chunks (RFC 9112, 7.1)."""
        parts = (self.body[start : start + _CHUNK] for start in range(0, len(self.body), _CHUNK))
        framed = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
        return self._head((*self.headers, ("Transfer-Encoding", "chunked"))) + framed + b"0\r\n\r\n"

    def _head(self, headers: tuple[tuple[str, str], ...]) -> bytes:
        lines = [f"HTTP/1.1 {self.status} {_reason(self.status)}", *(f"{name}: {value}" for name, value in headers)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
