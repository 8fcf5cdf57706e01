"""The seed article, crawled by the command line in every practice markup and both encodings, is right in the database.

What is right was read by people: `crawler/practice/data/seed_article.json`. Every value has a layer and evidence, and
the bytes that the evidence names are read here with gzip alone.
"""

import gzip
import hashlib
import html
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from archive.evidence import Evidence
from archive.evidence import evidence as trace
from archive.rows.engine import open_database
from crawler.practice.content import seed_truth
from crawler.practice.markups import MARKUPS
from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite

ID = "vpk:en:1018475"
TRUTH = seed_truth()
ENCODINGS = ("utf-8", "windows-1251")
COLUMNS = (
    "title", "title_raw", "outlet", "outlet_country", "subtitle", "lead", "body", "published_at", "published_precision",
    "rights_holder", "rights_statement", "original_url", "original_published_at", "disclaimer",
)  # fmt: skip
LISTS = {
    "authors": ("author", ("name", "name_original")),
    "editor_notes": ("editor_note", ("text", "signature", "paragraph")),
    "footnotes": ("footnote", ("marker", "text", "subjects")),
    "image": ("image", ("url", "credit", "uploaded_at")),
    "mentions": ("mention", ("name", "kind", "url")),
    "links": ("link", ("url", "text", "rel")),
    "alternate": ("alternate", ("language", "url")),
}
COUNTERS = ("views", "comments", "rating")
PLACED = (
    "rank",
    "url",
    "title",
    "posted_at",
    "posted_raw",
    "comments",
    "comments_raw",
    "native_id",
    "language",
    "block",
)
FIELDS = ("url", "slug", *COLUMNS, *LISTS, *COUNTERS)
INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF])


@dataclass(frozen=True)
class Page:
    """One capture of the seed article: its values in the database, and their evidence."""

    markup: str
    encoding: str
    base_url: str
    observed_at: datetime
    values: dict
    raw: dict  # by field
    layers: dict  # by field
    placements: list
    placement_layers: set
    evidence: Evidence

    @property
    def fields(self):
        return {each.field: each for each in self.evidence.fields}


@pytest.fixture(scope="session")
def pages(tmp_path_factory, svodka_at):
    """Every page, by markup and encoding: an archive for each encoding, with a redesign before every crawl."""
    homes = {encoding: svodka_at(tmp_path_factory.mktemp(encoding) / "data") for encoding in ENCODINGS}
    crawled = (page for encoding, svodka in homes.items() for page in _crawl_every_markup(svodka, encoding))
    return {(page.markup, page.encoding): page for page in crawled}, homes


def _crawl_every_markup(svodka, encoding):
    site = PracticeSite(PracticeArchive(articles=12, now=datetime.now(UTC)), encoding=encoding)
    with PracticeServer(site) as server:
        base_url = server.url.rstrip("/")
        for markup in MARKUPS:
            site.set_markup(markup)
            svodka.run("crawl", "vpk", base_url + TRUTH["url"], "--base-url", server.url)
            yield _page(svodka, markup, encoding, base_url)


def _page(svodka, markup, encoding, base_url):
    database = open_database(svodka.home.database_url)
    try:
        with database.reader() as conn:
            return _read_page(conn, trace(conn, svodka.home, ID), markup, encoding, base_url)
    finally:
        database.close()


