"""One writer a data folder: the second is told who the first is, and a killed first one leaves no lock behind."""

import fcntl
import signal
import subprocess
import sys
import threading

import pytest

from archive.errors import Locked
from archive.home import Home
from archive.lock import exclusive, is_held

HOLD = """
import sys, time
from pathlib import Path
from archive.home import Home
from archive.lock import exclusive
with exclusive(Home(Path(sys.argv[1])), "crawl vpk"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_one_is_refused_and_told_who_the_first_is(tmp_path, holder):
    with (
        pytest.raises(Locked, match=rf"`crawl vpk` \(process {holder.pid}, since ") as caught,
        exclusive(Home(tmp_path), "crawl vpk"),
    ):
        pass
    assert caught.value.exit_code == 75


def test_a_killed_holder_leaves_no_lock(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with exclusive(Home(tmp_path), "crawl vpk"):
        pass


def test_the_lock_is_free_again_after_use(tmp_path):
    for _ in range(2):
        with exclusive(Home(tmp_path), "repair"):
            pass


def test_who_looks_whether_it_is_held_keeps_nobody_from_beginning(tmp_path):
    """Looking takes the lock for a moment, and here the machine keeps it there for longer."""
    home = Home(tmp_path).create()
    assert not is_held(home)
    with home.lock_path.open("w") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        gone = threading.Timer(0.3, fcntl.flock, (looking, fcntl.LOCK_UN))
        gone.start()
        with exclusive(home, "crawl vpk"):
            assert is_held(home)
        gone.join()
