"""What a redirect means: for the row that was asked for, and for the one it leads to.

A row is done where its page has moved to another address of the same kind, and what is no article also where it leads
to any page of the site for good. What leads elsewhere for now (302, 303, 307: RFC 9110, 15.4) is tried again: a login
page does not stand for an article. What else leads elsewhere for good has failed.
"""

from __future__ import annotations

from datetime import datetime

from archive.records import LISTS, Discovery, Lease, Outcome, PageKind
from crawler.extraction.normalisers.urls import host_of
from crawler.fetching.outcomes import RetryPolicy
from crawler.sites.site import Site

FOR_NOW = frozenset({302, 303, 307})


def after_redirect(
    lease: Lease, status: int, target: str | None, site: Site, retry: RetryPolicy, now: datetime
) -> tuple[list[Discovery], Outcome]:
    """The row of the target, if it is one of the site, and what becomes of the row that was asked for."""
    if target is None:
        return [], retry.given_up(lease, f"HTTP {status} that leads nowhere", now)
    kind = _kind_of(target, lease, site)
    found = [_row_of(target, kind, lease)] if kind is not None and target != lease.url else []
    for_good = status not in FOR_NOW
    if found and (kind == lease.page_kind or (for_good and lease.page_kind != "article")):
        return found, Outcome(lease.id, "done")
    error = f"HTTP {status} to {target if target != lease.url else 'itself'}"
    if not for_good or target == lease.url:
        return found, retry.after_trouble(lease, error, now)
    return found, retry.given_up(lease, error, now)


def _kind_of(target: str, lease: Lease, site: Site) -> PageKind | None:
    """What the target is; None where it is no page of the site. What belongs to a page may be anywhere."""
    facts = site.facts(target)
    if facts is not None:
        return facts.page_kind
    unknown = lease.page_kind == "other" and host_of(target) in site.hosts
    return lease.page_kind if unknown or lease.page_kind == "requisite" else None


def _row_of(target: str, kind: PageKind, lease: Lease) -> Discovery:
    """What every run asks for, or the user did, is due again at its new address."""
    asked = lease.page_kind in LISTS or lease.route == "user"
    return Discovery(target, kind, lease.route, lease.priority, via=lease.url, render=lease.render, once_a_run=asked)
