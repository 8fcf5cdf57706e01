"""Which site a command means: a site file, on its own host or on another one that the user names."""

from __future__ import annotations

from urllib.parse import urlsplit

from archive.errors import UsageError
from archive.rows.bounds import is_key
from archive.warc.record import ascii_uri
from crawler.sites import load_site
from crawler.sites.site import Site


def site_at(site_name: str, base_url: str | None) -> Site:
    """The site file of that name, on the host of `base_url` where one is given. Raises UsageError."""
    site = load_site(site_name)
    return site if base_url is None else site.at(checked_url("--base-url", base_url))


def checked_url(what: str, url: str) -> str:
    """`url` where it is one that can be crawled. Raises UsageError, which calls it `what`."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or any(character.isspace() for character in url):
        raise UsageError(f"{what} {url}: not an http or https URL")
    if not is_key(ascii_uri(url)):
        raise UsageError(f"{what} {url[:60]}…: {len(url)} characters, more than a URL can have here")
    return url
