"""Records that are cut in segments, as WARC 1.1 (ISO 28500:2017) describes it in 7, are whole again or stay cut."""

import base64
import gzip
import hashlib
from pathlib import Path

import pytest

from archive.warc.check import check_file
from archive.warc.formats import records_of
from archive.warc.reader import read_capture_at
from archive.warc.segments import put_together

ORIGIN = "<urn:uuid:39509228-ae2f-11b2-763a-aa4c6ec90bb0>"
URL = "http://www.archive.org/images/logo.jpg"
PAYLOAD = bytes(range(256)) * 8
BLOCK = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 2048\r\n\r\n" + PAYLOAD


def digest(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def segment(number: int, block: bytes, *fields: str, origin: str = ORIGIN) -> bytes:
    """A segment as the standard wants it: the first is a record of its own type, the others are continuations."""
    own = [
        "WARC-Type: response", f"WARC-Record-ID: {origin}", "Content-Type: application/http;msgtype=response",
        f"WARC-Payload-Digest: {digest(PAYLOAD)}",
    ] if number == 1 else [
        "WARC-Type: continuation", f"WARC-Record-ID: <urn:uuid:70653950-9c77-4ea2-b83e-{number:012}>",
        f"WARC-Segment-Origin-ID: {origin}",
    ]  # fmt: skip
    head = [
        "WARC/1.1", *own, f"WARC-Target-URI: {URL}", "WARC-Date: 2006-09-30T16:30:51Z",
        f"WARC-Block-Digest: {digest(block)}", f"WARC-Segment-Number: {number}", *fields,
        f"Content-Length: {len(block)}",
    ]  # fmt: skip
    return "\r\n".join([*head, "", ""]).encode() + block + b"\r\n\r\n"


def total(length: int = len(BLOCK)) -> str:
    return f"WARC-Segment-Total-Length: {length}"


FIRST, SECOND, LAST = segment(1, BLOCK[:1600]), segment(2, BLOCK[1600:1900]), segment(3, BLOCK[1900:], total())
OTHER = segment(1, BLOCK, total(), origin="<urn:uuid:39509228-ae2f-11b2-763a-000000000001>")


def written(path: Path, records: list[bytes], *, packed: bool) -> Path:
    path.write_bytes(b"".join(map(gzip.compress, records) if packed else records))
    return path


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    "records",
    [[FIRST, SECOND, LAST], [FIRST, OTHER, SECOND, LAST], [LAST, FIRST, SECOND]],
    ids=["in order", "with another record between them", "in disorder"],
)
def test_a_record_whose_segments_are_all_there_is_whole(tmp_path: Path, records: list[bytes], packed: bool) -> None:
    path = written(tmp_path / "a.warc", records, packed=packed)
    data = path.read_bytes()
    offset = next(found.offset for found in records_of(data) if found.record.id == ORIGIN)
    stored = read_capture_at(path, offset)
    assert (stored.block, stored.body.data, stored.record.is_segment) == (BLOCK, PAYLOAD, False)
    assert [
        (each.offset, each.record.block) for each in put_together(records_of(data)) if each.record.id == ORIGIN
    ] == [(offset, BLOCK)]
    report = check_file(path)
    assert (report.records, report.problems) == (len(records), ())


def test_the_reason_for_which_a_record_ends_early_is_that_of_its_last_segment(tmp_path: Path) -> None:
    last = segment(3, BLOCK[1900:], total(), "WARC-Truncated: length")
    stored = read_capture_at(written(tmp_path / "a.warc", [FIRST, SECOND, last], packed=False), 0)
    assert stored.record.get("WARC-Truncated") == "length"


@pytest.mark.parametrize(
    ("records", "reason", "severity"),
    [
        ([FIRST, LAST], "not all of them are in this file", "note"),
        ([FIRST, SECOND], "not all of them are in this file", "note"),
        ([SECOND, LAST], "not all of them are in this file", "note"),
        ([FIRST, SECOND, SECOND, LAST], "two of its segments have one number", "damage"),
        ([FIRST, SECOND, segment(3, BLOCK[1900:], total(9))], "2115 bytes together, not the 9", "damage"),
        ([FIRST, SECOND, segment(3, BLOCK[1900:-1] + b"?", total())], "do not have its WARC-Payload-Digest", "damage"),
        (
            [FIRST, SECOND.replace(digest(BLOCK[1600:1900]).encode(), digest(b"?").encode()), LAST],
            "a segment does not",
            "damage",
        ),
    ],
)
def test_in_doubt_segments_stay_as_they_stand_and_the_check_says_why(
    tmp_path: Path, records: list[bytes], reason: str, severity: str
) -> None:
    path = written(tmp_path / "a.warc", records, packed=True)
    assert all(found.record.is_segment for found in put_together(records_of(path.read_bytes())))
    problems = [each for each in check_file(path).problems if reason in each.reason]
    assert problems
    assert {each.severity for each in problems} == {severity}
