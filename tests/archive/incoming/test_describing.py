"""A file of others is described by its records, however large it is."""

from __future__ import annotations

import os
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

from archive.incoming.importing import describe, digest_of


def record(kind: str, number: int, date: str, block: bytes) -> bytes:
    head = {
        "WARC-Type": kind, "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012}>", "WARC-Date": date,
        "WARC-Target-URI": f"http://example.org/{number}", "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
    }  # fmt: skip
    return b"WARC/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode() + b"\r\n" + block


def written(path: Path, *records: bytes) -> Path:
    path.write_bytes(b"".join(each + b"\r\n\r\n" for each in records))
    return path


def test_it_begins_with_its_earliest_capture(tmp_path: Path) -> None:
    answer = b"HTTP/1.1 200 OK\r\n\r\nA"
    path = written(
        tmp_path / "a.warc",
        record("metadata", 1, "2001-01-01T00:00:00Z", b"a: b\r\n"),
        record("response", 2, "2003-01-01T00:00:00Z", answer), record("response", 3, "2002-01-01T00:00:00Z", answer),
    )  # fmt: skip
    found = describe(path, digest_of(path))
    assert (found.record_count, found.opened_at) == (3, datetime(2002, 1, 1, tzinfo=UTC))
    assert found.length == path.stat().st_size


def test_without_a_capture_it_begins_with_its_earliest_record(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.warc",
        record("metadata", 1, "2002-01-01T00:00:00Z", b""), record("metadata", 2, "2001-01-01T00:00:00Z", b""),
    )  # fmt: skip
    assert describe(path, digest_of(path)).opened_at == datetime(2001, 1, 1, tzinfo=UTC)


def test_it_is_described_a_record_at_a_time(tmp_path: Path) -> None:
    peaks = []
    for count in (4, 16):
        answer = b"HTTP/1.1 200 OK\r\n\r\n" + os.urandom(1_000_000)
        path = written(
            tmp_path / f"{count}.warc", *(record("response", n, "2001-01-01T00:00:00Z", answer) for n in range(count))
        )
        tracemalloc.start()
        assert describe(path, "0" * 64).record_count == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] <= 1.2 * peaks[0]
