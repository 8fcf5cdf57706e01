"""What a host asked of us is remembered across runs: Retry-After, and that it refuses us (table `host_pace`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, or_, select

from archive.records import LONGEST_WAIT
from archive.rows.schema import host_pace
from archive.rows.upsert import write_rows


@dataclass(frozen=True, slots=True)
class HostPace:
    """No request to `host` before `not_before` (UTC); `blocked` while it refuses us, with the `reason`."""

    host: str
    not_before: datetime | None = None
    blocked: bool = False
    reason: str | None = None


def remember(conn: Connection, pace: HostPace) -> None:
    """Keep what a host asks of us, in place of what it asked before; nothing, where it asks for nothing any more."""
    if pace.not_before is None and not pace.blocked:
        forget(conn, pace.host)
        return
    row = {"host": pace.host, "not_before": pace.not_before, "blocked": pace.blocked, "reason": pace.reason}
    write_rows(conn, host_pace, [row], replace=("not_before", "blocked", "reason"))


def forget(conn: Connection, host: str) -> None:
    """The host answers again as it should."""
    conn.execute(delete(host_pace).where(host_pace.c.host == host))


def paces(conn: Connection, hosts: Iterable[str] = ()) -> dict[str, HostPace]:
    """What hosts asked of us, by host; of `hosts`, if any are given. No time beyond the longest pause is believed."""
    c = host_pace.c
    possible = or_(c.not_before.is_(None), c.not_before <= datetime.now(UTC) + LONGEST_WAIT)
    statement = select(c.host, c.not_before, c.blocked, c.reason).where(possible).order_by(c.host)
    if wanted := list(hosts):
        statement = statement.where(c.host.in_(wanted))
    return {row[0]: HostPace(*row) for row in conn.execute(statement)}
