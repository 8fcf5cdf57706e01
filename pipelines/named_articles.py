"""The article that a URL leads to, also one that nobody has seen, by its number: a slug changes with the title."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archive.rows.reading import article_named_in_a_list, article_seen_at, article_with_number
from archive.rows.schema import site as site_table
from archive.rows.spellings import spellings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from crawler.sites.site import Site


def article_named(conn: Connection, given: str) -> str:
    """The id of the article that the URL `given` leads to; `given` itself where that is not known, or no URL."""
    if "://" not in given:
        return given
    # What lists name comes last: no index has their URLs.
    return article_seen_at(conn, given) or _by_its_number(conn, given) or article_named_in_a_list(conn, given) or given


def _by_its_number(conn: Connection, given: str) -> str | None:
    for site in _sites(conn):
        for url in spellings(given):
            facts = site.facts(url)
            if facts is not None and facts.page_kind == "article" and facts.native_id:
                return article_with_number(conn, site.name, facts.native_id, facts.language)
    return None


def _sites(conn: Connection) -> Iterator[Site]:
    """The sites of the archive as their files describe them, and at the address where each was crawled."""
    from sqlalchemy import select

    from crawler.sites import load_site, site_names

    for name, base_url in conn.execute(select(site_table.c.name, site_table.c.base_url)):
        if name in site_names():
            yield (site := load_site(name))
            if base_url:
                yield site.at(base_url)
