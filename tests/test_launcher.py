"""What is launched is as if it were started: a process of its own, with its own arguments, environment and output."""

import os
import sys

import pytest

from tests.conftest import Svodka

PROGRAM = """
import os, sys
ours = {"archive", "crawler", "pipelines", "svodka"} & {name.partition(".")[0] for name in sys.modules}
print(__name__, sys.argv[1:], sys.path[0], os.environ["COLOUR"], os.getcwd(), sys.stdin.read(), sorted(ours))
print(os.getpid() != int(sys.argv[1]), file=sys.stderr)
os.kill(os.getpid(), int(sys.argv[2])) if sys.argv[2:] else sys.exit(5)
"""


@pytest.fixture
def program(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    return [sys.executable, str(tmp_path / "program.py"), str(os.getpid())]


def test_it_has_what_it_was_given_and_nothing_of_svodka(launcher, program, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for colour in ("red", "blue"):
        done = launcher.run(program, os.environ | {"COLOUR": colour})
        assert done.stdout == f"__main__ ['{os.getpid()}'] {tmp_path} {colour} {tmp_path}  []\n"
        assert (done.stderr, done.returncode) == ("True\n", 5)


def test_what_is_killed_ends_as_such_and_the_next_command_runs(launcher, program, svodka):
    assert launcher.run([*program, "9"], os.environ | {"COLOUR": "red"}).returncode == -9
    assert svodka.run("--version").stdout.startswith("svodka")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["status"], 2), (["sql"], 2), (["crawl", "--help"], 0), (["crawl", "nowhere"], 2), (["site", "list"], 0)],
)
def test_it_says_what_a_command_says_that_is_started(svodka, arguments, code):
    launched, started = (each.run(*arguments, code=code) for each in (svodka, Svodka(svodka.home.path)))
    assert (launched.stdout, launched.stderr) == (started.stdout, started.stderr)
