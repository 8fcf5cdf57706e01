"""How often each field was found, run by run: a redesign is an alarm in the run that meets it.

What a run found is held against the runs before it. Runs of few pages are taken together until there are enough, so
that an hourly run of two articles is judged with those before it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from math import comb, sqrt
from statistics import median
from typing import Any

from sqlalchemy import Connection, and_, case, delete, func, or_, select

from archive.records import GONE_STATUSES, NOT_READ
from archive.rows import schema
from archive.rows.schema import capture, placement, reading, run
from archive.rows.upsert import Row, write_rows
from archive.rows.visits import walked

READABLE = "readable"
ARTICLE_FIELDS = (
    "title", "outlet", "outlet_country", "subtitle", "lead", "authors", "body", "editor_notes", "footnotes", "image",
    "published_at", "rights_holder", "rights_statement", "original_url", "original_published_at", "disclaimer",
    "mentions", "links", "alternate",
)  # fmt: skip
COUNTERS = ("views", "comments", "rating")
ROW_FIELDS = ("title", "posted_at", "comments")

# Not every article has these, and how many do changes with what is in the news.
OPTIONAL = frozenset(
    {"subtitle", "lead", "authors", "editor_notes", "footnotes", "image", "mentions", "links", "alternate"}
)

ENOUGH = {"article": 5}  # pages that are judged together, at least
ENOUGH_OF_OPTIONAL = 20  # articles
EARLIER_OF_OPTIONAL = 3  # groups before, at least: one run shows the newest articles, another the oldest
ENOUGH_OF_LISTS = 3
EARLIER_RUNS = 100  # looked at, ...
EARLIER_GROUPS = 30  # ... and how many groups of them make the median
UNLIKELY = 1e-4  # chance of so few, were all as before
NOTABLE = 0.9  # of the median: a rate above this is no alarm however many pages there were
CERTAIN = 0.995  # a field that was always there may be missing from a page in two hundred
FEW_OF_THE_DAYS = 0.25  # of the median of the days before
DAYS = 28
EARLIER_DAYS = 3  # at least, before a day is held against them
MANY_UNREADABLE = 5  # articles that could not be read, and half of all: a worry whatever was before
TELLING_RUNS = 20  # looked through for one that could tell


Key = tuple[str, str]  # page kind, field


@dataclass(frozen=True, slots=True)
class FieldCoverage:
    """One field of one kind of page: `filled` of `total` pages (of `block.field`: rows) in one run.

    `rate` is `filled / total`. `pooled_rate` is what is judged: that of the `pooled_total` pages of this run and, where
    it has few, of those just before. `median` is that of the groups of runs before; None where there are none.
    """

    run_id: str
    site: str
    page_kind: str
    field: str
    filled: int
    total: int
    rate: float | None
    pooled_total: int
    pooled_rate: float | None
    median: float | None
    alarm: bool

    def __str__(self) -> str:
        now, usual = (f"{100 * (each or 0):.0f} %" for each in (self.pooled_rate, self.median))
        before = "nothing to compare with" if self.median is None else f"before in {usual}"
        return f"{self.site}: {self.page_kind} {self.field} found in {now} of the pages, {before}"


@dataclass(frozen=True, slots=True)
class DayVolume:
    """New articles of one day (UTC) against the median of up to 28 earlier days on which anything ran.

    It takes three of them for an alarm, and the site's first day is none of them.
    """

    site: str
    day: date
    runs: int
    new_articles: int
    median: float | None
    alarm: bool


def write_coverage(conn: Connection, run_id: str) -> None:
    """Count what the pages of a run said, as its rows have it now; counts from before are replaced."""
    found = _counts(conn, run_id)
    conn.execute(delete(schema.coverage).where(schema.coverage.c.run_id == run_id))
    site = conn.scalar(select(run.c.site).where(run.c.id == run_id))
    _add_missing_blocks(conn, run_id, found)
    rows: list[Row] = [
        {"run_id": run_id, "site": site, "page_kind": kind, "field": field, "filled": filled, "total": total}
        for (kind, field), (filled, total) in sorted(found.items())
    ]
    write_rows(conn, schema.coverage, rows)


def run_coverage(conn: Connection, run_id: str) -> list[FieldCoverage]:
    """The coverage of a run, each field against the runs before it."""
    runs = [run_id, *_earlier_runs(conn, run_id)]
    columns = schema.coverage.c
    series: dict[Key, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in conn.execute(select(schema.coverage).where(columns.run_id.in_(runs))):
        series[row.page_kind, row.field][row.run_id] = row.filled, row.total
    site = conn.scalar(select(run.c.site).where(run.c.id == run_id)) or ""
    return [
        _judged(run_id, site, key, [counts[each] for each in runs if each in counts])
        for key, counts in sorted(series.items())
        if run_id in counts
    ]


def alarms(found: Iterable[FieldCoverage]) -> list[FieldCoverage]:
    """What to worry about. Where whole pages cannot be read, the fields that are missing with them say no more."""
    raised = [each for each in found if each.alarm]
    unreadable = {each.page_kind for each in raised if each.field == READABLE}
    return [each for each in raised if each.field == READABLE or each.page_kind not in unreadable]


def telling_coverage(conn: Connection, site: str) -> list[FieldCoverage]:
    """For each kind of page the coverage of the last run that could tell: one that read too few has shown nothing."""
    columns = schema.coverage.c
    kinds = conn.scalars(select(columns.page_kind).where(columns.site == site).distinct().order_by(columns.page_kind))
    judged = cache(lambda run_id: run_coverage(conn, run_id))
    return [each for kind in kinds.all() for each in _telling(conn, site, kind, judged)]


def _telling(
    conn: Connection, site: str, kind: str, judged: Callable[[str], list[FieldCoverage]]
) -> list[FieldCoverage]:
    """Of the last run that could tell; of the last one where none could."""
    last: list[FieldCoverage] = []
    for run_id in _runs_with(conn, site, kind):
        found = [each for each in judged(run_id) if each.page_kind == kind]
        if any(each.alarm or each.median is not None for each in found):
            return found
        last = last or found
    return last


def _runs_with(conn: Connection, site: str, kind: str) -> Sequence[str]:
    columns = schema.coverage.c
    runs = select(columns.run_id).where(columns.site == site, columns.page_kind == kind, columns.field == READABLE)
    return conn.scalars(runs.order_by(columns.run_id.desc()).limit(TELLING_RUNS)).all()


def missing_lists(conn: Connection, runs: Sequence[str]) -> tuple[int, int]:
    """How many of the lists that a crawl begins with answered 404 or 410, of how many, in the last run with any."""
    begins = (capture.c.via.is_(None), capture.c.route != "user", capture.c.page_kind.not_in((*NOT_READ, "article")))
    missing = func.count(case((capture.c.status.in_(GONE_STATUSES), 1)))
    counts = select(missing, func.count()).where(capture.c.run_id.in_(runs), *begins)
    row = conn.execute(counts.group_by(capture.c.run_id).order_by(capture.c.run_id.desc()).limit(1)).first()
    return (row[0], row[1]) if row else (0, 0)


def last_walks(conn: Connection, site: str) -> Sequence[str]:
    """The last runs that walked the site's lists, the latest first."""
    walks = select(run.c.id).where(walked(site))
    return conn.scalars(walks.order_by(run.c.id.desc()).limit(TELLING_RUNS)).all()


