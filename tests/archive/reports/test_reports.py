"""Versions, differences, citations, gaps and named questions, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from archive.errors import NothingFound, UsageError
from archive.home import Home
from archive.records import Author, EditorNote, Footnote, Link, Mention, QuarantineRecord
from archive.reports.citation import cite
from archive.reports.disk import growth
from archive.reports.gaps import gaps
from archive.reports.history import difference, history
from archive.reports.questions import QUESTIONS, question
from archive.rows import writing
from archive.rows.placements import write_placements
from archive.rows.sql import run_read_only
from tests.archive.languages import in_english


@pytest.fixture
def archive(filled, samples):
    """An article in three versions (A, B, A again, seen twice each), another that is only listed, a third."""
    note, foot = EditorNote("so in the text", "InoSMI", 0), Footnote("*", "foreign agent", ("A. Person",))
    common = {"authors": (Author("Peter Sauer"),), "published_at": samples.at(0), "published_precision": "day"}
    articles = [
        samples.article(1, title="Old", **common),
        samples.article(2, title="Old", **common),
        samples.article(3, title="New", body=("One.", "Three."), editor_notes=(note,), **common),
        samples.article(4, title="New", body=("One.", "Three."), editor_notes=(note,), **common),
        samples.article(5, title="Old", counters=(samples.views(7),), footnotes=(foot,), **common),
        samples.article(6, "3", title="Third & last", outlet=None, outlet_country=None, mentions=(Mention("Su-57"),),
                        links=(Link("https://shop/", "x", "sponsored", "rel"),)),
    ]  # fmt: skip
    with filled.writer() as conn:
        writing.write_articles(conn, articles)
        write_placements(conn, [samples.placement(7, 2), samples.placement(8, 1), samples.placement(8, 2, "2")])
        writing.write_quarantine(conn, [QuarantineRecord("capture-0009", "unreadable", "no text")])
    return filled


@pytest.fixture
def conn(archive):
    with archive.reader() as conn:
        yield conn


@pytest.fixture
def home(tmp_path):
    """A data folder with the file that the rows name."""
    home = Home(tmp_path / "home")
    home.archive_folder("vpk").mkdir(parents=True)
    (home.archive_folder("vpk") / "vpk-1.warc.gz").write_bytes(bytes(1000))
    return home


# --- history and difference --------------------------------------------------------------------------------------


def test_a_change_lies_between_two_captures(conn, samples):
    found = history(conn, "vpk:en:1")
    assert [(each.number, each.title, each.change_kind) for each in found] == [
        (1, "Old", ()), (2, "New", ("title", "body", "notes")), (3, "Old", ("title", "body", "notes")),
    ]  # fmt: skip
    assert [(each.not_before, each.seen_at) for each in found] == [
        (None, samples.at(1)), (samples.at(2), samples.at(3)), (samples.at(4), samples.at(5)),
    ]  # fmt: skip


def test_the_difference_of_the_last_two_versions(conn):
    found = difference(conn, "https://vpk.name/en/1_a.html")
    assert (found.before.number, found.after.number) == (2, 3)
    assert found.change_kind == ("title", "body", "notes")
    assert {line for line in found.lines[2:] if line[0] in "+-"} == {
        "-title: New", "+title: Old", "-body: Three.", "+body: Two.",
        "-editor_notes: so in the text | InoSMI | 0", '+footnotes: * | foreign agent | ["A. Person"]',
    }  # fmt: skip


def test_two_versions_that_say_the_same_but_for_a_footnote(conn):
    found = difference(conn, "vpk:en:1", 1, 3)
    assert found.change_kind == ("notes",)
    assert [line for line in found.lines[2:] if line[0] in "+-"] == ['+footnotes: * | foreign agent | ["A. Person"]']


@pytest.mark.parametrize("asked", [("vpk:en:1", 1, 9), ("vpk:en:3",), ("vpk:en:2",), ("nothing",)])
def test_a_version_that_is_not_there_is_told(conn, asked):
    with pytest.raises(NothingFound, match=asked[0]):
        difference(conn, *asked)


# --- citation ----------------------------------------------------------------------------------------------------


def test_a_citation_names_the_bytes(conn, home):
    found = cite(conn, home, "vpk:en:1")
    assert found.text == (
        "Peter Sauer. \u201cOld\u201d. The Guardian, via ВПК.name, 2025-09-08. https://vpk.name/en/1_a.html "
        "(as captured 2025-09-08 04:05:00 UTC; capture urn:uuid:capture-0005, vpk-1.warc.gz at offset 5000, sha256:cc)."
    )


def test_an_earlier_version_is_cited_by_its_capture(conn, home):
    assert "\u201cNew\u201d" in cite(conn, home, "capture-0003").text


@pytest.mark.parametrize(("status", "how"), [(304, "a 304: unchanged since"), (200, "the same bytes as")])
def test_a_page_that_did_not_come_again_is_cited_with_the_record_that_has_it(archive, home, samples, status, how):
    again = {"record_type": "revisit", "refers_to": "capture-0005", "status": status, "content_digest": None}
    with archive.writer() as conn:
        writing.write_captures(conn, [samples.capture(4000, **again, payload_digest="sha256:of the coded body")])
        writing.write_articles(conn, [samples.article(4000)])
        found = cite(conn, home, "vpk:en:1")
    assert found.text.endswith(
        f"(as captured 2025-09-10 22:40:00 UTC; capture urn:uuid:capture-4000, vpk-1.warc.gz at offset 4000000, {how} "
        "urn:uuid:capture-0005, vpk-1.warc.gz at offset 5000, sha256:cc)."
    )
    assert (found.sha256, found.payload_capture_id, found.inferred) == ("sha256:cc", "capture-0005", status == 304)
    assert how in found.bibtex


def test_bibtex_is_escaped_and_says_nothing_that_is_not_known(conn, home):
    entry = cite(conn, home, "vpk:en:3").bibtex
    assert entry.startswith("@online{vpk-en-3,\n  title = {Third \\& last},\n  organization = {ВПК.name},\n  url = {")
    assert "date" not in entry.replace("urldate", "")
    assert "author" not in entry


def test_a_date_that_only_a_list_says_is_cited_with_the_list(archive, home, samples):
    """Article 3 has no date on its page. Who cites a capture cites what it says itself."""
    listed = {"posted_at": samples.at(-60), "posted_raw": "08.09.2025 06:00"}
    with archive.writer() as conn:
        write_placements(conn, [samples.placement(n, 1, "3", block="news", **listed) for n in (10, 11)])
        found, of_its_capture = cite(conn, home, "vpk:en:3"), cite(conn, home, "capture-0006")
    list_at = "vpk-1.warc.gz at offset 10000"
    assert f"ВПК.name, 2025-09-08 (so a listing, capture urn:uuid:capture-0010, {list_at}). https" in found.text
    assert "  date = {2025-09-08},\n" in found.bibtex
    assert f"; date: so a listing, capture urn:uuid:capture-0010, {list_at}}}" in found.bibtex
    assert (found.published_at, found.published_precision, found.published_source) == (
        samples.at(-60), "minute", "listing",
    )  # fmt: skip
    assert (of_its_capture.published_day, of_its_capture.dated) == (None, "")


def test_bibtex_takes_every_sign_that_tex_reads_as_its_own(archive, home, samples):
    with archive.writer() as conn:
        writing.write_articles(conn, [samples.article(12, "9", title=r"5 % ~ 10^2 \ {a}_b #1 $2 & c")])
        entry = cite(conn, home, "vpk:en:9").bibtex
    assert r"title = {5 \% \textasciitilde{} 10\textasciicircum{}2 \textbackslash{} \{a\}\_b \#1 \$2 \& c}," in entry


def test_what_was_never_read_cannot_be_cited(conn, home):
    with pytest.raises(NothingFound):
        cite(conn, home, "vpk:en:2")


# --- gaps --------------------------------------------------------------------------------------------------------


def test_gaps_are_days_without_pages(filled, samples):
    days = 24 * 60
    failed = {"status": 503, "read_state": "not_content"}
    rows = [
        *(samples.capture(n) for n in (2 * days, 2 * days + 1)),
        *(samples.capture(3 * days + n, status=failed["status"]) for n in range(2)),
        samples.capture(4 * days), samples.capture(4 * days + 1, status=500),
        samples.capture(5 * days, status=404),
        samples.capture(6 * days, page_kind="requisite"),
        samples.capture(7 * days, status=301),
    ]  # fmt: skip
    with filled.writer() as conn:
        writing.write_captures(conn, rows)
        for number, command in ((6, "crawl"), (8, "reextract")):
            writing.write_run(
                conn, id=f"run-{number}", site="vpk", command=command, started_at=samples.at(number * days),
                software="s", options={},
            )  # fmt: skip
    with filled.reader() as conn:
        found = gaps(conn, samples.at(9 * days))
    assert [(each.day, each.gap, each.runs, each.pages, each.failed) for each in found] == [
        ("2025-09-09", "no_run", 0, 0, 0),
        ("2025-09-11", "no_answer", 0, 2, 2),
        ("2025-09-12", "many_failures", 0, 2, 1),
        ("2025-09-14", "no_answer", 1, 0, 0),
        ("2025-09-16", "no_run", 0, 0, 0),
    ]


def test_files_of_others_are_no_visits_and_have_no_gaps(filled, samples):
    with filled.writer() as conn:
        writing.write_site(conn, name="imported", title="Imported files", base_url="", time_zone="UTC")
        writing.write_captures(conn, [samples.capture(-9 * 24 * 60, id="capture-x", site="imported")])
    with filled.reader() as conn:
        assert gaps(conn, samples.at(100)) == []


def test_a_challenge_is_no_answer(filled, samples):
    with filled.writer() as conn:
        writing.set_read_states(conn, {f"capture-{n:04}": "not_content" for n in range(20)})
    with filled.reader() as conn:
        ((day, gap),) = [(each.day, each.gap) for each in gaps(conn, samples.at(24 * 60), "vpk")]
    assert (day, gap) == ("2025-09-08", "no_answer")


def test_the_day_that_is_not_over_is_no_gap(filled, samples):
    with filled.reader() as conn:
        assert gaps(conn, samples.at(100)) == []


def test_days_are_those_of_the_sites_calendar(filled, samples):
    evening = datetime(2025, 9, 8, 22, 30, tzinfo=UTC)  # half past one on the 9th in Moscow
    with filled.writer() as conn:
        writing.write_captures(conn, [samples.capture(50, captured_at=evening)])
        writing.write_run(
            conn, id="run-2", site="vpk", command="crawl", started_at=datetime(2025, 9, 10, 21, 0, tzinfo=UTC),
            software="s", options={},
        )  # fmt: skip
    with filled.reader() as conn:
        found = gaps(conn, datetime(2025, 9, 11, 21, 0, tzinfo=UTC))
    assert [(each.day, each.gap, each.runs, each.time_zone) for each in found] == [
        ("2025-09-10", "no_run", 0, "Europe/Moscow"),
        ("2025-09-11", "no_answer", 1, "Europe/Moscow"),
    ]


def test_a_site_whose_zone_is_not_known_has_the_days_of_utc(filled, samples):
    with filled.writer() as conn:
        writing.write_site(conn, name="other", title="Other", base_url="https://other/", time_zone="Nowhere/At_All")
        writing.write_captures(
            conn, [samples.capture(50, site="other", captured_at=datetime(2025, 9, 8, 22, 30, tzinfo=UTC))]
        )
    with filled.reader() as conn:
        (gap,) = gaps(conn, datetime(2025, 9, 10, 12, 0, tzinfo=UTC), "other")
    assert (gap.day, gap.time_zone) == ("2025-09-09", "UTC")


# --- the named questions -----------------------------------------------------------------------------------------

EXPECTED = {
    "outlet-days": [("2025-09-08", "The Guardian", 1)],
    "outlets": [("GB", "The Guardian", 1, 1)],
    "headlines": [("vpk:en:1", "Old", "New"), ("vpk:en:1", "New", "Old")],
    "edits": [("vpk:en:1", 2)],
    "mentions": [("Su-57", None, 1)],
    "authors": [("Peter Sauer", 1, 1)],
    "notes": [],
    "footnotes": [('["A. Person"]', "foreign agent", 1)],
    "sponsored": [("vpk:en:3", "Third & last", "https://shop/", "rel")],
    "discussion": [("vpk", "en", "1", "50 days", 1, 2, 1, 80), ("vpk", "en", "2", "50 days", 1, 1, 2, 80)],
    "views": [("vpk:en:1", "Old", "The Guardian", 7, 80)],
    "removed": [],
    "unreadable": [("vpk", "article", "unreadable", 1)],
}


def test_every_question_has_its_answer_here():
    assert set(EXPECTED) == {each.name for each in QUESTIONS}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_question_gives_the_right_numbers(archive, name):
    with run_read_only(archive, question(name).on(archive.dialect)) as (columns, rows):
        found = [tuple(row) for row in rows]
    assert len(set(columns)) == len(columns)
    assert [row[: len(wanted)] for row, wanted in zip(found, EXPECTED[name], strict=True)] == EXPECTED[name]


def test_a_counter_has_the_time_of_its_own_observation(archive, samples):
    with archive.writer() as conn:
        writing.write_articles(conn, [samples.article(9, title="Old", counters=(samples.views(None),))])
    with run_read_only(archive, question("views").sql) as (columns, rows):
        (row,) = [dict(zip(columns, row, strict=True)) for row in rows]
    times = {name: str(row[f"{name}_observed_at"]).replace("T", " ")[:16] for name in ("views", "comments")}
    assert times == {"views": "2025-09-08 04:05", "comments": "2025-09-08 04:08"}
    assert (row["views"], row["rating"], row["rating_observed_at"]) == (7, None, None)


def test_a_translation_is_an_article_and_no_story(archive, samples):
    with archive.writer() as conn:
        writing.write_articles(conn, [samples.article(9, language="ru")])
    with run_read_only(archive, question("outlets").sql) as (columns, rows):
        (row,) = [dict(zip(columns, row, strict=True)) for row in rows]
    assert (row["articles"], row["stories"]) == (2, 1)


def test_equals_stand_in_the_order_of_their_bytes_whatever_the_servers_language(archive, samples):
    named = tuple(
        Mention(name, kind) for name, kind in (("a", "person"), ("B", "product"), ("a", None), ("a", "company"))
    )
    with archive.writer() as conn:
        writing.write_articles(conn, [samples.article(12, "9", mentions=named)])
    with (
        in_english(archive, "mention", "name"),
        run_read_only(archive, question("mentions").on(archive.dialect)) as (_, rows),
    ):
        found = [tuple(row[:2]) for row in rows]
    assert found == [("B", "product"), ("Su-57", None), ("a", None), ("a", "company"), ("a", "person")]


def test_an_unknown_question_is_told_with_those_there_are():
    with pytest.raises(UsageError, match="no such report; there are outlet-days, outlets"):
        question("sales")


# --- the disk ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [each.name for each in QUESTIONS])
def test_the_first_rows_of_a_question_are_its_first(archive, name):
    with run_read_only(archive, question(name).on(archive.dialect)) as (_, rows):
        every = list(rows)
    with run_read_only(archive, question(name).on(archive.dialect, 1)) as (_, rows):
        assert list(rows) == every[:1]


def test_growth_is_by_month_and_kind_with_a_forecast(conn, home, samples):
    found = growth(conn, home, samples.at(2 * 24 * 60))
    assert found.bytes_by_month == {"2025-09": 20 * 900}
    assert found.bytes_by_kind == {"article": 20 * 900}
    assert found.bytes_a_day == 20 * 900 // 2
    assert found.full_in_days is not None
    floor = home.config.free_space_floor_mb * 1_000_000
    assert abs(found.full_in_days - max(0, found.free_bytes - floor) // found.bytes_a_day) <= 1


@pytest.mark.parametrize("now", [datetime(2025, 9, 8, 5, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)])
def test_there_is_no_forecast_from_too_little(conn, home, now):
    found = growth(conn, home, now)
    assert (found.bytes_a_day, found.full_in_days) == (None, None)


def test_a_run_that_met_the_same_sidebar_on_many_pages_saw_it_once(archive, samples):
    with archive.writer() as conn:
        writing.write_run(
            conn, id="run-2", site="vpk", command="crawl", started_at=samples.at(30), software="test", options={}
        )
        writing.write_captures(conn, [replace(samples.capture(n), run_id="run-2") for n in (30, 31)])
        twice = [samples.placement(n, rank, "2") for n in (30, 31) for rank in (1, 2)]
        write_placements(conn, twice)
    with run_read_only(archive, question("discussion").sql) as (columns, rows):
        found = [dict(zip(columns, row, strict=True)) for row in rows]
    assert [(each["native_id"], each["runs"], each["pages"]) for each in found] == [("2", 2, 3), ("1", 1, 2)]


def test_an_article_in_the_discussion_has_the_title_that_it_had_last_and_the_most_comments(archive, samples):
    with archive.writer() as conn:
        write_placements(conn, [samples.placement(9, title="A new title", comments=3, comments_raw="3")])
    with run_read_only(archive, question("discussion").sql) as (columns, rows):
        found = {row["native_id"]: row for row in (dict(zip(columns, each, strict=True)) for each in rows)}
    assert (found["1"]["title"], found["1"]["most_comments"]) == ("A new title", 80)


def test_a_number_that_was_printed_short_says_so_among_the_most_viewed(archive, samples):
    with archive.writer() as conn:
        short = samples.views(1200, precision=100)
        writing.write_articles(conn, [samples.article(10, counters=(short,))])
    with run_read_only(archive, question("views").sql) as (columns, rows):
        (found,) = (dict(zip(columns, row, strict=True)) for row in rows)
    assert (found["views"], found["views_precision"], found["comments_precision"]) == (1200, 100, None)
