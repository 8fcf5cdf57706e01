"""What an interrupted verification found is believed of a file only as long as nothing about it has changed."""

from __future__ import annotations

import dataclasses
import os

import pytest

from archive.upkeep.checkpoint import NAME, Checkpoint, Sound


@pytest.fixture
def warc(tmp_path):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"bytes")
    return path


@pytest.fixture
def sound(warc):
    return Sound("vpk", warc.name, 5, warc.stat().st_mtime_ns, "ab", "cd", 7, 2, 2, 1 << 70)


@pytest.fixture
def interrupted(tmp_path, sound):
    with pytest.raises(KeyboardInterrupt), Checkpoint(tmp_path, resume=False) as checkpoint:
        checkpoint.add(sound)
        raise KeyboardInterrupt
    return tmp_path / NAME


def known(folder, path, sha256="ab", rows="cd"):
    return Checkpoint(folder, resume=True).sound("vpk", path.name, path, sha256, rows)


def test_a_sound_file_is_known_after_an_interruption(tmp_path, warc, sound, interrupted):
    assert known(tmp_path, warc) == sound
    assert Checkpoint(tmp_path, resume=True).since == Checkpoint(tmp_path, resume=True).since
    assert Checkpoint(tmp_path, resume=False).sound("vpk", warc.name, warc, "ab", "cd") is None


def test_a_changed_file_is_not_known(tmp_path, warc, interrupted):
    assert known(tmp_path, warc, sha256="ef") is None
    assert known(tmp_path, warc, rows="ef") is None
    stat = warc.stat()
    warc.write_bytes(b"byte")
    os.utime(warc, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert known(tmp_path, warc) is None
    warc.write_bytes(b"bytes")
    assert known(tmp_path, warc) is None


def test_an_interruption_of_the_resumed_one_forgets_nothing(tmp_path, warc, sound, interrupted):
    with pytest.raises(KeyboardInterrupt), Checkpoint(tmp_path, resume=True) as checkpoint:
        checkpoint.add(dataclasses.replace(sound, file="b.warc.gz"))
        raise KeyboardInterrupt
    assert len(Checkpoint(tmp_path, resume=True)) == 2


@pytest.mark.parametrize("cut", range(1, 120, 7))
def test_a_torn_note_costs_no_more_than_itself(tmp_path, warc, sound, interrupted, cut):
    whole = interrupted.read_bytes()
    interrupted.write_bytes(whole + whole.splitlines(keepends=True)[1][:-cut])
    assert known(tmp_path, warc) == sound
    interrupted.write_bytes(whole[:-cut])
    assert known(tmp_path, warc) in (sound if cut == 1 else None, None)


def test_a_verification_that_ends_leaves_nothing(tmp_path, interrupted):
    with Checkpoint(tmp_path, resume=True):
        assert interrupted.exists()
    assert not interrupted.exists()


def test_where_nothing_can_be_noted_the_verification_goes_on(tmp_path, sound):
    (tmp_path / NAME).mkdir()
    with Checkpoint(tmp_path, resume=True) as checkpoint:
        checkpoint.add(sound)
    assert len(Checkpoint(tmp_path, resume=True)) == 0
