"""A data folder may have any name that a file system takes."""

import pytest

from archive.home import Home
from archive.rows.engine import open_database
from archive.rows.migrations import upgrade


@pytest.mark.parametrize("name", ["what?now", "a#b", "50%25", "with space", "x:y@z", "архив"])
def test_the_database_stands_in_the_data_folder_whatever_its_name(tmp_path, name):
    home = Home(tmp_path / name).create()
    database = open_database(home.database_url)
    upgrade(database)
    database.close()
    assert (home.path / "svodka.db").is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]
