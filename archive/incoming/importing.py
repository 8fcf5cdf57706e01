"""Files of others come into the archive: WARC and ARC, plain or gzipped, and the ones inside a WACZ.

Each is copied byte for byte into the collection `imported`, and its captures get rows. These are a function of the
file alone: ids are made from its SHA-256 and the record's offset, so importing again changes nothing, and a rebuild
makes the same rows, in the order of the manifest: of a record that stands in two files the first file's is the capture.
What another tool noted about a capture is not known to us: its route is `import`.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from archive.custody.manifest import add_to_manifest
from archive.disk import sync_file, sync_folder
from archive.errors import DamagedArchive, UsageError
from archive.home import IMPORTED, Home
from archive.incoming.revisits import refers_to_date
from archive.incoming.wacz_digests import wacz_faults
from archive.records import NOT_READ, CaptureContext, PageKind, ReadState, WrittenCapture
from archive.rows import writing
from archive.rows.engine import Database
from archive.rows.schema import warc_file
from archive.upkeep.copies import Known, copies
from archive.warc.cdxj import add_to_index
from archive.warc.check import check_file
from archive.warc.description import SEGMENT, Place, stated_time, written_capture
from archive.warc.formats import PACKED_AS_ONE, Format, format_of, is_packed_as_one, records_of
from archive.warc.gzip_members import Bytes, mapped
from archive.warc.notes import Notes
from archive.warc.record import RecordError
from archive.warc.scan import Found
from archive.warc.segments import put_together
from archive.warc.writer import ClosedFile

CAPTURES = ("response", "revisit", "resource")
PATTERNS = ("*.warc.gz", "*.warc", "*.arc.gz", "*.arc")
_SUFFIXES = {"warc.gz": ".warc.gz", "warc": ".warc", "arc.gz": ".arc.gz", "arc": ".arc"}

KindOf = Callable[[str], PageKind]
"""What kind of page a URL is, as far as a site file knows; `other` where none does."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file. `new` is False where it was here already; `damage` counts what could not be read.

    `known` counts records that are copies of ones that the archive has: they are no captures of their own, `segmented`
    captures of which the file holds but a first part in a record of its own: they are kept, and not read. Of a file
    without a capture nothing is kept: `name` is None and `nothing_because` says why.
    """

    file: str
    name: str | None
    captures: int
    damage: int
    new: bool
    known: int = 0
    segmented: int = 0
    nothing_because: str | None = None


def import_file(home: Home, database: Database, path: Path, kind_of: KindOf) -> Imported:
    """Copy a WARC or ARC file in and write its rows, with the lock held. Raises UsageError for what is neither."""
    with mapped(path) as source:
        kind = format_of(source)
        if kind == "unknown":
            raise UsageError(f"{path}: neither WARC nor ARC")
        digest = hashlib.sha256(source).hexdigest()
        nothing_because = _nothing_because(source, kind)
    report = check_file(path)
    damage = sum(problem.severity == "damage" for problem in report.problems)
    known = _known(database, digest)
    if known is not None:
        return Imported(str(path), known, 0, damage, new=False)
    if nothing_because is not None:
        return Imported(str(path), None, 0, damage, new=False, nothing_because=nothing_because)
    target = _copied(home.archive_folder(IMPORTED), path, digest, _SUFFIXES[kind], _taken(database))
    closed = describe(target, digest)
    add_to_index(home.index(IMPORTED), [target])
    add_to_manifest(home.manifest(IMPORTED), closed)
    taken = write_rows(home, database, target, closed, kind_of)
    return Imported(
        str(path), closed.name, taken.captures, damage, new=True, known=taken.known, segmented=taken.segmented
    )


def _nothing_because(source: Bytes, kind: Format) -> str | None:
    """Why nothing of a file is to be kept; None where there is a capture in it."""
    if next(captures_of("", "", records_of(source)), None) is not None:
        return None
    if kind == "warc.gz" and is_packed_as_one(source):
        return f"no capture was found: {PACKED_AS_ONE}"
    return "no capture was found"


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The WARC files inside a WACZ, and what in it is not as its datapackage.json says, a line each."""

    files: tuple[Path, ...]
    faults: tuple[str, ...]


@contextmanager
def inside_wacz(path: Path) -> Iterator[Unpacked]:
    """A WACZ unpacked for a while (WACZ 1.1.1, 5.2). Raises UsageError for what is none, DamagedArchive."""
    try:
        wacz = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise UsageError(f"{path}: no WACZ file: {error}") from error
    with wacz, TemporaryDirectory(prefix="svodka-import-") as folder:
        try:
            faults = tuple(f"{path}: {fault}" for fault in wacz_faults(wacz))
            found = tuple(_unpack(wacz, Path(folder), path.stem))
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise DamagedArchive(f"{path}: {error}; import the WARC files inside it one by one") from error
        yield Unpacked(found, faults)


def _unpack(wacz: zipfile.ZipFile, folder: Path, stem: str) -> Iterator[Path]:
    for number, member in enumerate(wacz.infolist()):
        if member.filename.startswith("archive/") and not member.is_dir():
            target = folder / str(number) / f"{stem}-{Path(member.filename).name}"  # two may have one name
            target.parent.mkdir()
            with wacz.open(member) as packed, target.open("wb") as out:
                shutil.copyfileobj(packed, out)
            yield target


@dataclass(frozen=True, slots=True)
class Taken:
    """How many captures of a file got rows, how many of these are cut in segments, and how many are copies."""

    captures: int
    segmented: int
    known: int