def _read_page(conn, evidence, markup, encoding, base_url):
    capture = evidence.capture.id
    (row,) = _rows(
        conn, ("r.url", "slug", "layers", "raw", "observed_at", *COLUMNS),
        "reading r JOIN content c ON (c.article_id, c.digest) = (r.article_id, r.digest) "
        f"WHERE r.capture_id = '{capture}'",
    )  # fmt: skip
    values = row | {"url": row["r.url"], "body": json.loads(row["body"])}
    for field, (table, columns) in LISTS.items():
        shown = f"(SELECT article_id, digest FROM reading WHERE capture_id = '{capture}')"
        values[field] = _rows(conn, columns, f"{table} WHERE (article_id, digest) IN {shown} ORDER BY position")
    for note in values["footnotes"]:
        note["subjects"] = json.loads(note["subjects"])
    counted = f"counter WHERE capture_id = '{capture}' AND source = 'page'"
    raw, layers = json.loads(row["raw"]), json.loads(row["layers"])
    for counter in _rows(conn, ("kind", "value", "raw", "layer"), counted):
        kind = counter["kind"]
        values[kind], raw[kind], layers[kind] = counter["value"], counter["raw"], counter["layer"]
    placed = _rows(conn, (*PLACED, "layer"), f"placement WHERE capture_id = '{capture}' ORDER BY rank")
    return Page(
        markup, encoding, base_url, datetime.fromisoformat(row["observed_at"]), values, raw, layers,
        [{name: each[name] for name in PLACED} for each in placed], {each["layer"] for each in placed}, evidence,
    )  # fmt: skip


def _rows(conn, columns, rest):
    found = conn.exec_driver_sql(f"SELECT {', '.join(columns)} FROM {rest}")
    return [dict(zip(columns, row, strict=True)) for row in found]


# --- what is right -------------------------------------------------------------------------------------------------


def _right(page, field):
    """What people read; absent is what this markup does not print."""
    value, printed = TRUTH[field], MARKUPS[page.markup]
    if field in ("url", "image"):
        known = page.base_url + (value if field == "url" else value["url"])
        return known if field == "url" else [value | {"url": known, "uploaded_at": _stored(value["uploaded_at"])}]
    if field == "authors":
        return [{"name": each["name"], "name_original": each["name_original"]} for each in value]
    if field.startswith("published") and not printed.published:
        return None
    if field == "views" and printed.scripted:
        return None
    return _stored(value) if field == "published_at" else value


def _right_placements(page):
    """The list of the seed page. It prints no year: it is the latest that does not lie after the capture."""
    rows = [] if MARKUPS[page.markup].scripted else TRUTH["placements"]
    return [row | {"url": page.base_url + row["url"], "posted_at": _latest(row, page.observed_at)} for row in rows]


def _latest(row, observed_at):
    printed = datetime.fromisoformat(row["posted_at"]).astimezone(ZoneInfo("Europe/Moscow"))
    years = (printed.replace(year=observed_at.year - back).astimezone(UTC) for back in (0, 1))
    return _stored(next(moment for moment in years if moment <= observed_at).isoformat())


def _stored(time):
    return datetime.fromisoformat(time).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# --- the tests -----------------------------------------------------------------------------------------------------

every_page = pytest.mark.parametrize(("markup", "encoding"), list(product(MARKUPS, ENCODINGS)))


@pytest.mark.parametrize("field", FIELDS)
@every_page
def test_the_field_is_right(pages, markup, encoding, field):
    page = pages[0][markup, encoding]
    assert page.values.get(field) == _right(page, field)


@every_page
def test_counters_keep_what_was_printed(pages, markup, encoding):
    page = pages[0][markup, encoding]
    expected = {kind: TRUTH[f"{kind}_raw"] for kind in COUNTERS}
    if MARKUPS[markup].scripted:
        expected["views"] = None
    assert {kind: page.raw.get(kind) for kind in COUNTERS} == expected


@every_page
def test_the_list_beside_it_is_right(pages, markup, encoding):
    page = pages[0][markup, encoding]
    assert page.placements == _right_placements(page)
    assert None not in page.placement_layers


@every_page
def test_every_value_names_the_layer_that_found_it(pages, markup, encoding):
    page = pages[0][markup, encoding]
    valued = {field for field in FIELDS if page.values.get(field) not in (None, [])} - {"url", "slug"}
    assert {field for field in valued if not page.layers.get(field)} == set()
    said = {name: each.layer for name, each in page.fields.items() if each.value is not None}
    assert said == {name: page.layers[name] for name in said}
    assert said.keys() >= valued - {"published_precision"}


