"""The room opens over an archive, on the ports asked for, and changes nothing."""

from __future__ import annotations

import hashlib
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from archive.errors import NothingFound, UsageError
from archive.home import Home
from archive.reading_room.server import ReadingRoom

SERVE = """
import sys
from pathlib import Path
from archive.home import Home
from archive.reading_room.server import serve
serve(Home(Path(sys.argv[1])), (0, 0, 0), lambda message: print(message, flush=True))
"""


def test_an_interrupt_ends_it_cleanly(home: Home) -> None:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SERVE, str(home.path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        url = next(line.split()[2] for line in process.stdout if line.startswith("reading room:"))
        assert httpx.get(url).status_code == 200
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")


def test_reading_changes_no_row(home: Home, main: httpx.Client, ids: dict[str, str]) -> None:
    before = hashlib.sha256((home.path / "svodka.db").read_bytes()).hexdigest()
    for path in ("/", "/articles", "/captures", "/article/vpk:ru:1", f"/capture/{ids['article']}"):
        assert main.get(path).status_code == 200
    assert hashlib.sha256((home.path / "svodka.db").read_bytes()).hexdigest() == before


def test_where_there_is_no_archive_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(NothingFound, match="svodka crawl"):
        ReadingRoom(Home(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_said_in_one_line(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="--port"):
        ReadingRoom(home, taken.getsockname()[1])


@pytest.mark.skipif(sys.platform != "linux", reason="open files are listed by Linux's /proc")
def test_a_port_that_is_taken_leaves_nothing_open(home: Home) -> None:
    before = open_files()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(UsageError) as told:
            ReadingRoom(home, 0, taken.getsockname()[1])
        assert open_files() - before == {Path(f"/proc/self/fd/{taken.fileno()}").readlink()}, told


def open_files() -> set[Path]:
    """What the process has open: files by path, sockets by number."""
    return {each.readlink() for each in Path("/proc/self/fd").iterdir() if each.is_symlink()}
