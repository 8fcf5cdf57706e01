"""Trial of promise 1 under power loss: the power goes at every file operation, and nothing acknowledged may be lost.

    python -m tests.trials.power [--commits 24]

A real session commits to real files. At each fsync of the WARC writer and each commit of SQLite the disk is recorded as
it is certain to be (what was synced) and as it might be. What lies between lands, by sectors of 512 bytes, not at all,
whole, by halves, with holes, as zeros, or at random; new names of files land or do not. Each image is repaired and
judged. SQLite's part of a commit is modelled as its documentation has it (WAL, synchronous=FULL): the log is written
and synced, then, at a checkpoint, the database is. The index and the manifest sync themselves before they are named.
"""

from __future__ import annotations

import argparse
import errno
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_ISDIR

from sqlalchemy import Connection, make_url

from archive.errors import SvodkaError
from archive.home import Home
from archive.ids import uuid7
from archive.records import Capture, CaptureContext, Discovery, Exchange, UnitOfWork
from archive.rows.engine import Database, open_database
from archive.rows.migrations import upgrade
from archive.rows.reading import captures
from archive.session import Session, SiteRow
from archive.upkeep.salvage import salvage
from archive.upkeep.verify import verify_archive
from archive.warc.reader import read_capture_at
from archive.warc.writer import WarcWriter

SECTOR = 512
MAX_FILE = 40_000  # bytes: files are rotated often
PER_COMMIT = 3
MOMENT = datetime(2025, 9, 8, 1, 37, tzinfo=UTC)
LANDINGS = ("none", "all", "half", "holes", "zeros", "random 1", "random 2")
SITE = SiteRow("practice", "Practice", "https://practice.example/", "UTC")

Fsync = Callable[[int], None]


@dataclass
class Acknowledged:
    """What a run was told is safe: responses by capture id, URLs named, and the length of each file."""

    responses: dict[str, bytes] = field(default_factory=dict)
    urls: set[str] = field(default_factory=set)
    lengths: dict[str, int] = field(default_factory=dict)

    def copy(self) -> Acknowledged:
        """As it is now."""
        return Acknowledged(dict(self.responses), set(self.urls), dict(self.lengths))


@dataclass(frozen=True)
class State:
    """Files: which inode a path names, and what each inode holds."""

    names: dict[Path, int]
    contents: dict[int, bytes]


@dataclass(frozen=True)
class Moment:
    """The power goes here: what is certain to be on the disk, and what may be."""

    what: str
    certain: State
    possible: State
    acknowledged: Acknowledged


class Recorder:
    """Tells what is certain to be on disk, by watching what is synced."""

    def __init__(self, home: Path, acknowledged: Acknowledged) -> None:
        self.moments: list[Moment] = []
        self.acknowledged = acknowledged
        self.syncs = 0
        self.fail_at: int | None = None
        self._home = home
        self._certain = State({}, {})

    def settle(self) -> None:
        """All that is there now is on disk."""
        self._certain = self._now()

    def fsync(self, descriptor: int) -> None:
        """The writer's fsync: the power may go before it; afterwards its file, or folder, is certain."""
        now = self._now()
        self._record("fsync", now)
        self.syncs += 1
        if self.syncs == self.fail_at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        os.fsync(descriptor)
        status = os.fstat(descriptor)
        if S_ISDIR(status.st_mode):
            self._certain = State(self._with_names(now), self._certain.contents)
        else:
            contents = self._certain.contents | {status.st_ino: now.contents[status.st_ino]}
            self._certain = State(self._certain.names, contents)

    def committed(self) -> None:
        """SQLite's commit has returned: before that its log was not certain, then at a checkpoint its database."""
        now = self._now()
        # What is neither a WARC file nor SQLite's has synced itself before the rows depend on it.
        others = {p: i for p, i in now.names.items() if "archive" not in p.parts and not p.name.startswith("svodka.db")}
        contents = {inode: now.contents[inode] for inode in others.values()}
        self._certain = State(self._certain.names | others, self._certain.contents | contents)
        for suffix in (".db-wal", ".db"):
            changed = {inode for path, inode in now.names.items() if path.name.endswith(suffix)}
            names = self._certain.names | {p: i for p, i in now.names.items() if i in changed}
            after = State(names, self._certain.contents | {inode: now.contents[inode] for inode in changed})
            if after.contents != self._certain.contents:
                self._record(f"commit{suffix}", State(self._with_names(now), self._certain.contents | after.contents))
            self._certain = after

    def _record(self, what: str, possible: State) -> None:
        self.moments.append(Moment(what, self._certain, possible, self.acknowledged.copy()))

    def _now(self) -> State:
        names: dict[Path, int] = {}
        contents: dict[int, bytes] = {}
        for path in sorted(self._home.rglob("*")):
            if path.is_file() and not path.name.endswith((".lock", "-shm")):
                inode = path.stat().st_ino
                names[path.relative_to(self._home)] = inode
                contents[inode] = path.read_bytes()
        return State(names, contents)

    def _with_names(self, now: State) -> dict[Path, int]:
        return dict(now.names)