def last_covered_run(conn: Connection, site: str) -> str | None:
    """The last run of a site that read any page."""
    columns = schema.coverage.c
    latest: str | None = conn.scalar(select(func.max(columns.run_id)).where(columns.site == site))
    return latest


def volume(conn: Connection, site: str, days: int = DAYS) -> list[DayVolume]:
    """New articles a day, the latest `days` days on which lists were walked, in order of time; without backfills.

    The first day stands for no other: what is new on it was published over weeks.
    """
    columns = (run.c.started_at, run.c.new_articles, run.c.options)
    by_day: dict[date, list[int]] = defaultdict(list)
    walks = select(*columns).where(walked(site))
    for started_at, new_articles, options in conn.execute(walks):
        if new_articles is not None and not options.get("backfill"):
            by_day[started_at.date()].append(new_articles)
    ordered = sorted(by_day)
    totals = [sum(by_day[day]) for day in ordered]
    found = [
        _day(site, day, len(by_day[day]), totals[number], totals[max(1, number - DAYS) : number])
        for number, day in enumerate(ordered)
    ]
    return found[-days:]


def complete_days(found: Sequence[DayVolume], now: datetime) -> list[DayVolume]:
    """Without today, which may bring more."""
    return [each for each in found if each.day < now.date()]


# --- counting --------------------------------------------------------------------------------------------------


