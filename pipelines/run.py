"""One crawl from beginning to end: settings, session, Scrapy, and the exit code that says how it went."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import Settings
from sqlalchemy import Connection, select

from archive.config import Config
from archive.errors import Blocked, ConfigurationError, Interrupted, NothingFound, SvodkaError, UsageError
from archive.frontier import NoPage, Waiting
from archive.home import Home
from archive.host_pace import paces
from archive.monitoring.coverage import FieldCoverage
from archive.monitoring.verdict import verdict_on
from archive.ownership import open_own_database
from archive.rows.migrations import check
from archive.rows.schema import capture
from archive.rows.visits import last_walk_started_at
from archive.schedule import is_due as interval_over
from archive.session import INTERRUPTED, Session, SiteRow, Tally, software
from crawler.sites.site import Render, Site
from pipelines.reread import reread_unread
from pipelines.site_at import checked_url, site_at

# Seconds. Without any pause Scrapy asks for the next page before the connection is free again, and opens a new one for
# nine pages of ten.
LEAST_DELAY = 0.0001
REDIRECTS = 5  # of each URL that the user named; robots.txt is followed as far (RFC 9309, 2.3.1.2)


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What `svodka crawl` was asked for; None means the configuration's own.

    The host of `base_url` may be a loopback or private address, as the user named it, unless `guarded`. `once`: one
    look at each of `urls`; what fails then waits for another run, and is no error of this one.
    """

    base_url: str | None = None
    max_pages: int | None = None
    backfill: bool = False
    delay: float | None = None
    render: Render | None = None
    urls: tuple[str, ...] = ()
    log_level: str = "WARNING"
    guarded: bool = False
    once: bool = False


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """How a crawl went, as committed.

    `alarms`: what was found far less often than in the runs before. `waiting`: what of the URLs that the user named a
    later run tries again. `no_pages`: what of them is gone, failed or excluded.
    """

    run_id: str
    site: str
    reason: str
    seconds: float
    tally: Tally = field(default_factory=Tally)
    stats: dict[str, Any] = field(default_factory=dict)
    alarms: tuple[FieldCoverage, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    no_pages: tuple[NoPage, ...] = ()


def crawl(home: Home, site_name: str, options: CrawlOptions) -> CrawlSummary:
    """Crawl one site into the data folder. Raises SvodkaError with the exit code of contract and docs."""
    here = site_at(site_name, options.base_url)
    for url in options.urls:
        checked_url("URL", url)
        if urlsplit(url).netloc not in here.hosts:
            raise UsageError(f"{url}: not on {site_name} ({', '.join(here.hosts)})")
    settings = settings_for(home, here, options)
    _require_own_folder(home, here)
    row = SiteRow(here.name, here.title, here.base_url, here.time_zone)
    with Session(home, row, command="crawl", options=_without_none(asdict(options))) as session:
        reread_unread(session, here)
        summary = _run_scrapy(session, site_name, options, settings)
        if summary.reason != INTERRUPTED:
            waiting, no_pages = tuple(session.waiting(options.urls)), tuple(session.no_pages(options.urls))
            summary = replace(summary, waiting=waiting, no_pages=no_pages)
            trouble = verdict_on(session, walked=not options.urls)
            session.verdict = trouble or (None if options.once else _waits(summary, options))
    if summary.reason == INTERRUPTED:
        raise Interrupted(f"interrupted after {summary.tally.pages} pages; nothing is lost, the next run goes on")
    if session.verdict is not None:
        raise session.verdict
    return replace(summary, alarms=tuple(session.alarms))


def is_due(home: Home, site_name: str, base_url: str | None = None) -> bool:
    """Whether the last walk over the site's lists is old enough, and the host's Retry-After is over."""
    with _rows_so_far(home) as conn:
        if conn is None:
            return True
        last = last_walk_started_at(conn, site_name)
        pace = paces(conn, site_at(site_name, base_url).host_names)
    now = datetime.now(UTC)
    asked_to_wait = any(each.not_before and each.not_before > now for each in pace.values())
    return not asked_to_wait and interval_over(last, now, timedelta(hours=home.config.interval_hours))


def settings_for(home: Home, site: Site, options: CrawlOptions) -> Settings:
    """Scrapy's settings with the user's configuration and the command's options laid over them."""
    config = home.config
    settings = Settings()
    settings.setmodule("crawler.settings")
    loopback = _is_loopback(site.base_url)
    delay = next(
        (each for each in (options.delay, 0.0 if loopback else None, config.delay) if each is not None), site.delay
    )
    settings.update(
        {
            "USER_AGENT": _user_agent(config.contact, loopback=loopback),
            "DOWNLOAD_DELAY": delay or LEAST_DELAY,
            "AUTOTHROTTLE_ENABLED": delay > 0,
            "AUTOTHROTTLE_START_DELAY": delay,
            "DOWNLOAD_TIMEOUT": config.timeout,
            "DOWNLOAD_MAXSIZE": config.max_body_mb * 1_000_000,
            "SVODKA_HOME": str(home.path),
            "SVODKA_MAX_PAGES": _most_pages(config, options),
            "SVODKA_MAX_ATTEMPTS": config.max_attempts,
            "SVODKA_CHROMIUM": config.chromium,
            "LOG_LEVEL": options.log_level,
        },
        priority="cmdline",
    )
    return settings


def _most_pages(config: Config, options: CrawlOptions) -> int:
    """The limit counts what is fetched: URLs have room for every try, and for the redirects that lead to their page."""
    named = len(options.urls) * (1 if options.once else config.max_attempts + REDIRECTS)
    return options.max_pages or named or config.max_pages


def _run_scrapy(session: Session, site_name: str, options: CrawlOptions, settings: Settings) -> CrawlSummary:
    from crawler.fetching.stopping import StoppableProcess

    process = StoppableProcess(settings)
    crawler = process.create_crawler(site_name)
    task: asyncio.Task[None] = process.crawl(
        crawler,
        session=session,
        base_url=options.base_url,
        urls=" ".join(options.urls),
        backfill=options.backfill,
        render=options.render,
        guarded=options.guarded,
    )
    drop_messages_below(options.log_level)
    spare_the_collector()
    process.start()
    if session.failure is not None:
        raise session.failure
    if task.done() and not task.cancelled() and (error := task.exception()):
        raise error
    if session.reason is None:  # a second signal: Scrapy did not wait for anything
        raise Interrupted("interrupted twice, so what was in flight is dropped; the next run fetches it again")
    stats = crawler.stats.get_stats() if crawler.stats else {}
    return CrawlSummary(
        session.run_id, session.site, session.reason, stats.get("elapsed_time_seconds", 0.0),
        session.tally, stats,
    )  # fmt: skip


def drop_messages_below(level: str) -> None:
    """Scrapy lets its own loggers make a record of every message, and drops it at the handler."""
    logging.getLogger("scrapy").setLevel(level)


def spare_the_collector() -> None:
    """Collect seldom: a page leaves thousands of objects that go by reference count, and looking at them costs 15 %."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _user_agent(contact: str | None, *, loopback: bool) -> str:
    if not contact and not loopback:
        raise ConfigurationError(
            'no contact is set, so no crawl: write `[crawl]` and `contact = "you@example.org"` into svodka.toml '
            "in the data folder (it is sent in the User-Agent, so that the site can reach you)"
        )
    name = software().split(" ")[0]
    return f"{name} (+{contact})" if contact else name


def _require_own_folder(home: Home, site: Site) -> None:
    """A practice site's articles are made up and have ids of the real site's: the two never share an archive.

    Raises UsageError where a site on loopback was crawled into the folder and this one is elsewhere, or the reverse.
    """
    known = _captured_url(home, site.name)
    if known is not None and _is_loopback(known) != _is_loopback(site.base_url):
        raise UsageError(
            f"{home.path}: has pages of {site.name} from {urlsplit(known).netloc}, "
            f"and {site.base_url} is another world: a practice site's articles would pass for real ones; "
            "name another folder with --home"
        )


def _captured_url(home: Home, site_name: str) -> str | None:
    """Any URL of the site that was answered; the others are of the same world."""
    answered = capture.c.site == site_name, capture.c.status.is_not(None)
    with _rows_so_far(home) as conn:
        return conn.scalar(select(capture.c.url).where(*answered).limit(1)) if conn is not None else None


@contextmanager
def _rows_so_far(home: Home) -> Iterator[Connection | None]:
    """The archive's rows before a run begins; None where there are none yet."""
    if not home.path.is_dir():
        yield None
        return
    database = open_own_database(home)
    try:
        if check(database) == "empty":
            yield None
        else:
            with database.reader() as conn:
                yield conn
    finally:
        database.close()


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _waits(summary: CrawlSummary, options: CrawlOptions) -> SvodkaError | None:
    """Where not one of the URLs that the user named was to be had, but a later run tries again.

    Of a host that asks for a pause some are not even asked for.
    """
    left_alone = summary.reason in ("asked_to_wait", "blocked")
    all_wait = len(summary.waiting) == len(set(options.urls)) or (left_alone and not summary.tally.read)
    if not summary.waiting or not all_wait:
        return None
    kind = Blocked if left_alone else NothingFound
    others = f", and so do {len(summary.waiting) - 1} others" if len(summary.waiting) > 1 else ""
    return kind(f"{summary.waiting[0]}{others}; a crawl after that fetches what waits")


def _without_none(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value not in (None, (), False)}
