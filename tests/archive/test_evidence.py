"""A value leads to its bytes: with Svodka, and with nothing but dd and gunzip."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from archive.errors import DamagedArchive, NothingFound, UsageError
from archive.evidence import FIELDS, Evidence, FieldEvidence, evidence, record_bytes
from archive.home import Home
from archive.records import (
    ArticleRecord,
    Author,
    Capture,
    CaptureContext,
    Counter,
    EditorNote,
    Exchange,
    Image,
    Mention,
    PlacementRecord,
    Rendering,
)
from archive.rows import writing
from archive.rows.engine import Database, open_database
from archive.rows.migrations import upgrade
from archive.rows.placements import write_placements
from archive.warc.reader import read_block
from archive.warc.writer import WarcWriter

URL = "https://news.example/news/7_tank.html"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = """<!doctype html><html><head><meta charset="windows-1251"><title>Танк</title></head><body>
<h1>Новый <b>танк</b> (The Guardian, Великобритания)</h1><i>12&nbsp;304</i><i>0</i><i>&mdash;</i>
<img src="/i/tank.jpg"><p class=by>Питер Зауэр (Pjotr Sauer)</p>
<p>Первый абзац: &laquo;танк&raquo; (как бы &mdash; Прим. ИноСМИ).</p><p>Второй абзац.</p></body></html>"""
BODY = PAGE.encode("windows-1251")


def context(capture_id: str) -> CaptureContext:
    return CaptureContext(capture_id, "vpk", "run-1", "article", "listing")


def answer(capture_id: str, at: datetime, body: bytes = BODY, status: str = "200 OK") -> Capture:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    request = b"GET /news/7_tank.html HTTP/1.1\r\nHost: news.example\r\n\r\n"
    return Capture(context(capture_id), Exchange(URL, request, head + body, at, at + timedelta(seconds=1)))


def record(capture_id: str, at: datetime) -> ArticleRecord:
    return ArticleRecord(
        capture_id=capture_id, observed_at=at, site="vpk", native_id="7", language="ru", url=URL,
        title="Новый танк", title_raw="Новый танк (The Guardian, Великобритания)",
        outlet="The Guardian", outlet_country="GB",
        body=("Первый абзац: «танк» (как бы — Прим. ИноСМИ).", "Второй абзац."),
        authors=(Author("Питер Зауэр", "Pjotr Sauer"),), editor_notes=(EditorNote("как бы", "ИноСМИ", 0),),
        image=Image("https://news.example/i/tank.jpg"), mentions=(Mention("Не на странице", "company"),),
        published_at=NOON - timedelta(days=1),
        counters=(
            Counter("views", 12304, "12 304", layer="landmarks:counters"), Counter("comments", 0, "0"),
            Counter("rating", None, "—", absent_reason="dash"),
        ),
        layers={"title": "landmarks:heading", "outlet_country": "landmarks:heading"},
        raw={"outlet_country": "Великобритания"},
        conflicts=({"field": "title", "layer": "metadata:title", "value": "Танк"},),
    )  # fmt: skip


FIRST, SECOND, RENDERED = (f"018f0000-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An archive with one article, captured twice over HTTP and once by a browser."""
    home = Home(tmp_path / "data").create()
    rendering = Capture(context(RENDERED), Rendering(URL, PAGE.encode(), NOON + timedelta(hours=2), "chromium 1", 200))
    writer = WarcWriter(home.archive_folder("vpk"), site="vpk", software="test")
    written = writer.append([answer(FIRST, NOON), answer(SECOND, NOON + timedelta(hours=1)), rendering])
    state = writer.sync()
    writer.close()
    database = open_database(home.database_url)
    upgrade(database)
    with database.writer() as conn:
        writing.write_site(conn, name="vpk", title="VPK", base_url=URL, time_zone="Europe/Moscow")
        writing.write_run(conn, id="run-1", site="vpk", command="crawl", started_at=NOON, software="test", options={})
        writing.write_warc_file(conn, site="vpk", state="open", file=state)
        writing.write_captures(conn, written)
        later = replace(record(SECOND, NOON + timedelta(hours=1)), subtitle="Новый подзаголовок")
        writing.write_articles(conn, [record(FIRST, NOON), later])
    database.close()
    return home