def _counts(conn: Connection, run_id: str) -> dict[Key, tuple[int, int]]:
    """(filled, total) by kind of page and field."""
    pages: Counter[str] = Counter()
    found: dict[Key, tuple[int, int]] = {}
    states = select(capture.c.page_kind, capture.c.read_state, func.count()).where(
        capture.c.run_id == run_id, capture.c.read_state.in_(("read", "failed"))
    )
    readable: Counter[str] = Counter()
    for kind, state, number in conn.execute(states.group_by(capture.c.page_kind, capture.c.read_state)):
        pages[kind] += number
        readable[kind] += number if state == "read" else 0
    for kind, total in pages.items():
        found[kind, READABLE] = readable[kind], total
        for field, number in _article_fields(conn, run_id) if kind == "article" else ():
            found[kind, field] = number, total
    for row in _list_rows(conn, run_id):
        found[row.page_kind, row.block] = row.pages, pages[row.page_kind]
        for field in ROW_FIELDS:
            found[row.page_kind, f"{row.block}.{field}"] = getattr(row, field), row.rows
    return found


def _article_fields(conn: Connection, run_id: str) -> Iterator[tuple[str, int]]:
    found: Counter[str] = Counter()
    of_run = (capture.c.run_id == run_id, capture.c.page_kind == "article")
    for layers in conn.scalars(select(reading.c.layers).join(capture).where(*of_run)):
        found.update(layers.keys())
    yield from ((field, found[field]) for field in ARTICLE_FIELDS)
    counter = schema.page_counter
    # By way of the reading: counters are in order of articles, and none is found by its capture alone.
    own = and_(counter.c.article_id == reading.c.article_id, counter.c.capture_id == reading.c.capture_id)
    observed = select(counter.c.kind, func.count()).join(reading, own)
    observed = observed.join(capture, capture.c.id == reading.c.capture_id)
    observed = observed.where(*of_run, counter.c.value.is_not(None))
    counters = {row[0]: row[1] for row in conn.execute(observed.group_by(counter.c.kind))}
    yield from ((kind, counters.get(kind, 0)) for kind in COUNTERS)


def _list_rows(conn: Connection, run_id: str) -> list[Any]:
    """Pages and rows of each block of lists, and in how many of the rows a field was found."""
    statement = select(
        capture.c.page_kind,
        placement.c.block,
        func.count(placement.c.capture_id.distinct()).label("pages"),
        func.count().label("rows"),
        *(func.count(placement.c[field]).label(field) for field in ROW_FIELDS),
    ).join(capture, capture.c.id == placement.c.capture_id)
    in_pages = (capture.c.run_id == run_id, capture.c.read_state.in_(("read", "failed")))
    return list(conn.execute(statement.where(*in_pages).group_by(capture.c.page_kind, placement.c.block)))


def _add_missing_blocks(conn: Connection, run_id: str, found: dict[Key, tuple[int, int]]) -> None:
    """A block that earlier runs saw and this one did not is missing from all of its pages."""
    columns = schema.coverage.c
    known = select(columns.page_kind, columns.field).where(columns.run_id.in_(_earlier_runs(conn, run_id))).distinct()
    for kind, field in conn.execute(known).all():
        if (kind, READABLE) in found and "." not in field:
            found.setdefault((kind, field), (0, found[kind, READABLE][1]))


