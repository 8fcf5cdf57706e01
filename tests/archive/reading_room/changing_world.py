"""A made-up practice site that changes between crawls: versions, counters, presence for the reading room to show.

One article's headline, lead and text are edited and its numbers vanish for a while; another is taken away. Used by the
tests of the reading room and by the pictures of the docs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite

EDITED, GONE = "1041342", "1041349"
NO_NUMBERS = 99  # a spelling that there is none of: the page prints no counters
Crawl = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Told:
    """What was done: the edited article, its translation and the one that was taken away, by id; its two headlines."""

    edited: str
    translation: str
    gone: str
    titles: tuple[str, str]


def crawl_while_it_changes(crawl: Crawl) -> Told:
    """Crawl a site on which hours go by between the crawls; `crawl` is called with what follows `svodka crawl vpk`."""
    began = datetime.now(UTC) - timedelta(hours=100)  # more than go by: years are told from the captures, made today
    site = PracticeSite(PracticeArchive(seed=1, articles=24, now=began))
    with PracticeServer(site) as server:
        crawl("--base-url", server.url)

        def ask(native_id: str = EDITED) -> None:
            crawl(server.url.rstrip("/") + site.world.article(native_id, "en").path, "--base-url", server.url)

        return _change(site, ask)


def _change(site: PracticeSite, ask: Callable[..., None]) -> Told:
    first = site.world.article(EDITED, "en")
    for hours in (9, 0, 30):  # an hour that brings nothing is a 304
        site.advance(timedelta(hours=hours))
        ask()
    site.edit(EDITED, "en", spelling=NO_NUMBERS)
    ask()
    title = first.title.replace("has begun", "has halted")
    site.edit(EDITED, "en", spelling=0, title=title, lead=(first.lead[0].replace("478 hours", "487 hours"),))
    site.edit(EDITED, "en")
    for hours in (20, 0, 15, 25):
        site.advance(timedelta(hours=hours))
        ask()
    site.remove(GONE, "en")
    ask(GONE)
    return Told(f"vpk:en:{EDITED}", f"vpk:ru:{EDITED}", f"vpk:en:{GONE}", (first.title, title))
