"""Nothing acknowledged is lost: a batch is written whole or not at all, and a synced one survives."""

from __future__ import annotations

import errno
import hashlib
import os
import resource
import socket
from datetime import timedelta

import pytest

from archive.errors import DiskFull, SvodkaError
from archive.warc.gzip_members import iter_members
from archive.warc.reader import iter_captures
from archive.warc.record import parse_record


def records_of(path):
    return [parse_record(member.data) for member in iter_members(path.read_bytes())]


def test_an_idle_writer_leaves_no_file(folder, new_writer):
    writer = new_writer()
    assert writer.append([]) == []
    assert writer.sync() is None
    assert writer.rotation_due() is False
    assert writer.close() is None
    assert not folder.exists()


def test_a_file_is_open_until_it_is_closed(folder, new_writer, capture):
    writer = new_writer()
    writer.append([capture()])
    state = writer.sync()
    assert [path.name for path in folder.iterdir()] == [state.name + ".open"]
    assert state.committed_length == (folder / (state.name + ".open")).stat().st_size
    closed = writer.close()
    assert [path.name for path in folder.iterdir()] == [state.name] == [closed.name]


def test_the_closed_file_is_as_it_is_said_to_be(folder, new_writer, capture):
    writer = new_writer()
    writer.append([capture(1), capture(2)])
    writer.append([capture(3)])
    closed = writer.close()
    data = (folder / closed.name).read_bytes()
    assert closed.length == len(data)
    assert closed.sha256 == hashlib.sha256(data).hexdigest()
    assert closed.record_count == len(records_of(folder / closed.name)) == 1 + 3 * 3


def test_the_name_tells_site_time_serial_host_and_process(new_writer, capture):
    writer = new_writer(clock=lambda: capture().content.started_at)
    writer.append([capture()])
    first = writer.close().name
    writer.append([capture()])
    second = writer.close().name
    assert first == f"practice-20261103040507-00001-host-{os.getpid()}.warc.gz"
    assert second == f"practice-20261103040507-00002-host-{os.getpid()}.warc.gz"


def test_the_file_says_what_made_it(write, capture):
    path, _ = write([capture()])
    warcinfo = records_of(path)[0]
    assert warcinfo.type == "warcinfo"
    assert warcinfo.get("WARC-Filename") == path.name
    fields = dict(line.split(": ", 1) for line in warcinfo.block.decode().splitlines())
    assert fields["software"] == "Svodka/0.1.0"
    assert fields["format"] == "WARC File Format 1.1"
    assert fields["robots"] == "obey"
    assert fields["hostname"] == "host"
    assert fields["isPartOf"] == "practice"
    assert fields["conformsTo"].endswith("/warc-1.1/")


def test_a_capture_is_a_response_its_request_and_its_metadata(write, capture):
    one = capture()
    path, _ = write([one])
    warcinfo, response, request, metadata = records_of(path)
    assert [r.type for r in (response, request, metadata)] == ["response", "request", "metadata"]
    assert response.id == f"<urn:uuid:{one.context.capture_id}>"
    assert response.block == one.content.response
    assert request.block == one.content.request
    assert request.get("WARC-Concurrent-To") == metadata.get("WARC-Concurrent-To") == response.id
    assert {r.get("WARC-Warcinfo-ID") for r in (response, request, metadata)} == {warcinfo.id}
    assert {r.get("WARC-Date") for r in (response, request, metadata)} == {"2026-11-03T04:05:07.123456Z"}
    assert {r.get("WARC-IP-Address") for r in (response, request)} == {"127.0.0.1"}


def test_what_never_answered_is_a_request_alone(write, capture):
    path, rows = write([capture(response=b"", error="timeout")])
    assert [r.type for r in records_of(path)] == ["warcinfo", "request", "metadata"]
    assert (rows[0].record_type, rows[0].status, rows[0].request_offset) == ("request", None, None)
    assert rows[0].error == "timeout"
    assert rows[0].body_size is None


def test_a_rendering_is_a_resource(write, rendering):
    path, rows = write([rendering])
    assert [r.type for r in records_of(path)] == ["warcinfo", "resource", "metadata"]
    assert (rows[0].record_type, rows[0].status, rows[0].mime) == ("resource", 200, "text/html")
    assert rows[0].content_digest == rows[0].payload_digest


def test_a_cut_off_download_says_why(write, capture):
    path, rows = write([capture(truncated="disconnect")])
    assert records_of(path)[1].get("WARC-Truncated") == "disconnect"
    assert rows[0].truncated == "disconnect"


