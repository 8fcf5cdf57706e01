"""`svodka import`: files of others taken in byte for byte; what is damaged in them is said and exits with 1."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.opening import given_home
from pipelines.commands.options import Json, readable
from pipelines.commands.output import print_rows, say

_COUNTS = ("captures", "known", "segmented", "damage")


def import_(
    files: Annotated[list[Path], typer.Argument(help="WARC, ARC or WACZ files of any tool.")],
    as_json: Json = False,
) -> None:
    """Take others' files into the archive as they are, and read the pages of known sites."""
    from pipelines.importing import import_files
    from pipelines.progress import progress_bar

    with progress_bar("Importing") as progress:
        done = import_files(given_home(), [readable(file) for file in files], progress)
    print_rows(done.files, as_json)
    captures, known, segmented, damaged = (sum(getattr(each, name) for each in done.files) for name in _COUNTS)
    copies = f", {known} copies of known records" if known else ""
    parts = f", {segmented} cut in segments and not read" if segmented else ""
    say(f"{captures} captures{copies}{parts}, {done.articles} articles read, {damaged} damaged records")
    for each in done.files:
        if each.nothing_because:
            say(f"svodka: {each.file}: {each.nothing_because}; nothing of it was kept")
    for fault in done.faults:
        say(f"svodka: {fault}")
    if damaged or done.faults:
        raise typer.Exit(1)