@pytest.fixture
def database(home: Home) -> Iterator[Database]:
    """Its rows."""
    database = open_database(home.database_url)
    yield database
    database.close()


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    """A connection that only reads."""
    with database.reader() as conn:
        yield conn


def only(found: Evidence) -> FieldEvidence:
    """The only field asked for."""
    (value,) = found.fields
    return value


class TestTheEvidenceOfAField:
    @pytest.mark.parametrize(
        ("field", "value", "bytes_there"),
        [
            ("title", "Новый танк", ["Новый <b>танк"]),
            ("outlet", "The Guardian", ["The Guardian"]),
            ("outlet_country", "GB", ["Великобритания"]),
            ("views", 12304, ["12&nbsp;304"]),
            ("comments", 0, ["0"]),
            ("body", ["Первый абзац: «танк» (как бы — Прим. ИноСМИ).", "Второй абзац."],
             ["Первый абзац: &laquo;танк&raquo; (как бы &mdash; Прим. ИноСМИ).", "Второй абзац."]),
            ("authors", [{"name": "Питер Зауэр", "name_original": "Pjotr Sauer"}], ["Питер Зауэр", "Pjotr Sauer"]),
            ("editor_notes", [{"text": "как бы", "signature": "ИноСМИ", "paragraph": 0}], ["как бы"]),
            ("image", [{"url": "https://news.example/i/tank.jpg", "credit": None, "uploaded_at": None}],
             ["/i/tank.jpg"]),
        ],
    )  # fmt: skip
    def test_is_the_value_and_where_it_stands(
        self, conn: Connection, home: Home, field: str, value: object, bytes_there: list[str]
    ) -> None:
        found = only(evidence(conn, home, FIRST, field))
        assert found.value == value
        assert [BODY[place.start : place.end].decode("windows-1251") for place in found.places] == bytes_there

    def test_names_the_layer_the_raw_text_and_what_another_layer_said(self, conn: Connection, home: Home) -> None:
        title = only(evidence(conn, home, FIRST, "title"))
        assert title.layer == "landmarks:heading"
        assert [item["value"] for item in title.conflicts] == ["Танк"]
        views = only(evidence(conn, home, FIRST, "views"))
        assert (views.layer, views.raw) == ("landmarks:counters", "12 304")

    def test_of_an_absent_counter_is_the_reason(self, conn: Connection, home: Home) -> None:
        rating = only(evidence(conn, home, FIRST, "rating"))
        assert (rating.value, rating.absent_reason, rating.raw) == (None, "dash", "—")

    def test_claims_no_place_for_what_does_not_stand_there(self, conn: Connection, home: Home) -> None:
        assert only(evidence(conn, home, FIRST, "mentions")).places == ()
        assert only(evidence(conn, home, FIRST, "published_at")).places == ()


class TestTheCapture:
    def test_is_the_latest_for_an_article_and_the_one_asked_for_otherwise(self, conn: Connection, home: Home) -> None:
        asked = ("vpk:ru:7", URL, FIRST)
        assert [evidence(conn, home, identity).capture.id for identity in asked] == [SECOND, SECOND, FIRST]

    def test_is_found_with_dd_and_gunzip_alone(self, conn: Connection, home: Home) -> None:
        found = evidence(conn, home, FIRST, "title")
        printed = subprocess.run(["/bin/sh", "-c", found.command], capture_output=True, check=True).stdout
        assert printed == record_bytes(found)
        block = read_block(found.capture.path, found.capture.offset, found.capture.length)
        assert printed.startswith(b"WARC/1.1\r\n")
        assert f"<urn:uuid:{FIRST}>".encode() in printed
        assert printed.endswith(b"\r\n\r\n" + block + b"\r\n\r\n")
        assert block.endswith(BODY)

    def test_that_repeats_another_leads_to_the_bytes_of_that(self, database: Database, home: Home) -> None:
        with database.writer() as writing_conn:
            writing_conn.exec_driver_sql(
                f"UPDATE capture SET record_type = 'revisit', refers_to = '{FIRST}' WHERE id = '{SECOND}'"
            )
        with database.reader() as conn:
            found = evidence(conn, home, SECOND, "title")
        assert (found.capture.id, found.source.id) == (SECOND, FIRST)

    def test_of_a_rendered_page_has_the_browsers_bytes(self, database: Database, home: Home) -> None:
        with database.writer() as writing_conn:
            writing.write_articles(writing_conn, [record(RENDERED, NOON + timedelta(hours=2))])
        with database.reader() as conn:
            found = only(evidence(conn, home, RENDERED, "title"))
        (place,) = found.places
        assert PAGE.encode()[place.start : place.end].decode() == "Новый <b>танк"


