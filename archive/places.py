"""Where a text stands in a page's bytes: the byte range that a value was read from, so that anyone can look.

The page is read as a reader sees it: entities decoded, white space run together, invisible characters and the tags
between two letters passed over. What does not stand there word for word is not found; nothing is guessed.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

AT_MOST = 10  # places a text; "0" stands everywhere
AROUND = 60  # characters shown on either side

_TAG = "\0"  # stands for markup in the flow of text: no page can hold it, see _flow
_INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF])
_TOKEN = re.compile(
    r"(?P<markup><!--.*?(?:-->|\Z)|<(?P<raw>script|style)\b.*?(?:</(?P=raw)\s*>|\Z)|</?[a-zA-Z!?][^>]*(?:>|\Z))"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?)"
    r"|(?P<space>[\s\0]+)|(?P<text>[^<&\s\0]+|.)",
    re.DOTALL | re.IGNORECASE,
)
_SOURCE_TOKEN = re.compile(r"(?P<entity>&[#\w]{1,32};)|(?P<space>[\s\0]+)|(?P<text>[^&\s\0]+|.)", re.DOTALL)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Bytes `start` to `end` of the decoded body, and their text with some of what stands around it."""

    start: int
    end: int
    before: str
    text: str
    after: str


class PageText:
    """The decoded body of a page, made ready for many searches."""

    def __init__(self, body: bytes, content_type: str | None = None) -> None:
        self._body = body
        self._charsets = _charsets(body, content_type)
        self._flows: dict[str, tuple[str, _Flow, _Flow] | None] = {}

    def find(self, text: str, at_most: int = AT_MOST) -> tuple[Place, ...]:
        """Up to `at_most` places of `text`; none where it does not stand there.

        The visible text is searched first, then attributes, comments and scripts. A URL is also looked for without
        its host, any text also as JSON escapes it. The encoding is the first of those declared, UTF-8 and
        windows-1251 that gives a place.
        """
        spellings = _spellings(text)
        for charset in self._charsets:
            source, *flows = self._read_as(charset) or ("",)
            for flow in flows:
                for spelling in spellings:
                    if spans := _spans(flow, spelling, at_most):
                        return tuple(_place(source, charset, span) for span in spans)
        return ()

    def _read_as(self, charset: str) -> tuple[str, _Flow, _Flow] | None:
        if charset not in self._flows:
            source = _decode(self._body, charset)
            read = None if source is None else (source, _flow(source, _TOKEN), _flow(source, _SOURCE_TOKEN))
            self._flows[charset] = read
        return self._flows[charset]


def _spellings(text: str) -> list[str]:
    spellings = [text.strip()]
    parts = urlsplit(text) if text.startswith(("http://", "https://")) else None
    if parts and len(parts.path) > 1:
        spellings.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    spellings.append(json.dumps(text)[1:-1])
    return list(dict.fromkeys(spelling for spelling in spellings if spelling))


def _charsets(body: bytes, content_type: str | None) -> list[str]:
    declared = [match[1] for match in [_HEADER_CHARSET.search(content_type or "")] if match]
    declared += [match[1].decode() for match in [_META_CHARSET.search(body[:4096])] if match]
    return list(dict.fromkeys(name.lower() for name in [*declared, "utf-8", "windows-1251"]))


def _decode(body: bytes, charset: str) -> str | None:
    """The body so that it can be put back into the same bytes; None where the charset does not allow that."""
    try:
        source = body.decode(charset, "surrogateescape")
        return source if source.encode(charset, "surrogateescape") == body else None
    except (LookupError, UnicodeError):
        return None


@dataclass(frozen=True, slots=True)
class _Flow:
    """A page's text, and for each of its characters where it begins and ends in the source."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


def _flow(source: str, token: re.Pattern[str]) -> _Flow:
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in token.finditer(source):
        start, end = match.span()
        kind, found = match.lastgroup, match[0]
        if kind == "text":
            for index, character in enumerate(found, start):
                if ord(character) not in _INVISIBLE:
                    characters.append(character)
                    starts.append(index)
                    ends.append(index + 1)
            continue
        for character in _stands_for(kind, found):
            characters.append(character)
            starts.append(start)
            ends.append(end)
    return _Flow("".join(characters), starts, ends)


def _stands_for(kind: str | None, found: str) -> str:
    if kind == "entity":
        decoded = html.unescape(found).translate(_INVISIBLE)
        return " " if decoded.isspace() else decoded.replace(_TAG, "")
    return " " if kind == "space" else _TAG


def _spans(flow: _Flow, text: str, at_most: int) -> list[tuple[int, int]]:
    words = text.translate(_INVISIBLE).split()
    if not words:
        return []
    letters = [f"{_TAG}*".join(map(re.escape, word)) for word in words]
    pattern = rf"[ {_TAG}]+".join(letters)
    before = r"(?<!\w)" if words[0][0].isalnum() else ""
    after = r"(?!\w)" if words[-1][-1].isalnum() else ""
    spans = []
    for match in re.finditer(before + pattern + after, flow.text):
        spans.append((flow.starts[match.start()], flow.ends[match.end() - 1]))
        if len(spans) == at_most:
            break
    return spans


def _place(source: str, charset: str, span: tuple[int, int]) -> Place:
    start, end = span
    start_byte = len(source[:start].encode(charset, "surrogateescape"))
    length = len(source[start:end].encode(charset, "surrogateescape"))
    around = source[max(0, start - AROUND) : start], source[start:end], source[end : end + AROUND]
    before, text, after = (_shown(part) for part in around)
    return Place(start_byte, start_byte + length, before, text, after)


def _shown(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
