"""Makes the WARC folder sound after a crash, at every start.

Each file that is still `.open` is finished: a torn end that was never acknowledged is cut off (and kept beside it as
`.torn`), everything else stays, and whole captures that the database does not know are reported, to be indexed and
read. Nothing is ever appended to an old file.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from archive.disk import Fsync, sync_file, sync_folder
from archive.records import CaptureContext, WrittenCapture
from archive.warc.description import stated_time
from archive.warc.growing import OPEN_SUFFIX, final_name
from archive.warc.gzip_members import Bytes, mapped
from archive.warc.reader import captures_of_file, row_of
from archive.warc.scan import Damage, Found, groups, scan_records, warcinfo_id
from archive.warc.writer import ClosedFile

TORN_SUFFIX = ".torn"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of one file. `captures` are the whole ones beyond the committed length, as the writer gave them.

    `closed` is None where nothing whole was in the file and it was removed. `cut` counts the bytes of the torn end,
    `torn` is the file that keeps them. `incomplete` counts records beyond the committed length whose capture was not
    written to its end: they stay, but are no captures. `damage` is what else is wrong, `missing` the bytes that were
    acknowledged and are not there.
    """

    name: str
    closed: ClosedFile | None
    captures: tuple[tuple[CaptureContext, WrittenCapture], ...] = ()
    cut: int = 0
    torn: Path | None = None
    incomplete: int = 0
    damage: tuple[Damage, ...] = ()
    missing: int = 0


@dataclass(frozen=True, slots=True)
class _Survey:
    """What stands in a file, by a walk from its beginning."""

    length: int
    records: int
    opened_at: datetime | None
    captures: tuple[tuple[CaptureContext, WrittenCapture], ...]
    incomplete: int
    damage: tuple[Damage, ...]
    last: int  # offset of the last sound record


def recover(folder: Path, committed: Mapping[str, int], *, fsync: Fsync = os.fsync) -> list[Recovered]:
    """Finish every file that a crash left open in `folder`; call it with the folder's lock held.

    `committed` gives, by final name, the lengths in bytes of the files that the database holds as open; those that were
    renamed before the crash are reported as well. Files that it does not name have committed nothing. Doing it again
    finds nothing left to do, however often it was interrupted. Raises OSError where the disk refuses.
    """
    if not folder.is_dir():
        return []
    left_open = sorted(folder.glob(f"*.warc.gz{OPEN_SUFFIX}"))
    recovered = [_recover(path, committed.get(final_name(path), 0), fsync) for path in left_open]
    done = {file.name for file in recovered}
    renamed = [folder / name for name in sorted(committed.keys() - done) if (folder / name).exists()]
    return recovered + [_recover(path, committed[path.name], fsync) for path in renamed]


def _recover(path: Path, committed: int, fsync: Fsync) -> Recovered:
    name = final_name(path)
    survey = _survey(path, name, committed)
    torn_at = _torn_at(survey, committed)
    torn = None
    if torn_at is not None:
        torn = _cut(path, torn_at, fsync)
    length = survey.length if torn_at is None else torn_at
    return Recovered(
        name=name,
        closed=_close(path, name, survey, length, fsync),
        captures=survey.captures,
        cut=survey.length - length,
        torn=torn,
        incomplete=survey.incomplete,
        damage=tuple(damage for damage in survey.damage if damage.offset < length),
        missing=max(0, committed - survey.length),
    )


def _survey(path: Path, name: str, committed: int) -> _Survey:
    """Records go by one at a time: where the database knows nothing of the file, all of them are beyond `committed`."""
    captures: list[tuple[CaptureContext, WrittenCapture]] = []
    incomplete = 0
    with mapped(path) as source:
        walk = _Walk(committed, warcinfo_id(source))
        for group in captures_of_file(source, groups(walk.uncommitted(source))):
            if group.notes is None:
                incomplete += 1 if group.request is None else 2
            else:
                captures.append((group.notes.context, row_of(name, group)))
        return _Survey(
            len(source), walk.records, walk.opened_at, tuple(captures), incomplete, tuple(walk.damage), walk.last
        )


@dataclass(slots=True)
class _Walk:
    """Goes through a file from its beginning and notes what it passes.

    A record that does not name the file's own warcinfo is none of ours: a piece of a body that came compressed, and
    that looks like a record once the one around it is torn.
    """

    committed: int
    warcinfo_id: str | None
    last: int = -1
    records: int = 0
    opened_at: datetime | None = None
    damage: list[Damage] = field(default_factory=list)

    def uncommitted(self, source: Bytes) -> Iterator[Found]:
        """The sound records beyond what is committed."""
        for found in scan_records(source):
            if isinstance(found, Damage):
                self.damage.append(found)
                continue
            if not self._is_ours(found):
                continue
            self.records += 1
            self.last = found.offset
            if found.offset == 0 and found.record.type == "warcinfo":
                self.opened_at = stated_time(found.record)
            if found.offset >= self.committed:
                yield found

    def _is_ours(self, found: Found) -> bool:
        named = found.record.id if found.record.type == "warcinfo" else found.record.get("WARC-Warcinfo-ID")
        return self.warcinfo_id in (None, named)


def _torn_at(survey: _Survey, committed: int) -> int | None:
    """Where the torn end begins, behind which no record of ours stands; None where there is none.

    What was acknowledged is damage, and stays.
    """
    behind = max(committed, survey.last + 1)
    return next((damage.offset for damage in survey.damage if damage.offset >= behind), None)


def _cut(path: Path, offset: int, fsync: Fsync) -> Path:
    """Keep the end in a file of its own, then cut it off: in this order, each step on disk before the next."""
    torn = path.with_name(final_name(path) + TORN_SUFFIX)
    with path.open("rb") as source, torn.open("wb") as side:
        source.seek(offset)
        while piece := source.read(1 << 20):
            side.write(piece)
        side.flush()
        sync_file(side.fileno(), torn, fsync)
    sync_folder(path.parent, fsync)
    with path.open("rb+") as file:
        file.truncate(offset)
        sync_file(file.fileno(), path, fsync)
    return torn


def _close(path: Path, name: str, survey: _Survey, length: int, fsync: Fsync) -> ClosedFile | None:
    if length == 0:
        path.unlink()
        sync_folder(path.parent, fsync)
        return None
    with path.open("rb") as file:
        sync_file(file.fileno(), path, fsync)  # what the crash left in the page cache
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if path.name != name:
        path.rename(path.with_name(name))
        sync_folder(path.parent, fsync)
    now = datetime.now(UTC)
    return ClosedFile(name, length, survey.records, survey.opened_at or now, now, digest)
