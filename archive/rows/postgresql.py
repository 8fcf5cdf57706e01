"""PostgreSQL, however server, role and user have set it up: the same values, or one line that says what is wrong.

A role or a database may have a time zone, a way to write dates or digits of its own; here none of them holds.
"""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, OperationalError

from archive.errors import ConfigurationError, DiskFull, Locked, SvodkaError, UsageError
from archive.rows.as_json import to_json
from archive.rows.urls import public

# What a value looks like depends on these (PostgreSQL, 20.11.2, 20.13), and it must not depend on the role.
SETTINGS = {
    "timezone": "UTC", "datestyle": "ISO", "intervalstyle": "postgres", "extra_float_digits": "1",
    "bytea_output": "hex", "standard_conforming_strings": "on",
}  # fmt: skip
LOCK_TIMEOUT_MS = 30_000  # how long anyone waits for another program's transaction, unless the user says otherwise


def postgresql_engine(url: URL, *, read_only: bool) -> Engine:
    """Connections to the database at `url`. Raises ConfigurationError where the driver is not installed."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise ConfigurationError("PostgreSQL needs its driver: pip install 'svodka[postgres]'") from None
    engine = create_engine(
        url,
        json_serializer=to_json,
        connect_args={"options": _options(url, read_only=read_only), "client_encoding": "utf8"},
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ" if read_only else "READ COMMITTED",
    )

    @event.listens_for(engine, "connect", insert=True)  # before SQLAlchemy reads texts, which may be bytes
    def require_unicode(dbapi: Any, _record: Any) -> None:
        encoding = dbapi.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            dbapi.close()
            raise ConfigurationError(
                f"{public(url).render_as_string()}: the database has the encoding {encoding}, which does not hold "
                "every text: make it with `createdb --encoding UTF8 --template template0`"
            )

    return engine


def _options(url: URL, *, read_only: bool) -> str:
    """What the user gives every session (in the URL, as libpq takes it, or in PGOPTIONS), and then what must hold."""
    given = url.query.get("options", os.environ.get("PGOPTIONS", ""))
    ours = SETTINGS | ({"default_transaction_read_only": "on"} if read_only else {})
    return " ".join(
        [
            f"-c lock_timeout={LOCK_TIMEOUT_MS}",
            *((given,) if isinstance(given, str) else given),
            *(f"-c {name}={value}" for name, value in ours.items()),
        ]
    )


def told(url: URL, error: DatabaseError) -> SvodkaError | None:
    """The line for what is no fault of the program: the server, the role, the disk; None for other errors."""
    where = f"{public(url).render_as_string()}: {str(error.orig).partition(chr(10))[0]}"
    if known := _KNOWN.get(getattr(error.orig, "sqlstate", None) or ""):
        kind, remedy = known
        return kind(f"{where}{remedy}")
    if error.connection_invalidated:
        return ConfigurationError(f"{where}; what was acknowledged is safe, the next run goes on")
    if error.statement is None:  # it failed while connecting, not in a statement
        return ConfigurationError(f"cannot open {where}")
    return SvodkaError(where) if isinstance(error, OperationalError) else None


_NO_RIGHT = UsageError, ": the role in the URL may not do this; ask the owner of the database to GRANT it"
_KNOWN: dict[str, tuple[type[SvodkaError], str]] = {  # by SQLSTATE (PostgreSQL, appendix A)
    "53100": (DiskFull, "; what was acknowledged is safe"),
    "55P03": (Locked, ": another program holds it; what was acknowledged is safe, try again when it has ended"),
    "42501": _NO_RIGHT,  # insufficient_privilege
    "25006": _NO_RIGHT,  # read_only_sql_transaction
    "3F000": (ConfigurationError, ": the search_path of the role names no schema that it may use"),
}
