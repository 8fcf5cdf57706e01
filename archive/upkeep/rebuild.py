"""The rows of captures, made again from the WARC files alone: sites, runs, files and captures.

What the captures say is read by `pipelines.rebuild`, which knows the sites. Nothing here looks at the live database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

from archive.records import NOT_READ, CaptureContext, ReadState, WrittenCapture
from archive.rows import writing
from archive.rows.engine import Database
from archive.rows.schema import capture, run, warc_file
from archive.session import SiteRow
from archive.warc.description import stated_time
from archive.warc.growing import final_name
from archive.warc.gzip_members import Bytes, mapped
from archive.warc.reader import captures_of_file, row_of
from archive.warc.record import parse_fields
from archive.warc.scan import Damage, Found, groups, scan_records, warcinfo_of
from archive.warc.writer import ClosedFile

AT_ONCE = 500  # captures in one transaction

SiteOf = Callable[[str, str | None], SiteRow]
"""Gives a site's row by its name and the base URL that a WARC file names."""


@dataclass(slots=True)
class RebuiltFile:
    """What became of one WARC file; `base_url` is where the site was, None where the file does not say."""

    name: str
    base_url: str | None
    captures: int = 0
    damage: int = 0


@dataclass(slots=True)
class _Walk:
    """Counts what a walk through a file passes."""

    records: int = 0
    damage: int = 0
    opened_at: datetime | None = None

    def sound(self, source: Bytes) -> Iterator[Found]:
        for found in scan_records(source):
            if isinstance(found, Damage):
                self.damage += 1
                continue
            self.records += 1
            if found.offset == 0:
                self.opened_at = stated_time(found.record)
            yield found


@dataclass(slots=True)
class _Batch:
    """Captures that wait to be written together."""

    rows: list[WrittenCapture] = field(default_factory=list)
    runs: dict[str, datetime] = field(default_factory=dict)

    def add(self, context: CaptureContext, row: WrittenCapture) -> None:
        self.rows.append(row)
        self.runs[context.run_id] = min(row.captured_at, self.runs.get(context.run_id, row.captured_at))


def rebuild_file(database: Database, name: str, path: Path, site_of: SiteOf) -> RebuiltFile:
    """Write the rows of one WARC file of the collection `name`: its site, its runs, itself and its captures.

    Captures are left `unread`. Damage is passed over: `verify` names it.
    """
    with mapped(path) as source:
        done = RebuiltFile(final_name(path), base_url_of(source))
        walk, batch = _Walk(), _Batch()
        row = site_of(name, done.base_url)
        with database.writer() as conn:
            writing.write_site(conn, name=row.name, title=row.title, base_url=row.base_url, time_zone=row.time_zone)
            _write_file(conn, name, done, source, walk)
        for group in captures_of_file(source, groups(walk.sound(source))):
            if group.notes is not None:
                batch.add(group.notes.context, row_of(done.name, group))
                done.captures += 1
            if len(batch.rows) >= AT_ONCE:
                batch = _write_captures(database, name, batch)
        _write_captures(database, name, batch)
        with database.writer() as conn:
            _write_file(conn, name, done, source, walk)
            _forget_stray_copy(conn, done)
        done.damage = walk.damage
    return done


def base_url_of(source: Bytes) -> str | None:
    """Where the site was when this file was written, as its warcinfo record says."""
    record = warcinfo_of(source)
    return dict(parse_fields(record.block)).get("baseUrl") if record else None


def _write_file(conn: Connection, name: str, done: RebuiltFile, source: Bytes, walk: _Walk) -> None:
    """Once before the captures, which refer to it, and once with what the walk has counted."""
    now = datetime.now(UTC)
    closed = ClosedFile(
        done.name, len(source), walk.records, walk.opened_at or _opened_at(source) or now, now,
        hashlib.sha256(source).hexdigest() if walk.records else "",
    )  # fmt: skip
    writing.write_warc_file(conn, site=name, state="closed", file=closed)


def _forget_stray_copy(conn: Connection, done: RebuiltFile) -> None:
    """A file whose every capture stands in one that came before it is none of the archive's, as for `svodka repair`."""
    held = select(capture.c.id).where(capture.c.warc_file == done.name).limit(1)
    if done.captures and conn.scalar(held) is None:
        conn.execute(delete(warc_file).where(warc_file.c.name == done.name))
        done.captures = 0


def _write_captures(database: Database, name: str, batch: _Batch) -> _Batch:
    states: dict[str, ReadState] = {row.id: "not_a_page" for row in batch.rows if row.page_kind in NOT_READ}
    with database.writer() as conn:
        for run_id, started_at in batch.runs.items():
            writing.write_run(
                conn, id=run_id, site=name, command="rebuilt", started_at=started_at, software="unknown", options={}
            )
            earlier = run.c.id == run_id, run.c.started_at > started_at
            conn.execute(update(run).where(*earlier).values(started_at=started_at))
        writing.write_captures(conn, batch.rows, states)
    return _Batch()


def _opened_at(source: Bytes) -> datetime | None:
    first = next(iter(scan_records(source)), None)
    return stated_time(first.record) if isinstance(first, Found) else None
