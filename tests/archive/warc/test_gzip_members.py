"""One record, one member, the same bytes each time; anything else is refused with the offset."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.warc.gzip_members import HEADER, MemberError, compress, iter_members, read_member


@given(st.binary(max_size=3000), st.none() | st.integers(0, 3000))
@example(os.urandom(200_000), 0)
@example(os.urandom(0xFFFF), 0)
@example(b"x" * 70_000, 10)
def test_what_goes_in_comes_out(data, coded_from):
    member = compress(data, coded_from=coded_from)
    assert member.startswith(HEADER)
    assert gzip.decompress(member) == data
    assert read_member(b"xx" + member + member, 2).data == data
    assert compress(data, coded_from=coded_from) == member


def test_what_is_compressed_already_is_stored_as_it_is():
    head, body = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n" * 9, gzip.compress(os.urandom(70_000))
    member = compress(head + body, coded_from=len(head))
    assert body[:0xFFFF] in member
    assert len(member) < len(body) + 150


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_members_are_found_one_behind_the_other(blocks):
    members = [compress(block) for block in blocks]
    found = list(iter_members(b"".join(members)))
    assert [member.data for member in found] == blocks
    assert [member.length for member in found] == [len(member) for member in members]


def test_every_truncation_is_torn():
    member = compress(b"WARC/1.1 and some text to pack" * 3)
    for length in range(len(member)):
        with pytest.raises(MemberError) as error:
            read_member(member[:length], 0)
        assert error.value.torn


def test_what_is_no_member_is_damage_and_not_torn():
    with pytest.raises(MemberError) as error:
        read_member(b"no gzip here", 0)
    assert not error.value.torn


def test_a_bomb_is_refused_before_it_has_unpacked():
    bomb = compress(bytes(50_000_000))
    tracemalloc.start()
    with pytest.raises(MemberError, match="more than 1000000 bytes"):
        read_member(bomb, 0, limit=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000


def test_a_walk_over_a_large_file_does_not_count_as_memory(tmp_path):
    path = tmp_path / "large.warc.gz"
    member = compress(os.urandom(1 << 20), coded_from=0)
    path.write_bytes(member * 48)
    walk = f"""
import resource
from pathlib import Path
from archive.warc.gzip_members import iter_members, mapped
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with mapped(Path({str(path)!r})) as source:
    assert sum(1 for _ in iter_members(source)) == 48
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""
    grown = int(subprocess.run([sys.executable, "-c", walk], capture_output=True, text=True, check=True).stdout)
    assert grown < path.stat().st_size / 2
