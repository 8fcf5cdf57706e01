"""What is damaged is fetched again: the frontier rows of the pages that a verification named become due.

The damaged bytes stay where they are. They are never asked against: `archive.originals` reads a capture back first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from archive.frontier import Frontier
from archive.home import IMPORTED
from archive.records import NOT_READ, Discovery, PageKind
from archive.rows.engine import Database
from archive.rows.in_lists import chunks
from archive.rows.schema import capture
from archive.upkeep.verify import Report

PRIORITY = 2**49  # before all that is merely new


def refetch(database: Database, report: Report) -> int:
    """Make the pages of a report's problems due again; returns how many. The caller holds the archive's lock."""
    urls: dict[str, set[str]] = defaultdict(set)
    for problem in report.problems:
        if problem.site not in (None, IMPORTED) and problem.url:  # what others fetched is not ours to fetch again
            urls[problem.site].add(problem.url)
    due = 0
    with database.writer() as conn:
        for site, wanted in urls.items():
            found = list(_rows(conn, site, sorted(wanted)))
            Frontier(site, "verify").discover(conn, found)
            due += len(found)
    return due


def _rows(conn: Connection, site: str, urls: Sequence[str]) -> Iterable[Discovery]:
    """A row for each URL, of the kind that it was last fetched as; robots.txt is fetched by every run anyway."""
    found: dict[str, Discovery] = {}
    columns = capture.c.url, capture.c.page_kind, capture.c.route, capture.c.via, capture.c.render
    for some in chunks(urls):
        known = select(*columns).where(capture.c.site == site, capture.c.url.in_(some))
        for row in conn.execute(known.order_by(capture.c.captured_at)):
            kind: PageKind = row.page_kind
            if kind not in NOT_READ or kind == "requisite":
                found[row.url] = Discovery(
                    row.url, kind, row.route, PRIORITY, via=row.via, render=row.render, refresh=True
                )
    return found.values()
