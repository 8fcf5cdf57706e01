"""What a site file says: all that is particular to one site, as data. Everything else in Svodka is the same for all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from archive.records import PageKind
from archive.tracking import is_tracking

Layer = Literal["selectors", "landmarks", "metadata", "text"]
Render = Literal["never", "always"]


_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Seed:
    """A page from which the walk starts. `path` is relative to the site's base URL."""

    path: str
    page_kind: PageKind
    route: str


@dataclass(frozen=True, slots=True)
class UrlPattern:
    """Which URLs are what. `regex` is matched against path and query; groups `native_id`, `slug`, `page` are used."""

    regex: re.Pattern[str]
    page_kind: PageKind
    language: str | None = None


@dataclass(frozen=True, slots=True)
class UrlFacts:
    """What a URL of the site says of the page behind it."""

    page_kind: PageKind
    language: str | None = None
    native_id: str | None = None
    slug: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """Words the site prints around the parts of an article; every spelling in every language it uses.

    Matched without case, with е for ё, without trailing colon.
    """

    image_credit: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    rights_statement: tuple[str, ...] = ()
    original: tuple[str, ...] = ()
    disclaimer: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    comment_prompt: tuple[str, ...] = ()
    newsletter: tuple[str, ...] = ()
    discussion: tuple[str, ...] = ()
    update: tuple[str, ...] = ()
    login: tuple[str, ...] = ()
    note_signatures: tuple[str, ...] = ()  # "approx. InoSMI"
    footnote: tuple[str, ...] = ()
    share: tuple[str, ...] = ()  # and whatever else heads a small box that is no part of the text: "Read also"
    mention_kinds: Mapping[str, str] = field(default_factory=dict)  # heading or link path part -> kind


@dataclass(frozen=True, slots=True)
class SelectorSet:
    """CSS selectors a field, good for captures made before `valid_until`; keep the old sets for old captures."""

    name: str
    fields: Mapping[str, str]
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """One site. `layers` gives the order in which the layers are asked, by field; `*` is for all other fields."""

    name: str
    title: str
    base_url: str
    hosts: tuple[str, ...]
    seeds: tuple[Seed, ...]
    patterns: tuple[UrlPattern, ...]
    time_zone: str = "UTC"
    languages: tuple[str, ...] = ()
    labels: Labels = Labels()
    selectors: tuple[SelectorSet, ...] = ()
    layers: Mapping[str, tuple[Layer, ...]] = field(
        default_factory=lambda: {"*": ("selectors", "landmarks", "metadata", "text")}
    )
    counters: tuple[Literal["views", "comments", "rating"], ...] = ()  # in the order of the page
    render: Mapping[PageKind, Render] = field(default_factory=dict)
    delay: float = 2.0  # seconds between two requests
    stop_after_known: int = 20  # articles in a row of a list
    requisites: bool = True  # fetch the images and style sheets that a page needs
    newest_first: bool = True  # ids rise with time

    @property
    def host_names(self) -> frozenset[str]:
        """The site's hosts without their ports."""
        return frozenset(urlsplit(f"//{host}").hostname or "" for host in self.hosts)

    def at(self, base_url: str) -> Site:
        """The same site on another host: a mirror, the practice aggregator, a test."""
        base_url = base_url if base_url.endswith("/") else base_url + "/"
        return replace(self, base_url=base_url, hosts=(urlsplit(base_url).netloc,))

    def rendered(self, render: Render) -> Site:
        """The same site with its articles and listings fetched by a browser, always or never."""
        return replace(self, render={"article": render, "listing": render})

    def facts(self, url: str) -> UrlFacts | None:
        """What `url` is on this site; None where it is not of this site or no pattern knows it."""
        host, target = _host_and_target(untracked(url))
        if host not in self.hosts and host_of_site(url) not in self.hosts:
            return None
        for pattern in self.patterns:
            if match := pattern.regex.fullmatch(target):
                groups = match.groupdict()
                page = groups.get("page")
                return UrlFacts(
                    page_kind=pattern.page_kind,
                    language=pattern.language,
                    native_id=groups.get("native_id"),
                    slug=groups.get("slug"),
                    page=int(page) if page else None,
                )
        return None


def untracked(url: str) -> str:
    """`url` without the parameters by which visits are counted: `?utm_source=rss`. They say nothing of the page."""
    if "?" not in url:
        return url
    address, _, query = url.partition("?")
    query, hash_sign, fragment = query.partition("#")
    kept = "&".join(each for each in query.split("&") if not is_tracking(each))
    return f"{address}{'?' if kept else ''}{kept}{hash_sign}{fragment}"


def host_of_site(url: str) -> str:
    """Host with port as site files have it: in small letters, without the scheme's own port (RFC 3986, 6.2.3).

    Old crawlers wrote `http://vpk.name:80/`.
    """
    scheme, _, behind = url.partition("://")
    host = re.split(r"[/?#]", behind, maxsplit=1)[0].lower()
    return host.removesuffix(_PORTS.get(scheme.lower(), ""))


def _host_and_target(url: str) -> tuple[str, str]:
    """Host with port, and path with query: as urlsplit has them, at a third of the cost."""
    host, slash, rest = url.partition("#")[0].partition("://")[2].partition("/")
    if "?" in host:
        host, _, query = host.partition("?")
        return host, f"/?{query}{slash}{rest}"
    return host, f"/{rest}".removesuffix("?")
