"""Writes captures to WARC files so that nothing acknowledged is lost.

What `append` wrote and `sync` confirmed is on disk, whole. A batch that fails is cut off again. A file is begun when
there is something to put into it, is `.open` while it grows, is never appended to by another writer, and is left as it
is after an fsync that failed: nobody knows what the disk then holds (PostgreSQL learned it in 2018).
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from archive.digests import sha256
from archive.disk import Fsync, sync_file, sync_folder
from archive.errors import DamagedArchive, DiskFull, SvodkaError
from archive.failpoints import failpoint
from archive.ids import uuid7
from archive.records import Capture, WrittenCapture
from archive.warc.description import Place, written_capture
from archive.warc.group import Group, group_of
from archive.warc.growing import OPEN_SUFFIX, final_name
from archive.warc.gzip_members import compress
from archive.warc.record import RECORD_END, VERSION, WARC_FIELDS, Record, serialize, urn, warc_date

if TYPE_CHECKING:
    from hashlib import _Hash

CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_COMPRESSED_TYPES = ("image/", "video/", "audio/", "font/woff", "application/zip", "application/gzip")


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FileState:
    """What is on disk after a sync: `name` without `.open`, `committed_length` in bytes, with the warcinfo."""

    name: str
    committed_length: int
    record_count: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class ClosedFile:
    """A finished file: `length` in bytes, `sha256` in hex over all of it."""

    name: str
    length: int
    record_count: int
    opened_at: datetime
    closed_at: datetime
    sha256: str

    @property
    def committed_length(self) -> int:
        """All of it is on disk."""
        return self.length


@dataclass(slots=True)
class _OpenFile:
    path: Path  # with .open
    fd: int
    warcinfo_id: str
    opened_at: datetime
    length: int = 0
    record_count: int = 0
    digest: _Hash = field(default_factory=hashlib.sha256)
    folder_synced: bool = False

    @property
    def name(self) -> str:
        return final_name(self.path)


class WarcWriter:
    """Appends captures to the WARC files of one site, in one folder. Not for use by two threads at once."""

    def __init__(
        self,
        folder: Path,
        *,
        site: str,
        software: str,
        max_bytes: int = 1 << 30,
        max_age: timedelta = timedelta(days=1),
        clock: Callable[[], datetime] = utc_now,
        hostname: str | None = None,
        robots: str = "obey",
        base_url: str | None = None,
        fsync: Fsync = os.fsync,
    ) -> None:
        self._folder = folder
        self._site = site
        self._software = software
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._clock = clock
        self._hostname = hostname or socket.gethostname()
        self._robots = robots
        self._base_url = base_url
        self._fsync = fsync
        self._file: _OpenFile | None = None
        self._serial = 0
        self._failed: str | None = None

    def append(self, captures: Sequence[Capture]) -> list[WrittenCapture]:
        """Write all of `captures`, or none: on any exception the file is cut back to where it began.

        Not yet safe on disk: that takes `sync`. Raises DiskFull, and SvodkaError after a failed sync.
        """
        self._refuse_after_failure()
        if not captures:
            return []
        file = self._file = self._file or self._open()
        batch = _Batch(file)
        try:
            if file.length == 0:
                batch.add(self._warcinfo(file), quickly=True)
            written = [self._append_one(batch, capture) for capture in captures]
        except BaseException as error:
            self._cut_back(file, error)
            if isinstance(error, OSError) and error.errno in _FULL:
                raise DiskFull(f"{file.path}: {error.strerror}; what was acknowledged is safe") from error
            raise
        batch.accept()
        failpoint("warc.after_write")
        return written

    def sync(self) -> FileState | None:
        """Have everything on disk; None where no file is open. Raises DiskFull or SvodkaError; then it is dead."""
        self._refuse_after_failure()
        file = self._file
        if file is None:
            return None
        self._sync_file(file)
        if not file.folder_synced:
            self._sync_folder()
            file.folder_synced = True
        failpoint("warc.after_sync")
        return FileState(file.name, file.length, file.record_count, file.opened_at)

    def rotation_due(self) -> bool:
        """Whether the open file has grown large or old enough to be closed."""
        file = self._file
        if file is None:
            return False
        return file.length >= self._max_bytes or self._clock() - file.opened_at >= self._max_age

    def close(self) -> ClosedFile | None:
        """Finish the open file: sync, rename away `.open`, sync the folder. None where there is none.

        The writer can go on: the next append begins a new file. After a failed sync it only lets go of the file.
        """
        file, self._file = self._file, None
        if file is None:
            return None
        try:
            return None if self._failed else self._finish(file)
        finally:
            os.close(file.fd)

    def abandon(self) -> None:
        """Let go of the open file as it is, after a failure: the next start recovers it. Nothing more is written."""
        file, self._file = self._file, None
        self._failed = self._failed or "the writer was abandoned after a failure"
        if file is not None:
            os.close(file.fd)

    def _finish(self, file: _OpenFile) -> ClosedFile | None:
        if file.length == 0:  # its only batch failed
            file.path.unlink()
            return None
        self._sync_file(file)
        failpoint("warc.before_rename")
        file.path.rename(file.path.with_name(file.name))
        self._sync_folder()
        failpoint("warc.after_close")
        return ClosedFile(
            file.name, file.length, file.record_count, file.opened_at, self._clock(), file.digest.hexdigest()
        )

    def _append_one(self, batch: _Batch, capture: Capture) -> WrittenCapture:
        group = group_of(capture, batch.file.warcinfo_id)
        offset, length = batch.add(group.main, coded_from=_coded_from(group))
        request_offset = None if group.request is None else batch.add(group.request, quickly=True)[0]
        metadata_offset, _ = batch.add(group.metadata, quickly=True)
        batch.flush()
        place = Place(batch.file.name, offset, length, request_offset, metadata_offset)
        return written_capture(group.main, group.notes, place, group.message)

    def _open(self) -> _OpenFile:
        self._folder.mkdir(parents=True, exist_ok=True)
        opened_at = self._clock()
        host = re.sub(r"[^A-Za-z0-9.]+", "_", self._hostname)
        while True:
            self._serial += 1
            name = f"{self._site}-{opened_at:%Y%m%d%H%M%S}-{self._serial:05}-{host}-{os.getpid()}.warc.gz"
            if (self._folder / name).exists():
                continue
            path = self._folder / (name + OPEN_SUFFIX)
            try:
                fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644)
            except FileExistsError:
                continue
            except OSError as error:
                if error.errno in _FULL:
                    raise DiskFull(f"{path}: {error.strerror}; what was acknowledged is safe") from error
                raise
            return _OpenFile(path, fd, urn(str(uuid7())), opened_at)

    def _warcinfo(self, file: _OpenFile) -> Record:
        fields = {
            "software": self._software,
            "format": VERSION.replace("/", " File Format "),
            "conformsTo": CONFORMS_TO,
            "robots": self._robots,
            "hostname": self._hostname,
            "isPartOf": self._site,
        }
        if self._base_url:  # ours: where the site was, so that a rebuild reads its URLs as the crawl did
            fields["baseUrl"] = self._base_url
        block = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
        headers = (
            ("WARC-Type", "warcinfo"),
            ("WARC-Record-ID", file.warcinfo_id),
            ("WARC-Date", warc_date(file.opened_at)),
            ("WARC-Filename", file.name),
            ("Content-Type", WARC_FIELDS),
            ("WARC-Block-Digest", sha256(block)),
        )
        return Record(headers, block)

    def _cut_back(self, file: _OpenFile, error: BaseException) -> None:
        try:
            os.ftruncate(file.fd, file.length)
        except OSError as failure:
            self._failed = f"{file.path}: could not be cut back after {error!r} ({failure.strerror})"

    def _sync_file(self, file: _OpenFile) -> None:
        with self._last_chance():
            sync_file(file.fd, file.path, self._fsync)

    def _sync_folder(self) -> None:
        with self._last_chance():
            sync_folder(self._folder, self._fsync)

    @contextmanager
    def _last_chance(self) -> Iterator[None]:
        """After a sync that failed nothing more is written."""
        try:
            yield
        except OSError as error:
            self._failed = f"{error.filename}: fsync failed ({error.strerror}); the file is left for recovery"
            raise (DiskFull if error.errno in _FULL else DamagedArchive)(self._failed) from error

    def _refuse_after_failure(self) -> None:
        if self._failed:
            raise SvodkaError(f"nothing more is written: {self._failed}")


class _Batch:
    """The members of one append: counted and hashed into the file's state only when all of them are written."""

    def __init__(self, file: _OpenFile) -> None:
        self.file = file
        self._position = file.length
        self._records = 0
        self._digest = file.digest.copy()
        self._waiting: list[bytes] = []

    def add(self, record: Record, *, coded_from: int | None = None, quickly: bool = False) -> tuple[int, int]:
        """Queue a record as a member; gives its offset and length in bytes.

        From `coded_from` on its block is compressed already; `quickly` where it is too small to be worth much time.
        """
        data = serialize(record)
        if quickly:
            coded_from = len(data)
        elif coded_from is not None:
            coded_from += len(data) - len(record.block) - len(RECORD_END)
        member = compress(data, coded_from=coded_from)
        offset = self._position
        self._waiting.append(member)
        self._position += len(member)
        self._records += 1
        return offset, len(member)

    def flush(self) -> None:
        """Write what is queued."""
        data = b"".join(self._waiting)
        self._waiting.clear()
        failpoint("warc.torn", lambda: os.write(self.file.fd, data[: len(data) // 2]))
        view = memoryview(data)
        while view:
            view = view[os.write(self.file.fd, view) :]
        self._digest.update(data)

    def accept(self) -> None:
        """Make the batch part of the file."""
        self.file.length = self._position
        self.file.record_count += self._records
        self.file.digest = self._digest


def _coded_from(group: Group) -> int | None:
    """Where in the main record's block a body begins that is compressed already; None where there is none."""
    head = group.message.head if group.message else None
    if head is None or not group.main.block:
        return None
    is_coded = bool(head.codings) or (head.mime or "").startswith(_COMPRESSED_TYPES)
    return min(head.body_start or 0, len(group.main.block)) if is_coded else None
