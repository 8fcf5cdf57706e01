"""Text in the order of its bytes, whichever database sorts it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Text


def in_order_of_bytes(conn: Connection, key: ColumnElement[Any]) -> ColumnElement[Any]:
    """The order of SQLite and of Python; PostgreSQL has that of the server's language. What is no text needs none."""
    return key.collate("C") if conn.dialect.name == "postgresql" and isinstance(key.type, Text) else key
