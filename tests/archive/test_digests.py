"""Digests in every notation that WARC files carry."""

from __future__ import annotations

import base64
import hashlib

import pytest

from archive.digests import matches, sha256

DATA = "Су-57".encode()


def test_ours_is_sha256_in_hex():
    assert sha256(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512", "SHA-256"])
def test_hex_base32_and_base64_are_read(algorithm):
    raw = hashlib.new(algorithm.lower().replace("-", ""), DATA).digest()
    notations = (
        raw.hex(),
        raw.hex().upper(),
        base64.b32encode(raw).decode(),
        base64.b32encode(raw).decode().rstrip("=").lower(),
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
    )
    for value in notations:
        assert matches(f"{algorithm}:{value}", DATA) is True
        assert matches(f"{algorithm}:{value}", DATA + b"!") is False


@pytest.mark.parametrize("labelled", ["", "sha256", "sha256:", "crc32:0000", "sha1:not base32 at all!"])
def test_what_cannot_be_told_is_none(labelled):
    assert matches(labelled, DATA) is None
