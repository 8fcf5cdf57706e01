"""An export of tables is whole, counted and of one moment; each selection takes the rows it says, on both databases."""

import csv
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import ConfigurationError, NothingFound, UsageError
from archive.exports.export import export, export_tables
from archive.exports.selection import select_part
from archive.exports.tables import TABLES
from archive.home import Home
from archive.records import Alternate, Author, QuarantineRecord
from archive.rows import writing
from archive.rows.placements import write_placements
from archive.rows.schema import CONTENT_TABLES, metadata
from archive.search import index_articles
from tests.archive.languages import in_english

PAGE = Path(__file__).parents[3] / "docs" / "export.md"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOT_EXPORTED = {"frontier", "host_pace", "owner", "search_document"}  # of this folder alone, and made from the rest
AS_VIEWS = {"page_counter", "list_reading", "list_content"}  # exported as `counter` and `placement`


@pytest.fixture
def archive(filled, samples):
    """Article 1 in English, edited once; its Russian page; article 2 read later; a list that names article 1 and 9."""
    russian = {"language": "ru", "url": "https://vpk.name/news/1_a.html", "title": "Танк"}
    articles = [
        samples.article(1, authors=(Author("Peter"),), alternates=(Alternate("ru", russian["url"]),)),
        samples.article(5, title="=cmd()", counters=(samples.views(5),)),
        samples.article(6, **russian),
        samples.article(15, "2", outlet="Le Monde", outlet_country="FR", title="Another"),
    ]
    with filled.writer() as conn:
        _, changed = writing.write_articles(conn, articles)
        index_articles(conn, changed)
        write_placements(conn, [samples.placement(3), samples.placement(3, 2, "9")])
        writing.write_quarantine(conn, [QuarantineRecord("capture-0019", "unreadable")])
    return filled


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def exported(archive, out, form="jsonl", *, body=True, **asked):
    with archive.reader() as conn:
        return export_tables(conn, out, form, select_part(conn, **asked), body=body, clock=lambda: NOON)


def rows(out, table):
    return [json.loads(line) for line in (out / f"{table}.jsonl").read_text().splitlines()]


def ids(out, table):
    return [row.get("article_id") or row.get("id") for row in rows(out, table)]


def test_every_table_is_exported_but_those_that_say_what_is_to_be_done():
    names = {table.name for table in TABLES}
    views = {"article_latest", "version", "counter", "placement"}
    assert names == set(metadata.tables) - NOT_EXPORTED - AS_VIEWS | views
    assert {table.name for table in CONTENT_TABLES} - AS_VIEWS <= names


def test_the_page_on_exports_names_every_table_that_is_not_there():
    told = PAGE.read_text(encoding="utf-8").partition("## Tables")[2].partition("## WACZ")[0]
    assert [name for name in sorted(NOT_EXPORTED | AS_VIEWS) if f"`{name}`" not in told] == []


def test_the_manifest_has_the_rows_and_the_digest_of_every_file(archive, out):
    done = exported(archive, out)
    manifest = json.loads((out / "manifest.json").read_text())
    assert {path.name for path in out.iterdir()} == {file["path"] for file in manifest["files"]} | {"manifest.json"}
    for file in manifest["files"]:
        data = (out / file["path"]).read_bytes()
        assert file["sha256"] == "sha256:" + hashlib.sha256(data).hexdigest()
        assert (file["bytes"], file["rows"]) == (len(data), data.count(b"\n"))
    assert done.rows == sum(file["rows"] for file in manifest["files"])
    assert manifest["created"] == "2026-03-01T12:00:00Z"


def test_everything_is_there(archive, out):
    exported(archive, out)
    assert ids(out, "article") == ["vpk:en:1", "vpk:en:2", "vpk:en:9", "vpk:ru:1"]
    assert [row["title"] for row in rows(out, "article_latest")] == ["=cmd()", "Another", "Танк"]
    assert len(rows(out, "capture")) == 20
    assert rows(out, "content")[0]["body"] == ["One.", "Two."]
    assert rows(out, "warc_file")[0]["committed_length"] == 1_000_000


