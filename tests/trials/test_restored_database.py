"""A database put back from an older copy costs no capture: the next start indexes and reads what it does not know."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from archive.home import Home
from tests.trials.conftest import ARTICLES
from tests.trials.trial import crawl, judge, practice, rows


def copy(source, target):
    """A consistent copy, as `sqlite3 .backup` makes one."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def test_captures_that_an_older_database_does_not_know_are_indexed_and_read(tmp_path, named):
    home = Home(tmp_path / "data")
    database = home.path / "svodka.db"
    with practice(ARTICLES) as server:
        assert crawl(home, server.url, "--max-pages", "15")[0] == 0
        copy(database, tmp_path / "older.db")
        known = rows(home, "SELECT count(*) FROM capture")[0][0]
        assert crawl(home, server.url)[0] == 0
        everything = rows(home, "SELECT id FROM capture ORDER BY id")
        readings = rows(home, "SELECT capture_id, article_id, digest FROM reading ORDER BY capture_id")
        assert len(everything) > known
        for file in home.path.glob("svodka.db*"):
            file.unlink()
        copy(tmp_path / "older.db", database)
        assert crawl(home, server.url)[0] == 0
        assert set(rows(home, "SELECT id FROM capture")) >= set(everything)
        assert set(rows(home, "SELECT capture_id, article_id, digest FROM reading")) >= set(readings)
        assert judge(home, server, named, deaths=1).problems == []
