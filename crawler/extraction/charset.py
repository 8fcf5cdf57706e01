"""Which letters a page's bytes stand for, when headers lie or say nothing."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from math import log

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
_PYTHONS_OWN = {codecs.lookup(name).name for name in ("unicode_escape", "raw_unicode_escape", "punycode", "utf-7")}
_UTF8_NEAR_ENOUGH = 0.02
_SAMPLE = 60_000
_FEW = 8
_IN_A_WORD = re.compile(rb"[\x80-\xff]{2,}")
# Quotes, dashes and the like, which are the same in windows-1251 and -1252.
_SIGN_ALONE = re.compile(rb"(?<![\x80-\xff])[\x85\x91-\x97\xa0\xa9\xab\xae\xbb](?![\x80-\xff])")
_ASCII = 0x7F
# How often letters are in Russian, in thousandths; as logarithms what is added up to a text's likelihood.
_LETTERS = {
    letter: log(number / 1000)
    for letter, number in zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (109, 84, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17, 17, 16, 16, 14, 12, 10, 9, 7, 6, 5, 4,
         3, 3, 1, 2),
        strict=True,
    )
}  # fmt: skip
_SIGNS = dict.fromkeys("«»„“”‘’–—…№©®™°·•§±\u00a0", log(0.02))
_RARE = log(0.0005)  # letters of other languages
_UNHEARD_OF = log(0.0001)  # frames, letters in the middle of Latin words
_RUSSIAN = -4.6  # a letter's mean likelihood in a text that is; Russian has -2.9
_CLEARLY, _CLEARLY_BY_LETTER = 8.0, 0.25  # so much must speak against what is declared
_TABLES = {name: bytes(range(256)).decode(name, "replace") for name in _CYRILLIC}


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
    """Python's name for an encoding; None where it knows none, or one that is no encoding of text: `hex`, `idna`."""
    try:
        b"a".decode(name, "replace")
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return known if known not in _PYTHONS_OWN else None


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
    """The Cyrillic code page that fits best; one that is declared holds unless another fits clearly better."""
    pairs = Counter(pairwise(b" " + sample))  # of all bytes once, as there are four code pages to ask
    high = sum(number for (_, byte), number in pairs.items() if byte > _ASCII)
    likelihoods = {name: _likelihood(name, pairs) for name in _CYRILLIC}
    best = max(_CYRILLIC, key=lambda name: (likelihoods[name], name == declared))
    if declared in _CYRILLIC:
        ahead = likelihoods[best] - likelihoods[declared]
        return best if ahead > max(_CLEARLY, high * _CLEARLY_BY_LETTER) else declared
    together = sum(map(len, _IN_A_WORD.findall(sample)))
    if likelihoods[best] > high * _RUSSIAN and 2 * together > high - len(_SIGN_ALONE.findall(sample)):
        return best  # letters of Cyrillic words stand together, those of Western ones alone
    return "cp1252"


def _likelihood(name: str, pairs: Mapping[tuple[int, int], int]) -> float:
    """How likely the non-ASCII characters are that the bytes are in a code page, each behind the one before it."""
    letters = _TABLES[name]
    return sum(
        number * _beside(letters[before], letters[byte])
        for (before, byte), number in pairs.items()
        if byte > _ASCII or (before > _ASCII and letters[byte].isalpha())
    )


def _beside(before: str, letter: str) -> float:
    """The logarithm of a character's likelihood; no word mixes scripts or has a capital behind a small."""
    if letter < "\x80":
        return _UNHEARD_OF if _is_cyrillic(before) else 0.0
    if not _is_cyrillic(letter):
        return _SIGNS.get(letter, _UNHEARD_OF)
    if before.isascii() and before.isalpha():
        return _UNHEARD_OF
    capital_behind_small = before.islower() and letter.isupper()
    return _UNHEARD_OF if capital_behind_small else _LETTERS.get(letter.lower(), _RARE)


def _is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u04ff"
