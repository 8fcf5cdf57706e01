"""Lists of rows are kept once however many pages show them, and say what every page showed."""

from sqlalchemy import select

from archive.rows import schema
from archive.rows.engine import Database
from archive.rows.placements import write_placements
from archive.rows.readings import forget_all
from archive.rows.wording import list_digest


def write(database: Database, placements) -> None:
    with database.writer() as conn:
        write_placements(conn, placements)


def scalars(database: Database, column) -> list:
    with database.reader() as conn:
        return list(conn.scalars(select(column).order_by(column)))


def test_a_row_of_a_list_makes_an_article_known_and_counts_its_comments(filled: Database, samples) -> None:
    write(filled, [samples.placement(3, rank=1), samples.placement(3, rank=2, native_id=None)])
    assert scalars(filled, schema.article.c.id) == ["vpk:en:1"]
    with filled.reader() as conn:
        counter = conn.execute(select(schema.counter)).one()
    assert (counter.article_id, counter.kind, counter.source, counter.value) == (
        "vpk:en:1", "comments", "discussion", 30,
    )  # fmt: skip
    assert scalars(filled, schema.placement.c.rank) == [1, 2]


def test_a_list_that_is_read_again_replaces_what_was_read(filled: Database, samples) -> None:
    write(filled, [samples.placement(3, rank=n, native_id=str(n)) for n in (1, 2, 3)])
    write(filled, [samples.placement(3, rank=1, native_id="1")])
    assert scalars(filled, schema.placement.c.rank) == [1]
    assert scalars(filled, schema.article.c.id) == ["vpk:en:1"]
    assert len(scalars(filled, schema.counter.c.value)) == 1


def test_a_list_that_many_pages_show_is_kept_once(filled: Database, samples) -> None:
    counted = {1: {"comments": 1, "comments_raw": "1"}, 2: {"comments": 2, "comments_raw": "2"}}
    shown = [samples.placement(n, rank, str(rank), **counted[rank]) for n in (1, 2, 3) for rank in (1, 2)]
    write(filled, shown)
    assert scalars(filled, schema.list_content.c.rank) == [1, 2]
    assert scalars(filled, schema.list_reading.c.capture_id) == ["capture-0001", "capture-0002", "capture-0003"]
    assert len(scalars(filled, schema.placement.c.rank)) == 6
    with filled.reader() as conn:
        series = conn.execute(select(schema.counter).where(schema.counter.c.article_id == "vpk:en:2")).all()
    assert [(row.capture_id, row.value, row.observed_at) for row in series] == [
        ("capture-0001", 2, samples.at(1)), ("capture-0002", 2, samples.at(2)), ("capture-0003", 2, samples.at(3)),
    ]  # fmt: skip


def test_a_list_outlives_a_page_that_showed_it_but_not_the_last_one(filled: Database, samples) -> None:
    write(filled, [samples.placement(n, comments=7) for n in (1, 2)])
    for capture_id, left in (("capture-0001", ["vpk:en:1"]), ("capture-0002", [])):
        with filled.writer() as conn:
            forget_all(conn, {capture_id})
        assert scalars(filled, schema.article.c.id) == left
    assert scalars(filled, schema.list_content.c.digest) == []


def test_of_an_article_that_stands_twice_in_a_list_the_higher_place_speaks(filled: Database, samples) -> None:
    write(
        filled, [samples.placement(1, 1, comments=None), samples.placement(1, 2, comments=8), samples.placement(1, 3)]
    )
    assert scalars(filled, schema.counter.c.value) == [8]


def test_a_count_that_no_column_holds_is_absent_with_its_reason(filled: Database, samples) -> None:
    write(filled, [samples.placement(1, comments=10**30, comments_raw="9" * 30)])
    with filled.reader() as conn:
        row = conn.execute(select(schema.counter)).one()
    assert (row.value, row.raw, row.absent_reason) == (None, "9" * 30, "out_of_range")


def test_a_count_that_was_printed_short_says_how_exact_it_is(filled: Database, samples) -> None:
    short = {"comments": 1200, "comments_raw": "1,2 тыс.", "comments_precision": 100}
    write(filled, [samples.placement(1, 1, "1", **short), samples.placement(1, 2, "2", comments=7)])
    with filled.reader() as conn:
        for table, column in ((schema.placement, "comments_precision"), (schema.counter, "precision")):
            assert list(conn.scalars(select(table.c[column]).order_by(table.c.article_id))) == [100, None]


def test_a_count_that_is_absent_has_no_precision(filled: Database, samples) -> None:
    write(filled, [samples.placement(1, comments=10**30, comments_raw="9" * 30, comments_precision=100)])
    assert scalars(filled, schema.placement.c.comments_precision) == [None]


def test_a_list_without_short_counts_has_the_digest_that_it_had_before_there_were_precisions(
    filled: Database, samples
) -> None:
    write(filled, [samples.placement(1, 1, "1", posted_at=None, comments=7, comments_raw="7")])
    row = samples.placement(1, 1, "1")
    said = [1, row.url, row.title, "vpk:en:1", "1", "en", None, row.posted_raw, 7, "7", True, row.layer]
    assert scalars(filled, schema.list_content.c.digest) == [list_digest([said])]
