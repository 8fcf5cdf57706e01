"""What a user names a database by: taken apart, or told what is wrong with it, and never shown with a password.

Whatever shows a URL (a message, a log, what `--json` prints) shows what `public` gives, by `render_as_string`.
"""

from __future__ import annotations

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from archive.errors import ConfigurationError

SECRET = frozenset({"password", "sslpassword"})  # libpq takes them from the part behind the `?`, too
NOT_A_URL = "that is not the URL of a database: write postgresql://USER:PASSWORD@HOST:PORT/DATABASE"


def parsed(text: str) -> URL:
    """The URL of a SQLite file or a PostgreSQL database. Raises ConfigurationError, which does not repeat the text."""
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):  # ValueError: a port that is no number
        raise ConfigurationError(NOT_A_URL) from None
    if backend == "sqlite":
        return _of_a_file(url)
    if backend == "postgresql":
        return _of_a_server(url)
    raise ConfigurationError(f"{backend}: rows stand in SQLite (sqlite:///PATH) or PostgreSQL (postgresql://...)")


def public(url: URL) -> URL:
    """The URL as it may be shown: what is secret behind its `?` is as hidden as a password before its `@`."""
    hidden = dict.fromkeys(url.query.keys() & SECRET, "hidden")
    return url.update_query_dict(hidden) if hidden else url


def _of_a_file(url: URL) -> URL:
    if not url.database or url.database == ":memory:":
        raise ConfigurationError("an archive's rows stand in a file: sqlite:///PATH")
    return url


def _of_a_server(url: URL) -> URL:
    if "@" in (url.host or ""):  # the password ended at its first @, and the rest of it would be shown as the host
        raise ConfigurationError("the URL of a database has more than one @: write one in a password as %40")
    return url.set(drivername="postgresql+psycopg")
