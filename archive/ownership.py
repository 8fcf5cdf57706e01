"""A database that svodka.toml names belongs to one data folder: its rows name WARC files that only that folder has.

The folder is known by `svodka.id`, which moves with it; the database keeps that id in the table `owner`.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sqlalchemy import inspect, select

from archive.disk import replaced
from archive.errors import ConfigurationError
from archive.home import Home
from archive.rows.engine import Connection, Database, open_database
from archive.rows.schema import owner
from archive.rows.upsert import write_rows


def open_own_database(home: Home) -> Database:
    """The database of a data folder. Raises ConfigurationError where it belongs to another one, or cannot be used."""
    database = open_database(home.database_url)
    try:
        if home.config.database_url is not None and (database.path is None or database.path.exists()):
            with database.reader() as conn:
                _refuse_another(conn, home, database)
    except BaseException:
        database.close()
        raise
    return database


def claim(home: Home, database: Database) -> None:
    """Make a database with today's tables that of this folder, where it has no owner yet. Raises ConfigurationError."""
    if home.config.database_url is None:
        return
    with database.writer() as conn:
        _refuse_another(conn, home, database)
        row = {"one": 1, "home_id": _id_of(home), "path": str(home.path.resolve()), "since": datetime.now(UTC)}
        write_rows(conn, owner, [row])  # the first one stays
        _refuse_another(conn, home, database)


def _refuse_another(conn: Connection, home: Home, database: Database) -> None:
    if not inspect(conn).has_table(owner.name):  # of an older Svodka, or empty
        return
    row = conn.execute(select(owner)).first()
    if row is not None and row.home_id != _known_id(home):
        raise ConfigurationError(
            f"{database.url.render_as_string()} belongs to another data folder ({row.path}): name another database in "
            f"{home.config_path}, or, if this is that folder, moved without its svodka.id, write {row.home_id} into "
            f"{home.id_path}"
        )


def _known_id(home: Home) -> str | None:
    try:
        return home.id_path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def _id_of(home: Home) -> str:
    """The folder's id, on disk before a database names it: one that was lost would lock the folder out."""
    known = _known_id(home)
    if known:
        return known
    new = str(uuid.uuid4())
    with replaced(home.id_path) as file:
        file.write(f"{new}\n".encode())
    return new
