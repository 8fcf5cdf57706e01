"""The rows are a function of the records: the same in any order, however often they are written."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from archive.projection import replace_readings
from archive.reading_room.article_page import glance
from archive.records import (
    Alternate,
    Author,
    Counter,
    EditorNote,
    Footnote,
    Image,
    Link,
    Mention,
    QuarantineRecord,
    UnitOfWork,
)
from archive.reports.questions import question
from archive.rows import schema, writing
from archive.rows.engine import Database
from archive.rows.placements import write_placements
from archive.rows.reading import show_article
from archive.rows.readings import forget_all
from archive.rows.upsert import LARGEST
from archive.search import index_articles


def dump(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every content table, sorted; the search's documents without the ids that it chose."""
    tables = [*schema.CONTENT_TABLES, schema.capture]
    queries = {table.name: select(table) for table in tables}
    document = schema.search_document
    queries["search_document"] = select(*(column for column in document.c if column is not document.c.id))
    with database.reader() as conn:
        return {name: sorted(map(repr, conn.execute(query))) for name, query in queries.items()}


def write(database: Database, articles=(), placements=()) -> set[str]:
    with database.writer() as conn:
        _, changed = writing.write_articles(conn, articles)
        index_articles(conn, changed)
        write_placements(conn, placements)
    return changed


def scalars(database: Database, column) -> list:
    with database.reader() as conn:
        return list(conn.scalars(select(column).order_by(column)))


# --- captures and runs -----------------------------------------------------------------------------------------


def test_a_capture_that_is_written_again_keeps_its_read_state(filled: Database, samples) -> None:
    with filled.writer() as conn:
        writing.set_read_states(conn, {"capture-0003": "read"})
        writing.write_captures(conn, [samples.capture(3), samples.capture(4)], {"capture-0004": "failed"})
        state = schema.capture.c.read_state
        states = dict(conn.execute(select(schema.capture.c.id, state).where(state != "unread")).all())
    assert states == {"capture-0003": "read", "capture-0004": "failed"}


def test_a_run_ends_as_it_did(filled: Database, samples) -> None:
    with filled.writer() as conn:
        writing.finish_run(conn, samples.run_id, ended_at=samples.at(9), reason="finished", exit_code=0, pages=9)
        run = conn.execute(select(schema.run)).one()
    assert (run.ended_at, run.reason, run.exit_code, run.pages, run.articles) == (
        samples.at(9), "finished", 0, 9, None,
    )  # fmt: skip


def test_a_site_is_as_its_file_says_today(filled: Database) -> None:
    with filled.writer() as conn:
        writing.write_site(conn, name="vpk", title="New", base_url="https://mirror/", time_zone="UTC")
    assert scalars(filled, schema.site.c.title) == ["New"]


# --- articles --------------------------------------------------------------------------------------------------


def test_everything_of_an_article_is_kept(filled: Database, samples) -> None:
    record = samples.article(
        1,
        authors=(Author("Peter Sauer", "Pjotr Sauer"), Author("Andrew Roth")),
        editor_notes=(EditorNote("exclusively at military facilities", "InoSMI", 1),),
        footnotes=(Footnote("*", "foreign agent", ("Tatiana Stanovoy",)),),
        image=Image("https://vpk.name/a.jpg", "© РИА Новости", samples.at(0)),
        counters=(samples.views(983), Counter("rating", None, "—", absent_reason="dash")),
        mentions=(Mention("США", "country", "/c/1"),),
        links=(Link("https://x/", "x", "sponsored", "rel"),),
        alternates=(Alternate("ru", "https://vpk.name/1.html"),),
        published_at=samples.at(0),
        layers={"title": "selectors:h1"},
        conflicts=({"field": "title", "layer": "metadata", "value": "x"},),
    )
    with filled.writer() as conn:
        assert writing.write_articles(conn, [record]) == (1, {"vpk:en:1"})
        names = conn.execute(select(schema.author.c.name, schema.author.c.name_original)).all()
        note = conn.execute(select(schema.editor_note)).one()
        subjects = conn.scalar(select(schema.footnote.c.subjects))
        rating = conn.execute(select(schema.counter).where(schema.counter.c.kind == "rating")).one()
        content = conn.execute(select(schema.content)).one()
        reading = conn.execute(select(schema.reading)).one()
        image = conn.execute(select(schema.image)).one()
    assert names == [("Peter Sauer", "Pjotr Sauer"), ("Andrew Roth", None)]
    assert (note.signature, note.paragraph, subjects) == ("InoSMI", 1, ["Tatiana Stanovoy"])
    assert (rating.value, rating.raw, rating.absent_reason) == (None, "—", "dash")
    assert (content.body, content.published_at, content.outlet) == (["One.", "Two."], samples.at(0), "The Guardian")
    assert (reading.layers, reading.conflicts[0]["value"]) == ({"title": "selectors:h1"}, "x")
    assert image.uploaded_at == samples.at(0)
    assert scalars(filled, schema.outlet.c.country) == ["GB"]


