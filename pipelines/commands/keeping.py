"""The WARC files kept sound: verified, repaired, indexed. Damage exits with 1."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archive.errors import UsageError
from pipelines.commands.opening import existing_home, opened_database
from pipelines.commands.options import Json, readable
from pipelines.commands.output import print_json, print_rows, say, tell

if TYPE_CHECKING:
    from archive.verify import Report


def verify(
    files: Annotated[list[Path] | None, typer.Argument(help="Any WARC files; the whole archive if none.")] = None,
    refetch: Annotated[bool, typer.Option("--refetch", help="Make the pages of damaged records due again.")] = False,
    as_json: Json = False,
) -> None:
    """Hold every byte and every row against each other; exit 1 where something is damaged."""
    from archive.verify import verify_archive, verify_files
    from pipelines.progress import progress_bar

    if files and refetch:
        raise UsageError("--refetch is for the archive, not for files of others")
    with progress_bar("Verifying") as progress:
        if files:
            report = verify_files([readable(file) for file in files], progress)
        else:
            report = verify_archive(existing_home(), progress)
    if as_json:
        print_json(report)
    else:
        for problem in report.problems:
            tell(str(problem))
        say(report.summary())
    if refetch and report.problems:
        _refetch(report)
    if report.problems:
        raise typer.Exit(1)


def repair(as_json: Json = False) -> None:
    """Put in order what a crash left; also done at the start of every crawl."""
    from archive.lock import exclusive
    from archive.salvage import salvage

    home = existing_home()
    with exclusive(home, "repair"), opened_database() as db:
        found = salvage(home, db)
    print_rows(found, as_json)


def index(as_json: Json = False) -> None:
    """Make the CDXJ of every collection again from its closed WARC files."""
    from archive.importing import closed_files
    from archive.lock import exclusive
    from archive.warc.cdxj import rebuild_index

    home = existing_home()
    with exclusive(home, "index"):
        counts = {site: rebuild_index(home.index(site), closed_files(home, site)) for site in home.sites()}
    print_rows(({"site": site, "lines": lines} for site, lines in counts.items()), as_json)


def _refetch(report: Report) -> None:
    from archive.lock import exclusive
    from archive.refetch import refetch

    with exclusive(existing_home(), "verify --refetch"), opened_database() as db:
        due = refetch(db, report)
    say(f"{due} pages are due again: `svodka crawl` fetches them")
