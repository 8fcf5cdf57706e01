"""Files of any tool are walked record by record: WARC and ARC, plain and gzipped, past damage."""

from __future__ import annotations

import gzip

import pytest

from archive.warc.check import check_file
from archive.warc.formats import format_of, parse, record_at, records_of
from archive.warc.record import RecordError

HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>1</p>"
DESCRIPTION = b"1 0 practice\nURL IP-address Archive-date Content-type Archive-length\n"


def arc_record(url: bytes, block: bytes, extra: bytes = b"") -> bytes:
    return b"%s 127.0.0.1 20250908013700 text/html%s %d\n%s" % (url, extra, len(block), block)


ARC = [
    arc_record(b"filedesc://a.arc", DESCRIPTION),
    arc_record(b"http://example.org/a b", HTTP),
    arc_record(b"http://example.org/2", HTTP, b" 200 - - 0 a.arc"),  # ARC 2
]


def warc_record(number: int, name: bytes = b"WARC/1.0", fold: bytes = b" ") -> bytes:
    head = (
        b"%s\r\nWARC-Type:%sresponse\r\nWARC-Target-URI: http://example.org/%d\r\nWARC-Date: 2025-09-08T01:37:00Z\r\n"
        b"WARC-Record-ID: <urn:uuid:0192-%d>\r\nContent-Length:%s%d\r\n\r\n"
    )
    return head % (name, fold, number, number, fold, len(HTTP)) + HTTP


@pytest.fixture
def file(tmp_path):
    """Writes bytes into a file."""

    def write(data: bytes):
        path = tmp_path / "file"
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\n".join(ARC) + b"\n", "arc"),
        (b"".join(gzip.compress(each + b"\n") for each in ARC), "arc.gz"),
    ],
)
def test_an_arc_file_is_read_as_the_warc_file_it_would_be(file, data, kind):
    assert format_of(data) == kind
    described, spaced, second = records_of(data)
    assert described.record.type == "warcinfo"
    assert spaced.record.type == second.record.type == "response"
    assert spaced.record.get("WARC-Target-URI") == "http://example.org/a b"
    assert spaced.record.get("WARC-Date") == "2025-09-08T01:37:00Z"
    assert spaced.record.block == second.record.block == HTTP
    assert record_at(data, second.offset) == second
    report = check_file(file(data))
    assert (report.ok, report.records, report.format) == (True, 3, kind)


def test_damage_in_an_arc_file_costs_no_other_record(file):
    report = check_file(file(b"\n".join([ARC[0], b"nonsense", ARC[1], ARC[2][:-5]])))
    assert report.records == 2
    assert [each.reason for each in report.problems] == ["no ARC record header", "the file ends inside this ARC record"]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\r\n\r\n", b"\r\n\r\n\r\n"])
def test_plain_records_may_be_parted_by_what_tools_write(end):
    data = warc_record(1) + end + warc_record(2) + end
    first, second = records_of(data)
    assert (first.offset, first.length) == (0, len(warc_record(1)))
    assert second.offset == len(warc_record(1) + end)
    assert second.record.block == HTTP


@pytest.mark.parametrize(("name", "fold"), [(b"warc/1.0", b" "), (b"WARC/0.17", b" \r\n\t"), (b"WARC/0.18", b"")])
def test_old_versions_any_case_and_folded_fields_are_read(name, fold):
    (found,) = records_of(warc_record(1, name, fold))
    assert (found.record.type, found.record.block) == ("response", HTTP)


def test_what_is_neither_is_said_to_be(file):
    assert format_of(b"") == format_of(b"<html>") == "unknown"
    assert [each.reason for each in check_file(file(b"<html>")).problems] == ["neither WARC nor ARC"]
    with pytest.raises(RecordError):
        parse(b"<html>")


def test_a_file_whose_first_bytes_are_damaged_is_read_behind_them(file):
    members = [gzip.compress(warc_record(number) + b"\r\n\r\n") for number in (1, 2)]
    report = check_file(file(b"\0" + b"".join(members)[1:]))
    assert (report.format, report.records) == ("warc.gz", 1)
    plain = check_file(file(b"X" + warc_record(1)[1:] + b"\r\n\r\n" + warc_record(2)))
    assert (plain.format, plain.records) == ("warc", 1)