def test_an_article_is_new_once(filled: Database, samples) -> None:
    with filled.writer() as conn:
        assert writing.write_articles(conn, [samples.article(1), samples.article(2, "2")])[0] == 2
        assert writing.write_articles(conn, [samples.article(3), samples.article(4, "4")])[0] == 1
        assert writing.write_articles(conn, [samples.article(1)])[0] == 0


def test_one_wording_is_kept_once_and_names_its_first_capture(filled: Database, samples) -> None:
    write(filled, [samples.article(5)])
    write(filled, [samples.article(9), samples.article(2)])
    assert scalars(filled, schema.content.c.capture_id) == ["capture-0002"]
    assert scalars(filled, schema.article_url.c.capture_id) == ["capture-0002"]
    assert len(scalars(filled, schema.reading.c.capture_id)) == 3


def test_a_better_reader_replaces_what_was_read(filled: Database, samples) -> None:
    write(filled, [samples.article(1, title="Wrong"), samples.article(2, title="Wrong"), samples.article(3)])
    write(filled, [samples.article(1, title="Right", outlet="ТАСС", outlet_country="RU")])
    assert scalars(filled, schema.content.c.title) == ["50 days", "Right", "Wrong"]
    write(filled, [samples.article(2, title="Right")])
    assert scalars(filled, schema.content.c.title) == ["50 days", "Right", "Right"]
    write(filled, [samples.article(1, "7"), samples.article(2, "7"), samples.article(3, "7")])
    assert scalars(filled, schema.article.c.id) == ["vpk:en:7"]
    assert scalars(filled, schema.search_document.c.article_id) == ["vpk:en:7"]
    assert scalars(filled, schema.outlet.c.name) == ["The Guardian"]


def test_what_no_database_takes_is_made_storable(filled: Database, samples) -> None:
    record = samples.article(
        1, title="a\0b\ud800", body=("x\0y", "\udfff", "\\u0000"), counters=(samples.views(10**30),)
    )
    write(filled, [record], [samples.placement(1, title="\ud83d", comments=-(10**40))])
    with filled.reader() as conn:
        row = conn.execute(select(schema.content)).one()
        views = conn.execute(select(schema.counter).where(schema.counter.c.kind == "views")).one()
    assert row.title == "a\ufffdb\ufffd"
    assert row.body == ["x\ufffdy", "\ufffd", "\\u0000"]
    assert (views.value, views.raw, views.absent_reason) == (None, str(10**30), "out_of_range")


def test_forgetting_captures_leaves_nothing_of_them(filled: Database, samples) -> None:
    before = dump(filled)
    write(filled, [samples.article(1, authors=(Author("A"),))], [samples.placement(1), samples.placement(1, 2, "9")])
    with filled.writer() as conn:
        writing.write_quarantine(conn, [QuarantineRecord("capture-0002", "empty", "no body")])
        index_articles(conn, forget_all(conn, {"capture-0001", "capture-0002"}))
    assert dump(filled) == before


# --- the promise -----------------------------------------------------------------------------------------------

titles = st.sampled_from(["A", "B"])
outlets = st.sampled_from([("The Guardian", "GB"), ("Le Monde", "FR"), (None, None)])
lists_of_names = st.lists(st.sampled_from(["Ann", "Bob"]), max_size=2)


@st.composite
def histories(draw: st.DrawFn):
    """What 8 captures say: of two articles, in two wordings, with lists; and two orders to write it in."""
    pages = [
        (draw(st.sampled_from("12")), draw(titles), draw(outlets), tuple(draw(lists_of_names)), draw(st.booleans()))
        for _ in range(8)
    ]
    numbers = list(range(len(pages)))
    order = draw(st.permutations(numbers + draw(st.lists(st.sampled_from(numbers), max_size=4))))
    return pages, order, draw(st.integers(1, 4))


