"""One file a site: hosts, URL patterns, labels, selectors, time zone, politeness. Each defines `SITE`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from archive.errors import UsageError
from crawler.sites.site import Site, host_of_site

_NOT_SITES = {"site"}


@cache
def site_names() -> tuple[str, ...]:
    """The names of all site files, sorted."""
    return tuple(sorted(module.name for module in iter_modules(__path__) if module.name not in _NOT_SITES))


def load_site(name: str) -> Site:
    """The site of that name. Raises UsageError, which names the known ones."""
    if name not in site_names():
        raise UsageError(f"no site is called {name!r}; known: {', '.join(site_names())}")
    site = import_module(f"{__name__}.{name}").SITE
    if not isinstance(site, Site):
        raise UsageError(f"crawler/sites/{name}.py does not define SITE = Site(...)")
    return site


def known_site(url: str) -> Site | None:
    """The site file that names the host of `url`."""
    host = host_of_site(url)
    return next((site for site in map(load_site, site_names()) if host in site.hosts), None)


def site_of(url: str) -> Site:
    """The site whose host `url` is on; else `generic`, put on that host."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return known_site(url) or load_site("generic").at(f"{parts.scheme}://{parts.netloc.lower()}/")
