"""After a crash: every whole record stays, only the torn end goes, and what the database missed is told."""

from __future__ import annotations

import gzip
import hashlib
import os
import signal
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from archive.warc.check import check_file
from archive.warc.gzip_members import iter_members
from archive.warc.reader import iter_captures
from archive.warc.recovery import recover

CHILD = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("made", sys.argv[2])
made = importlib.util.module_from_spec(spec)
spec.loader.exec_module(made)
from archive.warc.writer import WarcWriter
writer = WarcWriter(Path(sys.argv[1]), site="practice", software="Svodka/0.1.0")
for number in range(6):
    writer.append([made.make_capture(2 * number), made.make_capture(2 * number + 1)])
    state = writer.sync()
    print(state.name, state.committed_length, flush=True)
    print(writer.close().name if number == 3 else "-", flush=True)
writer.close()
"""


def left_open(folder, new_writer, captures) -> tuple[Path, list]:
    """A file as a killed process leaves it, and the rows that it had got."""
    writer = new_writer()
    rows = writer.append(captures)
    name = writer.sync().name
    data = (folder / f"{name}.open").read_bytes()
    writer.close()
    (folder / name).rename(folder / f"{name}.open")
    assert (folder / f"{name}.open").read_bytes() == data
    return folder / f"{name}.open", rows


def test_nothing_to_do_where_there_is_nothing(tmp_path, folder):
    assert recover(tmp_path / "missing", {}) == []
    folder.mkdir(parents=True)
    assert recover(folder, {}) == []


def test_a_whole_file_is_closed_and_its_unknown_captures_are_told(folder, new_writer, capture):
    path, rows = left_open(folder, new_writer, [capture(1), capture(2), capture(3)])
    name = path.name.removesuffix(".open")
    (recovered,) = recover(folder, {name: rows[1].offset})
    data = (folder / name).read_bytes()
    assert [row for _, row in recovered.captures] == rows[1:]
    assert [context for context, _ in recovered.captures] == [capture(2).context, capture(3).context]
    assert (recovered.cut, recovered.torn, recovered.incomplete, recovered.damage) == (0, None, 0, ())
    assert recovered.closed.sha256 == hashlib.sha256(data).hexdigest()
    assert recovered.closed.length == len(data)
    assert recovered.closed.record_count == 10
    assert list(folder.iterdir()) == [folder / name]
    assert recover(folder, {}) == []


def test_a_file_of_which_nothing_is_known_is_taken_up_a_record_at_a_time(tmp_path, new_writer, capture):
    peaks = []
    for count in (4, 16):
        body = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 1000000\r\n\r\n" + os.urandom(1_000_000)
        writer = new_writer()
        writer.append([capture(number, body) for number in range(count)])
        name = writer.sync().name
        writer.abandon()
        tracemalloc.start()
        (recovered,) = recover(next(tmp_path.rglob(f"{name}.open")).parent, {})
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert len(recovered.captures) == count
    assert peaks[1] <= 1.2 * peaks[0]


def test_a_file_renamed_before_the_crash_is_told_too(write, folder, capture):
    path, rows = write([capture(1), capture(2)])
    (recovered,) = recover(folder, {path.name: rows[1].offset})
    assert [row for _, row in recovered.captures] == rows[1:]
    assert recovered.closed.name == path.name


def test_every_truncation_keeps_all_whole_records(folder, new_writer, capture):
    path, rows = left_open(folder, new_writer, [capture(1, b""), capture(2, b"")])
    name = path.name.removesuffix(".open")
    whole = path.read_bytes()
    ends = [member.offset + member.length for member in iter_members(whole)]
    group_ends = [ends[2], ends[4]]
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        (recovered,) = recover(folder, {}, fsync=lambda _: None)  # the disk is not in question, and slow
        kept = max([end for end in ends if end <= length], default=0)
        assert recovered.cut == length - kept
        assert [row for _, row in recovered.captures] == rows[: sum(end <= length for end in group_ends)]
        if kept:
            assert (folder / name).read_bytes() == whole[:kept]
            gzip.decompress(whole[:kept])
            (folder / name).unlink()
        else:
            assert recovered.closed is None
            assert not path.exists()
        if recovered.cut:
            assert recovered.torn.read_bytes() == whole[kept:length]
            recovered.torn.unlink()
        assert list(folder.iterdir()) == []


def test_a_group_without_its_end_stays_but_is_no_capture(folder, new_writer, capture):
    path, rows = left_open(folder, new_writer, [capture(1), capture(2)])
    path.write_bytes(path.read_bytes()[: rows[1].metadata_offset])
    (recovered,) = recover(folder, {})
    assert [row for _, row in recovered.captures] == rows[:1]
    assert (recovered.incomplete, recovered.cut) == (2, 0)
    assert recovered.closed.length == rows[1].metadata_offset


def test_a_tail_of_zeros_is_a_torn_end(folder, new_writer, capture):
    path, _ = left_open(folder, new_writer, [capture(1)])
    whole = path.read_bytes()
    path.write_bytes(whole + bytes(5000))  # what some file systems leave after power is lost
    (recovered,) = recover(folder, {})
    assert recovered.cut == 5000
    assert (folder / recovered.name).read_bytes() == whole


@pytest.mark.parametrize(
    "within", [b"https://vpk.name/news/1_a.html\n", b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n"]
)
def test_a_torn_record_whose_body_looks_like_a_record_is_cut_whole(folder, new_writer, capture, within):
    """A sitemap of plain lines, or a WARC file, that came gzipped: its bytes stand in the file as they came."""
    packed = gzip.compress(within, mtime=0)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    path, rows = left_open(folder, new_writer, [capture(1), capture(2, head + packed)])
    whole = path.read_bytes()
    path.write_bytes(whole[: rows[1].offset + rows[1].length - 4])
    (recovered,) = recover(folder, {path.name.removesuffix(".open"): rows[1].offset})
    assert (recovered.cut, recovered.damage, recovered.incomplete) == (rows[1].length - 4, (), 0)
    assert (folder / recovered.name).read_bytes() == whole[: rows[1].offset]
    assert check_file(folder / recovered.name, records=recovered.closed.record_count).ok


def test_what_was_acknowledged_is_never_cut(folder, new_writer, capture):
    path, rows = left_open(folder, new_writer, [capture(1), capture(2)])
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    (recovered,) = recover(folder, {path.name.removesuffix(".open"): len(whole)})
    assert (recovered.cut, recovered.torn, recovered.missing) == (0, None, 10)
    assert [damage.offset for damage in recovered.damage] == [rows[1].metadata_offset]
    assert (folder / recovered.name).read_bytes() == whole[:-10]


def test_damage_in_the_middle_costs_one_capture_and_is_not_cut(folder, new_writer, capture):
    path, rows = left_open(folder, new_writer, [capture(1), capture(2), capture(3)])
    data = bytearray(path.read_bytes())
    data[rows[1].offset + 30] ^= 0x10
    path.write_bytes(data)
    (recovered,) = recover(folder, {})
    assert [row for _, row in recovered.captures] == [rows[0], rows[2]]
    assert [damage.offset for damage in recovered.damage] == [rows[1].offset]
    assert (folder / recovered.name).read_bytes() == bytes(data)


def test_an_interrupted_recovery_is_done_again(folder, new_writer, capture):
    path, _ = left_open(folder, new_writer, [capture(1)])
    whole = path.read_bytes()
    path.write_bytes(whole + b"\x1f\x8b\x08torn")
    path.with_name(path.name.removesuffix(".open") + ".torn").write_bytes(b"half of a side file")
    (recovered,) = recover(folder, {})
    assert recovered.torn.read_bytes() == b"\x1f\x8b\x08torn"
    assert (folder / recovered.name).read_bytes() == whole


@pytest.mark.parametrize(
    "failpoint",
    [
        "warc.torn:1",
        "warc.torn:2",
        "warc.torn:7",
        "warc.after_write:1",
        "warc.after_write:4",
        "warc.after_sync:1",
        "warc.after_sync:5",
        "warc.before_rename:1",
        "warc.after_close:1",
        "warc.after_close:2",
    ],
)
def test_killed_at_any_point_nothing_acknowledged_is_lost(folder, failpoint, capture):
    env = os.environ | {"SVODKA_FAILPOINT": failpoint}
    helper = Path(__file__).with_name("conftest.py")
    done = subprocess.run(
        [sys.executable, "-c", CHILD, folder, helper], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    acknowledged = [line.split() for line in done.stdout.splitlines()[0::2]]
    committed = {name: int(length) for name, length in acknowledged}
    recovered = recover(folder, committed)
    assert not list(folder.glob("*.open"))
    assert all(not file.damage and not file.missing for file in recovered)
    ids = [row.id for path in sorted(folder.glob("*.warc.gz")) for _, row in iter_captures(path)]
    expected = [capture(number).context.capture_id for number in range(len(ids))]
    assert ids == expected  # in order, none twice, none missing
    assert len(ids) >= 2 * len(acknowledged)
    beyond = [row.id for file in recovered for _, row in file.captures]
    assert beyond == ids[2 * len(acknowledged) :]
    for path in folder.glob("*.warc.gz"):
        gzip.decompress(path.read_bytes())
