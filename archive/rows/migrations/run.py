"""Runs the numbered steps of versions/ with Alembic, on a connection and in a transaction that are the caller's."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def run_migrations(conn: Connection, to: str = "head") -> None:
    """Bring the tables from where they stand to migration `to`."""
    config = _config()
    config.attributes["connection"] = conn  # taken up by env.py
    command.upgrade(config, to)


def heads() -> tuple[str, ...]:
    """The newest migrations: exactly one, unless two were made side by side."""
    return tuple(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
