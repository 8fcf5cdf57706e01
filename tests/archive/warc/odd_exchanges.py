"""Responses as servers really send them: every way of being odd that a byte-exact archive must keep. Made up."""

from __future__ import annotations

import gzip
import zlib

import brotli
import zstandard

HTML = "<!doctype html><title>Сводка</title><p>Су-57 и другие новости</p>".encode() * 8
GZIP = gzip.compress(HTML, mtime=0)
BR = brotli.compress(HTML)
ZSTD = zstandard.ZstdCompressor().compress(HTML)
DEFLATE = zlib.compress(HTML)
RAW_DEFLATE = DEFLATE[2:-4]


def response(*headers: str, body: bytes = b"", status: str = "HTTP/1.1 200 OK") -> bytes:
    return "\r\n".join((status, *headers, "", "")).encode() + body


def chunked(*pieces: bytes, trailers: str = "") -> bytes:
    framed = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return framed + b"0\r\n" + trailers.encode() + b"\r\n"


TYPE = "Content-Type: text/html; charset=utf-8"
CHUNKED = "Transfer-Encoding: chunked"

ODD: dict[str, bytes] = {
    "plain": response(TYPE, f"Content-Length: {len(HTML)}", body=HTML),
    "until close": response(TYPE, body=HTML),
    "HTTP/1.0": response(TYPE, body=HTML, status="HTTP/1.0 200 OK"),
    "no reason phrase": response(TYPE, body=HTML, status="HTTP/1.1 200"),
    "no reason phrase but its space": response(TYPE, body=HTML, status="HTTP/1.1 200 "),
    "reason in Cyrillic": response(TYPE, body=HTML, status="HTTP/1.1 404 Не найдено"),
    "no headers": response(body=HTML),
    "no headers, no body": response(),
    "repeated and oddly cased headers": response(
        "SERVER: x", "server:y", "Set-Cookie: a=1", "set-cookie: b=2", "X-Empty:", TYPE, body=HTML
    ),
    "folded header": response("X-Folded: a", "\tb", TYPE, body=HTML),
    "folded header, a line of blanks": response("X-Folded: a", " ", TYPE, f"Content-Length: {len(HTML)}", body=HTML),
    "header without a colon": response("nonsense", TYPE, body=HTML),
    "header in ISO 8859-1": b"HTTP/1.1 200 OK\r\nX-Name: caf\xe9\r\n\r\n" + HTML,
    "gzip": response(TYPE, "Content-Encoding: gzip", f"Content-Length: {len(GZIP)}", body=GZIP),
    "gzip of two members": response(TYPE, "Content-Encoding: gzip", body=GZIP + GZIP),
    "gzip with bytes behind it": response(TYPE, "Content-Encoding: gzip", body=GZIP + b"\0\0garbage"),
    "gzip that is none": response(TYPE, "Content-Encoding: gzip", body=HTML),
    "gzip that is damaged": response(TYPE, "Content-Encoding: gzip", body=GZIP[:60] + b"\xff\xff" + GZIP[62:]),
    "x-gzip": response(TYPE, "Content-Encoding: x-gzip", body=GZIP),
    "br": response(TYPE, "Content-Encoding: br", f"Content-Length: {len(BR)}", body=BR),
    "zstd": response(TYPE, "Content-Encoding: zstd", body=ZSTD),
    "deflate": response(TYPE, "Content-Encoding: deflate", body=DEFLATE),
    "raw deflate": response(TYPE, "Content-Encoding: deflate", body=RAW_DEFLATE),
    "two codings": response(TYPE, "Content-Encoding: gzip, br", body=brotli.compress(GZIP)),
    "a coding that is not undone": response(TYPE, "Content-Encoding: compress", body=HTML),
    "a coding that is none": response(TYPE, "Content-Encoding: none", body=HTML),
    "chunked": response(TYPE, CHUNKED, body=chunked(HTML[:100], HTML[100:])),
    "chunked, its name in capitals": response(TYPE, "TRANSFER-ENCODING: Chunked", body=chunked(HTML)),
    "chunked and empty": response(TYPE, CHUNKED, body=chunked()),
    "chunked with trailers": response(TYPE, CHUNKED, body=chunked(HTML, trailers="X-Sum: 1\r\nX-Other: 2\r\n")),
    "chunked with extensions": response(TYPE, CHUNKED, body=b"3;a=b\r\nabc\r\n0;last\r\n\r\n"),
    "chunked and gzip": response(TYPE, CHUNKED, "Content-Encoding: gzip", body=chunked(GZIP[:50], GZIP[50:])),
    "chunked and br": response(TYPE, CHUNKED, "Content-Encoding: br", body=chunked(BR[:20], BR[20:])),
    "chunked, cut off in a chunk": response(TYPE, CHUNKED, body=chunked(HTML)[:-40]),
    "chunked, cut off in a size": response(TYPE, CHUNKED, body=b"3\r\nabc\r\n1"),
    "chunked in name only": response(TYPE, CHUNKED, body=HTML),
    "chunk lines with LF only": response(TYPE, CHUNKED, body=b"3\nabc\n0\n\n"),
    "cut off": response(TYPE, "Content-Length: 5000", body=HTML),
    "gzip, cut off": response(TYPE, "Content-Encoding: gzip", "Content-Length: 5000", body=GZIP[:70]),
    "br, cut off": response(TYPE, "Content-Encoding: br", body=BR[:30]),
    "zstd, cut off": response(TYPE, "Content-Encoding: zstd", body=ZSTD[:40]),
    "too long for its Content-Length": response(TYPE, "Content-Length: 3", body=HTML),
    "304": response('ETag: "a"', "Content-Encoding: gzip", status="HTTP/1.1 304 Not Modified"),
    "204": response(status="HTTP/1.1 204 No Content"),
    "redirect": response("Location: /news/2_б.html", status="HTTP/1.1 301 Moved Permanently"),
    "error": response(TYPE, body=b"busy", status="HTTP/1.1 503 Service Unavailable"),
    "LF-only head": b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + HTML,
    "LF and CRLF mixed": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\n\r\n" + HTML,
    "no status line": HTML,
    "a status line without a number": b"HTTP/1.1 OK\r\nContent-Type: text/html\r\n\r\n" + HTML,
    "another protocol": b"ICY 200 OK\r\nicy-name: radio\r\n\r\n" + HTML,
    "an empty line first": b"\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML,
    "cut off in the status line": b"HTTP/1.1 20",
    "cut off in the head": b"HTTP/1.1 200 OK\r\nContent-Type: text/ht",
    "cut off before the head's last LF": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r",
    "binary noise": bytes(range(256)) * 3,
    "one byte": b"H",
    "a body that looks like WARC": response(TYPE, body=b"WARC/1.1\r\nWARC-Type: response\r\n\r\n"),
    "a head of 100 KB": response(*(f"X-{i}: {'v' * 990}" for i in range(100)), TYPE, body=HTML),
}
