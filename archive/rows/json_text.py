"""The value of a JSON column, on both databases: its text as it is stored, known for JSON."""

from __future__ import annotations

import json
from typing import Any


class JsonText(str):
    """JSON as its text stands in the database."""

    __slots__ = ()

    def said(self) -> Any:
        """What the text says; the text itself where it is no JSON, as SQLite takes any text into any column."""
        try:
            return json.loads(self)
        except ValueError:
            return str(self)
