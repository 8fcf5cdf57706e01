"""Reads a page: here, or where the guards suspect it in a process with a budget, which the crawl outlives."""

from __future__ import annotations

from crawler.extraction.contained import read_contained
from crawler.extraction.page import Page
from crawler.extraction.reader import PageReading, kind_of, read_here
from crawler.sites.site import Site


def read_page(page: Page, site: Site) -> PageReading:
    """Read one page of `site`. Never raises for what a page contains; says in `unreadable` why there is nothing.

    A page that the guards suspect is read in a process with a budget, and is unreadable where that is not enough.
    """
    if not page.refused and (reason := page.suspected):
        read = read_contained(page, site)
        return PageReading(kind_of(page, site), unreadable=f"{reason}; {read}") if isinstance(read, str) else read
    return read_here(page, site)