class RecordedDatabase(Database):
    """Tells the recorder of every commit."""

    def __init__(self, url: str, recorder: Recorder) -> None:
        super().__init__(make_url(url))
        self._recorder = recorder

    @contextmanager
    def writer(self) -> Iterator[Connection]:
        """As the real one."""
        with super().writer() as conn:
            yield conn
        self._recorder.committed()


class RecordedSession(Session):
    """A session whose files and database are watched."""

    def watch(self, recorder: Recorder, fsync: Fsync) -> None:
        """Begin; what was done so far is on disk."""
        self.database.close()
        recorder.settle()
        self.database = RecordedDatabase(self.home.database_url, recorder)
        self.writer = WarcWriter(
            self.home.archive_folder(self.site), site=self.site, software="svodka/trial", max_bytes=MAX_FILE,
            hostname="trial", fsync=fsync,
        )  # fmt: skip


def record(home: Home, commits: int, *, fail_at: int | None = None, fsync: Fsync | None = None) -> Recorder:
    """Two runs of `commits` commits together, watched; `fsync` replaces the recorder's own, for a broken writer."""
    recorder = Recorder(home.path, Acknowledged())
    recorder.fail_at = fail_at
    number = 0
    for share in (commits - commits // 3, commits // 3):
        try:
            with RecordedSession(home, SITE, command="trial", options={}) as session:
                session.watch(recorder, fsync or recorder.fsync)
                for _ in range(share):
                    units = [_unit(number + each, session.run_id) for each in range(PER_COMMIT)]
                    number += PER_COMMIT
                    session.commit(units)
                    _acknowledge(recorder.acknowledged, session, units)
        except SvodkaError:
            break  # an fsync failed: the run ends
        finally:
            session.database.close()
    recorder.moments.append(Moment("the end", recorder._now(), recorder._now(), recorder.acknowledged.copy()))
    return recorder


def _unit(number: int, run_id: str) -> UnitOfWork:
    noise = random.Random(number).randbytes(400 + 700 * (number % 4))
    at = MOMENT + timedelta(seconds=number)
    url = f"https://practice.example/{number}.html"
    response = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(noise) + noise
    context = CaptureContext(str(uuid7(1_757_295_420_000 + number)), "practice", run_id, "other", "trial")
    exchange = Exchange(url, b"GET / HTTP/1.1\r\n\r\n", response, at, at)
    return UnitOfWork([Capture(context, exchange)], [Discovery(url, "other", "trial")])


def _acknowledge(known: Acknowledged, session: Session, units: Sequence[UnitOfWork]) -> None:
    for unit in units:
        content = unit.captures[0].content
        assert isinstance(content, Exchange)
        known.responses[unit.captures[0].context.capture_id] = content.response
        known.urls.update(discovery.url for discovery in unit.discoveries)
    assert session._state is not None
    known.lengths[session._state.name] = session._state.committed_length


# --- images ------------------------------------------------------------------------------------------------------


def land(old: bytes, new: bytes, landing: str) -> bytes:
    """What a file holds after the power went, where `old` was certain and `new` was on its way."""
    if landing == "none" or old == new:
        return old
    if landing == "all" or len(new) < len(old):
        return new
    changed = [
        start for start in range(0, len(new), SECTOR) if old[start : start + SECTOR] != new[start : start + SECTOR]
    ]
    if landing == "zeros":  # the length has landed, the sectors have not
        return old + bytes(len(new) - len(old))
    if landing == "half":
        landed = set(changed[: len(changed) // 2])
    elif landing == "holes":
        landed = set(changed[1::2])
    else:
        chance = random.Random(f"{landing} {len(new)}")
        landed = {start for start in changed if chance.random() < 0.5}
    end = max([len(old), *(min(start + SECTOR, len(new)) for start in landed)])
    image = bytearray(old.ljust(end, b"\0"))
    for start in landed:
        image[start : start + SECTOR] = new[start : start + SECTOR]
    return bytes(image)


def images(moment: Moment) -> Iterator[tuple[str, dict[Path, bytes]]]:
    """Every image of a moment, by what landed; the same image comes once."""
    seen = set()
    for new_names in (False, True):
        names = moment.possible.names if new_names else moment.certain.names
        for landing in LANDINGS:
            image = {}
            for path, inode in names.items():
                old = moment.certain.contents.get(inode, b"")
                image[path] = land(old, moment.possible.contents.get(inode, old), landing)
            key = hash(tuple(sorted((str(path), data) for path, data in image.items())))
            if key not in seen:
                seen.add(key)
                yield f"{landing}, {'new' if new_names else 'old'} names", image


def judge(image: dict[Path, bytes], acknowledged: Acknowledged) -> list[str]:
    """What is wrong with an image after a repair, a line each."""
    with tempfile.TemporaryDirectory(prefix="svodka-power-") as folder:
        home = Home(Path(folder))
        for path, data in image.items():
            (home.path / path).parent.mkdir(parents=True, exist_ok=True)
            (home.path / path).write_bytes(data)
        database = open_database(home.database_url)
        try:
            upgrade(database)
            salvage(home, database)
            with database.reader() as conn:
                return list(_faults(home, conn, acknowledged))
        except Exception as error:  # an image that does not open is the worst of all
            return [f"{type(error).__name__}: {error}"]
        finally:
            database.close()


def _faults(home: Home, conn: Connection, acknowledged: Acknowledged) -> Iterator[str]:
    sound = conn.exec_driver_sql("PRAGMA integrity_check").scalar()
    if sound != "ok":
        yield f"SQLite: {sound}"
    rows = {row.id: row for row in captures(conn, limit=1_000_000)}
    for capture_id, response in acknowledged.responses.items():
        row = rows.get(capture_id)
        if row is None:
            yield f"capture {capture_id} has no row"
        elif read_capture_at(home.warc_path("practice", row.warc_file), row.offset).block != response:
            yield f"capture {capture_id} is not what was received"
    known = set(conn.exec_driver_sql("SELECT url FROM frontier").scalars())
    if lost := acknowledged.urls - known:
        yield f"{len(lost)} URLs are forgotten"
    for problem in verify_archive(home).problems:
        # Bytes beyond what was acknowledged may be damaged: they are named, and cost nothing.
        if (problem.offset or 0) < acknowledged.lengths.get(problem.file, 0):
            yield f"verify: {problem}"


@dataclass
class Result:
    """How many images there were, and what was wrong with the broken ones."""

    moments: int = 0
    images: int = 0
    broken: list[str] = field(default_factory=list)

    def add(self, moment: Moment) -> None:
        """Judge every image of a moment."""
        self.moments += 1
        for landing, image in images(moment):
            self.images += 1
            if faults := judge(image, moment.acknowledged):
                self.broken.append(f"{moment.what}: {landing}: {faults[0]}")

    def __str__(self) -> str:
        return f"{len(self.broken)} of {self.images:,} images broken ({self.moments} moments)"


def power_loss(commits: int, *, fsync: Fsync | None = None) -> Result:
    """The power goes at every file operation of a run with its commits."""
    with tempfile.TemporaryDirectory(prefix="svodka-power-") as folder:
        recorder = record(Home(Path(folder)), commits, fsync=fsync)
    result = Result()
    for moment in recorder.moments:
        result.add(moment)
    return result


def failing_fsync(commits: int) -> Result:
    """Each fsync of the writer fails in turn (EIO), and then the power goes: nobody knows what the disk holds."""
    result = Result()
    fail_at = 1
    while True:
        folder = Path(tempfile.mkdtemp(prefix="svodka-power-"))
        try:
            recorder = record(Home(folder), commits, fail_at=fail_at)
        finally:
            shutil.rmtree(folder)
        if recorder.syncs < fail_at:
            return result
        failed = next(moment for number, moment in enumerate(_syncs(recorder), 1) if number == fail_at)
        result.add(failed)
        result.add(recorder.moments[-1])
        fail_at += 1


def _syncs(recorder: Recorder) -> list[Moment]:
    return [moment for moment in recorder.moments if moment.what == "fsync"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trial; 1 where an image is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commits", type=int, default=24)
    commits = parser.parse_args(arguments).commits
    loss, failing = power_loss(commits), failing_fsync(max(commits // 3, 3))
    lines = [
        f"power loss: {loss}",
        f"power loss after a failed fsync: {failing}",
        *loss.broken[:10],
        *failing.broken[:10],
    ]
    sys.stdout.write("\n".join([*lines, ""]))
    return 1 if loss.broken or failing.broken else 0


if __name__ == "__main__":
    sys.exit(main())
