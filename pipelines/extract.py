"""`svodka extract`: reads one saved page and says, field by field, what it holds and how that was found."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.errors import UsageError
from crawler.extraction.as_json import reading_as_json
from crawler.extraction.page import Page
from crawler.extraction.read import read_page
from crawler.sites import load_site, site_of
from crawler.sites.site import Site

_GZIP = b"\x1f\x8b"


def extract_file(
    path: Path, url: str, fetched_at: datetime, content_type: str | None = None, site: str | Site | None = None
) -> dict[str, Any]:
    """{kind, article, placements[], layers{field: layer}, conflicts[], unreadable} of the page saved at `path`.

    `url` is where it was fetched, `fetched_at` when (aware: relative dates and missing years are read from it). The
    site is the one whose host `url` names, else `generic`, unless `site` says which. Raises UsageError.
    """
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise UsageError(f"--url needs a whole address with http:// or https://, not {url!r}")
    if fetched_at.tzinfo is None:
        raise UsageError(f"--fetched-at needs an offset, as in 2025-09-08T04:45:00+03:00, not {fetched_at.isoformat()}")
    chosen = _site(site, url)
    return reading_as_json(read_page(Page(url, _read(path), content_type, fetched_at), chosen))


def _site(site: str | Site | None, url: str) -> Site:
    """The site as given; one given by name is put on the host of `url` where it is not its own."""
    if site is None:
        return site_of(url)
    chosen = load_site(site) if isinstance(site, str) else site
    parts = urlsplit(url)
    return chosen if parts.netloc in chosen.hosts else chosen.at(f"{parts.scheme}://{parts.netloc}/")


def _read(path: Path) -> bytes:
    """The file's bytes, without gzip."""
    try:
        body = path.read_bytes()
        return gzip.decompress(body) if body.startswith(_GZIP) else body
    except (OSError, EOFError) as error:
        raise UsageError(
            f"cannot read {path}: {error.strerror if isinstance(error, OSError) and error.strerror else error}"
        ) from error
