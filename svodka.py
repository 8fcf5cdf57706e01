"""The front door: the command line, wired to the rooms behind it. Each command is a few lines; the work is theirs.

Data goes to standard output, messages to standard error. Modules are imported where a command needs them, so that
`svodka --help` is quick.
"""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from archive.errors import DiskFull, NothingFound, SvodkaError, UsageError

if TYPE_CHECKING:
    from archive.home import Home
    from archive.rows.engine import Connection, Database
    from archive.verify import Report
    from crawler.sites.site import Render

app = typer.Typer(
    name="svodka",
    help="Crawl a news aggregator, keep every byte in WARC files, study what it says as rows.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
database_commands = typer.Typer(help="Migrations of the database.", no_args_is_help=True, rich_markup_mode=None)
site_commands = typer.Typer(help="Site files.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(database_commands, name="db")
manifest_commands = typer.Typer(
    help="The chained list of WARC files: signatures, time stamps.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(site_commands, name="site")
app.add_typer(manifest_commands, name="manifest")

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

Json = Annotated[bool, typer.Option("--json", help="One JSON object (or one a line) instead of a table.")]
SiteName = Annotated[str, typer.Argument(metavar="SITE", help="A site file's name, see `svodka site list`.")]
ArticleId = Annotated[str, typer.Argument(metavar="ID", help="site:language:native_id, or a URL.")]


class _Options:
    """What stands before the command."""

    home: Path = Path("data")
    debug: bool = False


@app.callback()
def _before(
    home: Annotated[Path, typer.Option(envvar="SVODKA_HOME", help="The data folder.")] = Path("data"),
    debug: Annotated[bool, typer.Option(help="Show tracebacks and the crawl's log.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    _Options.home, _Options.debug = home, debug
    if version:
        from archive.session import software

        typer.echo(software())
        raise typer.Exit


# --- crawl ---------------------------------------------------------------------------------------------------------


@app.command()
def demo(
    keep: Annotated[bool, typer.Option(help="Leave the archive in --home.")] = False,
    articles: Annotated[int, typer.Option(min=1, help="Articles of the practice site.")] = 60,
) -> None:
    """Crawl a practice site on loopback, verify the archive, and show what there is."""
    from pipelines.demo import run_demo

    run_demo(_Options.home if keep else None, articles, _say)


@app.command()
def crawl(
    site: SiteName,
    urls: Annotated[list[str] | None, typer.Argument(metavar="[URL]...", help="Only these pages.")] = None,
    base_url: Annotated[str | None, typer.Option(help="The site on another host: a mirror, a test.")] = None,
    max_pages: Annotated[int | None, typer.Option(min=1, help="Pages fetched at most.")] = None,
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
    home = _home()
    if if_due and not is_due(home, site, base_url):
        _say(f"{site}: not due yet")
        return
    options = CrawlOptions(
        base_url,
        max_pages,
        backfill,
        delay,
        cast("Render | None", render),
        tuple(urls or ()),
        "INFO" if _Options.debug else "WARNING",
    )
    summary = run_crawl(home, site, options)
    if as_json:
        alarms = [asdict(each) for each in summary.alarms]
        _print_json(
            {"run": summary.run_id, "site": site, "reason": summary.reason, **asdict(summary.tally), "alarms": alarms}
        )
    else:
        tally = summary.tally
        _say(
            f"{site}: {summary.reason} after {summary.seconds:.1f} s: {tally.pages} pages, {tally.articles} articles "
            f"({tally.new_articles} new), {tally.failures} failures"
        )
    for alarm in summary.alarms:
        _say(f"ALARM {alarm}; see `svodka coverage {site}`")
    if summary.alarms:
        raise typer.Exit(1)


@app.command()
def probe(
    url: Annotated[str, typer.Argument(metavar="URL", help="One page.")],
    site: Annotated[str | None, typer.Option(help="Read it as a page of this site; by its host if not given.")] = None,
    base_url: Annotated[str | None, typer.Option(help="The site on another host: a mirror, a test.")] = None,
    as_json: Json = False,
) -> None:
    """Fetch one page into the archive and show, field by field, what was found and how."""
    from pipelines.probe import probe as fetch_and_read

    found = fetch_and_read(_home(), url, site, base_url, "INFO" if _Options.debug else "WARNING")
    if as_json:
        _print_json(found)
    else:
        _say(f"{found.url}: {found.kind} of {found.site}, capture {found.capture_id} in {found.warc_file}")
        _rows(found.fields, as_json=False)
    if found.nothing:
        raise NothingFound(f"{found.url}: {found.nothing}")


@app.command()
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

    moment = _time(fetched_at) or datetime.now(UTC)
    _print_json(extract_file(_readable(file), url, moment, content_type, site))


@app.command()
def schedule(
    site: SiteName,
    cron: Annotated[bool, typer.Option("--cron", help="A crontab line (the default).")] = False,
    systemd: Annotated[bool, typer.Option("--systemd", help="A systemd service and timer.")] = False,
    base_url: Annotated[str | None, typer.Option(help="The site on another host: a mirror, a test.")] = None,
) -> None:
    """Print a ready crontab line or systemd timer for a site."""
    from archive.schedule import cron_line, systemd_units
    from pipelines.site_at import site_at

    site_at(site, base_url)
    if cron and systemd:
        raise UsageError("--cron or --systemd, not both")
    every = timedelta(hours=_home().config.interval_hours)
    home, executable = _Options.home.absolute(), _program()
    if systemd:
        units = systemd_units(home, site, executable, every, base_url=base_url)
        typer.echo(f"# {units.name}.service\n{units.service}\n# {units.name}.timer\n{units.timer}")
    else:
        typer.echo(cron_line(home, site, executable, every, base_url=base_url))


# --- look ----------------------------------------------------------------------------------------------------------


@app.command()
def status(as_json: Json = False) -> None:
    """What is in the archive, and what waits to be fetched."""
    from archive.reports.disk import growth
    from archive.rows.reading import status as read_status

    with _database() as db, db.reader() as conn:
        _show(asdict(read_status(conn)) | asdict(growth(conn, _home(), datetime.now(UTC))), as_json)


@app.command()
def runs(limit: Annotated[int, typer.Option(min=1)] = 20, as_json: Json = False) -> None:
    """What ran, when, and how it ended."""
    from archive.rows.reading import runs as read_runs

    with _database() as db, db.reader() as conn:
        _rows(read_runs(conn, limit), as_json)


@app.command()
def coverage(
    site: Annotated[str | None, typer.Argument(metavar="[SITE]", help="One site; all if not given.")] = None,
    run: Annotated[
        str | None, typer.Option(metavar="ID", help="A run of `svodka runs`; the last if not given.")
    ] = None,
    volume: Annotated[bool, typer.Option("--volume", help="New articles a day instead.")] = False,
    as_json: Json = False,
) -> None:
    """How often each field was found in a run, against the runs before it."""
    from archive.coverage import last_covered_run, run_coverage
    from archive.coverage import volume as daily_volume

    if run and volume:
        raise UsageError("--run or --volume, not both")
    with _database() as db, db.reader() as conn:
        names = _sites_of_archive(conn, site)
        if volume:
            _rows((day for name in names for day in daily_volume(conn, name)), as_json)
            return
        asked = [run] if run else [last for name in names if (last := last_covered_run(conn, name))]
        found = [row for each in asked for row in run_coverage(conn, each)]
    if not found:
        raise NothingFound(f"{run or 'the archive'}: no page was read in it yet")
    _rows(found, as_json)


@app.command()
def health(
    site: Annotated[str | None, typer.Argument(metavar="[SITE]", help="One site; all if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Whether to worry; exit 1 where there is a reason to."""
    from archive.health import health as look_after

    with _database() as db, db.reader() as conn:
        if site:
            _sites_of_archive(conn, site)
        found = look_after(conn, _existing_home(), datetime.now(UTC), site)
    _rows(found, as_json)
    if any(check.worry for check in found):
        raise typer.Exit(1)


@app.command()
def search(
    query: Annotated[list[str], typer.Argument(help="Words, in any form, in Russian or English.")],
    limit: Annotated[int, typer.Option(min=1)] = 20,
    as_json: Json = False,
) -> None:
    """Articles in which the words stand, best first."""
    from archive.search import search as find

    with _database() as db, db.reader() as conn:
        hits = find(conn, " ".join(query), limit)
    if not hits:
        _say(f"no article has all of these words: {' '.join(query)}")
    _rows(hits, as_json)


@app.command()
def show(article: ArticleId, as_json: Json = False) -> None:
    """One article: what it says, its versions, its counters."""
    from archive.rows.reading import show_article

    with _database() as db, db.reader() as conn:
        found = show_article(conn, article)
    if found is None:
        raise _unknown(article)
    _show(found, as_json)


@app.command()
def history(article: ArticleId, as_json: Json = False) -> None:
    """The versions of an article, and what kind of change lies between them."""
    from archive.reports.history import history as versions

    with _database() as db, db.reader() as conn:
        _rows(versions(conn, article), as_json)


@app.command()
def diff(
    article: ArticleId,
    a: Annotated[int | None, typer.Argument(metavar="[A]", help="A version's number; the last but one.")] = None,
    b: Annotated[int | None, typer.Argument(metavar="[B]", help="Another; the last.")] = None,
    as_json: Json = False,
) -> None:
    """What changed between two versions of an article."""
    from archive.reports.history import difference

    with _database() as db, db.reader() as conn:
        found = difference(conn, article, a, b)
    if as_json:
        _print_json(asdict(found))
        return
    for line in found.lines:
        typer.echo(line)
    _say(f"change: {', '.join(found.change_kind) or 'none'}")


@app.command()
def cite(
    article: ArticleId,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="An @online entry for BibLaTeX.")] = False,
    as_json: Json = False,
) -> None:
    """How to cite an article, with the bytes that show it."""
    from archive.reports.citation import cite as citation

    with _database() as db, db.reader() as conn:
        found = citation(conn, _home(), article)
    if as_json:
        _print_json(found)
    else:
        typer.echo(found.bibtex if bibtex else found.text)


@app.command()
def gaps(
    site: Annotated[str | None, typer.Argument(metavar="[SITE]", help="One site; all if not given.")] = None,
    as_json: Json = False,
) -> None:
    """The days on which nothing was fetched, or too little."""
    from archive.reports.gaps import gaps as holes

    with _database() as db, db.reader() as conn:
        if site:
            _sites_of_archive(conn, site)
        _rows(holes(conn, datetime.now(UTC), site), as_json)


@app.command()
def report(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A question; see --list.")] = None,
    list_them: Annotated[bool, typer.Option("--list", help="The questions there are.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Rows at most.")] = None,
    as_json: Json = False,
) -> None:
    """A research question by name."""
    from archive.reports.questions import QUESTIONS, question
    from archive.rows.sql import run_read_only

    if list_them or name is None:
        _rows(({"name": each.name, "asks": each.title} for each in QUESTIONS), as_json)
        return
    asked = question(name)
    with _database() as db, run_read_only(db, asked.sql, limit) as (columns, found):
        _rows((dict(zip(columns, row, strict=True)) for row in found), as_json, columns)


@app.command()
def evidence(
    article: ArticleId,
    field: Annotated[str | None, typer.Argument(help="A field of the codebook.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="The exact bytes of the WARC record.")] = False,
    as_json: Json = False,
) -> None:
    """Which bytes a value was read from, and by which layer of the reader."""
    from archive.evidence import evidence as trace
    from archive.evidence import record_bytes

    home = _home()
    with _database() as db, db.reader() as conn:
        found = trace(conn, home, article, field)
    if raw:
        sys.stdout.buffer.write(record_bytes(found))
    else:
        _show(found, as_json)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One SELECT; docs/schema.md has the tables.")],
    as_json: Json = False,
) -> None:
    """Ask the database; it cannot be changed this way."""
    from archive.rows.sql import run_read_only

    with _database() as db, run_read_only(db, query) as (columns, found):
        _rows((dict(zip(columns, row, strict=True)) for row in found), as_json, columns)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="The reading room's port.")] = 8642,
    raw_port: Annotated[int | None, typer.Option(help="The port of archived bytes; the next one if not given.")] = None,
    replay_port: Annotated[int | None, typer.Option(help="The port of replayed pages; the next one but one.")] = None,
) -> None:
    """Look through the archive in a browser, on this machine only."""
    from archive.reading_room.server import serve as open_room

    open_room(_existing_home(), _ports(port, raw_port, replay_port), _say)


@app.command()
def replay(
    url: Annotated[str, typer.Argument(metavar="URL", help="A page that was captured.")],
    at: Annotated[str | None, typer.Option(metavar="TIME", help="As it was then (ISO 8601); the latest.")] = None,
    port: Annotated[int, typer.Option(help="The reading room's port.")] = 8642,
    raw_port: Annotated[int | None, typer.Option(help="The port of archived bytes.")] = None,
    replay_port: Annotated[int | None, typer.Option(help="The port of replayed pages.")] = None,
) -> None:
    """Replay one archived page in a browser, on this machine only."""
    from archive.reading_room.records import replay_path
    from archive.reading_room.server import serve as open_room

    home, moment = _existing_home(), _time(at)
    with _database() as db, db.reader() as conn:
        path = replay_path(conn, home, url, moment)
    open_room(home, _ports(port, raw_port, replay_port), _say, path)


def _ports(port: int, raw_port: int | None, replay_port: int | None) -> tuple[int, int, int]:
    """Those not given are the next ones; 0 takes any free port."""
    following = (port + 1, port + 2) if port else (0, 0)
    return port, following[0] if raw_port is None else raw_port, following[1] if replay_port is None else replay_port


# --- keep ----------------------------------------------------------------------------------------------------------


@app.command()
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
            report = verify_files([_readable(file) for file in files], progress)
        else:
            report = verify_archive(_existing_home(), progress)
    if as_json:
        _print_json(report)
    else:
        for problem in report.problems:
            _tell(str(problem))
        _say(report.summary())
    if refetch and report.problems:
        _refetch(report)
    if report.problems:
        raise typer.Exit(1)


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="A folder; for wacz the file goes into it.")],
    form: Annotated[str, typer.Option("--format", help="csv, jsonl, parquet, datapackage or wacz.")],
    article: Annotated[str | None, typer.Argument(metavar="[ID]", help="One article, in all its languages.")] = None,
    site: Annotated[str | None, typer.Option(help="One site.")] = None,
    since: Annotated[str | None, typer.Option(metavar="ISO", help="Captured at this time or later.")] = None,
    until: Annotated[str | None, typer.Option(metavar="ISO", help="Captured before this time.")] = None,
    search: Annotated[str | None, typer.Option(metavar="QUERY", help="Articles that a search finds.")] = None,
    no_body: Annotated[bool, typer.Option("--no-body", help="Without the articles' texts.")] = False,
    as_json: Json = False,
) -> None:
    """Tables as CSV, JSON Lines, Parquet or a data package, or pages as WACZ; whole, with digests."""
    from archive.exports.export import export as write_export
    from archive.exports.selection import select_part

    moments = _time(since), _time(until)
    home = _existing_home()
    with _database() as db, db.reader() as conn:
        part = select_part(conn, site=site, since=moments[0], until=moments[1], query=search, article_id=article)
        _show(write_export(conn, home, out, form, part, body=not no_body), as_json)


@app.command()
def repair(as_json: Json = False) -> None:
    """Put in order what a crash left; also done at the start of every crawl."""
    from archive.lock import exclusive
    from archive.salvage import salvage

    home = _existing_home()
    with exclusive(home, "repair"), _database() as db:
        found = salvage(home, db)
    _rows(found, as_json)


@manifest_commands.command("show")
def manifest_show(site: SiteName, as_json: Json = False) -> None:
    """The closed WARC files in order, each with its digest and that of the line before it."""
    from archive.manifest import read_manifest

    _rows(read_manifest(_existing_home().manifest(site)), as_json)


@manifest_commands.command("sign")
def manifest_sign(
    site: SiteName,
    key: Annotated[Path, typer.Option(help="An Ed25519 private key, PEM.")],
) -> None:
    """Sign the manifest as it stands now."""
    from archive.custody import sign_head
    from archive.lock import exclusive

    home = _existing_home()
    with exclusive(home, "manifest sign"):
        _say(f"signed: {sign_head(home.manifest(site), home.heads_folder(site), site, _readable(key))}")


@manifest_commands.command("stamp")
def manifest_stamp(
    site: SiteName,
    tsa: Annotated[str, typer.Option(metavar="URL", help="A time stamping authority (RFC 3161).")],
    ca: Annotated[Path, typer.Option(help="Its certificates, PEM.")],
) -> None:
    """Have the manifest time-stamped as it stands now."""
    from archive.custody import stamp_head
    from archive.lock import exclusive

    home = _existing_home()
    with exclusive(home, "manifest stamp"):
        _say(f"stamped: {stamp_head(home.manifest(site), home.heads_folder(site), site, tsa, _readable(ca))}")


@manifest_commands.command("adopt")
def manifest_adopt(site: SiteName, as_json: Json = False) -> None:
    """Give a line to closed WARC files that have none: for archives older than their manifest."""
    from archive.lock import exclusive
    from archive.manifest import adopt
    from archive.rows.reading import closed_files

    home = _existing_home()
    with exclusive(home, "manifest adopt"), _database() as db:
        with db.reader() as conn:
            files = closed_files(conn, site)
        paths = {path.name: path for path in home.archive_folder(site).glob("*.warc.gz")}
        _rows(adopt(home.manifest(site), files, paths), as_json)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="WARC, ARC or WACZ files of any tool.")],
    as_json: Json = False,
) -> None:
    """Take others' files into the archive as they are, and read the pages of known sites."""
    from pipelines.importing import import_files
    from pipelines.progress import progress_bar

    with progress_bar("Importing") as progress:
        done = import_files(_home(), [_readable(file) for file in files], progress)
    _rows(done.files, as_json)
    captures, damaged = (sum(getattr(each, name) for each in done.files) for name in ("captures", "damage"))
    _say(f"{captures} captures, {done.articles} articles read, {damaged} damaged records")
    if damaged:
        raise typer.Exit(1)


