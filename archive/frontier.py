"""Every URL ever discovered and what became of it: rows that survive a kill, lent to one run at a time.

    pending --lease--> leased --finish--> done | failed | gone | excluded
     ^  ^                 |                       |
     |  +--- due_at --- waiting                   |     a retry is a state with a due time, so it survives too
     +--- a list of a later run still names it ---+     from `due_at` on; never in the run that closed the row
     +--- excluded, and `due_at` is over ---------+     at the beginning of a run: rules change

What waits has a state of its own, with a partial index on its due time: filtering one pending state by time took
100 times as long a lease with 200,000 rows due later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Update,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from archive.records import LONGEST_REST, LONGEST_WAIT, Discovery, FrontierState, Lease, Outcome, PageKind
from archive.rows.bounds import is_key
from archive.rows.in_lists import SOME, chunks
from archive.rows.schema import frontier
from archive.rows.storable import storable
from archive.rows.upsert import Row, write_rows
from archive.warc.record import ascii_uri

WOKEN_AT_ONCE = 1000
CLOSED_STATES = ("done", "failed", "gone", "excluded")
GIVEN_UP = ("failed", "gone")
NO_PAGE = (*GIVEN_UP, "excluded")

_row = frontier.c
_asks = attrgetter("refresh", "listed", "once_a_run")


def utc_now() -> datetime:
    """The time, for whoever was given no other clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A URL that is tried again at `due_at`, and what went wrong the last time."""

    url: str
    due_at: datetime
    error: str | None

    def __str__(self) -> str:
        return f"{self.url} waits until {self.due_at:%Y-%m-%d %H:%M} UTC: {self.error or 'not tried yet'}"


@dataclass(frozen=True, slots=True)
class NoPage:
    """A URL whose page was not to be had, and that is not tried again soon: it is gone, failed or excluded."""

    url: str
    state: FrontierState
    error: str | None

    def __str__(self) -> str:
        verb = "" if self.state == "failed" else "is "
        return f"{self.url} {verb}{self.state}: {self.error}"


# --- statements, made once: a commit runs most of them, and making one costs as much as running it -------------------

_HERE = _row.site == bindparam("here")


def _wake() -> Update:
    overdue = select(_row.id).where(_HERE, _row.state == "waiting", _row.due_at <= bindparam("now"))
    woken = overdue.order_by(_row.due_at).limit(WOKEN_AT_ONCE).cte("woken")
    return update(frontier).where(_row.id.in_(select(woken.c.id))).values(state="pending")


def _lease(*which: ColumnElement[bool]) -> ReturningUpdate[Any]:
    due = select(_row.id).where(*which).order_by(_row.priority.desc(), _row.id)
    picked = due.limit(bindparam("most", type_=Integer)).cte("picked")
    statement = update(frontier).where(_row.id.in_(select(picked.c.id)))
    return statement.values(
        state="leased", lease_owner=bindparam("owner"), attempts=_row.attempts + 1, due_at=None,
    ).returning(
        _row.id, _row.url, _row.page_kind, _row.route, _row.render, _row.attempts, _row.via, _row.priority
    )  # fmt: skip


_WAKE = _wake()
_LEASE = _lease(_HERE, _row.state == "pending")
# No index has an expression: these are looked up by their URLs, of which there are few, and not among all that is due.
_STATE = _row.state.concat("")
_DUE = _STATE == "pending"
_WAKE_THESE = (
    update(frontier)
    .where(_HERE, _row.url.in_(SOME), _STATE == "waiting", _row.due_at <= bindparam("now"))
    .values(state="pending")
)
_DUE_OF_THESE = select(_row.id, _row.priority).where(_HERE, _row.url.in_(SOME), _DUE)
_LEASE_THESE = _lease(_HERE, _row.id.in_(SOME), _DUE)
_KNOWN = select(
    _row.url, _row.state, _row.priority, _row.page_kind, _row.route, _row.render, _row.due_at
).where(_HERE, _row.url.in_(SOME))  # fmt: skip
_FINISH = (
    update(frontier)
    .where(_row.id == bindparam("lease"), _row.lease_owner == bindparam("owner"), _row.state == "leased")
    .values(
        state=bindparam("to_state"), due_at=bindparam("due"), error=bindparam("failure"),
        capture_id=func.coalesce(bindparam("capture"), _row.capture_id),
        attempts=case((bindparam("tried", type_=Boolean), _row.attempts), else_=_row.attempts - 1),
        lease_owner=None,
    )
)  # fmt: skip
_untouched = _row.state == "pending"
_CHANGE_KNOWN = (
    update(frontier)
    .where(_HERE, _row.url == bindparam("known_url"), _row.state == bindparam("seen"))
    .values(
        state="pending", priority=bindparam("wanted"),
        attempts=case((bindparam("starts_over", type_=Boolean), 0), else_=_row.attempts),
        error=case((_untouched, _row.error), else_=None), due_at=None, page_kind=bindparam("kind"),
        route=bindparam("found_by"), render=bindparam("fetched_by"),
    )
)  # fmt: skip


class _Known(NamedTuple):
    """A row as it was seen. `due_at` of a closed one: since when a list may make it due again."""

    state: str
    priority: int
    page_kind: PageKind
    route: str
    render: str
    due_at: datetime | None


class Frontier:
    """The frontier of one site, as one run (`owner`) sees it.

    Methods take a connection of `Database.writer()` and leave the transaction to the caller. A database belongs to one
    data folder, and one run at a time holds that; if two did share it, each would finish only what is its own.
    """

    def __init__(self, site: str, owner: str, clock: Callable[[], datetime] = utc_now) -> None:
        self.site, self.owner, self._clock = site, owner, clock
        self._began = self._latest = clock()
        self._here = _row.site == site

    # --- what is to be fetched ----------------------------------------------------------------------------------

    def discover(self, conn: Connection, discoveries: Sequence[Discovery]) -> int:
        """Make rows of URLs that are not known yet; returns how many.

        A known one that is asked for with `refresh` becomes due again, as what it is asked for, unless it waits or is
        being fetched; one that is still pending takes the higher of the two priorities. What an earlier run closed
        becomes due again if it is asked for `once_a_run`, and for one more try if it was given up and is `listed`.
        """
        merged = _merged(discoveries)
        known = self._known_rows(conn, merged)
        if len(known) < len(merged) and conn.dialect.name == "postgresql":
            # One run after the other, so that ids keep the order of discovery and no two wait for each other.
            conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"frontier {self.site}"))))
            known = self._known_rows(conn, merged)
        write_rows(conn, frontier, [self._new_row(item) for url, item in merged.items() if url not in known])
        self._change_known(conn, [(merged[url], known[url]) for url in sorted(known)])
        return len(merged) - len(known)

    def known(self, conn: Connection, urls: Iterable[str]) -> set[str]:
        """Those of `urls` that were tried to the end: fetched, found gone, excluded or given up."""
        tried = or_(_row.state.in_(CLOSED_STATES), _row.capture_id.is_not(None))
        spellings = {url: _canonical(url) for url in urls}
        known: set[str] = set()
        for some in chunks(set(spellings.values())):
            known.update(conn.scalars(select(_row.url).where(self._here, _row.url.in_(some), tried)))
        return {url for url, spelling in spellings.items() if spelling in known}

    # --- leases -------------------------------------------------------------------------------------------------

    def lease(
        self,
        conn: Connection,
        n: int,
        *,
        page_kinds: Sequence[str] = (),
        urls: Collection[str] | None = None,
    ) -> list[Lease]:
        """Borrow up to `n` due rows, highest priority first, then in order of discovery.

        Only these `urls`, or only of `page_kinds`, where either is given. What waits and is due by now takes part.
        """
        binds = {"here": self.site, "most": n, "owner": self.owner}
        if urls is not None:
            due = self._first_due(conn, urls, n)
            return _in_order(conn.execute(_LEASE_THESE, {**binds, "some": due})) if due else []
        conn.execute(_WAKE, {"here": self.site, "now": self._clock()})
        statement = _lease(_HERE, _row.state == "pending", _row.page_kind.in_(page_kinds)) if page_kinds else _LEASE
        return _in_order(conn.execute(statement, binds))

    def finish(self, conn: Connection, outcomes: Sequence[Outcome]) -> int:
        """Say what became of leased rows; returns how many were still this run's own (the others are left alone).

        `pending` gives a row back untried.
        """
        if not outcomes:
            return 0
        rows = [self._outcome_row(outcome) for outcome in sorted(outcomes, key=lambda outcome: outcome.lease_id)]
        return conn.execute(_FINISH, rows).rowcount

    def release_all(self, conn: Connection) -> int:
        """Free every lease of the site: the run that calls this holds the data folder, so nobody else works on any.

        Called at the beginning and at the end of a run. An attempt that a kill cut short counts: a page that brings
        the program down is not tried for ever.
        """
        held = and_(self._here, _row.state == "leased")
        statement = update(frontier).where(held).values(state="pending", lease_owner=None, lease_until=None)
        return conn.execute(statement).rowcount

    def reconsider_excluded(self, conn: Connection) -> int:
        """Make due again what was excluded, where its time is over; returns how many. Called as a run begins."""
        now = self._clock()
        over = and_(self._here, _row.state == "excluded", or_(_row.due_at <= now, _row.due_at > now + LONGEST_WAIT))
        return conn.execute(update(frontier).where(over).values(state="pending", due_at=None, attempts=0)).rowcount

    def doubt_long_waits(self, conn: Connection) -> int:
        """Make due what waits for longer than anything is made to; returns how many. Called as a run begins."""
        doubtful = and_(self._here, _row.state == "waiting", _row.due_at > self._clock() + LONGEST_WAIT)
        return conn.execute(update(frontier).where(doubtful).values(state="pending", due_at=None)).rowcount

    # --- what there is ------------------------------------------------------------------------------------------

    def counts(self, conn: Connection) -> dict[str, int]:
        """How many rows there are, by state."""
        rows = conn.execute(select(_row.state, func.count()).where(self._here).group_by(_row.state))
        return {state: count for state, count in rows}  # noqa: C416

    def next_due(
        self, conn: Connection, *, page_kinds: Sequence[str] = (), urls: Collection[str] | None = None
    ) -> datetime | None:
        """When the first of the rows that wait is due, of those that `lease` would take; None where none waits."""
        if urls is not None:
            return min((each.due_at for each in self.waiting(conn, urls)), default=None)
        kinds = [_row.page_kind.in_(page_kinds)] if page_kinds else []
        waiting = select(_row.due_at).where(self._here, _row.state == "waiting", *kinds)
        return conn.scalar(waiting.order_by(_row.due_at).limit(1))

    def waiting(self, conn: Connection, urls: Iterable[str]) -> list[Waiting]:
        """Those of `urls` that wait, the first due first."""
        waiting = select(_row.url, _row.due_at, _row.error).where(_row.state == "waiting")
        found = (Waiting(*row) for row in self._named(conn, waiting, urls))
        return sorted(found, key=lambda each: (each.due_at, each.url))

    def no_pages(self, conn: Connection, urls: Iterable[str]) -> list[NoPage]:
        """Those of `urls` that are gone, failed or excluded, by URL."""
        closed = select(_row.url, _row.state, _row.error).where(_row.state.in_(NO_PAGE))
        return sorted((NoPage(*row) for row in self._named(conn, closed, urls)), key=lambda each: each.url)

    # --- parts --------------------------------------------------------------------------------------------------

    def _named(self, conn: Connection, rows: Select[Any], urls: Iterable[str]) -> Iterator[Sequence[Any]]:
        for some in chunks({_canonical(url) for url in urls}):
            yield from conn.execute(rows.where(self._here, _row.url.in_(some)))

    def _first_due(self, conn: Connection, urls: Iterable[str], n: int) -> list[int]:
        """The ids of the first `n` rows of these URLs that are due, in the order of a lease; no other row is woken."""
        due: list[tuple[int, int]] = []
        for some in chunks({_canonical(url) for url in urls}):
            conn.execute(_WAKE_THESE, {"here": self.site, "some": some, "now": self._clock()})
            rows = conn.execute(_DUE_OF_THESE, {"here": self.site, "some": some})
            due += [(-priority, row_id) for row_id, priority in rows]
        return [row_id for _, row_id in sorted(due)[:n]]

    def _known_rows(self, conn: Connection, urls: Collection[str]) -> dict[str, _Known]:
        known: dict[str, _Known] = {}
        for some in chunks(urls):
            rows = conn.execute(_KNOWN, {"here": self.site, "some": some})
            known.update({url: _Known(*seen) for url, *seen in rows})
        return known

    def _new_row(self, item: Discovery) -> Row:
        now = self._clock()
        waits = item.due_at is not None and item.due_at > now
        return {
            "site": self.site, "url": item.url, "page_kind": item.page_kind, "route": item.route,
            "render": item.render, "priority": item.priority, "via": item.via, "attempts": 0, "discovered_at": now,
            "state": "waiting" if waits else "pending", "due_at": item.due_at if waits else None,
        }  # fmt: skip

    def _change_known(self, conn: Connection, found: Iterable[tuple[Discovery, _Known]]) -> None:
        """Take up refreshes and higher priorities, of rows that are still in the state they were seen in."""
        rows = [
            {"here": self.site, "known_url": item.url, **_changed(item, seen)}
            for item, seen in found
            if _changes(item, seen) or self._worth_another_try(item, seen)
        ]
        if rows:
            conn.execute(_CHANGE_KNOWN, rows)

    def _worth_another_try(self, item: Discovery, seen: _Known) -> bool:
        """Whether what an earlier run closed is to be asked for again; never what this run has, or it had no end."""
        if seen.state not in CLOSED_STATES or not self._rested(seen):
            return False
        return item.once_a_run or (item.listed and seen.state in GIVEN_UP)

    def _rested(self, seen: _Known) -> bool:
        """Whether the time of a closed row is over, or one that no clock that goes right can have written."""
        longest = timedelta() if seen.state == "done" else LONGEST_REST
        return seen.due_at is None or seen.due_at < self._began or seen.due_at > self._closing_time() + longest

    def _closing_time(self) -> datetime:
        """The time, by a clock that never goes back: what this run closed lies between its beginning and this.

        Nothing is made to wait by it: a clock that was ahead for a moment would send every retry at once.
        """
        self._latest = max(self._latest, self._clock())
        return self._latest

    def _outcome_row(self, outcome: Outcome) -> dict[str, object]:
        given_back = outcome.state == "pending"
        return {
            "lease": outcome.lease_id, "owner": self.owner, "to_state": outcome.state, "capture": outcome.capture_id,
            "due": None if given_back else outcome.due_at or self._closing_time(),
            "failure": storable(outcome.error) if outcome.error else None,
            "tried": outcome.counted and not given_back,
        }  # fmt: skip


def names_articles(conn: Connection, site: str) -> bool:
    """Whether any article of a site was ever discovered."""
    return conn.scalar(select(_row.id).where(_row.site == site, _row.page_kind == "article").limit(1)) is not None


def _in_order(rows: Iterable[Sequence[Any]]) -> list[Lease]:
    return sorted((Lease(*row) for row in rows), key=lambda lease: (-lease.priority, lease.id))


def _merged(discoveries: Iterable[Discovery]) -> dict[str, Discovery]:
    """One discovery a URL, in order: the first speaks, with the highest priority, refreshed if any asks for it."""
    merged: dict[str, Discovery] = {}
    for item in discoveries:
        first = merged.get(item.url)
        if first is None:
            url = _canonical(item.url)
            first = merged.setdefault(url, item if url == item.url else item._replace(url=url))
        if first.priority < item.priority or _asks(item) != _asks(first):
            merged[first.url] = first._replace(
                priority=max(first.priority, item.priority), refresh=first.refresh or item.refresh,
                listed=first.listed or item.listed, once_a_run=first.once_a_run or item.once_a_run,
            )  # fmt: skip
    return {url: item for url, item in merged.items() if is_key(url)}


def _canonical(url: str) -> str:
    """The one spelling of a URL, that of its captures: percent-encoded, and without what never goes on the wire."""
    return ascii_uri(storable(url).partition("#")[0])


def _changes(item: Discovery, seen: _Known) -> bool:
    if seen.state == "pending":
        return item.refresh or item.priority > seen.priority
    return item.refresh and seen.state in CLOSED_STATES


def _changed(item: Discovery, seen: _Known) -> Row:
    """A known row as it is due again. Only who asks for a refresh says what the page is, as far as it knows."""
    kind = item.page_kind if item.refresh and item.page_kind != "other" else seen.page_kind
    anew = item.refresh or (item.once_a_run and seen.state == "done")
    return {
        "seen": seen.state, "wanted": max(item.priority, seen.priority),
        "starts_over": anew and seen.state != "pending",
        "kind": kind, "found_by": item.route if item.refresh else seen.route,
        "fetched_by": item.render if item.refresh else seen.render,
    }  # fmt: skip
