"""What stands before the command, `svodka [--home DIR] [--debug]`: said once, the same for all commands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer


@dataclass(slots=True)
class Given:
    """What the user gave before the command."""

    home: Path = Path("data")
    debug: bool = False

    @property
    def log_level(self) -> str:
        """The level from which a crawl's log is shown."""
        return "INFO" if self.debug else "WARNING"


given = Given()


def _tell_version(asked: bool) -> None:
    if asked:
        from archive.session import software

        typer.echo(software())
        raise typer.Exit


def before(
    home: Annotated[Path, typer.Option(envvar="SVODKA_HOME", help="The data folder.")] = Path("data"),
    debug: Annotated[bool, typer.Option(help="Show tracebacks and the crawl's log.")] = False,
    version: Annotated[  # eager: told before a command is asked for
        bool, typer.Option("--version", is_eager=True, callback=_tell_version, help="Print the version.")
    ] = False,
) -> None:
    """Remember what stands before the command."""
    given.home, given.debug = home, debug
