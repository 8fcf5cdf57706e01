"""A crawl leaves nothing behind in its process, and a plain `scrapy` works in this folder without a warning."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archive.home import Home
from archive.upkeep.verify import verify_archive

ROOT = Path(__file__).parent.parent
CHILD = """
import asyncio, gc, json, os, sys, threading
from pathlib import Path
from archive.home import Home
from pipelines.run import CrawlOptions, crawl
from scrapy.utils.reactor import install_reactor

install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")

def things():
    gc.collect()
    with os.scandir("/proc/self/fd") as entries:
        files = {entry.name: os.readlink(entry.path) for entry in entries}
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    threads = [each.name for each in threading.enumerate()]
    return {"files": sorted(files.values()), "threads": threads, "children": children}

before = things()
crawl(Home(Path(sys.argv[1])), "vpk", CrawlOptions(base_url=sys.argv[2]))
after = things()
from twisted.internet import reactor
after["tasks"] = [repr(each) for each in asyncio.all_tasks(reactor._asyncioEventloop)]
after["calls"] = [str(each) for each in reactor.getDelayedCalls()]
json.dump([before, after], sys.stdout)
"""


def python(*arguments):
    """Python with every warning an error; whatever it says on standard error is one too."""
    command = [sys.executable, "-W", "error", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)


@pytest.fixture
def left(tmp_path, practice):
    """What a process has before and after a crawl in Python's development mode."""
    done = python("-X", "dev", "-c", CHILD, tmp_path / "data", practice.url)
    # Development mode also tells of every step of the event loop that took long: that is no leak.
    said = [line for line in done.stderr.splitlines() if not (line.endswith("seconds") and "Executing <" in line)]
    assert (done.returncode, said) == (0, [])
    return json.loads(done.stdout)


def test_no_thread_task_call_or_process_is_left(left):
    before, after = left
    assert after["threads"] == before["threads"]
    assert (after["tasks"], after["calls"], after["children"]) == ([], [], [])


def test_no_file_is_left_open(left):
    before, after = left
    opened = [name.partition(":")[0] for name in after["files"]]
    for name in before["files"]:
        opened.remove(name.partition(":")[0])
    # The ends of the pipe by which Twisted hears of children that ended, for the life of the process.
    assert opened == ["pipe", "pipe"]


def test_scrapy_lists_the_sites():
    done = python("-m", "scrapy", "list")
    assert (done.stdout.split(), done.stderr, done.returncode) == (["generic", "topwar", "vpk"], "", 0)


def test_scrapy_crawls_a_site_into_a_valid_archive(tmp_path, practice):
    settings = [f"SVODKA_HOME={tmp_path / 'data'}", "DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0"]
    options = [option for setting in settings for option in ("-s", setting)]
    done = python("-m", "scrapy", "crawl", "vpk", "-a", f"base_url={practice.url}", *options)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
    report = verify_archive(Home(tmp_path / "data"))
    assert report.problems == ()
    assert report.captures > 30
    assert not list(tmp_path.rglob("*.open"))
