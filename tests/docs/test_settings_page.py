"""docs/settings.md documents every setting, with its default and its help, and no other; each is used."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from archive.config import Config

ROOT = Path(__file__).parents[2]
ROWS = re.findall(r"^\| `([a-z._]+)` \| (.*?) \| (.*?) \|$", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)


def test_the_page_has_the_settings_of_the_program():
    expected = [
        (each.metadata["key"], "none" if each.default is None else str(each.default), each.metadata["help"])
        for each in fields(Config)
    ]
    assert expected == ROWS


@pytest.mark.parametrize("name", [each.name for each in fields(Config)])
def test_each_setting_is_used(name):
    code = "".join(
        path.read_text()
        for room in ("archive", "crawler", "pipelines")
        for path in (ROOT / room).rglob("*.py")
        if path.name != "config.py"
    )
    assert re.search(rf"config\.{name}\b", code)
