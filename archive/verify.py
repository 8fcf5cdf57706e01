"""Every byte and every row against each other, both ways: what is damaged, missing or foreign is named.

For each WARC file: its bytes (`archive.warc.check`), its length and digest as the rows have them, its captures against
the rows, and its lines in the CDXJ. A row without its record and a record without its row are both problems.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from sqlalchemy import RowMapping, select

from archive.home import OPEN_SUFFIX, Home
from archive.records import WrittenCapture
from archive.rows.engine import Database, open_database
from archive.rows.migrations import check
from archive.rows.schema import capture, warc_file
from archive.warc.cdxj import cdx_lines
from archive.warc.check import FileReport, check_file
from archive.warc.reader import iter_captures

_FIELDS = tuple(each.name for each in fields(WrittenCapture))


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong: in which file, at which offset (bytes; None where it is no place), on which page."""

    file: str
    reason: str
    offset: int | None = None
    url: str | None = None

    def __str__(self) -> str:
        where = self.file if self.offset is None else f"{self.file}: offset {self.offset}"
        return f"{where}: {self.url}: {self.reason}" if self.url else f"{where}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at and what is wrong."""

    files: int
    size: int  # bytes
    records: int
    captures: int  # rows that were held against their records
    problems: tuple[Trouble, ...]

    def summary(self) -> str:
        """One line for a person."""
        looked_at = f"{self.files} WARC files, {self.size / 1e6:,.1f} MB, {self.records:,} records"
        rows = f", {self.captures:,} captures in the rows" if self.captures else ""
        verdict = f"{len(self.problems)} problems" if self.problems else "no problem"
        return f"{looked_at}{rows}: {verdict}"


def verify_files(paths: Sequence[Path]) -> Report:
    """Check any WARC or ARC files of anyone, by themselves."""
    return _sum_up([check_file(path) for path in paths], 0, ())


def verify_archive(home: Home) -> Report:
    """Hold the whole archive against its rows. Raises NewerDatabase; damage is reported, not raised."""
    database = open_database(home.database_url)
    try:
        if database.path is not None and not database.path.exists():
            return _sum_up([], 0, [Trouble(str(database.path), "there is no database")])
        check(database)
        return _verify_rows(home, database)
    finally:
        database.close()


def _verify_rows(home: Home, database: Database) -> Report:
    reports: list[FileReport] = []
    troubles: list[Trouble] = []
    captures = 0
    with database.reader() as conn:
        known = {row.name: row._mapping for row in conn.execute(select(warc_file))}
    for site in home.sites():
        paths = _warc_paths(home, site)
        for name, path in paths.items():
            row = known.get(name)
            reports.append(_check_bytes(path, row))
            if row is None:
                troubles.append(Trouble(name, "no row names this file: run `svodka repair`"))
            rows = _rows_of(database, name)
            captures += len(rows)
            troubles += _compare(name, path, rows)
        gone = [row["name"] for row in known.values() if row["site"] == site and row["name"] not in paths]
        troubles += [Trouble(name, "the rows name this file and it is not there") for name in gone]
        troubles += _compare_index(home, site, paths)
    return _sum_up(reports, captures, troubles)


def _warc_paths(home: Home, site: str) -> dict[str, Path]:
    folder = home.archive_folder(site)
    found = [*folder.glob("*.warc.gz"), *folder.glob(f"*.warc.gz{OPEN_SUFFIX}")]
    return {path.name.removesuffix(OPEN_SUFFIX): path for path in sorted(found)}


def _check_bytes(path: Path, row: RowMapping | None) -> FileReport:
    if row is None:
        return check_file(path)
    return check_file(path, sha256=row["sha256"], length=row["committed_length"], records=row["record_count"])


def _rows_of(database: Database, name: str) -> dict[str, WrittenCapture]:
    statement = select(*(capture.c[field] for field in _FIELDS)).where(capture.c.warc_file == name)
    with database.reader() as conn:
        return {row.id: WrittenCapture(*row) for row in conn.execute(statement)}


def _compare(name: str, path: Path, rows: dict[str, WrittenCapture]) -> Iterator[Trouble]:
    """Rows against records, both ways. Damage is `check_file`'s business: here it only leaves rows without records."""
    missing = dict(rows)
    for _, stored in iter_captures(path, on_damage=lambda damage: None):
        row = missing.pop(stored.id, None)
        if row is None:
            yield Trouble(name, "this capture has no row: run `svodka repair`", stored.offset, stored.url)
        elif row != stored:
            yield Trouble(name, f"row and record differ in {_differences(row, stored)}", stored.offset, stored.url)
    for row in missing.values():
        yield Trouble(name, f"the row {row.id} has no sound record here", row.offset, row.url)


def _differences(row: WrittenCapture, stored: WrittenCapture) -> str:
    return ", ".join(field for field in _FIELDS if getattr(row, field) != getattr(stored, field))


def _compare_index(home: Home, site: str, paths: dict[str, Path]) -> Iterator[Trouble]:
    """The CDXJ against the closed files, by file: as many lines, and the same ones."""
    index = home.index(site)
    closed = {name: path for name, path in paths.items() if not path.name.endswith(OPEN_SUFFIX)}
    expected = {name: _fingerprint(cdx_lines(path)) for name, path in closed.items()}
    found = _fingerprints_by_file(index) if index.exists() else {}
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name, (0, 0)) != found.get(name, (0, 0)):
            yield Trouble(index.name, f"its lines for {name} are not those of the file: run `svodka repair`")


def _fingerprint(lines: Iterable[str]) -> tuple[int, int]:
    """How many lines, and a sum of their digests: equal for equal lines in any order, and small however many."""
    count = total = 0
    for line in lines:
        count, total = count + 1, total + _digest(line)
    return count, total


def _fingerprints_by_file(index: Path) -> dict[str, tuple[int, int]]:
    counts: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    with index.open(encoding="utf-8") as lines:
        for line in lines:
            name = line.rpartition('"filename": "')[2].partition('"')[0]
            counts[name] += 1
            totals[name] += _digest(line)
    return {name: (counts[name], totals[name]) for name in counts}


def _digest(line: str) -> int:
    return int.from_bytes(hashlib.blake2b(line.encode(), digest_size=8).digest(), "big")


def _sum_up(reports: Sequence[FileReport], captures: int, troubles: Iterable[Trouble]) -> Report:
    damage = [
        Trouble(problem.path.name, problem.reason, problem.offset, problem.url)
        for report in reports
        for problem in report.problems
        if problem.severity == "damage"
    ]
    return Report(
        files=len(reports),
        size=sum(report.size for report in reports),
        records=sum(report.records for report in reports),
        captures=captures,
        problems=(*damage, *troubles),
    )