@app.command()
def index(as_json: Json = False) -> None:
    """Make the CDXJ of every collection again from its closed WARC files."""
    from archive.importing import closed_files
    from archive.lock import exclusive
    from archive.warc.cdxj import rebuild_index

    home = _existing_home()
    with exclusive(home, "index"):
        counts = {site: rebuild_index(home.index(site), closed_files(home, site)) for site in home.sites()}
    _rows(({"site": site, "lines": lines} for site, lines in counts.items()), as_json)


@app.command()
def rebuild(
    into: Annotated[
        str | None, typer.Option(metavar="DB", help="A new SQLite file, or an empty database's URL.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Compare with the live database, table by table.")] = False,
    as_json: Json = False,
) -> None:
    """Make all content rows again from the WARC files alone."""
    from pipelines.progress import progress_bar
    from pipelines.rebuild import check_rebuild
    from pipelines.rebuild import rebuild as rebuild_into

    if check == (into is not None):
        raise UsageError(
            "--into DB makes the rows again, --check compares them with those that are there: one of the two"
        )
    with progress_bar("Rebuilding") as progress:
        if into is not None:
            _show(rebuild_into(_existing_home(), into if "://" in into else f"sqlite:///{into}", progress), as_json)
            return
        tables = check_rebuild(_existing_home(), progress)
    _rows(tables, as_json)
    if different := [each.table for each in tables if each.different]:
        _say(f"not the same again: {', '.join(different)}")
        raise typer.Exit(1)
    _say("every content table is the same again")


