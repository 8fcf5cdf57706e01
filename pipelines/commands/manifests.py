"""`svodka manifest`: the chained list of WARC files, its signatures and time stamps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.opening import home_of_collection, opened_database
from pipelines.commands.options import Json, SiteName, readable
from pipelines.commands.output import print_rows, say


def show(site: SiteName, as_json: Json = False) -> None:
    """The closed WARC files in order, each with its digest and that of the line before it."""
    from archive.custody.manifest import read_manifest

    print_rows(read_manifest(home_of_collection(site).manifest(site)), as_json)


def sign(
    site: SiteName,
    key: Annotated[Path, typer.Option(help="An Ed25519 private key, PEM.")],
) -> None:
    """Sign the manifest as it stands now."""
    from archive.custody.signatures import sign_head
    from archive.lock import exclusive

    home = home_of_collection(site)
    with exclusive(home, "manifest sign"):
        say(f"signed: {sign_head(home.manifest(site), home.heads_folder(site), site, readable(key))}")


def stamp(
    site: SiteName,
    tsa: Annotated[str, typer.Option(metavar="URL", help="A time stamping authority (RFC 3161).")],
    ca: Annotated[Path, typer.Option(help="Its certificates, PEM.")],
) -> None:
    """Have the manifest time-stamped as it stands now."""
    from archive.custody.signatures import stamp_head
    from archive.lock import exclusive

    home = home_of_collection(site)
    with exclusive(home, "manifest stamp"):
        say(f"stamped: {stamp_head(home.manifest(site), home.heads_folder(site), site, tsa, readable(ca))}")


def adopt(site: SiteName, as_json: Json = False) -> None:
    """Give a line to closed WARC files that have none: for archives older than their manifest."""
    from archive.custody.manifest import adopt as give_lines
    from archive.lock import exclusive
    from archive.rows.reading import closed_files

    home = home_of_collection(site)
    with exclusive(home, "manifest adopt"), opened_database() as db:
        with db.reader() as conn:
            files = closed_files(conn, site)
        paths = {path.name: path for path in home.archive_folder(site).glob("*.warc.gz")}
        print_rows(give_lines(home.manifest(site), files, paths), as_json)
