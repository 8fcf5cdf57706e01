"""What commands print: data to standard output, messages to standard error, and nothing that steers a terminal."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, count
from math import isfinite, isnan
from typing import Any

import typer

from archive.rows.json_text import JsonText

LEAST_WIDTH = 6  # of a column on a terminal: four characters and what parts it from the next
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class ReaderGoneError(Exception):
    """Whoever read standard output (`| head`) closed it before its end."""


@contextmanager
def read_to_its_end() -> Iterator[None]:
    """For what writes to standard output. Raises ReaderGoneError; click would make of it the code of damage."""
    try:
        yield
    except BrokenPipeError:
        raise ReaderGoneError from None


def say(message: str) -> None:
    """Tell the user something: a line on standard error. Where that is a file on a full disk, the exit code must do."""
    try:
        tell(message, err=True)
    except OSError:  # what is left in the buffer would fail again as Python ends, and hide the exit code behind 120
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def tell(text: str, *, err: bool = False) -> None:
    """Print a line. A page's text could steer the terminal: such characters are shown as JSON writes them."""
    shown = _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    with nullcontext() if err else read_to_its_end():
        typer.echo(shown, err=err)


def print_json(value: Any) -> None:
    """Print one JSON object on one line; dataclasses as objects, times as ISO 8601 in UTC."""
    tell(json.dumps(value, default=_plain, ensure_ascii=False))


def print_rows(rows: Iterable[Any], as_json: bool) -> None:
    """Rows that name their values: a table on a terminal, tab-separated lines when piped, JSON lines with --json."""
    found = (row if isinstance(row, dict) else _plain(row) for row in rows)
    if as_json:
        for row in found:
            print_json(row)
        return
    first = next(found, {})
    _print_columns(tuple(first), (tuple(row.values()) for row in chain([first] if first else [], found)))


def print_answer(columns: Sequence[str], rows: Iterable[Sequence[Any]], as_json: bool) -> None:
    """The answer to a query, printed as `print_rows` does: every column, though two may have one name."""
    if not as_json:
        _print_columns(columns, rows)
        return
    names = _told_apart(columns)
    for row in rows:
        print_json(dict(zip(names, map(_in_json, row), strict=True)))


def _told_apart(columns: Sequence[str]) -> list[str]:
    """Names of which none repeats: the second `title` is `title_2`, or has the next number that no column has."""
    names: list[str] = []
    for column in columns:
        numbered = (name for number in count(2) if (name := f"{column}_{number}") not in columns)
        names.append(next(name for name in chain([column], numbered) if name not in names))
    return names


def _in_json(value: Any) -> Any:
    """A value of the database; JSON has no number that is not finite (RFC 8259, 6): its name stands there as text."""
    if isinstance(value, JsonText):
        return value.said()
    if isinstance(value, Decimal) and value.is_finite():
        value = float(value)
    if isinstance(value, float | Decimal) and not isfinite(value):
        return _number(value)
    return value


def _print_columns(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    if sys.stdout.isatty():
        _table(columns, rows)
        return
    for number, row in enumerate(rows):
        if number == 0:
            tell("\t".join(map(_in_one_line, columns)))
        tell("\t".join(_in_one_line(_cell(value)) for value in row))


def print_object(value: Any, as_json: bool) -> None:
    """One object: its fields a line each, or JSON."""
    if as_json:
        print_json(value)
        return
    for name, content in _plain(value).items():
        if isinstance(content, list | tuple) and content:
            tell(f"{name}:")
            for each in content:
                tell(f"  - {_cell(each if isinstance(each, str) else _brief(each))}")
        else:
            tell(f"{name}: {_cell(content)}")


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    if hasattr(value, "_asdict"):
        return value._asdict()
    if isinstance(value, date):  # a datetime is one
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes):
        return _hex(value)
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, Iterable) else str(value)  # a path, an id, a span of time


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    plain = value if isinstance(value, str) else _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, default=_plain, ensure_ascii=False)


def _number(value: float | Decimal) -> str:
    """A number as Python writes it, and what is none by the names that databases and scripts know."""
    if isfinite(value):
        return str(value)
    return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _hex(data: bytes) -> str:
    """Bytes as SQL writes them."""
    return f"x'{data.hex()}'"


def _in_one_line(text: str) -> str:
    return text.replace("\t", " ").replace("\n", " ")


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if Console().width < LEAST_WIDTH * len(columns):
        _one_below_the_other(columns, rows)
        return
    table = Table(box=None, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_STEERING.sub("", _cell(value))) for value in row))
    Console().print(table)


def _one_below_the_other(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Where a table does not fit: a line for each value. Columns of no width would leave values out without a word."""
    for number, row in enumerate(rows):
        if number:
            tell("")
        for column, value in zip(columns, row, strict=True):
            tell(f"{_in_one_line(column)}: {_in_one_line(_cell(value))}")


def _brief(value: Any) -> str:
    fields = value if isinstance(value, Mapping) else _plain(value)
    if not isinstance(fields, Mapping):
        return _cell(fields)
    return ", ".join(f"{name} {_cell(each)}" for name, each in fields.items() if each not in (None, "", [], ()))
