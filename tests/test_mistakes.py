"""Mistakes of a user and broken files: one line and its exit code, never a traceback."""

import os
import re

import pytest


def assert_one_line(done, *words):
    assert done.stdout == ""
    assert re.fullmatch(r"svodka: .+\n", done.stderr), done.stderr
    for word in words:
        assert str(word) in done.stderr


@pytest.fixture(scope="module")
def crawled(tmp_path_factory, svodka_at):
    """A small archive, for tests that leave it as it is."""
    svodka = svodka_at(tmp_path_factory.mktemp("mistakes") / "data")
    svodka.run("demo", "--keep", "--articles", "3")
    return svodka


# --- a damaged database ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["status"], ["db", "check"], ["crawl", "vpk"]])
def test_a_file_that_is_no_database_is_named_with_the_remedy(svodka, command):
    svodka.home.create().config_path.write_text('[crawl]\ncontact = "desk@example.org"\n')
    broken = svodka.home.path / "svodka.db"
    broken.write_bytes(os.urandom(20_000))
    done = svodka.run(*command, code=1)
    assert_one_line(done, broken, "not a database", f"`svodka rebuild --into {broken}`")


def test_a_database_that_was_cut_off_is_named_and_the_remedy_works(svodka):
    svodka.run("demo", "--keep", "--articles", "3")
    broken = svodka.home.path / "svodka.db"
    os.truncate(broken, broken.stat().st_size // 4096 // 2 * 4096)
    assert_one_line(svodka.run("status", code=1), broken, "malformed", "svodka rebuild --into")
    broken.rename(broken.with_suffix(".broken"))
    svodka.run("rebuild", "--into", broken)
    assert svodka.json("status")["articles"] > 0
