"""The WARC files read again: rows from nothing, or with today's reader."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from archive.errors import UsageError
from archive.home import sqlite_url
from pipelines.commands.opening import existing_home, opened_database, sites_of_archive
from pipelines.commands.options import Json, OneSite, Since, parsed_time
from pipelines.commands.output import print_object, print_rows, say


def rebuild(
    into: Annotated[
        str | None, typer.Option(metavar="DB", help="A new SQLite file, or an empty database's URL.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Compare with the live database, table by table.")] = False,
    as_json: Json = False,
) -> None:
    """Make all content rows again from the WARC files alone."""
    from pipelines.progress import progress_bar
    from pipelines.rebuild import check_rebuild
    from pipelines.rebuild import rebuild as rebuild_into

    if check == (into is not None):
        raise UsageError(
            "--into DB makes the rows again, --check compares them with those that are there: one of the two"
        )
    with progress_bar("Rebuilding") as progress:
        if into is not None:
            print_object(
                rebuild_into(existing_home(), into if "://" in into else sqlite_url(Path(into)), progress), as_json
            )
            return
        with opened_database():  # it is there, and of today's schema
            tables = check_rebuild(existing_home(), progress)
    print_rows(tables, as_json)
    if different := [each.table for each in tables if each.different]:
        say(f"not the same again: {', '.join(different)}")
        raise typer.Exit(1)
    say("every content table is the same again")


def reextract(
    site: OneSite = None,
    missing: Annotated[
        str | None, typer.Option(metavar="FIELD", help="Only articles in which this was not found.")
    ] = None,
    since: Since = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; as many as processors if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Read the archive again with today's reader; write what it reads differently."""
    from pipelines.progress import progress_bar
    from pipelines.reextract import reextract as read_anew

    moment, home = parsed_time(since), existing_home()
    with opened_database() as db, db.reader() as conn:
        names = sites_of_archive(conn, site)
    for name in names if site else home.sites():
        with progress_bar("Reading") as progress:
            found = read_anew(home, name, missing=missing, since=moment, workers=workers, progress=progress)
        print_object(found, as_json)