def test_the_same_rows_give_the_same_bytes(archive, tmp_path):
    first, second = (exported(archive, tmp_path / name).out for name in ("one", "two"))
    assert [p.read_bytes() for p in sorted(first.iterdir())] == [p.read_bytes() for p in sorted(second.iterdir())]


def test_rows_stand_in_the_order_of_their_bytes_whatever_the_servers_language(archive, out, samples):
    with archive.writer() as conn:
        writing.write_articles(conn, [samples.article(n, str(n), outlet=name) for n, name in ((16, "a"), (17, "B"))])
    with in_english(archive, "outlet", "name"):
        exported(archive, out)
    assert [row["name"] for row in rows(out, "outlet")] == ["B", "Le Monde", "The Guardian", "a"]


def test_a_span_of_time_takes_what_was_captured_in_it(archive, out, samples):
    exported(archive, out, since=samples.at(5), until=samples.at(15))
    assert ids(out, "article") == ["vpk:en:1", "vpk:ru:1"]
    assert ids(out, "version") == ["vpk:en:1", "vpk:ru:1"]
    assert [row["capture_id"] for row in rows(out, "reading")] == ["capture-0005", "capture-0006"]
    assert [row["id"] for row in rows(out, "capture")] == [f"capture-{n:04}" for n in range(5, 15)]
    assert (rows(out, "placement"), rows(out, "quarantine")) == ([], [])
    assert [row["name"] for row in rows(out, "outlet")] == ["The Guardian"]


def test_a_wording_that_was_seen_before_the_span_and_in_it_is_taken(archive, out, samples):
    with archive.writer() as conn:
        writing.write_articles(conn, [samples.article(8, title="=cmd()", counters=())])
    exported(archive, out, since=samples.at(8), until=samples.at(9))
    ((content,), (read,)) = rows(out, "content"), rows(out, "reading")
    assert (content["digest"], content["capture_id"]) == (read["digest"], "capture-0005")


def test_one_article_brings_its_other_language(archive, out):
    exported(archive, out, article_id="https://vpk.name/en/1_a.html")
    assert ids(out, "article") == ["vpk:en:1", "vpk:ru:1"]
    assert [row["native_id"] for row in rows(out, "placement")] == ["1"]
    assert {row["id"] for row in rows(out, "capture")} == {"capture-0001", "capture-0005", "capture-0006"}
    assert {row["source"] for row in rows(out, "counter")} == {"page", "discussion"}


def test_it_brings_it_from_the_other_side_too(archive, out):
    exported(archive, out, article_id="vpk:ru:1")
    assert ids(out, "article") == ["vpk:en:1", "vpk:ru:1"]


def test_a_search_takes_the_articles_that_it_finds(archive, out):
    exported(archive, out, query="another")
    assert ids(out, "article") == ids(out, "content") == ["vpk:en:2"]


def test_a_site_takes_its_own(archive, out):
    with archive.writer() as conn:
        writing.write_site(conn, name="other", title="Other", base_url="https://other.example/", time_zone="UTC")
    exported(archive, out, site="other")
    assert [row["name"] for row in rows(out, "site")] == []
    assert all(not path.read_text() for path in out.glob("*.jsonl"))


def test_a_site_has_what_others_captured_of_it_and_the_collection_has_it_too(archive, out, tmp_path, samples):
    with archive.writer() as conn:
        writing.write_site(conn, name="imported", title="Imported files", base_url="", time_zone="UTC")
        writing.write_captures(conn, [samples.capture(n, site="imported") for n in (30, 31, 32)])
        writing.write_articles(conn, [samples.article(30, "30")])
        write_placements(conn, [samples.placement(31, native_id="31")])
    exported(archive, out, site="vpk")
    assert {"vpk:en:1", "vpk:en:30", "vpk:en:31"} <= set(ids(out, "article"))
    captures = {row["id"] for row in rows(out, "capture")}
    assert {"capture-0001", "capture-0030", "capture-0031"} <= captures
    assert "capture-0032" not in captures  # of no site that is known
    exported(archive, tmp_path / "collection", site="imported")
    assert ids(tmp_path / "collection", "capture") == ["capture-0030", "capture-0031", "capture-0032"]
    assert ids(tmp_path / "collection", "article") == ["vpk:en:30", "vpk:en:31"]
    assert [row["name"] for row in rows(tmp_path / "collection", "site")] == ["imported", "vpk"]


