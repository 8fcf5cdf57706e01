"""The manifest shows every file that was replaced, removed or reordered, and survives a crash at any byte."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.custody.manifest import FIRST, add_to_manifest, adopt, check_manifest, head_of, read_manifest
from archive.errors import DamagedArchive
from archive.warc.writer import ClosedFile

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Folder:
    """Four closed files of a site with their manifest."""

    def __init__(self, path: Path) -> None:
        self.manifest = path / "manifest.jsonl"
        self.files = [self._file(path, number) for number in range(1, 5)]
        self.paths = {file.name: path / file.name for file in self.files}
        for file in self.files:
            add_to_manifest(self.manifest, file)

    def _file(self, path: Path, number: int) -> ClosedFile:
        data = f"file {number}".encode() * number
        (path / f"{number}.warc.gz").write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        closed_at = NOON + timedelta(hours=number)
        return ClosedFile(f"{number}.warc.gz", len(data), 3, NOON, closed_at, digest)

    def faults(self) -> list[tuple[str, str]]:
        here = {name: path for name, path in self.paths.items() if path.exists()}
        sha256s = {file.name: file.sha256 if file.name in here else None for file in self.files}
        found = check_manifest(self.manifest, here, sha256s, [file.name for file in self.files])
        return [(fault.file, fault.reason) for fault in found]

    def lines(self) -> list[str]:
        return self.manifest.read_text().splitlines(keepends=True)

    def write(self, lines: list[str]) -> None:
        self.manifest.write_text("".join(lines))


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def test_every_line_holds_the_digest_of_the_line_before_it(folder):
    assert folder.faults() == []
    lines = [line.rstrip("\n").encode() for line in folder.lines()]
    expected = [FIRST, *(hashlib.sha256(line).hexdigest() for line in lines[:-1])]
    assert [json.loads(line)["previous"] for line in lines] == expected
    assert [entry.number for entry in read_manifest(folder.manifest)] == [1, 2, 3, 4]
    assert head_of(folder.manifest, "vpk").digest == hashlib.sha256(lines[-1]).hexdigest()


def test_a_file_gets_its_line_once(folder):
    before = folder.manifest.read_bytes()
    assert [add_to_manifest(folder.manifest, file) for file in folder.files] == [None] * 4
    assert folder.manifest.read_bytes() == before


def test_a_line_is_on_disk_before_the_call_returns(tmp_path):
    synced = []
    folder = Folder(tmp_path)
    folder.manifest.unlink()
    add_to_manifest(folder.manifest, folder.files[0], fsync=lambda fd: synced.append(folder.manifest.read_bytes()))
    assert [data.count(b"\n") for data in synced] == [1, 1]  # the file, then the folder that is new to it


def test_a_last_line_torn_at_any_byte_is_named_and_written_again(folder):
    whole = folder.manifest.read_bytes()
    start = whole[:-1].rindex(b"\n") + 1
    for end in range(start + 1, len(whole)):
        folder.manifest.write_bytes(whole[:end])
        assert (folder.manifest.name, "line 4 is torn: run `svodka repair`") in folder.faults()
        add_to_manifest(folder.manifest, folder.files[-1])
        assert folder.manifest.read_bytes() == whole


def test_a_changed_byte_in_any_line_is_named(folder):
    whole = folder.manifest.read_bytes()
    for offset in range(len(whole)):
        changed = bytearray(whole)
        changed[offset] ^= 0x01
        folder.manifest.write_bytes(changed)
        # Of the last line's notes only a head that was signed or stamped can tell.
        assert folder.faults() or _only_notes_differ(whole, bytes(changed)), (offset, changed)


def _only_notes_differ(whole: bytes, changed: bytes) -> bool:
    try:
        lines = [json.loads(data.splitlines()[-1]) for data in (whole, changed)]
    except ValueError:
        return False
    return {name for name in lines[0] if lines[0][name] != lines[1].get(name)} <= {"records", "closed_at"}


@pytest.mark.parametrize(
    ("order", "first_bad"),
    [([1, 0, 2, 3], 1), ([0, 2, 1, 3], 2), ([0, 1, 3, 2], 3), ([3, 2, 1, 0], 1), ([1, 2, 3], 1), ([0, 2, 3], 2)],
)
def test_lines_that_are_moved_or_removed_are_named(folder, order, first_bad):
    lines = folder.lines()
    folder.write([lines[number] for number in order])
    assert any(f"line {first_bad} (" in reason and "does not follow" in reason for _, reason in folder.faults())


def test_a_removed_last_line_leaves_a_file_without_one(folder):
    folder.write(folder.lines()[:-1])
    ((name, reason),) = folder.faults()
    assert (name, reason.startswith("has no line in manifest.jsonl")) == ("4.warc.gz", True)


def test_a_removed_file_is_named(folder):
    folder.paths["2.warc.gz"].unlink()
    assert folder.faults() == [("2.warc.gz", "is line 2 of manifest.jsonl and is not there: it was removed")]


def test_a_replaced_file_is_named_even_where_the_rows_were_changed_with_it(folder):
    folder.paths["3.warc.gz"].write_bytes(b"another")
    folder.files[2] = ClosedFile("3.warc.gz", 7, 3, NOON, NOON, hashlib.sha256(b"another").hexdigest())
    assert folder.faults() == [("3.warc.gz", "is not the file of line 3 of manifest.jsonl: it was replaced or changed")]


def test_an_older_archive_is_adopted_in_order_of_time(folder):
    before = folder.manifest.read_bytes()
    folder.manifest.unlink()
    adopt(folder.manifest, list(reversed(folder.files)), folder.paths)
    assert folder.manifest.read_bytes() == before
    assert adopt(folder.manifest, folder.files, folder.paths) == []


def test_a_file_that_changed_is_not_adopted(folder):
    folder.manifest.unlink()
    folder.paths["2.warc.gz"].write_bytes(b"another")
    with pytest.raises(DamagedArchive, match=r"2\.warc\.gz"):
        adopt(folder.manifest, folder.files, folder.paths)