def test_without_a_field_every_field_with_a_value_or_a_reason_comes_in_order(conn: Connection, home: Home) -> None:
    names = [item.field for item in evidence(conn, home, SECOND).fields]
    assert names == sorted(names, key=FIELDS.index)
    assert {"title", "subtitle", "views", "rating", "authors"} <= set(names)
    assert not {"lead", "footnotes"} & set(names)


class TestATimeOfPublicationThatOnlyListsTell:
    """The page of `FIRST`, taken for a listing and for a feed, gives the times of an article that says none."""

    @pytest.fixture
    def listed(self, database: Database) -> None:
        row = PlacementRecord(
            FIRST, NOON, "vpk", "feed", 1, URL, "Танк", "7", "ru", NOON, "Второй абзац", layer="metadata:feed"
        )
        rows = [row, row._replace(block="news", rank=2, posted_raw="12 304", layer="landmarks:rows")]
        with database.writer() as conn:
            write_placements(conn, [*rows, *(each._replace(rank=9, native_id="9") for each in rows)])
            conn.exec_driver_sql("UPDATE content SET published_at = NULL")

    @pytest.mark.usefixtures("listed")
    @pytest.mark.parametrize("identity", ["vpk:ru:7", URL, "vpk:ru:9"])
    def test_is_traced_to_the_row_that_article_latest_takes(self, conn: Connection, home: Home, identity: str) -> None:
        found = evidence(conn, home, identity, "published_at")
        value = only(found)
        assert (found.capture.id, found.reader, value.layer) == (FIRST, None, "landmarks:rows")
        assert (value.value, value.row and value.row.block) == (NOON, "news")
        assert [BODY[each.start : each.end].decode("windows-1251") for each in value.places] == ["12&nbsp;304"]
        assert record_bytes(found).endswith(BODY + b"\r\n\r\n")
        latest = "SELECT published_at, published_source FROM article_latest"
        assert conn.exec_driver_sql(latest).one() == ("2026-03-01T12:00:00.000000Z", "listing")

    @pytest.mark.usefixtures("listed")
    def test_is_none_of_a_capture_that_is_asked_for(self, conn: Connection, home: Home) -> None:
        with pytest.raises(NothingFound, match="has no published_at"):
            evidence(conn, home, SECOND, "published_at")

    def test_is_none_where_the_page_says_it_itself(self, conn: Connection, home: Home) -> None:
        assert only(evidence(conn, home, URL, "published_at")).row is None


@pytest.mark.parametrize("identity", ["vpk:ru:8", "https://news.example/", RENDERED, "'; --", ""])
def test_what_was_not_read_has_none(conn: Connection, home: Home, identity: str) -> None:
    with pytest.raises(NothingFound):
        evidence(conn, home, identity)


def test_a_field_that_the_page_has_not_is_told_from_one_that_does_not_exist(conn: Connection, home: Home) -> None:
    with pytest.raises(NothingFound, match="has no lead"):
        evidence(conn, home, FIRST, "lead")
    with pytest.raises(UsageError, match="no such field"):
        evidence(conn, home, FIRST, "colour")


def test_damaged_bytes_are_told_and_never_shown_as_evidence(conn: Connection, home: Home) -> None:
    (path,) = home.archive_folder("vpk").iterdir()
    found = evidence(conn, home, FIRST, "title")
    data = bytearray(path.read_bytes())
    data[found.capture.offset + 40] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(DamagedArchive):
        evidence(conn, home, FIRST, "title")
    with pytest.raises(DamagedArchive):
        record_bytes(found)
