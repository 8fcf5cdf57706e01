"""Every byte and every row against each other, both ways: what is damaged, missing or foreign is named.

For each WARC file, in one walk: its bytes (`archive.warc.check`), its length and digest as the rows have them, its
captures against the rows, and its lines in the CDXJ. A row without its record and a record without its row are both
problems, unless the record is a copy (`copies.py`), and so is a revisit that leads to no payload. Nothing is
changed; each problem says what to do.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path

from sqlalchemy import RowMapping, or_, select

from archive.counted import counted
from archive.custody.signatures import custody_faults
from archive.digests import matches, same
from archive.home import IMPORTED, Home
from archive.incoming.importing import captures_of, imported_files
from archive.lock import is_held
from archive.ownership import open_own_database
from archive.records import WrittenCapture
from archive.rows.engine import Database
from archive.rows.migrations import check
from archive.rows.schema import capture, warc_file
from archive.sizes import size_of
from archive.upkeep.checkpoint import Checkpoint, Sound, digest_of
from archive.upkeep.copies import Known, copies
from archive.warc.cdxj import cdx_line
from archive.warc.check import FileReport, open_check
from archive.warc.growing import OPEN_SUFFIX, final_name
from archive.warc.gzip_members import Bytes
from archive.warc.reader import captures_of_file, row_of
from archive.warc.scan import Found, groups

_FIELDS = tuple(each.name for each in fields(WrittenCapture))
_STEP = 1 << 20  # bytes between two reports of progress

REPAIR = "run `svodka repair`"
REFETCH = "restore the file from a copy, or run `svodka verify --refetch` and crawl again"
RESTORE = "restore the file from a copy"
AS_IT_CAME = "it was imported so: import a sounder copy, if there is one"
FIND_ORIGINAL = "import the file that holds it"
REINDEX = "run `svodka index`"

MOVE_AWAY = "move it out of the folder"

CopiesIn = Callable[[Sequence[WrittenCapture]], dict[str, Known]]
Look = Callable[[Bytes, Iterator[Found]], object]
Progress = Callable[[str, int, int], object]
"""Is told of the file, the bytes done and the bytes in all."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong: in which file, at which offset (bytes; None where it is no place), on which page.

    `remedy` is what to do; `site` is the collection that holds the file, None for a file of others.
    """

    file: str
    reason: str
    offset: int | None = None
    url: str | None = None
    remedy: str | None = None
    site: str | None = None

    def __str__(self) -> str:
        where = self.file if self.offset is None else f"{self.file}: offset {self.offset}"
        what = f"{self.url}: {self.reason}" if self.url else self.reason
        return f"{where}: {what}: {self.remedy}" if self.remedy else f"{where}: {what}"


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at and what is wrong."""

    files: int
    size: int  # bytes
    records: int
    captures: int  # rows that were held against their records
    problems: tuple[Trouble, ...]
    known: int = 0  # of the files: found sound by the verification that this one goes on with, and not read again

    def summary(self) -> str:
        """One line for a person."""
        size = f"{self.size / 1e6:,.1f} MB"
        looked_at = f"{counted(self.files, 'WARC file')}, {size}, {counted(self.records, 'record')}"
        rows = f", {counted(self.captures, 'capture')} in the rows" if self.captures else ""
        verdict = counted(len(self.problems), "problem") if self.problems else "no problem"
        known = f" ({self.known} of the files read before the interruption)" if self.known else ""
        return f"{looked_at}{rows}: {verdict}{known}"


def verify_files(paths: Sequence[Path], progress: Progress | None = None) -> Report:
    """Check any WARC or ARC files of anyone, by themselves."""
    walk = _Walk(paths, progress)
    reports = [walk.check(path) for path in paths]
    return _sum_up(reports, 0, [each for report in reports for each in _damage(report, None)])


def verify_archive(home: Home, progress: Progress | None = None, checkpoint: Checkpoint | None = None) -> Report:
    """Hold the whole archive against its rows. Raises NewerDatabase; damage is reported, not raised.

    What is found sound is noted in `checkpoint`; a file that stands there already and has not changed is not read.
    """
    database = open_own_database(home)
    try:
        if database.path is not None and not database.path.exists():
            remedy = f"run `svodka rebuild --into {database.path}`" if home.sites() else "crawl first"
            lost = Trouble(str(database.path), "there is no database", remedy=remedy)
            return _sum_up([], 0, [lost])
        check(database)
        return _verify_rows(home, database, progress, checkpoint)
    finally:
        database.close()


