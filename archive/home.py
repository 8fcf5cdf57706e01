"""The data folder: where everything of one archive stands. It is a valid pywb collection tree.

svodka.toml                     the user's configuration
svodka.db                       rows and frontier, unless the configuration names a PostgreSQL database
svodka.id                       the folder's id, where it does (see archive/ownership.py)
collections/<site>/archive/     WARC files, `.open` while being written
collections/<site>/indexes/     index.cdxj
collections/<site>/manifest.jsonl   the closed WARC files, each line with the digest of the line before it
collections/<site>/heads/       signatures and time stamps of the manifest
exports/
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from archive.config import Config, read_config
from archive.errors import DiskFull, NothingFound
from archive.warc.growing import find_file

IMPORTED = "imported"  # the collection of others' files, and the site of their captures


def sqlite_url(path: Path) -> str:
    """The SQLAlchemy URL of a SQLite file, whatever signs its path is made of."""
    from sqlalchemy import URL  # a command that opens no database starts without it

    return URL.create("sqlite", database=str(path)).render_as_string()


@dataclass(frozen=True)
class Home:
    """A data folder. Making the object touches nothing; `create` makes the folder."""

    path: Path

    def create(self) -> Home:
        """Make the folder where it is not there yet; returns itself."""
        self.path.mkdir(parents=True, exist_ok=True)
        return self

    @cached_property
    def config(self) -> Config:
        """What svodka.toml says; the defaults where there is none. Raises ConfigurationError."""
        return read_config(self.config_path)

    @property
    def config_path(self) -> Path:
        """The user's configuration."""
        return self.path / "svodka.toml"

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL of the rows and the frontier."""
        return self.config.database_url or sqlite_url(self.path / "svodka.db")

    @property
    def id_path(self) -> Path:
        """What tells this folder from others, where its rows stand in a database that they could open, too."""
        return self.path / "svodka.id"

    @property
    def lock_path(self) -> Path:
        """Held while a command writes."""
        return self.path / "svodka.lock"

    def archive_folder(self, site: str) -> Path:
        """The WARC files of a site."""
        return self.path / "collections" / site / "archive"

    def index(self, site: str) -> Path:
        """The sorted CDXJ of a site's closed WARC files."""
        return self.path / "collections" / site / "indexes" / "index.cdxj"

    def manifest(self, site: str) -> Path:
        """The chained list of a site's closed WARC files."""
        return self.path / "collections" / site / "manifest.jsonl"

    def heads_folder(self, site: str) -> Path:
        """Signatures and time stamps of a site's manifest."""
        return self.path / "collections" / site / "heads"

    def find_warc(self, name: str) -> Path:
        """The WARC file `name` of whatever site: names are unique in an archive. Raises NothingFound."""
        for site in self.sites():
            with suppress(NothingFound):
                return self.warc_path(site, name)
        raise NothingFound(f"{name}: no such WARC file in {self.path / 'collections'}")

    def setting_path(self, setting: str | None) -> Path | None:
        """A file that svodka.toml names, relative to the data folder; None where it names none."""
        return None if setting is None else self.path / Path(setting).expanduser()

    def sites(self) -> list[str]:
        """The sites that have WARC files here."""
        return sorted(folder.parent.name for folder in self.path.glob("collections/*/archive"))

    def warc_path(self, site: str, name: str) -> Path:
        """The WARC file `name`, closed or still being written. Raises NothingFound."""
        path = find_file(self.archive_folder(site), name)
        if path is None:
            raise NothingFound(f"{name}: no such WARC file in {self.archive_folder(site)}")
        return path

    def require_free_space(self) -> None:
        """Stop early: a full disk is better met before a record than in one. Raises DiskFull."""
        free, floor = shutil.disk_usage(self.path).free, self.config.free_space_floor_mb * 1_000_000
        if free < floor:
            raise DiskFull(
                f"{self.path}: {free / 1e6:,.0f} MB free, under the floor of {floor / 1e6:,.0f} MB "
                "(archive.free_space_floor_mb in svodka.toml); nothing is lost, free some space and run again"
            )
