"""svodka.toml: every setting a user has, its default and its meaning, in one place (docs/settings.md is held to it)."""

from __future__ import annotations

import math
import tomllib
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from archive.errors import ConfigurationError


def _setting(key: str, default: Any, help_text: str, *, zero: bool = True) -> Any:
    return field(default=default, metadata={"key": key, "help": help_text, "zero": zero})


@dataclass(frozen=True, slots=True)
class Config:
    """What svodka.toml says. `key` in the metadata is `table.name` in the file."""

    contact: str | None = _setting(
        "crawl.contact", None, "an e-mail address or web page, sent in the User-Agent; a crawl is refused without it"
    )
    max_pages: int = _setting("crawl.max_pages", 2000, "pages that one run fetches at most", zero=False)
    delay: float | None = _setting(
        "crawl.delay", None, "seconds between two requests to a host; the site file's own unless given"
    )
    interval_hours: float = _setting(
        "crawl.interval_hours", 1.0, "`--if-due` runs when the last run over the lists is this old", zero=False
    )
    stop_after_known: int | None = _setting(
        "crawl.stop_after_known", None, "known articles in a row after which a list is followed no further", zero=False
    )
    max_attempts: int = _setting("crawl.max_attempts", 5, "tries of one URL before it counts as failed", zero=False)
    timeout: float = _setting("crawl.timeout", 60.0, "seconds that a download may take", zero=False)
    max_body_mb: int = _setting("crawl.max_body_mb", 64, "bodies are cut off (and marked so) at this size", zero=False)
    chromium: str = _setting("crawl.chromium", "/usr/bin/chromium", "the browser that renders pages")
    player: str | None = _setting(
        "replay.player", None, "the service worker (sw.js) of ReplayWeb.page; what `make replay` fetched unless given"
    )
    database_url: str | None = _setting(
        "database.url", None, "a PostgreSQL URL (postgresql+psycopg://...) in place of svodka.db"
    )
    max_file_mb: int = _setting("archive.max_file_mb", 1000, "a WARC file is closed at this size; 0: after each commit")
    max_file_hours: float = _setting("archive.max_file_hours", 24.0, "a WARC file is closed at this age", zero=False)
    public_key: str | None = _setting(
        "archive.public_key", None, "the Ed25519 public key (PEM file) that every signature of a manifest must be of"
    )
    tsa_ca: str | None = _setting(
        "archive.tsa_ca", None, "the certificates (PEM file) that every time stamp of a manifest is held against"
    )
    free_space_floor_mb: int = _setting(
        "archive.free_space_floor_mb", 500, "a run ends with exit code 3 below this free space"
    )


_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "str": ((str,), "text in quotation marks"),
    "int": ((int,), "a whole number"),
    "float": ((int, float), "a number"),
}


def read_config(path: Path) -> Config:
    """The configuration in `path`; the defaults where it is not there. Raises ConfigurationError in one line."""
    if not path.exists():
        return Config()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not a TOML file: {error}") from error
    return _checked(path, tables)


def _checked(path: Path, tables: dict[str, Any]) -> Config:
    by_key = {setting.metadata["key"]: setting for setting in fields(Config)}
    values: dict[str, Any] = {}
    for key, value in _flat(path, tables):
        if key not in by_key:
            raise ConfigurationError(f"{path}: unknown setting {key}; known are {', '.join(sorted(by_key))}")
        if fault := _fault(by_key[key], value):
            shown = "..." if key == "database.url" else repr(value)  # a password may stand in it
            raise ConfigurationError(f"{path}: {key} = {shown}: {fault}")
        values[by_key[key].name] = value
    return Config(**values)


def _fault(setting: Field[Any], value: Any) -> str | None:
    """What is wrong with a setting's value; None where nothing is."""
    kinds, words = _KINDS[str(setting.type).removesuffix(" | None")]
    if type(value) not in kinds:  # a bool is an int to isinstance
        return f"expected {words}"
    if setting.name == "contact":
        return _fault_of_contact(value)
    return None if isinstance(value, str) else _fault_of_number(value, zero=setting.metadata["zero"])


def _fault_of_contact(contact: str) -> str | None:
    """Who runs a site must be able to reach whoever crawls it; none at all is for the crawl to refuse."""
    reachable = "@" in contact or contact.startswith(("http://", "https://"))
    return None if not contact or (reachable and contact.isprintable()) else "expected an e-mail address or web page"


def _fault_of_number(value: float, *, zero: bool) -> str | None:
    if isinstance(value, float) and not math.isfinite(value):  # an int may be too large to ask
        return "expected a finite number"
    if value < 0:
        return "must not be negative"
    return None if value or zero else "must be more than 0"


def _flat(path: Path, tables: dict[str, Any]) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for table, content in tables.items():
        if not isinstance(content, dict):
            raise ConfigurationError(f"{path}: {table} stands outside a table; write it under [crawl] or the like")
        pairs += [(f"{table}.{name}", value) for name, value in content.items()]
    return pairs