def _verify_rows(home: Home, database: Database, progress: Progress | None, checkpoint: Checkpoint | None) -> Report:
    known = _files_of(database)
    sites = sorted({*home.sites(), *(row["site"] for row in known.values())})
    files = {site: _warc_paths(home, site) for site in sites}
    walk = _Walk([path for paths in files.values() for path in paths.values()], progress)
    reports: list[FileReport | Sound] = []
    troubles: list[Trouble] = []
    captures = 0
    for site, paths in files.items():
        lines: dict[str, _Fingerprint] = {}
        strays: set[str] = set()
        for name, listed in paths.items():
            row, rows = _rows_of(database, name)
            path = listed if listed.exists() else home.warc_path(site, name)  # closed since
            written = is_held(home) and (row is None or row["state"] == "open")
            if written and row is None:
                walk.skip(path)  # begun a moment ago: nothing of it is committed yet
                continue
            one = _OneFile(site, name, rows, row, partial(copies, database, home), still_written=written)
            captures += one.rows
            reports.append(one.sound(path, walk, checkpoint) or one.check(path, walk, checkpoint))
            troubles += one.troubles
            if one.is_copy:
                strays.add(name)
            elif not written and not path.name.endswith(OPEN_SUFFIX):
                lines[name] = one.lines
        gone = [row["name"] for row in known.values() if row["site"] == site and row["name"] not in paths]
        troubles += [Trouble(n, "the rows name this file and it is not there", None, None, RESTORE, site) for n in gone]
        troubles += _compare_index(home, site, lines, strays)
        troubles += _custody(home, database, site)
    troubles += _lost_originals(database)
    return _sum_up(reports, captures, troubles)


def _files_of(database: Database) -> dict[str, RowMapping]:
    with database.reader() as conn:
        return {row.name: row._mapping for row in conn.execute(select(warc_file))}


def _custody(home: Home, database: Database, site: str) -> Iterator[Trouble]:
    """What the manifest shows, against the files as they are now: a crawl may have closed some meanwhile."""
    rows = {name: row for name, row in _files_of(database).items() if row["site"] == site}
    for each in custody_faults(home, site, _warc_paths(home, site), rows):
        yield Trouble(each.file, each.reason, site=site)


class _Walk:
    """Checks files one after the other, each read once, and tells how far it is."""

    def __init__(self, paths: Sequence[Path], progress: Progress | None) -> None:
        self._progress = progress or (lambda name, done, total: None)
        self._done, self._total = 0, sum(map(size_of, paths))

    def skip(self, path: Path) -> None:
        """Count a file as done."""
        self._done += size_of(path)
        self._progress(path.name, self._done, self._total)

    def check(
        self, path: Path, look: Look | None = None, row: RowMapping | None = None, upto: int | None = None
    ) -> FileReport:
        """The report on one file; `look` is given its bytes and its records, `row` says what the file should be.

        Nothing is looked at from byte `upto` on.
        """
        expected = {} if row is None else {
            "sha256": row["sha256"], "length": row["committed_length"],
            "records": None if row["site"] == IMPORTED else row["record_count"],  # of others not all need be sound
        }  # fmt: skip
        with open_check(path, upto) as one:
            records = self._told(path, one.records_found())
            if look is not None:
                look(one.source, records)
            for _ in records:
                pass
            report = one.report(**expected)
        self._done += report.size
        self._progress(path.name, self._done, self._total)
        return report

    def _told(self, path: Path, records: Iterator[Found]) -> Iterator[Found]:
        step = _STEP
        for found in records:
            if found.offset >= step:
                self._progress(path.name, self._done + found.offset, self._total)
                step = found.offset + _STEP
            yield found


class _Fingerprint:
    """How many lines, and a sum of their digests: equal for equal lines in any order, and small however many."""

    def __init__(self, count: int = 0, total: int = 0) -> None:
        self.count, self.total = count, total

    def add(self, line: str) -> None:
        """Take one line."""
        self.count += 1
        self.total += int.from_bytes(hashlib.blake2b(line.encode(), digest_size=8).digest(), "big")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Fingerprint) and (self.count, self.total) == (other.count, other.total)

    __hash__ = None  # type: ignore[assignment]  # it changes