def write_rows(home: Home, database: Database, path: Path, closed: ClosedFile, kind_of: KindOf) -> Taken:
    """The rows of one imported file in one transaction: of its captures, but not of copies of ones that are known."""
    with mapped(path) as source:
        found = list(captures_of(closed.name, closed.sha256, records_of(source)))
    known = copies(database, home, found)
    taken = [
        replace(row, page_kind=kind_of(row.url), refers_to=_known_original(row.refers_to, known))
        for row in found
        if row.id not in known
    ]
    states: dict[str, ReadState] = {row.id: "not_a_page" for row in taken if row.page_kind in NOT_READ}
    with database.writer() as conn:
        writing.write_site(conn, name=IMPORTED, title="Imported files", base_url="", time_zone="UTC")
        writing.write_run(
            conn, id=run_id_of(closed.sha256), site=IMPORTED, command="import", started_at=closed.opened_at,
            software="unknown", options={},
        )  # fmt: skip
        writing.write_warc_file(conn, site=IMPORTED, state="closed", file=closed)
        writing.write_captures(conn, taken, states)
    return Taken(len(taken), sum(row.truncated == SEGMENT for row in taken), len(known))


def _known_original(refers_to: str | None, known: Mapping[str, Known]) -> str | None:
    """The original of a revisit; where that is a copy, the capture that it is a copy of."""
    original = known.get(refers_to or "")
    return original.id if original else refers_to


def captures_of(name: str, digest: str, records: Iterable[Found]) -> Iterator[WrittenCapture]:
    """A row for each capture of a file, as far as the file alone tells; the kind of page is `other`.

    `digest` is the SHA-256 of the file.
    """
    by_record: dict[str, str] = {}
    by_place: dict[tuple[str, datetime], str] = {}
    for found in put_together(records):
        if found.record.type not in CAPTURES:
            continue
        capture_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{digest}:{found.offset}"))
        context = CaptureContext(capture_id, IMPORTED, run_id_of(digest), "other", "import")
        place = Place(name, found.offset, found.length, None, None)
        try:
            row = written_capture(found.record, Notes(context), place)
        except RecordError:
            continue  # without a URL or a date it is evidence of nothing
        if row.record_type == "revisit":
            row = replace(row, refers_to=_original(found, by_record, by_place))
        by_record[found.record.id or ""] = by_place[row.url, row.captured_at] = capture_id
        yield row


def describe(path: Path, digest: str) -> ClosedFile:
    """An imported file as a row has it: begun at its earliest date (of a capture, else of any record, else 1970).

    A record at a time: all that a file of a gigabyte unpacks to is more than memory holds.
    """
    walk = _Walk()
    with mapped(path) as source:
        length, records = len(source), walk.through(records_of(source))
        captured = min((row.captured_at for row in captures_of(path.name, digest, records)), default=None)
    opened_at = captured or walk.earliest or datetime.fromtimestamp(0, UTC)
    return ClosedFile(path.name, length, walk.records, opened_at, datetime.now(UTC), digest)


@dataclass(slots=True)
class _Walk:
    """Counts the records that pass, and keeps the earliest of their dates."""

    records: int = 0
    earliest: datetime | None = None

    def through(self, records: Iterable[Found]) -> Iterator[Found]:
        for found in records:
            self.records += 1
            at = stated_time(found.record)
            self.earliest = min(filter(None, (at, self.earliest)), default=None)
            yield found


def run_id_of(digest: str) -> str:
    """Every imported file is a run of its own."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"import {digest}"))


def imported_files(folder: Path) -> list[Path]:
    """The files of the collection."""
    return sorted(path for pattern in PATTERNS for path in folder.glob(pattern))


def closed_files(home: Home, collection: str) -> list[Path]:
    """The finished files of any collection: those that its index names."""
    folder = home.archive_folder(collection)
    return imported_files(folder) if collection == IMPORTED else sorted(folder.glob("*.warc.gz"))


def _original(found: Found, by_record: dict[str, str], by_place: dict[tuple[str, datetime], str]) -> str | None:
    """The capture of the same file that a revisit repeats (WARC 1.1, 5.11 to 5.13)."""
    record = found.record
    if original := by_record.get(record.get("WARC-Refers-To") or "-"):
        return original
    url = record.get("WARC-Refers-To-Target-URI") or record.get("WARC-Target-URI") or ""
    at = refers_to_date(record)
    return by_place.get((url, at)) if at else None


def _known(database: Database, digest: str) -> str | None:
    with database.reader() as conn:
        wanted = select(warc_file.c.name).where(warc_file.c.sha256 == digest)
        return conn.scalar(wanted.limit(1))


def _taken(database: Database) -> set[str]:
    """Names of our own WARC files: a name stands for one file in the whole archive."""
    with database.reader() as conn:
        return set(conn.scalars(select(warc_file.c.name).where(warc_file.c.site != IMPORTED)))


def _copied(folder: Path, path: Path, digest: str, suffix: str, taken: Collection[str]) -> Path:
    """A copy with the same bytes, on disk before anything names it; one that an interrupted import left is taken."""
    folder.mkdir(parents=True, exist_ok=True)
    name = path.name if path.name.endswith(suffix) else path.name.partition(".")[0] + suffix
    target = folder / name
    if name in taken or (target.exists() and digest_of(target) != digest):
        target = folder / f"{name.removesuffix(suffix)}-{digest[:8]}{suffix}"
    if not target.exists():
        part = target.with_name(target.name + ".part")
        with path.open("rb") as source, part.open("wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
            out.flush()
            sync_file(out.fileno(), part)
        if digest_of(part) != digest:
            raise UsageError(f"{path}: changed while it was copied; try again")
        part.rename(target)
        sync_folder(folder)
    return target


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