@app.command()
def reextract(
    site: Annotated[str | None, typer.Argument(metavar="[SITE]", help="One site; all if not given.")] = None,
    missing: Annotated[
        str | None, typer.Option(metavar="FIELD", help="Only articles in which this was not found.")
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="ISO", help="Captured at this time or later.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; as many as processors if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Read the archive again with today's reader; write what it reads differently."""
    from pipelines.progress import progress_bar
    from pipelines.reextract import reextract as read_anew

    moment, home = _time(since), _existing_home()
    with _database() as db, db.reader() as conn:
        names = _sites_of_archive(conn, site)
    for name in names if site else home.sites():
        with progress_bar("Reading") as progress:
            found = read_anew(home, name, missing=missing, since=moment, workers=workers, progress=progress)
        _show(found, as_json)


@database_commands.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this program's schema, with a backup first."""
    from archive.lock import exclusive
    from archive.rows.migrations import upgrade

    home = _home().create()
    with exclusive(home, "db upgrade"), _database(create=True) as db:
        backup = upgrade(db)
    _say(f"upgraded; the database as it was: {backup}" if backup else "the database is up to date")


@database_commands.command("check")
def db_check(as_json: Json = False) -> None:
    """Say which schema the database has; exit 7 where it is newer than the program."""
    from archive.rows.migrations import check

    with _database(checked=False) as db:
        _show({"schema": check(db)}, as_json)


@site_commands.command("list")
def site_list(as_json: Json = False) -> None:
    """The sites that Svodka knows."""
    from crawler.sites import load_site, site_names

    sites = [load_site(name) for name in site_names()]
    _rows(({"name": site.name, "title": site.title, "base_url": site.base_url} for site in sites), as_json)


@site_commands.command("new")
def site_new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new site file's name.")],
    pages: Annotated[list[str], typer.Argument(metavar="PAGE...", help="Articles of the site: URLs, or saved files.")],
    url: Annotated[list[str] | None, typer.Option(help="Where a saved file is from; once for each, in order.")] = None,
    base_url: Annotated[str | None, typer.Option(help="The site on another host: a mirror, a test.")] = None,
    into: Annotated[Path | None, typer.Option(help="The folder to write into; the program's own if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Write a site file and fixtures from a few pages; show what could not be found."""
    from pipelines.site_new import new_site

    _show(new_site(_home(), name, pages, urls=url or (), base_url=base_url, into=into), as_json)


@site_commands.command("check")
def site_check(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One site; all if not given.")] = None,
    into: Annotated[Path | None, typer.Option(help="The folder of the site file, as for `site new`.")] = None,
    as_json: Json = False,
) -> None:
    """Read the saved pages of site files; exit 1 where one is read otherwise than expected."""
    from crawler.sites import site_names
    from pipelines.site_check import check_fixtures, site_in

    if into and not name:
        raise UsageError("--into needs the NAME of a site file in that folder")
    found = [each for one in ([name] if name else site_names()) for each in check_fixtures(*site_in(into, one))]
    _rows(found, as_json)
    if any(each.differences for each in found):
        raise typer.Exit(1)


def _refetch(report: Report) -> None:
    from archive.lock import exclusive
    from archive.refetch import refetch

    with exclusive(_existing_home(), "verify --refetch"), _database() as db:
        due = refetch(db, report)
    _say(f"{due} pages are due again: `svodka crawl` fetches them")


# --- helpers -------------------------------------------------------------------------------------------------------


def _home() -> Home:
    from archive.home import Home

    return Home(_Options.home)


def _existing_home() -> Home:
    home = _home()
    if not home.path.is_dir():
        raise UsageError(f"{home.path}: there is no archive; crawl one, or name it with --home")
    return home


class _database:
    """The archive's database, opened and closed."""

    def __init__(self, *, create: bool = False, checked: bool = True) -> None:
        self._create, self._checked = create, checked

    def __enter__(self) -> Database:
        from archive.rows.engine import open_database
        from archive.rows.migrations import require_current

        home = _home() if self._create else _existing_home()
        self._db = open_database(home.database_url)
        if not self._create and self._db.path is not None and not self._db.path.exists():
            raise UsageError(f"{home.path}: there is no database yet; crawl first")
        if self._checked and not self._create:
            require_current(self._db)
        return self._db

    def __exit__(self, *_: object) -> None:
        self._db.close()


def _sites_of_archive(conn: Connection, site: str | None) -> list[str]:
    from archive.rows.reading import sites

    known = sites(conn)
    if site is not None and site not in known:
        raise UsageError(f"{site}: not in this archive; it has {', '.join(known) or 'no site'}")
    return [site] if site else known


def _unknown(article: str) -> SvodkaError:
    return NothingFound(f"{article}: no such article in the archive; try `svodka search`")


def _readable(file: Path) -> Path:
    if not file.is_file():
        raise UsageError(f"{file}: no such file")
    return file


def _program() -> Path:
    """This program as cron can start it: `python svodka.py` is no program, the script beside that Python is."""
    called = Path(sys.argv[0]).absolute()
    return called if os.access(called, os.X_OK) else Path(sys.executable).with_name("svodka")


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text}: not an ISO 8601 time") from None
    if moment.tzinfo is None:
        raise UsageError(f"{text}: a time needs its zone, e.g. {text}Z")
    return moment


# --- output --------------------------------------------------------------------------------------------------------


def _say(message: str) -> None:
    _tell(message, err=True)


def _tell(text: str, *, err: bool = False) -> None:
    """A page's text could steer the terminal: control and direction characters are shown as JSON writes them."""
    typer.echo(_STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text), err=err)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    if hasattr(value, "_asdict"):
        return value._asdict()
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path | bytes):
        return str(value)
    return dict(value) if isinstance(value, Mapping) else list(value)


def _print_json(value: Any) -> None:
    _tell(json.dumps(value, default=_plain, ensure_ascii=False))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _rows(rows: Iterable[Any], as_json: bool, columns: Sequence[str] = ()) -> None:
    """A table on a terminal, tab-separated lines when piped, JSON lines with --json."""
    found = (row if isinstance(row, dict) else _plain(row) for row in rows)
    if as_json:
        for row in found:
            _print_json(row)
    elif sys.stdout.isatty():
        _table(list(found), columns)
    else:
        for number, row in enumerate(found):
            if number == 0:
                _tell("\t".join(row))
            _tell("\t".join(_cell(value).replace("\t", " ").replace("\n", " ") for value in row.values()))


def _table(rows: list[dict[str, Any]], columns: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold")
    for column in columns or (rows[0] if rows else ()):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_STEERING.sub("", _cell(value))) for value in row.values()))
    Console().print(table)


def _show(value: Any, as_json: bool) -> None:
    """One object: its fields a line each, or JSON."""
    if as_json:
        _print_json(value)
        return
    for name, content in _plain(value).items():
        if isinstance(content, list | tuple) and content:
            _tell(f"{name}:")
            for each in content:
                _tell(f"  - {_cell(each if isinstance(each, str) else _brief(each))}")
        else:
            _tell(f"{name}: {_cell(content)}")


def _brief(value: Any) -> str:
    fields = value if isinstance(value, Mapping) else _plain(value)
    if not isinstance(fields, Mapping):
        return _cell(fields)
    return ", ".join(f"{name} {_cell(each)}" for name, each in fields.items() if each not in (None, "", [], ()))


def main() -> None:
    """Run the command line; every mistake of a user is one line and its exit code."""
    try:
        app()
    except SvodkaError as error:
        if _Options.debug:
            raise
        _say(f"svodka: {error}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _say("svodka: interrupted; nothing is lost, the next run goes on")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT) or _Options.debug:
            raise
        _say(f"svodka: {error.filename or 'the disk'}: {error.strerror}; what was acknowledged is safe")
        sys.exit(DiskFull.exit_code)


if __name__ == "__main__":
    main()
