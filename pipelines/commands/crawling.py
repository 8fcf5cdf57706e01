"""Fetching and reading pages: a site, one page, a saved one, the practice site; and cron lines that fetch again."""

from __future__ import annotations

import math
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from archive.errors import NothingFound, UsageError
from pipelines.commands.before import given
from pipelines.commands.opening import given_home
from pipelines.commands.options import MOST, BaseUrl, Json, SiteName, parsed_time, readable
from pipelines.commands.output import print_json, print_rows, say

if TYPE_CHECKING:
    from crawler.sites.site import Render


def demo(
    keep: Annotated[bool, typer.Option(help="Leave the archive in --home.")] = False,
    articles: Annotated[int, typer.Option(min=1, help="Articles of the practice site.")] = 60,
) -> None:
    """Crawl a practice site on loopback, verify the archive, and show what there is."""
    from pipelines.demo import run_demo

    run_demo(given.home if keep else None, articles, say)


def crawl(
    site: SiteName,
    urls: Annotated[list[str] | None, typer.Argument(metavar="[URL]...", help="Only these pages.")] = None,
    base_url: BaseUrl = None,
    max_pages: Annotated[int | None, typer.Option(min=1, max=MOST, help="Pages fetched at most.")] = None,
    backfill: Annotated[bool, typer.Option("--backfill", help="Go on past known articles.")] = False,
    if_due: Annotated[bool, typer.Option("--if-due", help="Only if the last run is old enough.")] = False,
    delay: Annotated[float | None, typer.Option(min=0, help="Seconds between two requests.")] = None,
    render: Annotated[str | None, typer.Option(help="never or always: by a browser.")] = None,
    as_json: Json = False,
) -> None:
    """Fetch new articles by every route, newest first, until known ones or the page limit."""
    from pipelines.run import CrawlOptions, is_due
    from pipelines.run import crawl as run_crawl

    if render not in (None, "never", "always"):
        raise UsageError(f"--render {render}: one of never, always")
    if delay is not None and not math.isfinite(delay):
        raise UsageError(f"--delay {delay}: seconds, a finite number")
    home = given_home()
    if if_due and not is_due(home, site, base_url):
        say(f"{site}: not due yet")
        if as_json:
            print_json({"run": None, "site": site, "reason": "not_due"})
        return
    options = CrawlOptions(
        base_url,
        max_pages,
        backfill,
        delay,
        cast("Render | None", render),
        tuple(urls or ()),
        given.log_level,
    )
    summary = run_crawl(home, site, options)
    if as_json:
        found = {"run": summary.run_id, "site": site, "reason": summary.reason, **asdict(summary.tally)}
        lists = {name: [asdict(each) for each in getattr(summary, name)] for name in ("alarms", "waiting", "no_pages")}
        print_json(found | lists)
    else:
        tally = summary.tally
        say(
            f"{site}: {summary.reason} after {summary.seconds:.1f} s: {tally.pages} pages, {tally.articles} articles "
            f"({tally.new_articles} new), {tally.failures} failures"
        )
    for page in summary.waiting:
        say(f"{page}; a crawl after that fetches it")
    for gone in summary.no_pages:
        say(str(gone))
    for alarm in summary.alarms:
        say(f"ALARM {alarm}; see `svodka coverage {site}`")
    if summary.alarms:
        raise typer.Exit(1)


def probe(
    url: Annotated[str, typer.Argument(metavar="URL", help="One page.")],
    site: Annotated[str | None, typer.Option(help="Read it as a page of this site; by its host if not given.")] = None,
    base_url: BaseUrl = None,
    as_json: Json = False,
) -> None:
    """Fetch one page into the archive and show, field by field, what was found and how."""
    from pipelines.probe import probe as fetch_and_read

    found = fetch_and_read(given_home(), url, site, base_url, given.log_level)
    if as_json:
        print_json(found)
    else:
        say(f"{found.url}: {found.kind} of {found.site}, capture {found.capture_id} in {found.warc_file}")
        print_rows(found.fields, as_json=False)
    if found.nothing:
        raise NothingFound(f"{found.url}: {found.nothing}")


def extract(
    file: Annotated[Path, typer.Argument(help="A saved page.")],
    url: Annotated[str, typer.Option(help="Where it comes from.")],
    fetched_at: Annotated[
        str | None, typer.Option(metavar="ISO", help="When it was fetched; now, if not given.")
    ] = None,
    content_type: Annotated[str | None, typer.Option(help="The Content-Type it came with.")] = None,
    site: Annotated[str | None, typer.Option(help="Read it as a page of this site.")] = None,
) -> None:
    """Read one saved page and print what it says as JSON."""
    from pipelines.extract import extract_file

    moment = parsed_time(fetched_at) or datetime.now(UTC)
    print_json(extract_file(readable(file), url, moment, content_type, site))


def schedule(
    site: SiteName,
    cron: Annotated[bool, typer.Option("--cron", help="A crontab line (the default).")] = False,
    systemd: Annotated[bool, typer.Option("--systemd", help="A systemd service and timer.")] = False,
    base_url: BaseUrl = None,
) -> None:
    """Print a ready crontab line or systemd timer for a site."""
    from archive.schedule import cron_line, systemd_units
    from pipelines.site_at import site_at

    site_at(site, base_url)
    if cron and systemd:
        raise UsageError("--cron or --systemd, not both")
    every = timedelta(hours=given_home().config.interval_hours)
    home, executable = given.home.absolute(), _program()
    if systemd:
        units = systemd_units(home, site, executable, every, base_url=base_url)
        typer.echo(f"# {units.name}.service\n{units.service}\n# {units.name}.timer\n{units.timer}")
    else:
        typer.echo(cron_line(home, site, executable, every, base_url=base_url))
        if not home.is_dir():
            say(f"{home}: is not there yet; make it before cron runs the line, whose log stands in it")


def _program() -> Path:
    """This program as cron can start it: `python svodka.py` is no program, the script beside that Python is."""
    called = Path(sys.argv[0]).absolute()
    return called if os.access(called, os.X_OK) else Path(sys.executable).with_name("svodka")
