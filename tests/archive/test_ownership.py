"""Two data folders that name one database are kept apart: it is that of the first, and the second is told so."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import ConfigurationError
from archive.home import Home
from archive.ownership import claim, open_own_database
from archive.rows.engine import Database
from archive.rows.migrations import upgrade


def folder(path: Path, url: str | None) -> Home:
    home = Home(path).create()
    if url is not None:
        home.config_path.write_text(f'[database]\nurl = "{url}"\n')
    return home


@pytest.fixture
def url(database: Database) -> str:
    """Of a database with today's tables and no owner."""
    return database.url.render_as_string(hide_password=False)


@pytest.fixture
def first(tmp_path: Path, url: str, database: Database) -> Home:
    """The folder that the database belongs to."""
    home = folder(tmp_path / "first", url)
    claim(home, database)
    return home


def test_a_folder_opens_its_own_database_again_wherever_it_was_moved(first: Home, database: Database) -> None:
    moved = Home(first.path.rename(first.path.with_name("moved")))
    open_own_database(moved).close()
    claim(moved, database)


@pytest.mark.parametrize("known", [False, True], ids=["a new folder", "a folder with a database of its own before"])
def test_another_folder_is_refused_in_one_line(
    first: Home, database: Database, tmp_path: Path, url: str, known
) -> None:
    second = folder(tmp_path / "second", url)
    if known:
        second.id_path.write_text("another\n")
    for use in (open_own_database, lambda home: claim(home, database)):
        with pytest.raises(ConfigurationError, match=f"belongs to another data folder \\({first.path}\\)") as told:
            use(second)
        assert len(str(told.value).splitlines()) == 1
    assert second.id_path.exists() == known


def test_a_folder_that_lost_its_id_gets_it_back_as_the_line_says(first: Home) -> None:
    first.id_path.rename(first.path / "kept")
    with pytest.raises(ConfigurationError, match=str(first.id_path)) as told:
        open_own_database(first)
    (first.path / "kept").rename(first.id_path)
    assert first.id_path.read_text().strip() in str(told.value)
    open_own_database(first).close()


def test_a_database_without_an_owner_is_open_to_those_who_look(tmp_path: Path, url: str) -> None:
    open_own_database(folder(tmp_path / "any", url)).close()
    assert not (tmp_path / "any" / "svodka.id").exists()


def test_an_empty_database_is_nobodys(tmp_path: Path, empty_database: Database) -> None:
    home = folder(tmp_path / "any", empty_database.url.render_as_string(hide_password=False))
    open_own_database(home).close()
    upgrade(empty_database)
    claim(home, empty_database)


def test_a_database_in_its_folder_needs_no_owner(tmp_path: Path, database: Database) -> None:
    home = folder(tmp_path / "plain", None)
    claim(home, database)
    assert not home.id_path.exists()