def test_texts_can_be_left_out(archive, out):
    exported(archive, out, body=False)
    assert not any("body" in row for row in rows(out, "content") + rows(out, "article_latest"))
    assert json.loads((out / "manifest.json").read_text())["selection"] == {"body": False}


def test_a_formula_in_a_title_is_inert_in_csv(archive, out):
    exported(archive, out, "csv")
    with (out / "article_latest.csv").open(encoding="utf-8", newline="") as file:
        assert [row["title"] for row in csv.DictReader(file)] == ["'=cmd()", "Another", "Танк"]


def test_a_data_package_describes_every_column(archive, out):
    exported(archive, out, "datapackage")
    package = json.loads((out / "datapackage.json").read_text())
    for resource in package["resources"]:
        with (out / resource["path"]).open(encoding="utf-8", newline="") as file:
            head = next(csv.reader(file))
        assert [field["name"] for field in resource["schema"]["fields"]] == head
        assert resource["description"]
    article = next(each for each in package["resources"] if each["name"] == "article-latest")
    types = {field["name"]: field["type"] for field in article["schema"]["fields"]}
    assert (types["views"], types["body"], types["observed_at"]) == ("integer", "array", "datetime")


def test_what_the_data_package_requires_is_in_every_row(archive, out, samples):
    with archive.writer() as conn:
        writing.write_site(conn, name="imported", title="Imported files", base_url="", time_zone="UTC")
        writing.write_captures(conn, [samples.capture(30, site="imported")])
    exported(archive, out, "datapackage")
    for resource in json.loads((out / "datapackage.json").read_text())["resources"]:
        required = [each["name"] for each in resource["schema"]["fields"] if "constraints" in each]
        with (out / resource["path"]).open(newline="") as file:
            assert [row for row in csv.DictReader(file) if not all(row[name] for name in required)] == []


def test_an_export_changes_no_other(archive, out):
    out.mkdir()
    exported(archive, out)
    with pytest.raises(UsageError, match="is there already"):
        exported(archive, out)


def test_a_place_that_takes_no_files_is_named(archive):
    with pytest.raises(UsageError, match="/proc: no folder can be made in it"):
        exported(archive, Path("/proc/export"))


def test_an_export_touches_nothing_that_stands_beside_it(archive, out):
    beside = out.with_name("out.part")
    beside.mkdir()
    (beside / "thesis.txt").write_text("mine")
    exported(archive, out)
    assert (beside / "thesis.txt").read_text() == "mine"
    assert sorted(path.name for path in out.parent.iterdir() if path.is_dir()) == ["out", "out.part"]


def test_the_empty_folder_that_one_stands_in_takes_an_export(archive, out, monkeypatch):
    out.mkdir()
    monkeypatch.chdir(out)
    exported(archive, Path())
    assert (out / "manifest.json").is_file()


def test_an_export_that_fails_leaves_nothing(archive, out):
    # This environment has no pyarrow: the extra is what a user installs for Parquet.
    with pytest.raises(ConfigurationError, match=r"svodka\[export\]"):
        exported(archive, out, "parquet")
    assert [*out.parent.glob("out*"), *out.parent.glob(".export-*")] == []


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"site": "nowhere"}, NothingFound, "nowhere"),
        ({"article_id": "vpk:en:77"}, NothingFound, "vpk:en:77"),
        ({"query": "nonesuch"}, NothingFound, "nonesuch"),
        ({"query": "a", "article_id": "vpk:en:1"}, UsageError, "not both"),
        ({"since": NOON, "until": NOON}, UsageError, "not before"),
    ],
)
def test_a_selection_that_holds_nothing_is_told(archive, asked, error, told):
    with archive.reader() as conn, pytest.raises(error, match=told):
        select_part(conn, **asked)


def test_an_unknown_format_is_told(archive, out):
    with archive.reader() as conn, pytest.raises(UsageError, match="--format xls"):
        export(conn, Home(out), out, "xls", select_part(conn))
