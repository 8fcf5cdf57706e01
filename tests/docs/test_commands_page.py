"""docs/commands.md documents every command with every option, every exit code, and nothing that is not there."""

import re
from pathlib import Path

import pytest
import typer.main

import svodka
from archive import errors
from pipelines.commands.ending import READER_GONE

PAGE = (Path(__file__).parents[2] / "docs/commands.md").read_text()
SECTIONS = dict(re.findall(r"^### `svodka ([a-z ]+)`\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))


def commands(group, prefix=""):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name, command


COMMANDS = dict(commands(typer.main.get_command(svodka.app)))


def test_the_page_has_the_commands_of_the_program():
    assert sorted(SECTIONS) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented(name):
    options = {
        option for parameter in COMMANDS[name].params for option in parameter.opts if option.startswith("--")
    } - {"--help"}
    assert options - set(re.findall(r"--[a-z-]+", SECTIONS[name])) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_no_option_is_documented_that_is_not_there(name):
    known = {option for each in COMMANDS.values() for parameter in each.params for option in parameter.opts}
    known |= {"--home", "--debug", "--version", "--help"}
    assert set(re.findall(r"--[a-z-]+", SECTIONS[name])) - known == set()


def test_every_exit_code_is_documented():
    codes = {
        each.exit_code
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, errors.SvodkaError)
    } | {0, 130, READER_GONE}
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    assert documented == codes