@pytest.mark.parametrize("dialect", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
@given(history=histories())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_makes_the_same_rows(filled: Database, samples, history) -> None:
    pages, order, at_once = history
    records = [
        samples.article(
            n, native_id, title=title, outlet=outlet, outlet_country=country,
            authors=tuple(map(Author, names)), url=f"https://vpk.name/en/{native_id}_{title}.html",
        )
        for n, (native_id, title, (outlet, country), names, _) in enumerate(pages)
    ]  # fmt: skip
    placements = [
        [samples.placement(n, rank, native_id) for rank, native_id in enumerate(["1", "3", None], 1) if listed]
        for n, (*_, listed) in enumerate(pages)
    ]
    clear(filled)
    write(filled, records, [row for rows in placements for row in rows])
    expected = dump(filled)
    clear(filled)
    # A worse reader came first: it took every second page for the one before it, and its list for a longer one.
    wrong = [
        replace(records[n - 1], capture_id=records[n].capture_id, observed_at=records[n].observed_at)
        for n in range(0, len(records), 2)
    ]
    write(filled, wrong, [samples.placement(0, 9, "7")] if placements[0] else [])
    for start in range(0, len(order), at_once):
        some = order[start : start + at_once]
        write(filled, [records[n] for n in some], [row for n in dict.fromkeys(some) for row in placements[n]])
    assert dump(filled) == expected


@pytest.mark.parametrize("dialect", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_workers_that_write_at_once_make_the_same_rows(filled: Database, samples) -> None:
    records = [samples.article(n, str(n % 3), title="AB"[n // 6]) for n in range(12)]
    write(filled, records)
    expected = dump(filled)
    clear(filled)
    start = Barrier(4)

    def work(number: int) -> None:
        start.wait()
        for record in reversed(records[number::4]):
            write(filled, [record])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert dump(filled) == expected


def clear(database: Database) -> None:
    with database.writer() as conn:
        conn.execute(schema.search_document.delete())
        for table in reversed(schema.CONTENT_TABLES):
            conn.execute(table.delete())


def test_a_change_of_any_two_counts_is_a_number_that_a_column_holds(filled: Database, samples) -> None:
    write(filled, [samples.article(1, counters=(samples.views(LARGEST),))])
    write(filled, [samples.article(2, counters=(samples.views(-LARGEST),))])
    with filled.reader() as conn:
        changes = conn.exec_driver_sql("SELECT change FROM counter_series ORDER BY observed_at").scalars().all()
    assert changes == [None, -2 * LARGEST]


def test_of_what_a_page_shows_of_itself_its_own_counter_speaks(filled: Database, samples) -> None:
    own = Counter("comments", 12, "12")
    write(filled, [samples.article(1, counters=(own,))], [samples.placement(1, comments=10)])
    with filled.reader() as conn:
        assert conn.exec_driver_sql("SELECT comments FROM article_latest").scalars().all() == [12]
        article = show_article(conn, "vpk:en:1")
    assert article is not None
    assert article.comments == 12


def test_a_304_is_no_newer_number_than_one_that_a_list_printed_since(filled: Database, samples) -> None:
    with filled.writer() as conn:
        again = samples.capture(30, status=304, record_type="revisit", refers_to="capture-0001")
        writing.write_captures(conn, [again])
    own = Counter("comments", 5, "5")
    articles = [samples.article(n, counters=(own, samples.views(7))) for n in (1, 30)]
    write(filled, articles, [samples.placement(2, comments=250)])
    with filled.reader() as conn:
        assert conn.exec_driver_sql("SELECT views, comments FROM article_latest").all() == [(7, 250)]
        (reported,) = conn.exec_driver_sql(question("views").sql).mappings().all()
        article, shown = show_article(conn, "vpk:en:1"), glance(conn, "vpk:en:1", []).counters
    assert article is not None
    assert (article.views, article.comments) == (reported["views"], reported["comments"]) == (7, 250)
    assert {kind: (row.value, row.capture_id) for kind, row in shown.items()} == {
        "views": (7, "capture-0001"), "comments": (250, "capture-0002"),
    }  # fmt: skip
    assert [(each.source, each.value, each.inferred) for each in article.counters if each.kind == "comments"] == [
        ("discussion", 250, False), ("page", 5, True),
    ]  # fmt: skip


def test_what_is_no_miss_after_all_does_not_count_as_one(filled: Database, samples) -> None:
    url = samples.article(1).url
    with filled.writer() as conn:
        shown, missed = samples.capture(30, url=url), samples.capture(31, url=url, status=404)
        writing.write_captures(conn, [shown, missed], {missed.id: "missing"})
        read = UnitOfWork(articles=[samples.article(30)], read_states={shown.id: "read"})
        replace_readings(conn, [read], read.read_states)
        assert conn.scalars(select(schema.presence.c.state)).all() == ["missing_suspected"]
        block_page = UnitOfWork(read_states={missed.id: "not_content"})
        replace_readings(conn, [block_page], block_page.read_states)
        assert conn.scalars(select(schema.presence.c.state)).all() == ["present"]
