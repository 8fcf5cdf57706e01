"""Every damaged byte is found, named with its place, and costs no other record."""

from __future__ import annotations

import hashlib

import pytest

from archive.warc.check import check_file
from archive.warc.gzip_members import compress, iter_members
from archive.warc.record import Record, parse_record, serialize


def unpacked(data: bytes) -> list[bytes]:
    return [member.data for member in iter_members(data)]


def test_a_sound_file_is_sound(write, odd_captures):
    path, rows = write(list(odd_captures.values()))
    report = check_file(path, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), length=path.stat().st_size)
    assert report.ok, report.problems
    assert report.records == len(unpacked(path.read_bytes()))
    assert report.format == "warc.gz"
    noted = {problem.offset for problem in report.problems}
    assert rows[list(odd_captures).index("gzip that is damaged")].offset in noted
    assert rows[list(odd_captures).index("plain")].offset not in noted


@pytest.mark.parametrize("mask", ["one bit", "all bits"])
def test_every_flipped_byte_is_found(write, capture, mask):
    path, _ = write([capture()])
    whole = path.read_bytes()
    digest = hashlib.sha256(whole).hexdigest()
    records = unpacked(whole)
    for position in range(len(whole)):
        flipped = bytearray(whole)
        flipped[position] ^= 1 << position % 8 if mask == "one bit" else 0xFF
        path.write_bytes(flipped)
        damage = [one.reason for one in check_file(path, sha256=digest).problems if one.severity == "damage"]
        assert damage, position
        if len(damage) == 1:  # only the file's SHA-256 tells: deflate can say the same in other bits
            assert unpacked(bytes(flipped)) == records, position


def test_every_truncation_is_found(write, capture):
    path, _ = write([capture()])
    whole = path.read_bytes()
    boundaries = {member.offset for member in iter_members(whole)}
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        reasons = [problem.reason for problem in check_file(path, length=len(whole), records=4).problems]
        assert f"{len(whole) - length} bytes are missing at the end" in reasons
        assert any(reason.endswith("sound records, not 4") for reason in reasons)
        assert any("ends inside" in reason for reason in reasons) is (length not in boundaries and length > 2), length


@pytest.mark.parametrize("span", [1, 100])
def test_zeroed_and_foreign_bytes_are_found(write, capture, span):
    path, _ = write([capture()])
    whole = path.read_bytes()
    records = unpacked(whole)
    for position in range(0, len(whole), 5):
        zeroed = whole[:position] + bytes(len(whole[position : position + span])) + whole[position + span :]
        if zeroed != whole:
            path.write_bytes(zeroed)
            assert not check_file(path).ok or unpacked(zeroed) == records, position
        path.write_bytes(whole[:position] + b"z" * span + whole[position:])
        assert not check_file(path).ok, position


def test_damage_is_named_and_the_rest_is_checked(write, capture):
    path, rows = write([capture(1), capture(2), capture(3)])
    data = bytearray(path.read_bytes())
    for row in (rows[0], rows[2]):
        data[row.offset + row.length - 6] ^= 0xFF  # the CRC
    path.write_bytes(data)
    report = check_file(path)
    damage = [problem for problem in report.problems if problem.severity == "damage"]
    assert {(problem.offset, problem.url) for problem in damage if "gzip" in problem.reason} == {
        (rows[0].offset, rows[0].url),
        (rows[2].offset, rows[2].url),
    }
    assert report.records == 10 - 2
    assert str(damage[0]).startswith(f"{path}: offset {rows[0].offset}: {rows[0].url}: damaged gzip member")


def other(record_type: str, record_id: str, block: bytes, *fields: tuple[str, str]) -> Record:
    headers = (
        ("WARC-Type", record_type),
        ("WARC-Record-ID", record_id),
        ("WARC-Date", "2026-11-03T04:05:06Z"),
        ("WARC-Target-URI", "http://example.org/"),
        ("Content-Type", "application/http; msgtype=response"),
    )
    return Record((*headers, *fields), block)


HELLO = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
SHA1_OF_HELLO = "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N"


