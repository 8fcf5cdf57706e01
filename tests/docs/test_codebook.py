"""docs/codebook.md names every field, column, kind of change and reason, and its examples are what is read."""

import ast
import json
import re
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, inspect

from archive.records import Alternate, Author, EditorNote, Footnote, Image, Link, Mention
from archive.reports import change_kinds
from archive.rows import presence, schema, wording
from archive.rows.views import VIEWS, make_views
from crawler.extraction.as_json import reading_as_json
from crawler.extraction.normalisers.counts import read_count
from crawler.extraction.normalisers.dates import read_moment
from crawler.extraction.page import Page
from crawler.extraction.read import read_page
from crawler.items import ArticleItem, Placement
from crawler.practice.server import PracticeArchive, PracticeSite
from crawler.sites import load_site
from pipelines import validate

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/codebook.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([^`\n]+)`", PAGE))
FIELDS = re.findall(r"^### (`.+?)\n(.*?)(?=^##)", PAGE.partition("## Fields of an article")[2], re.M | re.S)
NOW = datetime(2025, 9, 22, 9, 0, tzinfo=UTC)

# Whose columns mean the same under the same names.
SAME = {
    "version": ("content", "reading"),
    "article_latest": ("content", "reading", "article"),
    "page_counter": ("counter",),
    "counter_series": ("counter", "article"),
    "list_reading": ("placement",),
    "list_content": ("placement",),
}
LISTS = {
    "authors": Author, "editor_notes": EditorNote, "footnotes": Footnote, "mentions": Mention, "links": Link,
    "alternate": Alternate, "placements": Placement,
}  # fmt: skip


def section(heading):
    """What stands under a heading, up to the next one of any level."""
    return re.search(rf"^##+ {re.escape(heading)}\n(.*?)(?=^##|\Z)", PAGE, re.M | re.S)[1]


def first_cells(heading):
    """The words in the first column of the tables under a heading."""
    rows = re.findall(r"^\| (`.+?) \|", section(heading), re.M)
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row)]


COMMON = set(first_cells("Columns that many tables have"))


def columns():
    """(table, column) of all that users meet in content tables and views."""
    yield from ((table.name, column.name) for table in schema.CONTENT_TABLES for column in table.columns)
    engine = create_engine("sqlite://")
    with engine.begin() as conn:
        schema.metadata.create_all(conn)
        make_views(conn)
        for view in VIEWS:
            yield from ((view.name, column["name"]) for column in inspect(conn).get_columns(view.name))
    engine.dispose()


def strings(node):
    """The texts in a piece of code."""
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def function(module, name):
    """The code of a function without its docstring."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    found = next(each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) and each.name == name)
    return ast.Module(found.body[isinstance(found.body[0], ast.Expr) and bool(ast.get_docstring(found)) :], [])


# --- nothing is left out -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [each.name for each in fields(ArticleItem)])
def test_every_field_of_an_article_is_named(name):
    assert name in NAMED


@pytest.mark.parametrize("name", [f"{name}[].{each.name}" for name, of in LISTS.items() for each in fields(of)])
def test_every_field_of_a_list_is_named_as_json_has_it(name):
    assert name in NAMED


@pytest.mark.parametrize("name", [each.name for each in fields(Image)])
def test_every_field_of_the_image_is_named(name):
    assert f"image.{name}" in NAMED


def test_every_key_of_extract_is_named():
    assert {*example("semantic", "1041381"), *example("semantic", "1041381")["article"]} - NAMED == set()


@pytest.mark.parametrize("name", [".".join(each) for each in columns()])
def test_every_column_of_content_tables_and_views_is_named(name):
    table, _, column = name.partition(".")
    tables = (table, *SAME.get(table, ()))
    assert column in COMMON or {f"{each}.{column}" for each in tables} & NAMED


def test_no_column_is_named_that_is_not_there():
    known = {".".join(each) for each in columns()} | {f"capture.{column.name}" for column in schema.capture.columns}
    named = {each for each in NAMED if re.fullmatch(r"[a-z_]+\.[a-z_]+", each)}
    tables = {each.partition(".")[0] for each in known}
    assert {each for each in named if each.partition(".")[0] in tables} - known == set()


def test_every_kind_of_change_is_named_and_no_other():
    kinds = {*change_kinds._TEXTS.values(), *change_kinds._OTHERS.values()}
    kinds |= strings(function(change_kinds, "_small_change"))
    assert sorted(first_cells("Kinds of change")) == sorted(kinds)


def test_what_makes_a_version_is_named():
    assert set(wording.VERSION_FIELDS) <= set(re.findall(r"`(\w+)`", section("Versions").partition("\n\n")[0]))


def test_every_reason_for_an_absent_counter_is_named_and_no_other():
    reasons = set()
    for path in [*(ROOT / "crawler/extraction").rglob("*.py"), *(ROOT / "archive/rows").glob("*.py")]:
        reasons |= absent_reasons(ast.parse(path.read_text(encoding="utf-8")))
    table = section("Counters").partition("| reason | means |")[2].partition("\n\n")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", table, re.M)) == sorted(reasons)


def absent_reasons(tree):
    """Whatever code gives as the reason: by keyword, in its place, in a row or in the view's SQL."""
    found = set()
    for each in ast.walk(tree):
        if isinstance(each, ast.Call):
            name = getattr(each.func, "id", "")
            given = [key.value for key in each.keywords if key.arg == "absent_reason"]
            given += {"Counter": each.args[4:5], "Count": each.args[3:4], "_absent": each.args[1:2]}.get(name, [])
            found.update(*map(strings, given))
        elif isinstance(each, ast.Dict):
            for key, value in zip(each.keys, each.values, strict=True):
                found |= strings(value) if isinstance(key, ast.Constant) and key.value == "absent_reason" else set()
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            found.update(re.findall(r"c\.comments IS NULL THEN '(\w+)'", each.value))
    return found


