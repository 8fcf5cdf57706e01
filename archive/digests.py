"""Digests as the archive writes them: `sha256:<hex>`.

WARC 1.1, 5.8 leaves algorithm and notation open. SHA-256 in hex is what browsertrix writes and what warcio,
FastWARC, pywb and cdxj-indexer all read; SHA-1 can be forged, and an archive that is cited must not be.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

Bytes = bytes | bytearray | memoryview

_DIGEST_SIZES = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}


def sha256(data: Bytes) -> str:
    """`sha256:<hex>` of `data`."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def matches(labelled: str, data: Bytes) -> bool | None:
    """Whether `data` has the digest `labelled` (`sha1:3EF8...`, `sha256:ab12...`); None where it cannot be told.

    Others write base32 or hex, in either case; some write base64.
    """
    expected = _parsed(labelled)
    if expected is None:
        return None
    return hashlib.new(expected[0], data, usedforsecurity=False).digest() == expected[1]


def same(one: str, other: str) -> bool | None:
    """Whether two labelled digests are one, however they are written; None where the algorithms are not the same."""
    if one == other:
        return True
    if _algorithm(one) != _algorithm(other):
        return None
    first, second = _parsed(one), _parsed(other)
    return first is not None and first == second


def spellings(labelled: str) -> set[str]:
    """The ways in which tools write this digest; itself alone where it cannot be read."""
    parsed = _parsed(labelled)
    if parsed is None:
        return {labelled}
    algorithm, raw = parsed
    base32 = base64.b32encode(raw).decode()
    values = {raw.hex(), raw.hex().upper(), base32, base32.rstrip("="), base64.b64encode(raw).decode()}
    names = {algorithm, algorithm.replace("sha", "sha-"), algorithm.upper(), algorithm.upper().replace("SHA", "SHA-")}
    return {labelled, *(f"{name}:{value}" for name in names for value in values)}


def _algorithm(labelled: str) -> str:
    return labelled.strip().partition(":")[0].lower().replace("-", "")


def _parsed(labelled: str) -> tuple[str, bytes] | None:
    """(algorithm as hashlib names it, the digest)."""
    algorithm, value = _algorithm(labelled), labelled.strip().partition(":")[2]
    size = _DIGEST_SIZES.get(algorithm)
    raw = _raw_digest(value, size) if size is not None and value else None
    return None if raw is None else (algorithm, raw)


def _raw_digest(value: str, size: int) -> bytes | None:
    value = value.rstrip("=")
    try:
        if len(value) == size * 2:
            raw = bytes.fromhex(value)
        elif len(value) == -(-size * 8 // 5):
            raw = base64.b32decode(_padded(value.upper(), 8))
        else:
            raw = base64.b64decode(_padded(value.replace("-", "+").replace("_", "/"), 4), validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if len(raw) == size else None


def _padded(text: str, block: int) -> str:
    return text + "=" * (-len(text) % block)
