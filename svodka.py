"""The front door: the command line, assembled in the order of its help; `pipelines/commands/` has the commands.

They import what they need where they need it, so that `svodka --help` is quick.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from pipelines.commands import (
    articles,
    crawling,
    databases,
    exporting,
    importing,
    keeping,
    manifests,
    monitoring,
    questions,
    reading_room,
    rereading,
    sites,
)
from pipelines.commands.before import before
from pipelines.commands.ending import run_to_its_end

Command = Callable[..., None]


def _group(about: str, *commands: Command, **settings: Any) -> typer.Typer:
    """Commands under their functions' names; the underscore of `import_` is Python's."""
    group = typer.Typer(help=about, no_args_is_help=True, rich_markup_mode=None, **settings)
    for command in commands:
        group.command(command.__name__.rstrip("_"))(command)
    return group


app = _group(
    "Crawl a news aggregator, keep every byte in WARC files, study what it says as rows.",
    *(crawling.demo, crawling.crawl, crawling.probe, crawling.extract, crawling.schedule),
    *(monitoring.status, monitoring.runs, monitoring.coverage, monitoring.health),
    *(articles.search, articles.show, articles.history, articles.diff, articles.cite),
    *(monitoring.gaps, questions.report, articles.evidence, questions.sql),
    *(reading_room.serve, reading_room.replay),
    *(keeping.verify, exporting.export, keeping.repair, importing.import_, keeping.index),
    *(rereading.rebuild, rereading.reextract),
    name="svodka",
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.callback()(before)
app.add_typer(_group("Migrations of the database.", databases.upgrade, databases.check), name="db")
app.add_typer(_group("Site files.", sites.list_, sites.new, sites.check), name="site")
app.add_typer(
    _group(
        "The chained list of WARC files: signatures, time stamps.",
        *(manifests.show, manifests.sign, manifests.stamp, manifests.adopt),
    ),
    name="manifest",
)


def main() -> None:
    """Run the command line; every mistake of a user is one line and its exit code."""
    run_to_its_end(app)


if __name__ == "__main__":
    main()