def test_every_state_of_presence_is_named_and_no_other():
    said = strings(function(presence, "judge"))
    assert sorted(each for each in first_cells("Presence") if "." not in each) == sorted(said)


def test_every_reason_for_quarantine_is_named_and_no_other():
    said = set()
    for name in ("problems", "_article_problems"):
        pairs = [each for each in ast.walk(function(validate, name)) if isinstance(each, ast.Tuple)]
        said |= {each.elts[0].value for each in pairs if isinstance(each.elts[0], ast.Constant)}
    named = {each for each in first_cells("Pages that could not be read") if "." not in each}
    assert named == said | {"reader_error"}


# --- what it says is so --------------------------------------------------------------------------------------------


@cache
def practice():
    return PracticeArchive(articles=40, now=NOW)


@cache
def example(markup, native_id):
    """What `svodka extract` prints of the English page of an article."""
    site = PracticeSite(practice(), markup=markup, compression="none")
    site.set_base_url("https://vpk.name/")
    path = next(each for each in site.paths() if each.startswith(f"/en/{native_id}_"))
    body = site.answer("GET", path, {}).wire.partition(b"\r\n\r\n")[2]
    page = Page(f"https://vpk.name{path}", body, "text/html; charset=utf-8", NOW, "article")
    return reading_as_json(read_page(page, load_site("vpk")))


def values():
    """The values of the two pages that examples may show."""
    for markup, native_id in (("tables", "1018475"), ("semantic", "1041381")):
        article = example(markup, native_id)["article"]
        for name, value in article.items():
            yield name, value
            yield from ((name, each) for each in (value if isinstance(value, list) else []))
        yield from (("raw", each) for each in article["raw"].values())


@pytest.mark.parametrize(("heading", "text"), FIELDS, ids=[heading for heading, _ in FIELDS])
def test_the_example_of_a_field_is_read_from_the_practice_site(heading, text):
    names = re.findall(r"`(\w+)`", heading)
    examples = re.findall(r"`([^`]+)`", re.search(r"^\| example \| (.+?)(?: \(.*\))? \|$", text, re.M)[1])
    known = [value for name, value in values() if name in names]
    assert examples
    assert [each for each in map(json.loads, examples) if each not in known] == []


def test_every_field_of_an_article_has_a_section_in_full():
    named = {name for heading, _ in FIELDS for name in re.findall(r"`(\w+)`", heading)}
    assert {each.name for each in fields(ArticleItem)} - named == {"counters"}  # they have a chapter of their own
    for _, text in FIELDS:
        rows = re.findall(r"^\| ([\w, ]+) \|", text, re.M)
        assert rows == ["counts", "does not count", "type", "NULL", "raw text, layer", "columns", "example"]


def test_the_example_of_a_row_is_the_first_of_the_list():
    row = example("tables", "1018475")["placements"][0]
    shown = re.findall(r"^\| `placement\.(\w+)` \|.*\| `([^`]+)` \|$", section("Rows of lists"), re.M)
    assert {name: json.loads(value) for name, value in shown} == row


DATES = re.findall(r"^\| `(.+?)` \| (\d{4}-.+?) \| (.+?) \| (.*?) ?\|$", section("Dates and times"), re.M)
COUNTS = re.findall(r"^\| `(.+?)` \| (-?\d+|NULL) \| (\d*) ?\| (.*?) ?\|$", section("Counters"), re.M)


@pytest.mark.parametrize(("printed", "seen_at", "at", "precision"), DATES)
def test_a_printed_time_is_read_as_the_page_says(printed, seen_at, at, precision):
    seen = datetime.fromisoformat(seen_at).replace(tzinfo=UTC)
    moment = read_moment(printed, seen_at=seen, zone=ZoneInfo(load_site("vpk").time_zone))
    read = (f"{moment.at:%Y-%m-%d %H:%M}", f"`{moment.precision}`") if moment else ("NULL", "")
    assert read == (at, precision)


@pytest.mark.parametrize(("printed", "value", "precision", "reason"), COUNTS)
def test_a_printed_count_is_read_as_the_page_says(printed, value, precision, reason):
    count = read_count(printed)
    assert (str(count.value) if count.value is not None else "NULL") == value
    assert (str(count.precision or ""), f"`{count.absent_reason}`" if count.absent_reason else "") == (
        precision,
        reason,
    )


def test_there_are_examples_of_dates_and_counts():
    assert len(DATES) == section("Dates and times").count("\n| `")
    assert len(COUNTS) > 10


def test_its_own_links_lead_somewhere():
    headings = re.findall(r"^##+ (.+)$", PAGE, re.M)
    anchors = {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) - anchors == set()
