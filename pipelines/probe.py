"""`svodka probe`: one page fetched into the archive, and what the reader makes of it, field by field."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from archive.errors import NothingFound
from archive.home import Home
from archive.monitoring.coverage import ARTICLE_FIELDS, COUNTERS
from archive.ownership import open_own_database
from archive.rows.engine import Database
from archive.rows.reading import CaptureView, UnreadCapture, capture_view, pages_of_run
from crawler.extraction.as_json import reading_as_json
from crawler.extraction.reader import PageReading
from crawler.sites import load_site, site_of
from crawler.sites.site import Site
from pipelines.reread import read_again
from pipelines.run import CrawlOptions, crawl
from pipelines.site_at import checked_url

_IDENTITY = ("native_id", "language", "slug")


@dataclass(frozen=True, slots=True)
class ProbedField:
    """One field: its value as `extract` prints it, and how it was found; None where it was not."""

    field: str
    value: Any
    layer: str | None = None
    rule: str | None = None
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """One page and its capture. `nothing` is why nothing was read of it; `conflicts` what other layers said."""

    url: str
    site: str
    kind: str
    status: int | None
    capture_id: str
    warc_file: str
    offset: int
    nothing: str | None
    fields: tuple[ProbedField, ...]
    conflicts: tuple[dict[str, str], ...]


def probe(
    home: Home, url: str, site_name: str | None = None, base_url: str | None = None, log_level: str = "WARNING"
) -> Probe:
    """Fetch and read `url`. Raises what a crawl raises; NothingFound where no answer came."""
    checked_url("URL", url)
    site, options = _how(url, site_name, base_url, log_level)
    summary = crawl(home, site.name, options)
    database = open_own_database(home)
    try:
        page, view = _captured(database, summary.run_id, url)
    finally:
        database.close()
    unit, reading = read_again(home, site, page)
    return Probe(
        url=page.url, site=site.name, kind=page.page_kind, status=view.status, capture_id=page.id,
        warc_file=page.warc_file, offset=page.offset,
        nothing=_nothing(page, view, reading, unit.read_states[page.id]),
        fields=tuple(_fields(reading)) if reading else (),
        conflicts=tuple(reading.article.conflicts) if reading and reading.article else (),
    )  # fmt: skip


def _how(url: str, site_name: str | None, base_url: str | None, log_level: str) -> tuple[Site, CrawlOptions]:
    """The site on the page's host; a host that only the URL names must be a public one."""
    if base_url is not None:
        site = load_site(site_name or "generic").at(checked_url("--base-url", base_url))
        return site, CrawlOptions(base_url=base_url, urls=(url,), log_level=log_level, once=True)
    site = load_site(site_name) if site_name else site_of(url)
    parts = urlsplit(url)
    if site_name is None and site.name == "generic":
        here = f"{parts.scheme}://{parts.netloc}/"
        return site, CrawlOptions(base_url=here, urls=(url,), log_level=log_level, guarded=True, once=True)
    return site, CrawlOptions(urls=(url,), log_level=log_level, once=True)


def _captured(database: Database, run_id: str, url: str) -> tuple[UnreadCapture, CaptureView]:
    with database.reader() as conn:
        pages = pages_of_run(conn, run_id)
        if not pages:
            raise NothingFound(f"{url}: was not fetched; `svodka health` may know why")
        view = capture_view(conn, pages[-1].id)
    assert view is not None
    return pages[-1], view


def _nothing(page: UnreadCapture, view: CaptureView, reading: PageReading | None, state: str) -> str | None:
    if reading is not None:
        return reading.unreadable
    if view.location:
        return f"leads to {view.location}: probe that"
    if page.page_kind == "other":
        return "the site file has no pattern for this URL, so it is kept and not read"
    return f"HTTP {view.status}, {state}: kept and not read" if view.status else f"no answer: {view.error}"


def _fields(reading: PageReading) -> Iterator[ProbedField]:
    shown = reading_as_json(reading)
    article = reading.article
    if article is not None:
        values: dict[str, Any] = shown["article"]
        yield from (ProbedField(name, values[name], "url" if values[name] else None) for name in _IDENTITY)
        for name in ARTICLE_FIELDS:
            yield _field(name, values[name], article.layers.get(name), article.raw.get(name))
        for name in COUNTERS:
            how = article.layers.get("counters") if values[name] is not None else None
            yield _field(name, values[name], how, values[f"{name}_raw"])
    blocks = Counter(row.block for row in reading.placements)
    for block, rows in blocks.items():
        first = next(row for row in shown["placements"] if row["block"] == block)
        layer = next((row.layer for row in reading.placements if row.block == block), None)
        yield _field(block, f"{rows} rows", layer, json.dumps(first, ensure_ascii=False))


def _field(name: str, value: Any, how: str | None, raw: str | None) -> ProbedField:
    if how is None:
        return ProbedField(name, value or None, raw=raw)
    layer, _, rule = how.partition(":")
    return ProbedField(name, value, layer, rule or None, raw)
