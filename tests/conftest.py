"""What all tests share: the command line as a user runs it, and a practice site to run it on."""

import contextlib
import functools
import json
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from archive.home import Home
from archive.reading_room.player import FETCHED
from archive.rows.engine import open_database
from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite
from tests.launcher import ROOT, Launcher

NOW = datetime(2025, 9, 22, 9, 0, tzinfo=UTC)  # the practice site's clock
DESELECTABLE = ("peers", "player", "strace")


settings.register_profile("any machine", deadline=None)  # no test depends on how fast it runs
settings.load_profile("any machine")


def pytest_configure():
    """Let programs be interrupted: what a script starts in its background ignores SIGINT, and so does all it starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config, items):
    """Deselect the tests of the player where `make replay` has not fetched it: it is not a part of Svodka."""
    for item in items:  # keywords would not do: they hold the names of folders and parameters, too
        item.user_properties += [("needs", kind) for kind in DESELECTABLE if item.get_closest_marker(kind)]
    if FETCHED.is_file():
        return
    player = [item for item in items if item.get_closest_marker("player")]
    if player:
        config.hook.pytest_deselected(items=player)
        items[:] = [item for item in items if item not in player]


def pytest_terminal_summary(terminalreporter, config):
    """Say of the whole suite how many tests passed that are deselected without their tools; `.ci/run` reads it."""
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    passed = [report.user_properties for report in terminalreporter.getreports("passed")]
    counted = ", ".join(f"{kind} {sum(('needs', kind) in of_test for of_test in passed)}" for kind in DESELECTABLE)
    terminalreporter.write_line(f"passed with tools of others: {counted}")


class Svodka:
    """Runs `svodka --home HOME ...` in a process of its own; a crawl can have only one reactor in its life."""

    def __init__(self, home: Path) -> None:
        self.home = Home(home)

    def command(self, *arguments) -> list[str]:
        return [sys.executable, str(ROOT / "svodka.py"), "--home", str(self.home.path), *map(str, arguments)]

    def environment(self, more=None) -> dict[str, str]:
        return os.environ | {"PYTHONWARNINGS": "error"} | (more or {})

    def start(self, *arguments, env=None) -> subprocess.Popen:
        return subprocess.Popen(
            self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.environment(env),
        )  # fmt: skip

    def run(self, *arguments, code: int = 0, env=None) -> subprocess.CompletedProcess:
        """Run to the end and expect an exit code; `.stdout` and `.stderr` are text."""
        done = self._done(*arguments, env=env)
        assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def _done(self, *arguments, env) -> subprocess.CompletedProcess:
        with self.start(*arguments, env=env) as process:
            out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def json(self, *arguments, code: int = 0):
        """The one JSON object that a command prints."""
        return json.loads(self.run(*arguments, "--json", code=code).stdout)

    def lines(self, *arguments, code: int = 0):
        """The JSON objects that a command prints, one a line."""
        return [json.loads(line) for line in self.run(*arguments, "--json", code=code).stdout.splitlines()]

    def sql(self, query: str) -> list[tuple]:
        """Rows straight from the database."""
        database = open_database(self.home.database_url)
        try:
            with database.reader() as conn:
                return [tuple(row) for row in conn.exec_driver_sql(query)]
        finally:
            database.close()

    def change(self, *statements: str) -> None:
        """Change the database behind the program's back."""
        with contextlib.closing(sqlite3.connect(self.home.path / "svodka.db")) as conn, conn:
            for statement in statements:
                conn.execute(statement)


class LaunchedSvodka(Svodka):
    """What is run to its end is forked from a process that has imported the program."""

    def __init__(self, launcher: Launcher, home: Path) -> None:
        super().__init__(home)
        self._launcher = launcher

    def _done(self, *arguments, env) -> subprocess.CompletedProcess:
        return self._launcher.run(self.command(*arguments), self.environment(env))


@pytest.fixture(scope="session")
def launcher():
    """Runs commands for the session."""
    with contextlib.closing(Launcher()) as launcher:
        yield launcher


@pytest.fixture(scope="session")
def svodka_at(launcher):
    """The command line on a folder that the test chooses, for archives that many tests look at."""
    return functools.partial(LaunchedSvodka, launcher)


@pytest.fixture
def svodka(svodka_at, tmp_path):
    """The command line, on a data folder of its own."""
    return svodka_at(tmp_path / "data")


@pytest.fixture
def practice():
    """A practice site of 30 articles, freshly made, on loopback."""
    with PracticeServer(PracticeSite(PracticeArchive(seed=1, articles=30, now=NOW))) as server:
        yield server
