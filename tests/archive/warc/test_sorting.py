"""Any number of lines comes out in order, with no more of them in memory than fit."""

from __future__ import annotations

import random
import tracemalloc

import pytest

from archive.warc.sorting import in_order


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 64, 1000])
def test_lines_come_out_in_order_however_many_there_are(tmp_path, count):
    lines = [f"{random.Random(number).random()} {number % 5}\n".encode() for number in range(count)]
    with in_order(lines, tmp_path, at_once=8, most_runs=4) as ordered:
        assert list(ordered) == sorted(lines)


def test_what_is_there_twice_comes_out_twice(tmp_path):
    with in_order([b"b\n", b"a\n", b"b\n"], tmp_path) as ordered:
        assert list(ordered) == [b"a\n", b"b\n", b"b\n"]


def test_memory_does_not_grow_with_the_lines(tmp_path):
    tracemalloc.start()
    with in_order((b"%08d %s\n" % (number * 7919 % 65536, b"x" * 300) for number in range(65536)), tmp_path) as ordered:
        first, last = "", ""
        for line in ordered:
            first, last = first or line.decode(), line.decode()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (first[:8], last[:8]) == ("00000000", "00065535")
    assert peak < 6_000_000  # of 20 MB


def test_nothing_is_left_behind(tmp_path):
    with in_order((b"%d\n" % number for number in range(10_000)), tmp_path) as ordered:
        assert sum(1 for _ in ordered) == 10_000
    assert list(tmp_path.iterdir()) == []
