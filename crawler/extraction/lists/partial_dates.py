"""Dates of rows that print less than a day and a time: `18:47`, `05.10.2025`, `Oct 18`, `час назад`.

Such a text may be anything else, so that only a list's rows are asked for theirs (see row_elements).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from crawler.extraction.flow import Atom, Block, shown
from crawler.extraction.lists.row import BULLETS, Dated, Posted, without_section
from crawler.extraction.normalisers.dates import read_moment

_SHORTEST, _LONGEST = 4, 24  # characters: `9:05`, `30 сентября 2025 года`
_LONGEST_LINE = 46  # the same with a section behind it
_LONGEST_SPACED = 120  # characters with the white space of the source around it
_LONGEST_ROW = 500  # characters of a row in one block
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")
_DAY_OF_MONTH = re.compile(r"(?:0[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])")
_DAYS, _BACK = ("сегодня", "вчера", "позавчера", "today", "yesterday"), ("назад", "ago")
_EDGES = frozenset("0123456789()" + BULLETS)  # of a date that has a number
_ARROWS = " ←→‹›«»<>"  # around a link to the day before
_MOST_ASCENTS = 1  # in a list that begins with the newest: where the day before begins
_AHEAD = timedelta(minutes=10)  # by so much a site's clock may run ahead of ours


def partial_dates(
    blocks: Sequence[Block], known: Collection[tuple[int, int]], seen_at: datetime, zone: ZoneInfo
) -> Iterator[Dated]:
    """Atoms that may be such a date; `known` are those of whole ones, by number of their block and their own."""
    for block in blocks:
        if len(block.text) > _LONGEST_LINE and (len(block.atoms) == 1 or not _may_be_rows(block)):
            continue
        for at, atom in enumerate(block.atoms):
            if len(atom.text) > _LONGEST_SPACED or not _may_be(atom.text) or (block.index, at) in known:
                continue
            if posted := _posted(atom, seen_at, zone):
                yield Dated(block, at, at + 1, posted, (at == 0, block.tag, block.frame.depth, atom.node.tag))


def _may_be_rows(block: Block) -> bool:
    return len(block.text) <= _LONGEST_ROW or block.wholly_linked


def _posted(atom: Atom, seen_at: datetime, zone: ZoneInfo) -> Posted | None:
    text = shown(atom).strip(BULLETS)
    if text[:1] == "(" and text[-1] == ")":
        text = text[1:-1]
    text = without_section(text)
    if len(text) < _SHORTEST:
        return None
    if _CLOCK.fullmatch(text) or _DAY_OF_MONTH.fullmatch(text):
        return _in_attribute(atom, text, seen_at, zone) or Posted(None, text)
    moment = read_moment(text, seen_at=seen_at, zone=zone)
    return Posted(moment.at if moment.precision != "hour" else None, moment.raw) if moment else None


@lru_cache(maxsize=4096)  # menus and lists stand on many pages
def _may_be(printed: str) -> bool:
    """Cheap, before any pattern is tried: most short texts are words or whole numbers."""
    text = printed.strip()
    text = without_section(text) if _LONGEST < len(text) <= _LONGEST_LINE else text
    if not _SHORTEST <= len(text) <= _LONGEST:
        return False
    if text[0] in _EDGES or text[-1] in _EDGES:
        return not text.isdigit()
    return text.endswith(_BACK) or text.lower() in _DAYS


def _in_attribute(atom: Atom, text: str, seen_at: datetime, zone: ZoneInfo) -> Posted | None:
    """The whole time of a <time>'s attribute, where it is the one of which a part is printed."""
    said = atom.node.attrs.get("datetime") if atom.node.tag == "time" else None
    moment = read_moment(said, seen_at=seen_at, zone=zone) if said else None
    if said is None or moment is None or moment.precision != "minute":
        return None
    local = moment.at.astimezone(zone)
    printed = f"{local:%H:%M}" if ":" in text else f"{local:%d.%m}"
    return Posted(moment.at, said) if text.zfill(5) == printed else None


def days_above(
    above: Sequence[Block], containers: Collection[int], seen_at: datetime, zone: ZoneInfo
) -> tuple[date, ...] | None:
    """The day that the line above a list is, or the heading a little further up; None where neither is one.

    It is none (an empty tuple) where such a heading may be another list's: it has to be the nearest heading, to stand
    directly in one of the list's `containers` (by `mem_id`), and no link but to other days between the two.
    """
    days = [_day(block, seen_at, zone) for block in above]
    headings = [at for at, block in enumerate(above) if block.is_heading]
    headed = any(days[at] is not None for at in headings)
    if above and (day := days[-1]) is not None and not (headed and above[-1].linked and not above[-1].is_heading):
        return (day,)
    if not headed:
        return None
    nearest = headings[-1]
    day, behind = days[nearest], above[nearest + 1 :]
    heads = day is not None and _container(above[nearest]) in containers
    return (day,) if day and heads and not any(_leads_to_news(each, seen_at, zone) for each in behind) else ()


def _day(block: Block, seen_at: datetime, zone: ZoneInfo) -> date | None:
    return _read_day(block.text, seen_at, zone) if len(block.text) <= _LONGEST else None


def _read_day(text: str, seen_at: datetime, zone: ZoneInfo) -> date | None:
    moment = read_moment(text, seen_at=seen_at, zone=zone)
    return moment.at.astimezone(zone).date() if moment is not None and moment.precision == "day" else None


def _container(heading: Block) -> int:
    """The `mem_id` of the element in which h1 to h6 stands."""
    frame = heading.frame
    while frame.parent is not None and frame.depth >= heading.frame.heading:
        frame = frame.parent
    return frame.node.mem_id


def _leads_to_news(block: Block, seen_at: datetime, zone: ZoneInfo) -> bool:
    """Whether a block has a link but to another day."""
    return any(_read_day(text.strip(_ARROWS), seen_at, zone) is None for _, text in block.anchors())


def take_days_of_clocks(rows: Sequence[Dated], days: Sequence[date] | None, seen_at: datetime, zone: ZoneInfo) -> None:
    """Give the rows of a list that print a clock alone their day.

    It is the one that is said above them, which may be none; where nothing is said (None) that of the capture, else the
    day before. One that is later than the row above it stays NULL: there another day begins, whichever. So does one
    that is later than the capture.
    """
    today = seen_at.astimezone(zone).date()
    days = (today, today - timedelta(days=1)) if days is None else days
    before: datetime | None = None
    for row in rows:
        if row.moment.at is None and _CLOCK.fullmatch(row.moment.raw):
            times = (_on(day, row.moment.raw, zone) for day in days)
            at = next((time for time in times if time <= seen_at + _AHEAD), None)
            if at is not None and (before is None or at <= before):
                row.moment = Posted(at, row.moment.raw)
        before = row.moment.at if row.moment.at and ":" in row.moment.raw else before


def _on(day: date, clock: str, zone: ZoneInfo) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)


def are_times(rows: Sequence[Dated]) -> bool:
    """Whether clocks descend as those of news do, but for one midnight: the lengths of films come in any order."""
    clocks = [row.moment.raw.zfill(5) for row in rows if _CLOCK.fullmatch(row.moment.raw)]
    return sum(one < other for one, other in pairwise(clocks)) <= _MOST_ASCENTS
