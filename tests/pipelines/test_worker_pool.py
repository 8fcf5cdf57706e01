"""Work in processes of its own: done once each, whoever dies of it."""

import os
import signal
from multiprocessing import active_children
from pathlib import Path

import pytest

from pipelines.worker_pool import TRIES, each_done


def square(number):
    return number * number


def die_once(task):
    """Kills its worker at the first try of the third task."""
    number, folder = task
    marker = Path(folder) / f"tried-{number}"
    if number == 3 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number, os.getpid()


def die_always(task):
    number, folder = task
    with (Path(folder) / f"tries-{number}").open("a") as file:
        file.write("x")
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def fail(task):
    raise ValueError(f"task {task}")


@pytest.mark.parametrize("workers", [1, 2])
def test_every_task_is_done_once(workers):
    assert sorted(each_done(square, range(9), workers)) == [(n, n * n) for n in range(9)]


def test_no_tasks():
    assert list(each_done(square, [], 2)) == []


def test_a_killed_worker_costs_nothing(tmp_path):
    tasks = [(number, str(tmp_path)) for number in range(8)]
    done = dict(each_done(die_once, tasks, 2))
    assert {number for number, _ in done.values()} == set(range(8))
    assert os.getpid() not in {process for _, process in done.values()}


def test_workers_are_started_before_there_is_work_that_may_kill_one(tmp_path):
    """One that is started just as another dies hangs in CPython 3.11: also where tasks are tried alone, none is."""
    tasks = [(number, str(tmp_path)) for number in range(8)]
    alive = {number: len(active_children()) for (number, _), _ in each_done(die_once, tasks, 2)}
    assert alive[3] == 2


def test_a_task_that_kills_every_worker_is_given_up(tmp_path):
    tasks = [(number, str(tmp_path)) for number in range(6)]
    done = dict(each_done(die_always, tasks, 2))
    assert done[3, str(tmp_path)] is None
    assert (tmp_path / "tries-3").read_text() == "x" * TRIES
    assert [number for (number, _), result in sorted(done.items()) if result is None] == [3]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_the_work_raises_is_raised(workers):
    with pytest.raises(ValueError, match="task 0"):
        list(each_done(fail, [0], workers))
