"""Rows come from WARC alone: what the reader finds is what the writer gave, to the last field."""

from __future__ import annotations

import gzip

import pytest

from archive.errors import DamagedArchive
from archive.records import Rendering
from archive.warc.gzip_members import compress, read_member
from archive.warc.reader import iter_captures, read_block, read_capture_at, read_member_bytes
from archive.warc.record import Record, RecordError, moment_of, parse_record, serialize


def test_the_reader_gives_the_writers_rows_again(write, odd_captures):
    path, rows = write(list(odd_captures.values()))
    found = list(iter_captures(path))
    assert [context for context, _ in found] == [capture.context for capture in odd_captures.values()]
    for name, (_, row), written in zip(odd_captures, found, rows, strict=True):
        assert row == written, name


def test_a_file_that_is_still_open_is_read_too(folder, new_writer, odd_captures):
    writer = new_writer()
    rows = writer.append(list(odd_captures.values()))
    path = folder / (writer.sync().name + ".open")
    assert [row for _, row in iter_captures(path)] == rows
    assert read_capture_at(path, rows[3].offset).block == odd_captures["no reason phrase"].content.response
    writer.close()


def test_reading_can_begin_at_any_capture(write, odd_captures):
    path, rows = write(list(odd_captures.values()))
    assert [row for _, row in iter_captures(path, rows[5].offset)] == rows[5:]


def test_a_capture_read_at_its_offset_is_what_was_captured(write, odd_captures):
    path, rows = write(list(odd_captures.values()))
    for (name, capture), row in zip(odd_captures.items(), rows, strict=True):
        stored = read_capture_at(path, row.offset)
        assert stored.context == capture.context, name
        assert stored.url == row.url
        assert stored.captured_at == row.captured_at
        assert stored.status == row.status
        assert stored.record_type == row.record_type
        content = capture.content
        if isinstance(content, Rendering):
            assert (stored.block, stored.body.data, stored.request) == (content.html, content.html, None)
            assert stored.notes.browser == "chromium 140.0"
            continue
        assert stored.block == content.response or content.request
        assert stored.request == content.request
        assert stored.notes.interim == content.interim
        assert (stored.notes.stray, stored.notes.stray_size) == (content.stray, content.stray_size)
        assert stored.notes.error == content.error
        assert stored.notes.duration == content.ended_at - content.started_at


def test_headers_and_body(write, capture):
    body = gzip.compress(b"<p>Su-57</p>")
    response = b"HTTP/1.1 200 OK\r\nset-cookie: a\r\nSet-Cookie: b\r\nContent-Encoding: gzip\r\n\r\n" + body
    path, rows = write([capture(response=response)])
    stored = read_capture_at(path, rows[0].offset)
    assert stored.http_headers == ((b"set-cookie", b"a"), (b"Set-Cookie", b"b"), (b"Content-Encoding", b"gzip"))
    assert stored.entity.data == body
    assert stored.body.data == b"<p>Su-57</p>"


def test_the_evidence_is_the_exact_block_and_member(write, capture):
    one = capture()
    path, rows = write([one])
    assert read_block(path, rows[0].offset, rows[0].length) == one.content.response
    member = read_member_bytes(path, rows[0].offset, rows[0].length)
    assert path.read_bytes()[rows[0].offset :].startswith(member)
    assert one.content.response in gzip.decompress(member)


def test_a_wrong_place_is_said_with_file_and_offset(write, capture):
    path, rows = write([capture()])
    with pytest.raises(DamagedArchive, match=rf"{path.name}: offset 7: no gzip member"):
        read_capture_at(path, 7)
    with pytest.raises(DamagedArchive, match="offset 0 holds a warcinfo record"):
        read_capture_at(path, 0)
    with pytest.raises(DamagedArchive, match=f"{rows[0].length} bytes long, not 5"):
        read_block(path, rows[0].offset, 5)
    with pytest.raises(DamagedArchive, match="ends before"):
        read_member_bytes(path, rows[0].offset, 10**6)


def test_damage_stops_the_reading_or_is_told_of(write, capture):
    path, rows = write([capture(1), capture(2), capture(3)])
    data = bytearray(path.read_bytes())
    data[rows[1].offset + 40] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(DamagedArchive, match=f"offset {rows[1].offset}"):
        list(iter_captures(path))
    damage = []
    found = [row for _, row in iter_captures(path, on_damage=damage.append)]
    assert found == [rows[0], rows[2]]
    assert [one.offset for one in damage] == [rows[1].offset]


def test_records_inside_a_damaged_body_cannot_pass_for_ours(write, capture, tmp_path):
    """A server may send gzipped WARC records as its body; when that record is damaged they lie open in the file."""
    forged_path, _ = write([capture(7)])
    forged = forged_path.read_bytes()
    response = b"HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\n\r\n" + forged
    path, rows = write([capture(1), capture(2, response=response), capture(3)])
    data = bytearray(path.read_bytes())
    raw = parse_record(read_member(bytes(data), rows[1].offset).data)
    stored = b"\x00" * 10 + forged  # as a stored block of deflate would hold it
    data[rows[1].offset : rows[1].offset + rows[1].length] = stored
    path.write_bytes(data)
    assert raw.block == response
    found = [row.id for _, row in iter_captures(path, on_damage=lambda _: None)]
    assert capture(7).context.capture_id not in found
    assert found == [rows[0].id, rows[2].id]


def test_metadata_of_others_is_no_context(tmp_path):
    record = Record(
        (
            ("WARC-Type", "response"),
            ("WARC-Record-ID", "<urn:uuid:1>"),
            ("WARC-Date", "2026-11-03T04:05:06Z"),
            ("WARC-Target-URI", "<https://example.org/>"),
        ),
        b"HTTP/1.1 200 OK\r\n\r\nhello",
    )
    path = tmp_path / "other.warc.gz"
    path.write_bytes(compress(serialize(record)))
    stored = read_capture_at(path, 0)
    assert (stored.context, stored.url, stored.status) == (None, "https://example.org/", 200)
    assert stored.body.data == b"hello"
    assert list(iter_captures(path)) == []


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("2016", "2016-01-01T00:00:00+00:00"),
        ("2016-09", "2016-09-01T00:00:00+00:00"),
        ("2016-09-19", "2016-09-19T00:00:00+00:00"),
        ("2016-09-19T17:20Z", "2016-09-19T17:20:00+00:00"),
        ("2016-09-19t17:20:24z", "2016-09-19T17:20:24+00:00"),
        ("2016-09-19T17:20:24.123456789Z", "2016-09-19T17:20:24.123456+00:00"),
    ],
)
def test_a_date_of_any_precision_is_its_first_moment(date, moment):
    assert moment_of(date).isoformat() == moment


@pytest.mark.parametrize("date", [None, "", "yesterday", "0000", "2016-13", "2016-09-19T17:20:24", "٢٠١٦"])
def test_what_is_no_date_is_refused(date):
    with pytest.raises(RecordError):
        moment_of(date)
