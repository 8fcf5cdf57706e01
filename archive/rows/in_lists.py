"""Many values in one statement: an IN list of bounded length, bound when the statement runs.

Such a statement is made once, as a constant: making one for every batch costs as much as running it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, TypeVar

from sqlalchemy import BindParameter, bindparam

AT_ONCE = 500  # values in one IN list
SOME: BindParameter[Any] = bindparam("some", expanding=True)
"""Stands in a statement for the values of one list: `conn.execute(statement, {"some": values})`."""

Value = TypeVar("Value", str, tuple[str, str])


def chunks(values: Collection[Value]) -> Iterator[list[Value]]:
    """The values in order, as many at a time as one statement takes."""
    ordered = sorted(values)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]
