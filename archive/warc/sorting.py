"""Lines put in order in bounded memory: an index of a thousand WARC files is sorted like that of one."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

AT_ONCE = 4096  # lines in memory: about 2 MB of an index
MOST_RUNS = 128  # files open at once


@contextmanager
def in_order(
    lines: Iterable[bytes], folder: Path, *, at_once: int = AT_ONCE, most_runs: int = MOST_RUNS
) -> Iterator[Iterable[bytes]]:
    """`lines` (each with its newline) sorted bytewise; what does not fit into memory waits in unnamed files.

    These stand in `folder`. Raises OSError where the disk has no room for them.
    """
    with ExitStack() as files:
        source = iter(lines)
        runs: list[IO[bytes]] = []
        some = sorted(islice(source, at_once))
        while len(some) == at_once:
            runs.append(_run(files, some, folder))
            if len(runs) == most_runs:
                runs = [_run(files, heapq.merge(*runs), folder)]
            some = sorted(islice(source, at_once))
        yield heapq.merge(*runs, some)


def _run(files: ExitStack, lines: Iterable[bytes], folder: Path) -> IO[bytes]:
    run = files.enter_context(TemporaryFile(dir=folder))  # noqa: SIM115 - `files` closes it
    run.writelines(lines)
    run.seek(0)
    return run
