"""`svodka export`: the archive or a part of it, whole, with digests, for others to use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.opening import existing_home, opened_database
from pipelines.commands.options import Json, Since, parsed_time
from pipelines.commands.output import print_object


def export(
    out: Annotated[Path, typer.Option(help="A folder; for wacz the file goes into it.")],
    form: Annotated[str, typer.Option("--format", help="csv, jsonl, parquet, datapackage or wacz.")],
    article: Annotated[str | None, typer.Argument(metavar="[ID]", help="One article, in all its languages.")] = None,
    site: Annotated[str | None, typer.Option(help="One site.")] = None,
    since: Since = None,
    until: Annotated[
        str | None, typer.Option(metavar="ISO", help="Captured before this time, as 2026-10-01T00:00Z.")
    ] = None,
    search: Annotated[str | None, typer.Option(metavar="QUERY", help="Articles that a search finds.")] = None,
    no_body: Annotated[bool, typer.Option("--no-body", help="Without the articles' texts.")] = False,
    as_json: Json = False,
) -> None:
    """Tables as CSV, JSON Lines, Parquet or a data package, or pages as WACZ; whole, with digests."""
    from archive.exports.export import export as write_export
    from archive.exports.selection import select_part
    from pipelines.named_articles import article_named

    moments = parsed_time(since), parsed_time(until)
    home = existing_home()
    with opened_database() as db, db.reader() as conn:
        named = article_named(conn, article) if article else None
        part = select_part(conn, site=site, since=moments[0], until=moments[1], query=search, article_id=named)
        print_object(write_export(conn, home, out, form, part, body=not no_body), as_json)