class _OneFile:
    """Rows against records of one file, both ways, and its lines of the CDXJ, while others walk it.

    Damage is the check's business: here it only leaves rows without records.
    """

    def __init__(
        self,
        site: str,
        name: str,
        rows: dict[str, WrittenCapture],
        row: RowMapping | None,
        copies_in: CopiesIn,
        *,
        still_written: bool,
    ) -> None:
        self.rows = len(rows)
        self.is_copy = False  # a stray file, all of whose captures stand in others
        self._copies_in = copies_in
        self._without_row: dict[str, WrittenCapture] = {}
        self._row = row
        self._repair = REPAIR
        self._upto = row["committed_length"] if row is not None and still_written else None
        self._rows_digest = ""
        self._copied: dict[str, Known] = {}
        self._digest = (row["sha256"] if row is not None else None) or ""
        self.lines = _Fingerprint()
        self.troubles: list[Trouble] = []
        self._site, self._name, self._missing = site, name, rows

    def sound(self, path: Path, walk: _Walk, checkpoint: Checkpoint | None) -> Sound | None:
        """What an interrupted verification found of the file, if nothing of it has changed since."""
        if checkpoint is None:
            return None
        self._rows_digest = digest_of(self._missing.values())
        sound = checkpoint.sound(self._site, self._name, path, self._digest, self._rows_digest)
        if sound is not None:
            self.lines = _Fingerprint(sound.lines, sound.lines_sum)
            walk.skip(path)
        return sound

    def check(self, path: Path, walk: _Walk, checkpoint: Checkpoint | None) -> FileReport:
        """Read it all, or what is committed of it; a whole file in which nothing is wrong is noted."""
        stat = path.stat()
        if self._row is None and self._site == IMPORTED:
            self._repair = f"run `svodka import {shlex.quote(str(path))}`"  # it goes on where it was interrupted
        report = walk.check(path, self.look, self._row, self._upto)
        self.end()
        as_it_came = self._site == IMPORTED and report.sha256 == self._digest
        damage = _damage(report, self._site, AS_IT_CAME if as_it_came else RESTORE)
        self.troubles = [*self._unknown_file(), *damage, *self.troubles]
        whole = self._upto is None and not path.name.endswith(OPEN_SUFFIX)
        if checkpoint is not None and not self.troubles and whole:
            checkpoint.add(Sound(
                site=self._site, file=self._name, size=stat.st_size, changed=stat.st_mtime_ns, sha256=report.sha256,
                rows=self._rows_digest, records=report.records, captures=self.rows,
                lines=self.lines.count, lines_sum=self.lines.total,
            ))  # fmt: skip
        return report

    def look(self, source: Bytes, records: Iterator[Found]) -> None:
        """Compare every capture with its row."""
        if self._site == IMPORTED:
            for stored in captures_of(self._name, self._digest, self._indexed(records)):
                self._compare(stored)
            return
        for group in captures_of_file(source, groups(self._indexed(records))):
            if group.notes is not None:
                self._compare(row_of(self._name, group))

    def end(self) -> None:
        """Say which records had no row, unless they are copies, and which rows had no record."""
        self._copied = self._copies_in(tuple(self._without_row.values())) if self._without_row else {}
        for stored in self._without_row.values():
            if stored.id not in self._copied:
                self._add(stored, "this capture has no row", self._repair)
        ours = self._row is None and self._site != IMPORTED
        self.is_copy = ours and 0 < len(self._without_row) == len(self._copied)
        for row in self._missing.values():
            self._add(row, f"the row {row.id} has no sound record here", _refetch_or(RESTORE, self._site))

    def _unknown_file(self) -> Iterator[Trouble]:
        if self.is_copy:
            others = ", ".join(sorted({each.warc_file for each in self._copied.values()}))
            reason = f"a stray copy: its {len(self._copied)} captures are those of {others}"
            yield Trouble(self._name, reason, remedy=MOVE_AWAY, site=self._site)
        elif self._row is None:
            yield Trouble(self._name, "no row names this file", remedy=self._repair, site=self._site)

    def _indexed(self, records: Iterator[Found]) -> Iterator[Found]:
        for found in records:
            line = cdx_line(self._name, found)
            if line is not None:
                self.lines.add(line)
            yield found

    def _compare(self, stored: WrittenCapture) -> None:
        row = self._missing.pop(stored.id, None)
        if row is None:
            self._without_row[stored.id] = stored
            return
        if self._site == IMPORTED:
            # The kind is for a site file to say, and an original may stand in another file (`incoming/revisits.py`).
            elsewhere = stored.refers_to is None or stored.refers_to in self._without_row
            original = row.refers_to if elsewhere else stored.refers_to
            stored = replace(stored, page_kind=row.page_kind, refers_to=original)
        if row != stored:
            fields_that_differ = ", ".join(name for name in _FIELDS if getattr(row, name) != getattr(stored, name))
            self._add(stored, f"row and record differ in {fields_that_differ}", "run `svodka rebuild --check`")

    def _add(self, place: WrittenCapture, reason: str, remedy: str) -> None:
        self.troubles.append(Trouble(self._name, reason, place.offset, place.url, remedy, self._site))


