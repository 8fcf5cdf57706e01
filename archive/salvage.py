"""What a crash left is put in order: torn tails are cut, whole records that no row names are indexed, files closed.

Runs at the start of every session and as `svodka repair`. It holds for a database that was restored from an older
backup as well: a whole record is never cut away, it gets its row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from archive.home import Home
from archive.records import NOT_READ, CaptureContext, WrittenCapture
from archive.rows import writing
from archive.rows.engine import Database
from archive.rows.schema import capture, run, site, warc_file
from archive.warc.cdxj import add_file
from archive.warc.reader import iter_captures
from archive.warc.recovery import recover
from archive.warc.writer import ClosedFile

SUFFIX = ".warc.gz"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was done to one file: captures that got their row, bytes of a torn record that were cut."""

    file: str
    captures: int
    cut_bytes: int


def salvage(home: Home, database: Database) -> list[Salvaged]:
    """Put the WARC files and the rows in order; returns what had to be done, by file. The caller holds the lock."""
    done: list[Salvaged] = []
    for name in home.sites():
        folder = home.archive_folder(name)
        committed = _committed(database, name)
        cut = {each.name: each.cut_bytes for each in recover(folder, committed)}
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            if path.name in cut or committed.get(path.name) != path.stat().st_size:
                done.append(_settle(home, database, name, path, cut.get(path.name, 0)))
    return done


def _committed(database: Database, name: str) -> dict[str, int]:
    """What the rows know of the files of a site; a file that they call open counts as not known to be whole."""
    statement = select(warc_file.c.name, warc_file.c.committed_length).where(
        warc_file.c.site == name, warc_file.c.state == "closed"
    )
    with database.reader() as conn:
        return {row.name: row.committed_length for row in conn.execute(statement)}


def _settle(home: Home, database: Database, name: str, path: Path, cut: int) -> Salvaged:
    found = list(iter_captures(path))
    with database.writer() as conn:
        known = set(conn.scalars(select(capture.c.id).where(capture.c.warc_file == path.name)))
        missing = [(context, written) for context, written in found if written.id not in known]
        _write_owners(conn, name, missing)
        writing.write_warc_file(conn, site=name, state="closed", file=_closed(path, found))
        unread = {written.id: "not_a_page" for _, written in missing if written.page_kind in NOT_READ}
        writing.write_captures(conn, [written for _, written in missing], unread)
    add_file(home.index(name), path)
    return Salvaged(path.name, len(missing), cut)


def _write_owners(conn: Connection, name: str, missing: Sequence[tuple[CaptureContext, WrittenCapture]]) -> None:
    """The site and the runs that captures name, where an older database does not know them."""
    if name not in set(conn.scalars(select(site.c.name))):
        writing.write_site(conn, name=name, title=name, base_url="", time_zone="UTC")
    runs = {context.run_id: written.captured_at for context, written in reversed(missing)}
    for run_id in runs.keys() - set(conn.scalars(select(run.c.id).where(run.c.id.in_(runs)))):
        writing.write_run(
            conn, id=run_id, site=name, command="salvaged", started_at=runs[run_id], software="unknown", options={}
        )


def _closed(path: Path, found: Sequence[tuple[CaptureContext, WrittenCapture]]) -> ClosedFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    opened = found[0][1].captured_at if found else modified
    return ClosedFile(path.name, path.stat().st_size, _records(path), opened, modified, digest)


def _records(path: Path) -> int:
    from archive.warc.scan import Found, scan_records
    from archive.warc.gzip_members import mapped

    with mapped(path) as source:
        return sum(isinstance(each, Found) for each in scan_records(source))
