"""What we write, other tools accept: the real `warcio check`, FastWARC, and a plain gunzip."""

from __future__ import annotations

import gzip
import subprocess
import sys

import fastwarc

from archive.warc.record import HTTP_RESPONSE

# warcio breaks on any br body where the package `brotli` is installed (warcio#73): run it as if it were not.
WARCIO_CHECK = (
    "import sys; sys.modules['brotli'] = None; from warcio.cli import main; main(['check', '-v', sys.argv[1]])"
)


def test_warcio_check_passes_every_odd_exchange(write, odd_captures):
    path, _ = write(list(odd_captures.values()))
    done = subprocess.run([sys.executable, "-c", WARCIO_CHECK, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with_request = sum(1 for name in odd_captures if name not in ("no byte of a response", "rendering"))
    assert done.stdout.count("digest pass") == 1 + 2 * len(odd_captures) + with_request
    assert "fail" not in done.stdout


def test_fastwarc_verifies_every_block_and_payload(write, odd_captures):
    path, _ = write(list(odd_captures.values()))
    blocks = [record.verify_block_digest() for record in fastwarc.ArchiveIterator(str(path), parse_http=False)]
    payloads = [
        record.verify_payload_digest()
        for record in fastwarc.ArchiveIterator(str(path), parse_http=True)
        if record.headers.get("WARC-Payload-Digest") and record.headers["Content-Type"] == HTTP_RESPONSE
    ]
    assert all(blocks)
    assert len(blocks) > 2 * len(odd_captures)
    assert all(payloads)
    assert len(payloads) > 40


def test_a_plain_gunzip_reads_it_from_end_to_end(write, odd_captures):
    path, _ = write(list(odd_captures.values()))
    unpacked = gzip.decompress(path.read_bytes())
    for name, capture in odd_captures.items():
        if name not in ("rendering", "no byte of a response"):
            assert b"\r\n\r\n" + capture.content.response + b"\r\n\r\n" in unpacked, name
