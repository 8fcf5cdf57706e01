"""Real databases for the tests: a SQLite file, and a PostgreSQL server of our own, started once and thrown away."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.records import ArticleRecord, Counter, PlacementRecord, WrittenCapture
from archive.rows import writing
from archive.rows.engine import Database, open_database
from archive.rows.migrations import HEAD, upgrade
from archive.rows.schema import metadata

QUICK = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
    "shared_buffers": "32MB",
}  # fmt: skip
# A TRUNCATE makes the files of all tables and indexes anew, eight times as long; foreign keys are not looked at here.
CLEARING = (
    "SET session_replication_role = replica",
    *(f"DELETE FROM {table}" for table in metadata.tables),
    "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'",
    f"UPDATE alembic_version SET version_num = '{HEAD}'",
)
MISSING = "no PostgreSQL server found: on Debian, apt-get install postgresql"


def _server_binaries() -> Path:
    """The folder of initdb and pg_ctl: on the path, or where Debian and Homebrew put the newest version."""
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/opt/homebrew/opt").glob("postgresql*/bin")]
    if not places:
        pytest.fail(MISSING, pytrace=False)
    return max(places, key=lambda place: float("".join(c for c in str(place) if c.isdigit()) or 0))


class _Server:
    """PostgreSQL in a folder of its own, reached by its socket. It refuses to run as root: then as `postgres`."""

    def __init__(self, folder: Path) -> None:
        self.binaries, self.folder = _server_binaries(), folder
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            owner = pwd.getpwnam(self.user)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", folder / "data", "-U", "svodka", "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = " ".join(f"-c {name}={value}" for name, value in QUICK.items())
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} {settings}"
        self._run("pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")

    def url(self, name: str) -> str:
        return f"postgresql://svodka@/{name}?host={self.folder}"

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.binaries / program), *map(str, arguments)]
        subprocess.run(command, user=self.user, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)


class PostgreSQL:
    """One database with today's tables and one without, made empty for each test: a new one takes a second."""

    def __init__(self, server: _Server) -> None:
        self._filled, self._empty = server.url("svodka"), server.url("svodka_empty")
        for name in ("svodka", "svodka_empty"):
            self._execute(server.url("postgres"), f"CREATE DATABASE {name}")
        database = open_database(self._filled)
        upgrade(database)
        database.close()

    def empty(self) -> str:
        """The URL of a database without tables."""
        self._execute(self._empty, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        return self._empty

    def new(self) -> str:
        """The URL of a database with today's tables and nothing in them."""
        self._execute(self._filled, "; ".join(CLEARING))
        return self._filled

    def _execute(self, url: str, statement: str) -> None:
        import psycopg

        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute(statement)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server for the session; fails, and never skips, where none is installed."""
    folder = Path(tempfile.mkdtemp(prefix="svodka-pg-"))  # short: a socket's path has at most 107 bytes
    try:
        server = _Server(folder)
        try:
            yield PostgreSQL(server)
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def dialect(request: pytest.FixtureRequest) -> str:
    """Every test that asks for a database is run on both."""
    return str(request.param)


@pytest.fixture
def empty_database(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables."""
    url = f"sqlite:///{tmp_path}/empty.db" if dialect == "sqlite" else request.getfixturevalue("postgresql").empty()
    database = open_database(url)
    yield database
    database.close()


@pytest.fixture
def database(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with today's tables and nothing in them."""
    url = f"sqlite:///{tmp_path}/svodka.db" if dialect == "sqlite" else request.getfixturevalue("postgresql").new()
    database = open_database(url)
    upgrade(database)
    yield database
    database.close()


@dataclass(frozen=True)
class WarcFile:
    """What a WARC writer would say of its file."""

    name: str = "vpk-1.warc.gz"
    committed_length: int = 1_000_000
    record_count: int = 300
    opened_at: datetime = datetime(2025, 9, 8, tzinfo=UTC)
    closed_at: datetime | None = None
    sha256: str | None = None


class Samples:
    """Records of a made-up site: capture `n` is made `n` minutes after `start`."""

    start = datetime(2025, 9, 8, 4, 0, tzinfo=UTC)
    run_id = "run-1"

    def at(self, n: int) -> datetime:
        return self.start + timedelta(minutes=n)

    def capture(self, n: int, **changes: Any) -> WrittenCapture:
        fields: dict[str, Any] = {
            "id": f"capture-{n:04}", "site": "vpk", "run_id": self.run_id, "page_kind": "article", "route": "listing",
            "render": "never", "via": None, "attempt": 1, "record_type": "response",
            "url": f"https://vpk.name/en/{n}_a.html", "captured_at": self.at(n), "warc_file": "vpk-1.warc.gz",
            "offset": n * 1000, "length": 900, "request_offset": None, "metadata_offset": None, "ip": "127.0.0.1",
            "status": 200, "mime": "text/html", "location": None, "etag": None, "last_modified": None,
            "payload_digest": "sha256:aa", "entity_digest": "sha256:bb", "content_digest": "sha256:cc",
            "body_size": 800, "truncated": None, "error": None,
        }  # fmt: skip
        return WrittenCapture(**fields | changes)

    def article(self, n: int, native_id: str = "1", **changes: Any) -> ArticleRecord:
        fields: dict[str, Any] = {
            "capture_id": f"capture-{n:04}", "observed_at": self.at(n), "site": "vpk", "native_id": native_id,
            "language": "en", "url": f"https://vpk.name/en/{native_id}_a.html", "slug": "a", "title": "50 days",
            "outlet": "The Guardian", "outlet_country": "GB", "body": ("One.", "Two."),
        }  # fmt: skip
        return ArticleRecord(**fields | changes)

    def placement(self, n: int, rank: int = 1, native_id: str | None = "1", **changes: Any) -> PlacementRecord:
        fields: dict[str, Any] = {
            "capture_id": f"capture-{n:04}", "observed_at": self.at(n), "site": "vpk", "block": "discussion",
            "rank": rank, "url": f"https://vpk.name/en/{native_id}_a.html", "title": "50 days",
            "native_id": native_id, "language": "en", "comments": 10 * n, "comments_raw": str(10 * n),
        }  # fmt: skip
        return PlacementRecord(**fields | changes)

    def views(self, value: int | None, **changes: Any) -> Counter:
        return Counter("views", value, None if value is None else str(value), **changes)

    def begin(self, database: Database, captures: int = 0) -> None:
        """The site, a run and its WARC file, and the first `captures` captures."""
        with database.writer() as conn:
            writing.write_site(
                conn, name="vpk", title="ВПК.name", base_url="https://vpk.name/", time_zone="Europe/Moscow"
            )
            writing.write_run(
                conn, id=self.run_id, site="vpk", command="crawl", started_at=self.start, software="svodka", options={}
            )
            writing.write_warc_file(conn, site="vpk", state="open", file=WarcFile())
            writing.write_captures(conn, [self.capture(n) for n in range(captures)])


@pytest.fixture(scope="session")
def samples() -> Samples:
    """Makes records."""
    return Samples()


@pytest.fixture
def filled(database: Database, samples: Samples) -> Database:
    """A database with a site, a run, a WARC file and twenty captures."""
    samples.begin(database, captures=20)
    return database
