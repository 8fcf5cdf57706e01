"""The WARC files kept sound: verified, repaired, indexed. Damage exits with 1."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archive.errors import Interrupted, UsageError
from pipelines.commands.opening import existing_home, opened_database
from pipelines.commands.options import Json, readable
from pipelines.commands.output import print_json, print_rows, say, tell

if TYPE_CHECKING:
    from archive.upkeep.verify import Progress, Report


def verify(
    files: Annotated[list[Path] | None, typer.Argument(help="Any WARC files; the whole archive if none.")] = None,
    refetch: Annotated[bool, typer.Option("--refetch", help="Make the pages of damaged records due again.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an interrupted one stopped.")] = False,
    as_json: Json = False,
) -> None:
    """Hold every byte and every row against each other; exit 1 where something is damaged."""
    from archive.upkeep.verify import verify_files
    from pipelines.progress import progress_bar

    if files and refetch:
        raise UsageError("--refetch is for the archive, not for files of others")
    if files and resume:
        raise UsageError("--resume is for the archive, not for files of others")
    with progress_bar("Verifying") as progress:
        if files:
            report = verify_files([readable(file) for file in files], progress)
        else:
            report = _verify_archive(resume, progress)
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
    from archive.upkeep.salvage import salvage

    home = existing_home()
    with exclusive(home, "repair"), opened_database() as db:
        found = salvage(home, db)
    print_rows(found, as_json)


def index(as_json: Json = False) -> None:
    """Make the CDXJ of every collection again from its closed WARC files."""
    from archive.incoming.importing import closed_files
    from archive.lock import exclusive
    from archive.warc.cdxj import rebuild_index

    home = existing_home()
    with exclusive(home, "index"):
        counts = {site: rebuild_index(home.index(site), closed_files(home, site)) for site in home.sites()}
    print_rows(({"site": site, "lines": lines} for site, lines in counts.items()), as_json)


def _verify_archive(resume: bool, progress: Progress) -> Report:
    from archive.upkeep.checkpoint import Checkpoint
    from archive.upkeep.verify import verify_archive

    home = existing_home()
    checkpoint = Checkpoint(home.path, resume=resume)
    if resume:
        say(f"{len(checkpoint)} files were found sound since {checkpoint.since:%Y-%m-%d %H:%M} UTC" if len(checkpoint)
            else "there is no interrupted verification to go on with: all is read")  # fmt: skip
    try:
        with checkpoint:
            return verify_archive(home, progress, checkpoint)
    except KeyboardInterrupt:
        raise Interrupted("interrupted; `svodka verify --resume` goes on with the file it was at") from None


def _refetch(report: Report) -> None:
    from archive.lock import exclusive
    from archive.upkeep.refetch import refetch

    with exclusive(existing_home(), "verify --refetch"), opened_database() as db:
        due = refetch(db, report)
    say(f"{due} pages are due again: `svodka crawl` fetches them")
