"""What a crash left is put in order: torn ends are cut, whole captures that no row names get theirs, files are closed.

Runs at the start of every session and as `svodka repair`. It holds for a database that was restored from an older
backup as well: a whole record is never cut away, it gets its row, unless the file is a stray copy of another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from archive.custody.manifest import add_to_manifest
from archive.home import IMPORTED, Home
from archive.records import NOT_READ, CaptureContext, ReadState, WrittenCapture
from archive.rows import writing
from archive.rows.engine import Database
from archive.rows.schema import capture, run, site, warc_file
from archive.upkeep.copies import copies
from archive.warc.cdxj import add_to_index
from archive.warc.growing import OPEN_SUFFIX, final_name
from archive.warc.recovery import Recovered, recover


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was done to one file: captures that got their row, bytes of a torn end that were cut off.

    `copy_of` names the file that a stray copy was made of: nothing is done to it, it is for the user to move away.
    """

    site: str
    file: str
    captures: int
    cut_bytes: int
    damage: int
    missing_bytes: int
    copy_of: str | None = None


def salvage(home: Home, database: Database) -> list[Salvaged]:
    """Put the WARC files and the rows in order; returns what had to be done, by file. The caller holds the lock."""
    done: list[Salvaged] = []
    for name in home.sites():
        if name == IMPORTED:  # not ours to finish: what an interrupted import left, the next one takes up
            continue
        unfinished = _unfinished(home, database, name)
        for found in recover(home.archive_folder(name), unfinished):
            done.append(_settle(home, database, name, found))
    return done


def _unfinished(home: Home, database: Database, name: str) -> dict[str, int]:
    """The committed lengths of files that no row calls closed; a file without a row has committed nothing."""
    with database.reader() as conn:
        rows = conn.execute(select(warc_file.c.name, warc_file.c.state, warc_file.c.committed_length)).all()
    known = {row.name: row for row in rows}
    present = {path.name for path in home.archive_folder(name).glob("*.warc.gz")}
    unknown = dict.fromkeys(present - known.keys(), 0)
    left_open = {final_name(path) for path in home.archive_folder(name).glob(f"*{OPEN_SUFFIX}")}
    started = {
        row.name: row.committed_length
        for row in rows
        if row.state == "open" and (row.name in present or row.name in left_open)
    }
    return unknown | started


def _settle(home: Home, database: Database, name: str, found: Recovered) -> Salvaged:
    captures = 0
    known = copies(database, home, [written for _, written in found.captures])
    stray = 0 < len(found.captures) == len(known) and not _has_row(database, found.name)
    copy_of = min(each.warc_file for each in known.values()) if stray else None
    if found.closed is not None and copy_of is None:
        add_to_index(home.index(name), [home.warc_path(name, found.name)])
        add_to_manifest(home.manifest(name), found.closed)
        with database.writer() as conn:
            captures = _write(conn, name, found, known)
    return Salvaged(name, found.name, captures, found.cut, len(found.damage), found.missing, copy_of)


def _has_row(database: Database, name: str) -> bool:
    with database.reader() as conn:
        return conn.scalar(select(warc_file.c.name).where(warc_file.c.name == name)) is not None


def _write(conn: Connection, name: str, found: Recovered, copied: Collection[str]) -> int:
    known = {*copied, *conn.scalars(select(capture.c.id).where(capture.c.warc_file == found.name))}
    missing = [(context, written) for context, written in found.captures if written.id not in known]
    _write_owners(conn, name, missing)
    assert found.closed is not None
    writing.write_warc_file(conn, site=name, state="closed", file=found.closed)
    states: dict[str, ReadState] = {row.id: "not_a_page" for _, row in missing if row.page_kind in NOT_READ}
    writing.write_captures(conn, [written for _, written in missing], states)
    return len(missing)


def _write_owners(conn: Connection, name: str, missing: Sequence[tuple[CaptureContext, WrittenCapture]]) -> None:
    """The site and the runs that captures name, where an older database does not know them."""
    if name not in set(conn.scalars(select(site.c.name))):
        writing.write_site(conn, name=name, title=name, base_url="", time_zone="UTC")
    runs = {context.run_id: written.captured_at for context, written in reversed(missing)}
    for run_id in runs.keys() - set(conn.scalars(select(run.c.id).where(run.c.id.in_(runs)))):
        writing.write_run(
            conn, id=run_id, site=name, command="salvaged", started_at=runs[run_id], software="unknown", options={}
        )
