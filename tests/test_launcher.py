"""What is launched is as if it were started: a process of its own, with its own arguments, environment and output."""

import os
import re
import shutil
import sys
from datetime import UTC, datetime

import pytest
import typer.main

from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite
from svodka import app
from tests.conftest import Svodka

PROGRAM = """
import os, sys
print(__name__, sys.argv[1:], sys.path[0], os.environ["COLOUR"], os.getcwd(), sys.stdin.read())
print(os.getpid() != int(sys.argv[1]), file=sys.stderr)
os.kill(os.getpid(), int(sys.argv[2])) if sys.argv[2:] else sys.exit(5)
"""
SEED = "vpk:en:1018475"
LEFT_OPEN = "import sys\nleft = [open(sys.argv[0])]\nleft.append(left)\ndel left\n"
# Every command, in a form that says the same each time: here each is started in an interpreter of its own, too.
TOLD = [
    ["--version"], ["--help"], ["crawl", "--help"], ["status"], ["runs"], ["coverage"], ["health"], ["report"],
    ["search", "ultimatum"], ["show", SEED], ["history", SEED], ["cite", SEED], ["evidence", SEED, "title"],
    ["gaps", "vpk"], ["sql", "SELECT title_raw FROM content"], ["verify"], ["repair"], ["index"],
    ["rebuild", "--check"], ["reextract"], ["db", "check"], ["db", "upgrade"], ["site", "list"],
    ["site", "check", "vpk"], ["manifest", "show", "vpk"], ["schedule", "vpk", "--cron"], ["import", "WARC"],
    ["extract", "PAGE", "--url", "https://vpk.name/en/1018475_a.html"], ["export", "--format", "csv", "--out", "OUT"],
]  # fmt: skip
# These refuse here; cron's lines, the trials, tests/test_uses.py and `make demo` start what is not quick.
REFUSED = [
    ([], 2), (["nonsense"], 2), (["sql"], 2), (["crawl", "nowhere"], 2), (["demo", "--articles", "0"], 2),
    (["probe", "nowhere"], 2), (["diff", SEED], 6), (["serve", "--port", "x"], 2),
    (["replay", "nothing", "--at", "never"], 2), (["site", "new", "vpk"], 2), (["manifest", "sign", "nowhere"], 2),
    (["manifest", "stamp", "nowhere"], 2), (["manifest", "adopt", "nowhere"], 2),
]  # fmt: skip
FREE = re.compile(r"(?<=free_bytes: )\d+|[\d,]+(?= MB free)")  # of the disk: others write to it, too


@pytest.fixture
def program(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    return [sys.executable, str(tmp_path / "program.py"), str(os.getpid())]


def test_it_has_what_it_was_given(launcher, program, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for colour in ("red", "blue"):
        done = launcher.run(program, os.environ | {"COLOUR": colour})
        assert done.stdout == f"__main__ ['{os.getpid()}'] {tmp_path} {colour} {tmp_path} \n"
        assert (done.stderr, done.returncode) == ("True\n", 5)


def test_what_is_killed_ends_as_such_and_the_next_command_runs(launcher, program, svodka):
    assert launcher.run([*program, "9"], os.environ | {"COLOUR": "red"}).returncode == -9
    assert svodka.run("--version").stdout.startswith("svodka")


@pytest.mark.parametrize(
    ("end", "code", "said"),
    [("sys.exit()", 0, ""), ("sys.exit('no')", 1, "no\n"), ("", 0, ""), ("1 / 0", 1, "ZeroDivisionError"),
     ("threading.Timer(0.1, print, ['late']).start(); sys.exit(3)", 3, "")],
)  # fmt: skip
def test_it_ends_as_python_does(launcher, tmp_path, end, code, said):
    (tmp_path / "program.py").write_text(f"import atexit, sys, threading\natexit.register(print, 'bye')\n{end}\n")
    done = launcher.run([sys.executable, str(tmp_path / "program.py")], dict(os.environ))
    assert (done.returncode, done.stdout) == (code, "late\nbye\n" if "late" in end else "bye\n")
    assert said in done.stderr if said else done.stderr == ""


def test_a_file_that_is_left_open_in_a_cycle_is_told_of(launcher, tmp_path):
    (tmp_path / "program.py").write_text(LEFT_OPEN)
    done = launcher.run([sys.executable, str(tmp_path / "program.py")], dict(os.environ))
    assert "ResourceWarning: unclosed file" in done.stderr


# --- every command ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def archive(svodka_at, tmp_path_factory):
    """A crawled practice site, and a page of it."""
    svodka = svodka_at(tmp_path_factory.mktemp("launched") / "data")
    site = PracticeSite(PracticeArchive(seed=1, articles=3, now=datetime.now(UTC)), compression="none")
    with PracticeServer(site) as server:
        svodka.run("crawl", "vpk", "--base-url", server.url)
    page = svodka.home.path.with_name("page.html")
    page.write_bytes(site.answer("GET", site.paths()[0], {}).wire.partition(b"\r\n\r\n")[2])
    (file,) = svodka.home.archive_folder("vpk").iterdir()
    return svodka, {"PAGE": str(page), "WARC": str(file), "OUT": str(page.with_name("out"))}


def said(svodka, arguments, code, out):
    """What it prints, without the room on the disk; what it exports is removed, for whoever is next."""
    done = svodka.run(*arguments, code=code)
    shutil.rmtree(out, ignore_errors=True)
    return FREE.sub("-", done.stdout), done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"), [*((each, 0) for each in TOLD), *REFUSED], ids=lambda value: str(value)[:40]
)
def test_a_command_says_what_it_says_in_an_interpreter_of_its_own(archive, arguments, code):
    launched, names = archive
    arguments = [names.get(each, each) for each in arguments]
    started = Svodka(launched.home.path)
    assert said(launched, arguments, code, names["OUT"]) == said(started, arguments, code, names["OUT"])


def test_every_command_is_among_them():
    asked = {tuple(each[:length]) for each in [*TOLD, *(each for each, _ in REFUSED)] for length in (1, 2)}
    assert set(commands(typer.main.get_command(app))) <= asked


def commands(group, *before):
    """The names of all commands, words in a tuple."""
    for name, command in group.commands.items():
        yield from commands(command, *before, name) if hasattr(command, "commands") else [(*before, name)]
