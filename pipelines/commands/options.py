"""Arguments and options that several commands share, and the values that they stand for."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from archive.errors import UsageError

Json = Annotated[bool, typer.Option("--json", help="One JSON object (or one a line) instead of a table.")]
SiteName = Annotated[str, typer.Argument(metavar="SITE", help="A site file's name, see `svodka site list`.")]
OneSite = Annotated[str | None, typer.Argument(metavar="[SITE]", help="One site; all if not given.")]
ArticleId = Annotated[str, typer.Argument(metavar="ID", help="site:language:native_id, or a URL.")]
BaseUrl = Annotated[str | None, typer.Option(help="The site on another host: a mirror, a test.")]
MOST = 2**63 - 1  # what a database counts up to
Limit = Annotated[int, typer.Option(min=1, max=MOST)]
Since = Annotated[str | None, typer.Option(metavar="ISO", help="Captured at this time or later, as 2026-10-01T00:00Z.")]


def readable(file: Path) -> Path:
    """`file` where it is one. Raises UsageError."""
    if not file.is_file():
        raise UsageError(f"{file}: {'is a folder, not a file' if file.is_dir() else 'no such file'}")
    return file


def parsed_time(text: str | None) -> datetime | None:
    """The aware time that `text` (ISO 8601, with its zone) names; None for None. Raises UsageError."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text}: not an ISO 8601 time, e.g. 2026-10-01T00:00Z") from None
    if time.tzinfo is None:
        raise UsageError(f"{text}: a time needs its zone, e.g. {time.isoformat()}Z")
    return time
