"""docs/schema.md says what the schema says, of every table, view and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.rows.schema import metadata
from archive.rows.schema_page import page
from archive.rows.views import VIEWS

PAGE = Path(__file__).parents[3] / "docs" / "schema.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m archive.rows.schema_page > docs/schema.md"


@pytest.mark.parametrize("name", [*metadata.tables, *(view.name for view in VIEWS)])
def test_every_table_and_view_has_a_chapter(name: str) -> None:
    assert f"### {name}\n" in page()


def test_no_view_documents_a_column_that_it_does_not_have() -> None:
    for view in VIEWS:
        chapter = page().split(f"### {view.name}\n")[1].split("### ")[0]
        for column, doc in view.columns.items():
            assert f"| `{column}` | {doc} |" in chapter
