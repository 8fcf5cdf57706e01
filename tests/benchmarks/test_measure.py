"""What one program cost: its own processor time and that of its children, its peak of memory, its pages."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.measure import ProgramFailed, measure

ROOT = Path(__file__).parents[2]

BURN = "import time\nwhile time.process_time() < 0.3: pass\n"
SAY = "print('hello')\nprint('{\"pages\": 7, \"more\": 1}')\n"


def program(text):
    return [sys.executable, "-c", text]


def test_the_last_line_says_how_many_pages():
    assert measure(program(SAY)).pages == 7


def test_processor_time_counts_and_waiting_does_not():
    busy = measure(program(BURN + SAY))
    idle = measure(program("import select; select.select([], [], [], 0.3)\n" + SAY))
    assert busy.cpu >= 0.3
    assert idle.cpu < 0.25
    assert idle.wall >= 0.3


def test_children_that_the_program_waited_for_count_too():
    cost = measure(program(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])\n{SAY}"))
    assert cost.cpu >= 0.3


def test_peak_memory_is_that_of_the_program_in_bytes():
    # Until it is replaced a child has the memory of its parent: here that would be what all the tests hold.
    block = program("block = b'x' * 200_000_000\ndel block\n" + SAY)
    ask = f"from benchmarks.measure import measure; print(measure({block!r}).peak_rss)"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, cwd=ROOT)
    assert 200e6 < int(answer.stdout) < 230e6


def test_a_program_that_fails_is_named_by_its_last_words():
    with pytest.raises(ProgramFailed, match="exit 1: ValueError: no such page"):
        measure(program("raise ValueError('no such page')"))