def test_files_of_others_pass_whatever_they_hash(tmp_path):
    readings = (
        ("WARC-Payload-Digest", SHA1_OF_HELLO),
        ("WARC-Payload-Digest", "sha256:" + hashlib.sha256(b"5\r\nhello\r\n0\r\n\r\n").hexdigest()),
        ("WARC-Payload-Digest", "crc32:anything"),
    )
    records = [other("response", f"<urn:uuid:{number}>", HELLO, field) for number, field in enumerate(readings)]
    for name, data in {
        "other.warc.gz": b"".join(compress(serialize(record)) for record in records),
        "other.warc": b"".join(serialize(record) for record in records),
    }.items():
        (tmp_path / name).write_bytes(data)
        report = check_file(tmp_path / name)
        assert (report.ok, report.records, report.format) == (True, 3, name.partition(".")[2]), report.problems


@pytest.mark.parametrize("name", ["WARC-Block-Digest", "WARC-Payload-Digest"])
def test_a_wrong_digest_is_found(tmp_path, name):
    path = tmp_path / "wrong.warc"
    path.write_bytes(serialize(other("response", "<urn:uuid:1>", HELLO, (name, "sha1:" + "A" * 32))))
    (problem,) = check_file(path).problems
    assert name in problem.reason
    assert problem.url == "http://example.org/"


def test_a_plain_file_is_followed_behind_damage(tmp_path):
    records = [serialize(other("response", f"<urn:uuid:{number}>", HELLO)) for number in range(3)]
    damaged = records[1].replace(b"Content-Length: ", b"Content-Width: ")
    path = tmp_path / "plain.warc"
    path.write_bytes(records[0] + damaged + records[2])
    report = check_file(path)
    assert [(problem.offset, problem.length) for problem in report.problems] == [(len(records[0]), len(damaged))]
    assert report.records == 2


def test_references_that_lead_nowhere_are_damage_in_our_files_and_a_note_in_others(write, capture, tmp_path):
    path, _ = write([capture()])
    members = list(iter_members(path.read_bytes()))
    whole = path.read_bytes()
    path.write_bytes(whole[: members[1].offset] + whole[members[2].offset :])  # the response is cut out
    report = check_file(path)
    assert not report.ok
    assert {problem.reason.split()[0] for problem in report.problems} == {"WARC-Concurrent-To"}
    lone = tmp_path / "lone.warc"
    lone.write_bytes(serialize(other("response", "<urn:uuid:1>", HELLO, ("WARC-Concurrent-To", "<urn:uuid:9>"))))
    assert [problem.severity for problem in check_file(lone).problems] == ["note"]


def test_an_id_used_twice_is_found(write, capture):
    path, _ = write([capture()])
    members = list(iter_members(path.read_bytes()))
    again = compress(members[1].data)
    path.write_bytes(path.read_bytes() + again)
    assert any("is also the id of offset" in problem.reason for problem in check_file(path).problems)
    assert not check_file(path).ok


def test_a_record_without_what_it_must_have_is_found(tmp_path):
    record = Record((("WARC-Type", "response"), ("WARC-Date", "yesterday")), b"")
    path = tmp_path / "bare.warc"
    path.write_bytes(serialize(record))
    reasons = [problem.reason for problem in check_file(path).problems if problem.severity == "damage"]
    assert reasons == ["WARC-Record-ID is missing", "WARC-Date 'yesterday' is no date"]
    assert parse_record(serialize(record)) == record


ARC = (
    b"filedesc://a.arc 0.0.0.0 20200101000000 text/plain 20\n1 0 Example\nURL IP\n\n"
    b"http://example.org/ 10.0.0.1 20200101000001 text/html 5\nhello\n"
)


def test_arc_files_are_walked(tmp_path):
    path = tmp_path / "a.arc"
    path.write_bytes(ARC)
    assert (check_file(path).ok, check_file(path).records) == (True, 2)
    path.write_bytes(ARC[:-4])
    assert not check_file(path).ok


@pytest.mark.parametrize("data", [b"", b"<html>", b"\x1f\x8b\x08\x00"])
def test_what_is_no_archive_is_said(tmp_path, data):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(data)
    assert not check_file(path).ok
