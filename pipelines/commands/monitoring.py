"""What ran, what is there, and whether to worry: from the rows alone, without touching them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from archive.errors import NothingFound, UsageError
from pipelines.commands.opening import existing_home, given_home, opened_database, sites_of_archive
from pipelines.commands.options import Json, Limit, OneSite
from pipelines.commands.output import print_object, print_rows

if TYPE_CHECKING:
    from archive.rows.engine import Connection
    from archive.rows.reading import RunView


def status(as_json: Json = False) -> None:
    """What is in the archive, and what waits to be fetched."""
    from archive.reports.disk import growth
    from archive.rows.reading import status as read_status

    with opened_database() as db, db.reader() as conn:
        print_object(asdict(read_status(conn)) | asdict(growth(conn, given_home(), datetime.now(UTC))), as_json)


def runs(limit: Limit = 20, as_json: Json = False) -> None:
    """What ran, when, and how it ended."""
    from archive.lock import is_held
    from archive.rows.reading import runs as read_runs

    with opened_database() as db, db.reader() as conn:
        print_rows(_with_their_ends(read_runs(conn, limit), is_held(existing_home())), as_json)


def _with_their_ends(runs: Sequence[RunView], held: bool) -> Iterator[RunView]:
    """A visit without an end was killed, and its row stays so; only the newest can be running, with the lock `held`."""
    from archive.rows.visits import VISITING

    for number, run in enumerate(runs):
        open_ended = run.ended_at is None and run.command in VISITING
        yield replace(run, reason="is running" if held and number == 0 else "was killed") if open_ended else run


def coverage(
    site: OneSite = None,
    run: Annotated[
        str | None, typer.Option(metavar="ID", help="A run of `svodka runs`; the last if not given.")
    ] = None,
    volume: Annotated[bool, typer.Option("--volume", help="New articles a day instead.")] = False,
    as_json: Json = False,
) -> None:
    """How often each field was found in a run, against the runs before it."""
    from archive.monitoring.coverage import last_covered_run, run_coverage
    from archive.monitoring.coverage import volume as daily_volume

    if run and volume:
        raise UsageError("--run or --volume, not both")
    with opened_database() as db, db.reader() as conn:
        names = sites_of_archive(conn, site)
        if volume:
            print_rows((day for name in names for day in daily_volume(conn, name)), as_json)
            return
        if run:
            _require_run(conn, run)
        asked = [run] if run else [last for name in names if (last := last_covered_run(conn, name))]
        found = [row for each in asked for row in run_coverage(conn, each)]
    if not found:
        if run:
            raise NothingFound(f"{run}: no page was read in it by a crawl")
        raise NothingFound(f"{site or 'the archive'}: no crawl read a page yet; imported pages are not counted here")
    print_rows(found, as_json)


def health(
    site: OneSite = None,
    as_json: Json = False,
) -> None:
    """Whether to worry; exit 1 where there is a reason to."""
    from archive.monitoring.health import health as look_after

    with opened_database() as db, db.reader() as conn:
        if site:
            sites_of_archive(conn, site)
        found = look_after(conn, existing_home(), datetime.now(UTC), site)
    print_rows(found, as_json)
    if any(check.worry for check in found):
        raise typer.Exit(1)


def gaps(
    site: OneSite = None,
    as_json: Json = False,
) -> None:
    """The days on which nothing was fetched, or too little."""
    from archive.reports.gaps import gaps as holes

    with opened_database() as db, db.reader() as conn:
        if site:
            sites_of_archive(conn, site)
        print_rows(holes(conn, datetime.now(UTC), site), as_json)


def _require_run(conn: Connection, run_id: str) -> None:
    from sqlalchemy import select

    from archive.rows.schema import run

    if conn.scalar(select(run.c.id).where(run.c.id == run_id)) is None:
        raise NothingFound(f"{run_id}: no such run; `svodka runs` lists them")
