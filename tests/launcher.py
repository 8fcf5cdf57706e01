"""Starts the command line from a process that has imported what others wrote: that is most of what a start costs.

A command is a process of its own all the same, with its arguments, environment and output, and imports Svodka anew.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

ROOT = Path(__file__).parent.parent
LAUNCHING = """
import gc, json, os, runpy, sys
import crawler.fetching.handler, crawler.fetching.scheduler, crawler.spiders.aggregator, pipelines.run, svodka
import typer._adapters
for name in [name for name in sys.modules if name.partition(".")[0] in ("archive", "crawler", "pipelines", "svodka")]:
    del sys.modules[name]
gc.collect()
gc.freeze()
for line in sys.stdin:
    if child := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    asked = json.loads(line)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for fd in (1, 2):
        os.dup2(os.open(asked["output"][fd - 1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), fd)
    program, *sys.argv[1:] = asked["command"]
    sys.path[0] = os.path.dirname(program)
    sys.exit(runpy.run_path(program, run_name="__main__"))
"""


class Launcher:
    """Runs `svodka.py` to its end, one command at a time."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="svodka-launcher-")
        self._output = [Path(self._folder.name) / name for name in ("out", "err")]
        self._one_at_a_time = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-c", LAUNCHING], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONWARNINGS": "error"},
        )  # fmt: skip

    def run(self, command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Run `python program ...` to its end, in this folder."""
        asked = {"command": command[1:], "environment": environment, "folder": str(Path.cwd())}
        asked["output"] = [str(path) for path in self._output]
        with self._one_at_a_time:
            print(json.dumps(asked), file=self._process.stdin, flush=True)
            code = int(self._process.stdout.readline())
            return subprocess.CompletedProcess(command, code, *(path.read_text() for path in self._output))

    def close(self) -> None:
        """End the process that launches."""
        with self._process:
            self._process.stdin.close()
        self._folder.cleanup()