def _earlier_runs(conn: Connection, run_id: str) -> list[str]:
    """The runs of the same kind before this one, the latest first: a backfill or a revisit meets other pages.

    One that began later than now was before, by a clock that has been put right since: it comes last.
    """
    own = conn.execute(select(run.c.site, run.c.command, run.c.options).where(run.c.id == run_id)).one()
    covered = select(schema.coverage.c.run_id).where(schema.coverage.c.run_id == run.c.id).exists()
    to_come = and_(run.c.id != run_id, run.c.started_at > datetime.now(UTC))
    earlier = select(run.c.id, run.c.options).where(
        run.c.site == own.site, run.c.command == own.command, or_(run.c.id < run_id, to_come), covered
    )
    in_order = case((to_come, 1), else_=0), run.c.id.desc()
    rows = conn.execute(earlier.order_by(*in_order).limit(EARLIER_RUNS)).all()
    return [row.id for row in rows if row.options.get("backfill") == own.options.get("backfill")]


# --- judging ---------------------------------------------------------------------------------------------------


def _judged(run_id: str, site: str, key: Key, counts: Sequence[tuple[int, int]]) -> FieldCoverage:
    kind, field = key
    optional = kind == "article" and field in OPTIONAL
    many = optional or (kind == "article" and _often_lacks(counts[1:]))
    groups = list(_groups(counts, ENOUGH_OF_OPTIONAL if many else ENOUGH.get(kind, ENOUGH_OF_LISTS)))
    earlier = groups[1 : EARLIER_GROUPS + 1]
    usual = median(filled / total for filled, total in earlier) if earlier else None
    pooled = groups[0] if groups else counts[0]
    comparable = len(earlier) >= (EARLIER_OF_OPTIONAL if optional else 1)
    fell = usual is not None and comparable and _fell(*pooled, usual, sum(total for _, total in earlier))
    alarm = fell or _hardly_readable(key, *pooled)
    return FieldCoverage(
        run_id, site, kind, field, *counts[0], _rate(*counts[0]), pooled[1], _rate(*pooled),
        None if usual is None else round(usual, 3), alarm,
    )  # fmt: skip


def _often_lacks(earlier: Sequence[tuple[int, int]]) -> bool:
    """Whether earlier pages often had no such field, so that a few of them tell little."""
    return sum(filled for filled, _ in earlier) < NOTABLE * sum(total for _, total in earlier)


def _rate(filled: int, total: int) -> float | None:
    return round(filled / total, 3) if total else None


def _hardly_readable(key: Key, filled: int, total: int) -> bool:
    """Whether most articles could not be read, which is bad even where it was never better."""
    unreadable = total - filled
    return key == ("article", READABLE) and unreadable >= MANY_UNREADABLE and 2 * unreadable >= total


def _groups(counts: Sequence[tuple[int, int]], enough: int) -> Iterator[tuple[int, int]]:
    """Counts of successive runs taken together until there are enough pages; the rest at the end is left out."""
    filled = total = 0
    for each in counts:
        filled, total = filled + each[0], total + each[1]
        if total >= enough:
            yield filled, total
            filled = total = 0


def _fell(filled: int, total: int, usual: float, earlier: int) -> bool:
    """Whether so few are less than chance explains; what is usual is itself known from no more than `earlier` pages."""
    if not total or filled / total >= NOTABLE * usual:
        return False
    if total > 1000:  # more certain than it has to be, and the sum stays short
        filled, total = filled * 1000 // total, 1000
    p = min(usual - sqrt(usual * (1 - usual) / earlier), CERTAIN)
    return sum(comb(total, k) * p**k * (1 - p) ** (total - k) for k in range(filled + 1)) < UNLIKELY


def _day(site: str, day: date, runs: int, new: int, earlier: Sequence[int]) -> DayVolume:
    usual = float(median(earlier)) if earlier else None
    comparable = usual is not None and len(earlier) >= EARLIER_DAYS and usual >= ENOUGH["article"]
    alarm = comparable and new < FEW_OF_THE_DAYS * (usual or 0)
    return DayVolume(site, day, runs, new, usual, alarm)
