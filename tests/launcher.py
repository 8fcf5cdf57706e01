"""Starts the command line from a process that has imported it (tests/launching.py): that is most of what a start costs.

A command is a process of its own all the same, with its arguments, environment and output. That each command says the
same in an interpreter of its own is held by tests/test_launcher.py.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

ROOT = Path(__file__).parent.parent


class Launcher:
    """Runs `svodka.py` to its end, one command at a time."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="svodka-launcher-")
        self._output = [Path(self._folder.name) / name for name in ("out", "err")]
        self._one_at_a_time = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.launching"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=ROOT, env=os.environ | {"PYTHONWARNINGS": "error"},
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


class Launchers:
    """As many launchers as there are commands at a time; one that has nothing to do takes the next command."""

    def __init__(self) -> None:
        self._idle: list[Launcher] = []
        atexit.register(self.close)

    def run(self, command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Run `python program ...` to its end, in this folder."""
        launcher = self._idle.pop() if self._idle else Launcher()
        try:
            return launcher.run(command, environment)
        finally:
            self._idle.append(launcher)

    def close(self) -> None:
        """End all of them."""
        while self._idle:
            self._idle.pop().close()
