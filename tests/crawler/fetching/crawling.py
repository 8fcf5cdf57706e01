"""Real crawls over loopback, each in a process of its own: a reactor runs once a process."""

from __future__ import annotations

import os
import pickle
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.launcher import Launchers

CRAWL = Path(__file__).with_name("crawl_child.py")
LAUNCHERS = Launchers()


def crawl(
    requests: list[Any], *, settings: dict[str, Any] | None = None, in_turn: bool = False, **environment: str
) -> dict[str, Any]:
    """Fetch URLs, or keyword arguments of scrapy.Request; `in_turn`: one after the other.

    Gives {"outcomes": what each callback or errback saw, "signals": [(url, exchange)], "stats", "log"}.
    """
    jobs = [{"url": job} if isinstance(job, str) else job for job in requests]
    with tempfile.TemporaryDirectory() as folder:
        job, result = Path(folder, "job"), Path(folder, "result")
        job.write_bytes(pickle.dumps({"requests": jobs, "settings": settings or {}, "in_turn": in_turn}))
        command = [sys.executable, str(CRAWL), str(job), str(result)]
        child = LAUNCHERS.run(command, os.environ | {"PYTHONWARNINGS": "error"} | environment)
        assert child.returncode == 0, child.stderr
        found: dict[str, Any] = pickle.loads(result.read_bytes())
    return {**found, "log": child.stderr}
