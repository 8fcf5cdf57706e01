"""`svodka db`: the schema of the database, never changed without a backup."""

from __future__ import annotations

from pipelines.commands.opening import existing_home, opened_database
from pipelines.commands.options import Json
from pipelines.commands.output import print_object, say


def upgrade() -> None:
    """Bring the database to this program's schema, with a backup first."""
    from archive.lock import exclusive
    from archive.rows.migrations import check as schema_of
    from archive.rows.migrations import upgrade as upgrade_schema

    with exclusive(existing_home(), "db upgrade"), opened_database(checked=False) as db:
        older = schema_of(db) == "older"
        backup = upgrade_schema(db)
    kept = f"; the database as it was: {backup}" if backup else ""
    say(f"upgraded{kept}" if older else "the database is up to date")


def check(as_json: Json = False) -> None:
    """Say which schema the database has; exit 7 where it is newer than the program."""
    from archive.rows.migrations import check as schema_of

    with opened_database(checked=False) as db:
        print_object({"schema": schema_of(db)}, as_json)
