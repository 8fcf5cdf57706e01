"""Digests in every notation that WARC files carry."""

from __future__ import annotations

import base64
import hashlib

import pytest

from archive.digests import matches, same, sha256, spellings

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


def test_a_digest_is_the_same_in_every_notation_and_no_other_is():
    ours, other = sha256(DATA), sha256(DATA + b"!")
    notations = spellings(ours)
    assert len(notations) > 10
    assert {matches(each, DATA) for each in notations} == {True}
    assert {same(ours, each) for each in notations} == {True}
    assert {same(other, each) for each in notations} == {False}
    assert same(ours, "sha256:not a digest") is False
    assert spellings(ours.replace("sha256:", "sha-256:")) == notations


@pytest.mark.parametrize("other", ["sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N", "crc32:00", ""])
def test_digests_of_other_kinds_cannot_be_compared(other):
    assert same(sha256(DATA), other) is None
    assert same(other, other) is True


@pytest.mark.parametrize("labelled", ["", "sha256", "sha256:", "crc32:0000", "sha1:not base32 at all!"])
def test_what_cannot_be_told_is_none(labelled):
    assert matches(labelled, DATA) is None