@every_page
def test_the_bytes_that_the_evidence_names_hold_every_value(pages, markup, encoding):
    page = pages[0][markup, encoding]
    source = page.evidence.source
    wire, body = _payload(source)
    assert source.payload_digest == f"sha256:{hashlib.sha256(wire).hexdigest()}"
    assert source.content_digest == f"sha256:{hashlib.sha256(body).hexdigest()}"
    shown = _shown(body.decode(encoding))
    for name, each in page.fields.items():
        texts = _texts(name, each.value, page.base_url)
        assert all(_seen(text) in shown for text in texts) or _seen(each.raw or "\0") in shown, name
        assert bool(each.places) == (each.value is not None), name
        assert [body[place.start : place.end].decode(encoding) for place in each.places] == [
            place.text for place in each.places
        ]


def _payload(source):
    """The coded and the decoded body of a WARC record, with gzip and nothing of ours."""
    with source.path.open("rb") as file:
        file.seek(source.offset)
        record = gzip.decompress(file.read(source.length))
    warc, http, rest = record.split(b"\r\n\r\n", 2)
    assert warc.startswith(b"WARC/1.1\r\n")
    assert f"WARC-Target-URI: {source.url}".encode() in warc
    block = int(re.search(rb"Content-Length: (\d+)", warc)[1])
    wire = rest[: block - len(http) - 4]
    assert b"Content-Encoding: gzip" in http
    assert b"Transfer-Encoding" not in http
    return wire, gzip.decompress(wire)


def _shown(page):
    """All that a page says, in its text and in its attributes."""
    return _seen(re.sub("<[^>]*>", "", page)) + " " + _seen(re.sub("<[^>]*>", " ", page)) + " " + _seen(page)


def _seen(text):
    return " ".join(html.unescape(text).translate(INVISIBLE).split())


def _texts(name, value, base_url):
    """The texts that stand in the page for a value; a time or a country's code stands there only as its raw text."""
    if name in ("outlet_country", "published_at"):
        return ["\0"]
    entries = value if isinstance(value, list) else [value]
    texts = [text for each in entries for text in (_printed(each) if isinstance(each, dict) else [each])]
    return [str(text).removeprefix(base_url) for text in texts if text is not None]


def _printed(entry):
    return [entry.get(key) for key in ("name", "name_original", "text", "credit", "url", "marker")]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_redesign_makes_a_version(pages, encoding):
    svodka = pages[1][encoding]
    assert svodka.sql("SELECT count(*) FROM reading") == [(len(MARKUPS),)]
    assert [each["number"] for each in svodka.json("show", ID)["versions"]] == [1]
    svodka.run("verify")


@pytest.mark.parametrize("field", ["title", "views", "editor_notes"])
def test_the_command_gives_the_evidence_of_one_field(pages, field):
    found, homes = pages
    evidence = found["br", "windows-1251"].evidence
    told = homes["windows-1251"].json("evidence", evidence.capture.id, field)
    assert told["source"]["path"] == str(evidence.source.path)
    assert [told["source"][name] for name in ("offset", "length", "payload_digest")] == [
        evidence.source.offset, evidence.source.length, evidence.source.payload_digest,
    ]  # fmt: skip
    (value,) = told["fields"]
    known = found["br", "windows-1251"].fields[field]
    assert (value["field"], value["value"], value["layer"]) == (field, known.value, known.layer)


def test_show_prints_what_the_database_has(pages):
    found, homes = pages
    latest = found[list(MARKUPS)[-1], "utf-8"]
    shown = homes["utf-8"].json("show", ID)
    for field in ("title", "outlet_country", "subtitle", "lead", "body", "rights_holder", "original_url", *COUNTERS):
        assert shown[field] == _right(latest, field)
    assert [note["paragraph"] for note in shown["editor_notes"]] == [10, 11, 15, 27]
    assert shown["footnotes"] == TRUTH["footnotes"]
    (row,) = homes["utf-8"].lines("sql", f"SELECT title, outlet FROM article_latest WHERE article_id = '{ID}'")
    assert row == {"title": TRUTH["title"], "outlet": TRUTH["outlet"]}
