"""Real crawls over loopback, for the tests of what fetches."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(HERE))  # raw_server is a helper of these tests only

Crawl = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """crawl(requests, settings, in_turn) -> {"outcomes", "signals", "stats", "log"}; a crawl in a child process."""

    def run(requests: list[Any], *, settings: dict[str, Any] | None = None, in_turn: bool = False) -> dict[str, Any]:
        jobs = [{"url": job} if isinstance(job, str) else job for job in requests]
        folder = tmp_path_factory.mktemp("crawl")
        (folder / "job").write_bytes(pickle.dumps({"requests": jobs, "settings": settings or {}, "in_turn": in_turn}))
        command = [sys.executable, str(HERE / "crawl_child.py"), str(folder / "job"), str(folder / "result")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
        child = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert child.returncode == 0, child.stderr
        result: dict[str, Any] = pickle.loads((folder / "result").read_bytes())
        return {**result, "log": child.stderr}

    return run