def _warc_paths(home: Home, site: str) -> dict[str, Path]:
    folder = home.archive_folder(site)
    if site == IMPORTED:
        return {path.name: path for path in imported_files(folder)}
    found = [*folder.glob("*.warc.gz"), *folder.glob(f"*.warc.gz{OPEN_SUFFIX}")]
    return {final_name(path): path for path in sorted(found)}


def _rows_of(database: Database, name: str) -> tuple[RowMapping | None, dict[str, WrittenCapture]]:
    """The row of a file and those of its captures, of one moment: a crawl may be writing both."""
    statement = select(*(capture.c[field] for field in _FIELDS)).where(capture.c.warc_file == name)
    with database.reader() as conn:
        file = conn.execute(select(warc_file).where(warc_file.c.name == name)).first()
        rows = {row.id: WrittenCapture(*row) for row in conn.execute(statement)}
    return None if file is None else file._mapping, rows


def _refetch_or(remedy: str, site: str) -> str:
    """What others fetched is not ours to fetch again."""
    return remedy if site == IMPORTED else REFETCH


def _damage(report: FileReport, site: str | None, remedy_of_file: str = RESTORE) -> Iterator[Trouble]:
    for problem in report.problems:
        if problem.severity == "damage":
            remedy = None
            if site is not None:
                remedy = _refetch_or(remedy_of_file, site) if problem.url else remedy_of_file
            yield Trouble(problem.path.name, problem.reason, problem.offset, problem.url, remedy, site)


def _compare_index(
    home: Home, site: str, expected: dict[str, _Fingerprint], strays: Collection[str]
) -> Iterator[Trouble]:
    """The CDXJ against the closed files, by file: as many lines, and the same ones; of stray copies, any."""
    index = home.index(site)
    found: dict[str, _Fingerprint] = defaultdict(_Fingerprint)
    if index.exists():
        with index.open(encoding="utf-8") as lines:
            for line in lines:
                found[_file_of(line)].add(line)
    names = expected.keys() if is_held(home) else expected.keys() | found.keys()  # a crawl may have closed others since
    for name in sorted(names - set(strays)):
        if expected.get(name, _Fingerprint()) != found[name]:
            yield Trouble(index.name, f"its lines for {name} are not those of the file", remedy=REINDEX, site=site)


def _file_of(line: str) -> str:
    """The file that a line of the CDXJ names; empty where it is none."""
    try:
        return str(json.loads(line.split(" ", 2)[2])["filename"])
    except (IndexError, ValueError, KeyError, TypeError):
        return ""


def _lost_originals(database: Database) -> Iterator[Trouble]:
    """Revisits whose payload is nowhere: the original is not in the rows, or has another payload."""
    original = capture.alias("original")
    statement = (
        select(
            capture.c.site,
            capture.c.warc_file,
            capture.c.offset,
            capture.c.url,
            capture.c.refers_to,
            capture.c.payload_digest,
            original.c.id.label("original"),
            original.c.payload_digest.label("its_digest"),
        )
        .join(original, original.c.id == capture.c.refers_to, isouter=True)
        .where(
            capture.c.record_type == "revisit",
            capture.c.refers_to.is_not(None),
            or_(original.c.id.is_(None), original.c.payload_digest != capture.c.payload_digest),
        )
    )
    with database.reader() as conn:
        for row in conn.execute(statement):
            if row.original and (
                matches(row.payload_digest, b"") or same(row.payload_digest, row.its_digest) is not False
            ):
                continue  # other notations; and other tools give a 304 the digest of its empty block
            reason = f"the payload of this revisit is not in the archive (WARC-Refers-To {row.refers_to})"
            yield Trouble(row.warc_file, reason, row.offset, row.url, _refetch_or(FIND_ORIGINAL, row.site), row.site)


def _sum_up(reports: Sequence[FileReport | Sound], captures: int, troubles: Iterable[Trouble]) -> Report:
    return Report(
        files=len(reports),
        size=sum(report.size for report in reports),
        records=sum(report.records for report in reports),
        captures=captures,
        problems=tuple(troubles),
        known=sum(isinstance(report, Sound) for report in reports),
    )
