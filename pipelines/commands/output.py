"""What commands print: data to standard output, messages to standard error, and nothing that steers a terminal."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typer

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def say(message: str) -> None:
    """Tell the user something: a line on standard error. Where that is a file on a full disk, the exit code must do."""
    try:
        tell(message, err=True)
    except OSError:  # what is left in the buffer would fail again as Python ends, and hide the exit code behind 120
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def tell(text: str, *, err: bool = False) -> None:
    """Print a line. A page's text could steer the terminal: such characters are shown as JSON writes them."""
    typer.echo(_STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text), err=err)


def print_json(value: Any) -> None:
    """Print one JSON object on one line; dataclasses as objects, times as ISO 8601 in UTC."""
    tell(json.dumps(value, default=_plain, ensure_ascii=False))


def print_rows(rows: Iterable[Any], as_json: bool, columns: Sequence[str] = ()) -> None:
    """A table on a terminal, tab-separated lines when piped, JSON lines with --json."""
    found = (row if isinstance(row, dict) else _plain(row) for row in rows)
    if as_json:
        for row in found:
            print_json(row)
    elif sys.stdout.isatty():
        _table(list(found), columns)
    else:
        for number, row in enumerate(found):
            if number == 0:
                tell("\t".join(row))
            tell("\t".join(_cell(value).replace("\t", " ").replace("\n", " ") for value in row.values()))


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
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path | bytes):
        return str(value)
    return dict(value) if isinstance(value, Mapping) else list(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _table(rows: list[dict[str, Any]], columns: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold")
    for column in columns or (rows[0] if rows else ()):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_STEERING.sub("", _cell(value))) for value in row.values()))
    Console().print(table)


def _brief(value: Any) -> str:
    fields = value if isinstance(value, Mapping) else _plain(value)
    if not isinstance(fields, Mapping):
        return _cell(fields)
    return ", ".join(f"{name} {_cell(each)}" for name, each in fields.items() if each not in (None, "", [], ()))