def test_the_target_uri_is_ascii(write, capture):
    path, rows = write([capture(url="https://practice.example/новости?q=%D0%A1 у")])
    expected = "https://practice.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8?q=%D0%A1%20%D1%83"
    assert records_of(path)[1].get("WARC-Target-URI") == rows[0].url == expected


def test_the_payload_digest_of_a_chunked_body_has_its_framing(write, capture):
    """As tools check it (`test_validators.py`); the rows have that of the body without it as well."""
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    _, rows = write([capture(response=chunked)])
    assert rows[0].payload_digest == "sha256:" + hashlib.sha256(b"3\r\nabc\r\n0\r\n\r\n").hexdigest()
    assert rows[0].entity_digest == "sha256:" + hashlib.sha256(b"abc").hexdigest()


def test_a_redirect_keeps_its_absolute_target(write, capture):
    moved = b"HTTP/1.1 301 Moved\r\nLocation: ../other.html\r\n\r\n"
    _, rows = write([capture(response=moved)])
    assert (rows[0].status, rows[0].location) == (301, "https://practice.example/other.html")


def test_a_batch_that_fails_leaves_nothing(folder, new_writer, capture):
    writer = new_writer()
    writer.append([capture(1)])
    before = writer.sync()
    naive = capture(3, started_at=capture().content.started_at.replace(tzinfo=None))
    with pytest.raises((TypeError, ValueError)):
        writer.append([capture(2), naive])
    assert writer.sync() == before
    rows = writer.append([capture(4)])
    path = folder / writer.close().name
    assert [row.id for _, row in iter_captures(path)] == [capture(1).context.capture_id, rows[0].id]


def test_a_first_batch_that_fails_leaves_no_file(folder, new_writer, capture):
    writer = new_writer()
    naive = capture(3, started_at=capture().content.started_at.replace(tzinfo=None))
    with pytest.raises((TypeError, ValueError)):
        writer.append([naive])
    assert writer.close() is None
    assert list(folder.iterdir()) == []


@pytest.fixture
def file_size_limit():
    """Sets how large any file of this process may become, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_said_and_costs_nothing(folder, new_writer, capture, file_size_limit):
    writer = new_writer()
    rows = writer.append([capture(1)])
    before = writer.sync()
    file_size_limit(before.committed_length + 500)  # in the middle of the next capture
    with pytest.raises(DiskFull, match="practice-"):
        writer.append([capture(2), capture(3)])
    path = folder / (before.name + ".open")
    assert path.stat().st_size == before.committed_length
    file_size_limit(resource.RLIM_INFINITY)
    rows += writer.append([capture(4)])
    closed = writer.close()
    assert [row for _, row in iter_captures(folder / closed.name)] == rows
    assert closed.sha256 == hashlib.sha256((folder / closed.name).read_bytes()).hexdigest()


def test_after_a_failed_fsync_the_file_is_never_touched_again(folder, new_writer, capture):
    broken = []

    def fsync(fd: int) -> None:
        if broken:
            raise OSError(errno.EIO, "Input/output error")
        os.fsync(fd)

    writer = new_writer(fsync=fsync)
    writer.append([capture(1)])
    path = folder / (writer.sync().name + ".open")
    writer.append([capture(2)])
    left = path.read_bytes()
    broken.append(True)
    with pytest.raises(SvodkaError, match="fsync failed"):
        writer.sync()
    broken.clear()
    with pytest.raises(SvodkaError):
        writer.append([capture(3)])
    with pytest.raises(SvodkaError):
        writer.sync()
    assert writer.close() is None
    assert path.read_bytes() == left


def test_rotation_is_due_by_size_and_by_age(new_writer, capture):
    large = new_writer(max_bytes=2000)
    large.append([capture(1)])
    assert not large.rotation_due()
    large.append([capture(2)])
    assert large.rotation_due()
    large.close()
    assert not large.rotation_due()

    now = [capture().content.started_at]
    old = new_writer(max_age=timedelta(hours=1), clock=lambda: now[0])
    old.append([capture(1)])
    assert not old.rotation_due()
    now[0] += timedelta(hours=1)
    assert old.rotation_due()
    old.close()


def test_the_host_name_is_this_machines_unless_given(folder, capture):
    from archive.warc.writer import WarcWriter

    writer = WarcWriter(folder, site="practice", software="Svodka/0.1.0")
    writer.append([capture()])
    assert f"hostname: {socket.gethostname()}".encode() in records_of(folder / writer.close().name)[0].block
