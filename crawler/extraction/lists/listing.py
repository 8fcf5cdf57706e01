"""The rows of lists as placements: rank, time, comment count, title, where it leads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from crawler.extraction.facts import FactsByUrl, facts_by_url, facts_of
from crawler.extraction.flow import Anchor, Block, Flow, shown
from crawler.extraction.lists.row import Row, RowList
from crawler.extraction.normalisers.dates import read_moment
from crawler.extraction.page import Page
from crawler.items import Placement
from crawler.sites.site import Site

_SHORTEST_TITLE = 12


def placements_of(lists: Iterable[RowList], page: Page, site: Site) -> list[Placement]:
    """The row lists of a page: `discussion` under its label, every other list `news`. Ranks run through a block."""
    found: list[Placement] = []
    ranks: dict[str, int] = {}
    facts_at = facts_by_url(site)
    for each in lists:
        block = each.label or "news"
        for row in each.rows:
            ranks[block] = ranks.get(block, 0) + 1
            found.append(_placement(row, block, ranks[block], page, facts_at))
    return found


def lists_of_articles(lists: Iterable[RowList], page: Page, site: Site) -> list[RowList]:
    """Those whose rows name articles; readers' comments have dates, too, and may stand under the discussion's label."""
    return [each for each in lists if _names_articles(each, page, site)]


def _names_articles(rows: RowList, page: Page, site: Site) -> bool:
    """Whether half of the rows lead to articles; under the label one, or none leads anywhere and they have counts."""
    urls = page.resolve.all([row.anchor.href for row in rows.rows if row.anchor])
    target = facts_by_url(site).of_target
    known = [facts for url in urls if url and (facts := target(url)) and facts.page_kind == "article"]
    if rows.label is None:
        return 2 * len(known) >= len(rows.rows)
    return bool(known) or (not rows.leads_somewhere and any(row.comments is not None for row in rows.rows))


def _placement(row: Row, block: str, rank: int, page: Page, facts_at: FactsByUrl) -> Placement:
    url = page.resolve(row.anchor.href) if row.anchor else None
    facts = facts_at.of_target(url) if url else None
    return Placement(
        block=block, rank=rank, url=url, title=row.title,
        posted_at=row.moment.at, posted_raw=row.moment.raw or None,
        comments=row.comments.value if row.comments else None,
        comments_raw=(row.comments.raw or None) if row.comments else None,
        comments_precision=row.comments.precision if row.comments else None,
        native_id=facts.native_id if facts else None, language=facts.language if facts else None,
        layer="landmarks:rows",
    )  # fmt: skip


def rows_of_listing(flow: Flow, lists: Sequence[RowList], page: Page, site: Site) -> list[Placement]:
    """The rows of a page whose own list has no whole dates: that with days or clocks may be but a sidebar's.

    Then every link to an article is a row, if they are more.
    """
    placed = placements_of(lists, page, site)
    news = sum(row.block == "news" for row in placed)
    if news and news >= len(linked_rows(flow, lists, page, site)):
        return placed
    labelled = [rows for rows in lists if rows.label is not None]
    return placements_of(labelled, page, site) + linked_rows(flow, labelled, page, site)


def linked_rows(flow: Flow, lists: Iterable[RowList], page: Page, site: Site) -> list[Placement]:
    """A list without dates in its rows: every link to an article outside of `lists`, in the page's order, each once."""
    taken = {i for rows in lists for i in range(rows.first, rows.last + 1)}
    rows: dict[str, Placement] = {}
    for block in flow.blocks:
        if block.index in taken:
            continue
        for anchor, text in block.anchors():
            url = page.resolve(anchor.href)
            facts = facts_of(site, url) if url else None
            if url and facts and facts.page_kind == "article" and len(text) >= _SHORTEST_TITLE and url not in rows:
                rows[url] = _linked(block, anchor, text, url, len(rows) + 1, page, site)
    return list(rows.values())


def _linked(block: Block, anchor: Anchor, text: str, url: str, rank: int, page: Page, site: Site) -> Placement:
    facts = facts_of(site, url)
    moment = None
    for atom in block.atoms:
        if atom.anchor is not anchor and moment is None:
            moment = read_moment(shown(atom), seen_at=page.fetched_at, zone=ZoneInfo(site.time_zone))
    return Placement(
        block="news", rank=rank, url=url, title=text,
        posted_at=moment.at if moment else None, posted_raw=moment.raw if moment else None,
        native_id=facts.native_id if facts else None, language=facts.language if facts else None,
        layer="landmarks:links",
    )  # fmt: skip
