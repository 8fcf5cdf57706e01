"""Work in parallel processes that outlives them: a killed worker costs the tasks that were in flight, once more.

A ProcessPoolExecutor is broken by the death of one worker, and every task it held fails: a new one takes over.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import TypeVar

TRIES = 3  # a task in flight at the death of so many workers is given up: it may be what kills them

Task = TypeVar("Task")
Done = TypeVar("Done")


def each_done(work: Callable[[Task], Done], tasks: Sequence[Task], workers: int) -> Iterator[tuple[Task, Done | None]]:
    """(task, what `work` made of it) in the order in which they are done; None for a task that was given up.

    With one worker the work is done in this process. What `work` raises is raised here.
    """
    if workers <= 1:
        yield from ((task, work(task)) for task in tasks)
        return
    waiting = deque((task, 1) for task in tasks)
    while waiting:
        # Not forked: a child would take over the locks of threads that it does not have.
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin) as pool:
            _start_all(pool, min(workers, len(waiting)))
            yield from _until_broken(pool, work, waiting, workers)


def _start_all(pool: ProcessPoolExecutor, workers: int) -> None:
    """Have the pool start its workers before any of them has work that may kill it.

    It starts one at a task for which none is idle. Where another dies at that very moment, CPython 3.11 waits for ever
    for the new one (`terminate_broken` has not seen it), or cannot start it and says "handle is closed".
    """
    for _ in range(workers):
        pool.submit(_do_nothing)


def _do_nothing() -> None:
    """A worker's first task."""


def _until_broken(
    pool: ProcessPoolExecutor, work: Callable[[Task], Done], waiting: deque[tuple[Task, int]], workers: int
) -> Iterator[tuple[Task, Done | None]]:
    """Until nothing waits or a worker died: then what was in flight waits again."""
    running: dict[Future[Done], tuple[Task, int]] = {}  # no more than workers, so few are in flight at a death
    broken = False
    while running or (waiting and not broken):
        try:
            while waiting and not broken and len(running) < _at_once(waiting[0], running.values(), workers):
                future = pool.submit(work, waiting[0][0])
                running[future] = waiting.popleft()
        except BrokenProcessPool:
            broken = True
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            task, tries = running.pop(future)
            if not isinstance(future.exception(), BrokenProcessPool):
                yield task, future.result()
                continue
            broken = True
            if tries < TRIES:
                waiting.appendleft((task, tries + 1))
            else:
                yield task, None


def _at_once(following: tuple[Task, int], running: Iterable[tuple[Task, int]], workers: int) -> int:
    """A task that was in flight when a worker died is tried alone, so that it takes no other with it."""
    return 1 if any(tries > 1 for _, tries in (following, *running)) else workers


def _begin() -> None:
    """In a worker: the parent alone hears of Ctrl-C, and nobody works on for a parent that is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
