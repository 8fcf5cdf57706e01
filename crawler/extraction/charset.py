"""Which letters a page's bytes stand for, when headers lie or say nothing."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)", re.I
)
_CYRILLIC = ("cp1251", "koi8-r", "iso8859-5", "cp866")
_LATIN = {"iso-8859-1", "iso8859-1", "latin-1", "ascii", "us-ascii", "cp1252"}  # all mean windows-1252 on the web
_UTF8_NEAR_ENOUGH = 0.02
_SAMPLE = 60_000
_FEW = 8
_IN_A_WORD = re.compile(rb"[\x80-\xff]{2,}")


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The text and the name of its encoding.

    A byte order mark wins; valid UTF-8 with non-ASCII letters is UTF-8 whatever is declared; then what header or
    <meta> declare, checked against the other Cyrillic code pages; bytes that fit nothing become U+FFFD.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace"), name
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = _single_byte(body, _declared(body, content_type))
    return body.decode(encoding, "replace"), encoding


def is_plain_utf8(body: bytes) -> bool:
    """Whether `decode` would take the bytes as the UTF-8 that they are."""
    if body.startswith(codecs.BOM_UTF8):
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _declared(body: bytes, content_type: str | None) -> str | None:
    if content_type and (match := _HEADER.search(content_type)):
        return _known(match[1])
    if found := _META.search(body, 0, 8192):
        return _known((found[1] or found[2]).decode("ascii"))
    return None


def _known(name: str) -> str | None:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _single_byte(body: bytes, declared: str | None) -> str:
    """The encoding of bytes that are not wholly UTF-8."""
    high = sum(1 for byte in body[:_SAMPLE] if byte > 0x7F)
    broken = body[:_SAMPLE].decode("utf-8", "replace").count("\ufffd")
    if high >= _FEW and broken <= max(2, int(high * _UTF8_NEAR_ENOUGH)):
        return "utf-8"  # cut off in a letter, or a few broken bytes
    if declared in {"utf-8", None} or declared in _LATIN or declared in _CYRILLIC:
        return _likeliest(body[:_SAMPLE], declared)
    return declared or "cp1252"


def _likeliest(sample: bytes, declared: str | None) -> str:
    scores = {name: _score(sample.decode(name, "replace")) for name in _CYRILLIC}
    best = max(_CYRILLIC, key=lambda name: (scores[name], name == declared))
    together = sum(map(len, _IN_A_WORD.findall(sample)))
    if scores[best] > 0.6 and 2 * together > sum(1 for byte in sample if byte > 0x7F):
        return best  # letters of Cyrillic words stand together, those of Western ones alone
    return declared if declared and declared not in _LATIN and declared != "utf-8" else "cp1252"


def _score(text: str) -> float:
    """How much the non-ASCII part of `text` looks like Russian: small letters after letters, few capitals."""
    letters = [c for c in text if c > "\x7f"]
    small = sum(1 for c in letters if "а" <= c <= "я" or c == "ё")
    frequent = sum(1 for c in letters if c in "оеаинтсрвл")
    return (small / len(letters)) * 0.6 + (frequent / len(letters)) * 0.7 if letters else 0.0
