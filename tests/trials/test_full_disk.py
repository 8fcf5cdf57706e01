"""A disk that is full in mid-crawl ends it with one line; half a record is never seen, and the next crawl goes on."""

from __future__ import annotations

import gzip
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.home import Home
from archive.warc.check import check_file
from tests.trials.conftest import ARTICLES
from tests.trials.trial import crawl, finish, judge, practice, start


@contextmanager
def tiny_disk(folder: Path, size: str) -> Iterator[bool]:
    """A disk of `size` on `folder`; False where this user may mount none."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "svodka-trial", folder]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", folder], check=True)


def fill(home, server, size_limit):
    """Crawl until there is no room; the exit code and the messages."""
    process = start(home, server.url)
    if size_limit:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size_limit, size_limit))
    return finish(process)


# The first fills while the database is made, the second while WARC files and rows grow.
@pytest.mark.parametrize("kilobytes", [200, 800])
def test_a_full_disk_costs_nothing_that_was_acknowledged(tmp_path, named, kilobytes):
    disk = tmp_path / "disk"
    with tiny_disk(disk, f"{kilobytes}k") as mounted, practice(ARTICLES) as server:
        home = Home(disk / "data").create()
        home.config_path.write_text("[archive]\nfree_space_floor_mb = 0\n")
        code, message = fill(home, server, 0 if mounted else kilobytes * 512)
        # SQLite says "disk I/O error" of a file that may not grow, which need not be a full disk.
        assert (code, message.count("\n")) == (3 if mounted else 1, 1)
        assert message.startswith("svodka: ")
        for path in home.path.rglob("*.warc.gz*"):
            gzip.decompress(path.read_bytes())
            assert [problem for problem in check_file(path).problems if problem.severity == "damage"] == []
        if mounted:
            subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        assert crawl(home, server.url)[0] == 0
        assert judge(home, server, named, deaths=1).problems == []
