"""Questions to the rows, by name or in SQL; none of them can change a row."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.commands.opening import opened_database
from pipelines.commands.options import MOST, Json
from pipelines.commands.output import print_answer, print_rows


def report(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A question; see --list.")] = None,
    list_them: Annotated[bool, typer.Option("--list", help="The questions there are.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, max=MOST, help="Rows at most.")] = None,
    as_json: Json = False,
) -> None:
    """A research question by name."""
    from archive.reports.questions import QUESTIONS, question
    from archive.rows.sql import run_read_only

    if list_them or name is None:
        print_rows(({"name": each.name, "asks": each.title} for each in QUESTIONS), as_json)
        return
    asked = question(name)
    with opened_database() as db, run_read_only(db, asked.on(db.dialect, limit)) as (columns, found):
        print_answer(columns, found, as_json)


def sql(
    query: Annotated[str, typer.Argument(help="One SELECT; docs/schema.md has the tables.")],
    as_json: Json = False,
) -> None:
    """Ask the database; it cannot be changed this way."""
    from archive.rows.sql import run_read_only

    with opened_database() as db, run_read_only(db, query) as (columns, found):
        print_answer(columns, found, as_json)
