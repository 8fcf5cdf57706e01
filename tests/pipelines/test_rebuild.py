"""Rows are a projection of the WARC files: made again from nothing, every content table is the same."""

import pytest

from archive.home import Home
from crawler.practice.server import Fault
from pipelines.rebuild import check_rebuild

READ = "FROM reading r JOIN capture c ON c.id = r.capture_id JOIN article a ON a.id = r.article_id"


@pytest.fixture
def crawl(svodka, practice):
    """Crawls the practice site; `code` and `env` as `svodka.run` takes them."""
    return lambda *arguments, **how: svodka.run("crawl", "vpk", *arguments, "--base-url", practice.url, **how)


def articles(svodka):
    """(url, native_id, language) of what was read, in order of the URL."""
    return svodka.sql(f"SELECT DISTINCT c.url, a.native_id, a.language {READ} ORDER BY c.url")


def test_every_table_is_the_same_again_after_all_that_can_happen(svodka, practice, crawl):
    svodka.home.create().config_path.write_text("[crawl]\nmax_attempts = 2\n")  # further ones wait for 8 and 32 seconds
    crawl("--max-pages", "14")
    crawl(code=-9, env={"SVODKA_FAILPOINT": "rows.before_commit:3"})
    crawl()
    known = articles(svodka)
    edited, removed, blocked, cut, renamed = known[:5]
    practice.site.edit(edited[1], edited[2])
    practice.site.remove(removed[1], removed[2])
    practice.site.faults[blocked[0].replace(practice.url, "/")] = Fault("challenge", status=404)
    practice.site.faults[cut[0].replace(practice.url, "/")] = Fault("bad_gzip")
    practice.site.edit(renamed[1], renamed[2], title="Совсем другой заголовок")
    practice.site.publish(2)
    crawl()
    crawl(*(url for url, _, _ in known))
    assert svodka.sql("SELECT count(*) FROM capture WHERE status = 301") != [(0,)]
    assert svodka.sql("SELECT count(*) FROM capture WHERE record_type = 'revisit'")[0][0] > 20
    assert svodka.sql("SELECT max(number) FROM version") == [(2,)]
    assert svodka.sql("SELECT state, count(*) FROM presence WHERE state != 'present' GROUP BY state") == [
        ("missing_suspected", 1)
    ]
    assert svodka.sql(f"SELECT count(*) FROM capture WHERE url = '{blocked[0]}' AND read_state = 'missing'") == [(0,)]
    svodka.run("verify")
    tables = {table["table"]: table for table in svodka.lines("rebuild", "--check")}
    assert {name: table["examples"] for name, table in tables.items() if table["different"]} == {}
    assert {name for name, table in tables.items() if table["rows"] == 0} <= {
        "quarantine",
        "outlet",
        "link",
        "alternate",
    }
    assert tables["capture"]["rows"] == tables["capture"]["rebuilt"] > 100
    assert tables["presence"]["rows"] == svodka.sql("SELECT count(DISTINCT article_id) FROM reading")[0][0]


def test_what_is_not_the_same_is_named(svodka, crawl):
    crawl("--max-pages", "6")
    ((capture,),) = svodka.sql("SELECT capture_id FROM reading LIMIT 1")
    svodka.change(
        f"UPDATE page_counter SET value = value + 1 WHERE capture_id = '{capture}' AND kind = 'views'",
        "DELETE FROM list_content WHERE rank = 1",
    )
    done = svodka.run("rebuild", "--check", code=1)
    assert "not the same again: page_counter, list_content" in done.stderr
    different = {each.table: each for each in check_rebuild(Home(svodka.home.path)) if each.different}
    assert set(different) == {"page_counter", "list_content"}
    assert different["page_counter"].examples[0].endswith("value")
    assert "only after the rebuild" in different["list_content"].examples[0]


def test_a_lost_database_is_made_again(svodka, crawl, tmp_path):
    crawl("--max-pages", "6")
    before = svodka.sql("SELECT article_id, digest, title FROM content ORDER BY 1")
    svodka.run("rebuild", "--into", tmp_path / "new.db")
    (tmp_path / "new.db").replace(svodka.home.path / "svodka.db")
    for left in svodka.home.path.glob("svodka.db-*"):
        left.unlink()
    assert svodka.sql("SELECT article_id, digest, title FROM content ORDER BY 1") == before
    assert svodka.run("search", "ракета", "OR", "radar").returncode == 0
    svodka.run("verify")
    crawl("--max-pages", "6")


@pytest.mark.parametrize("arguments", [[], ["--check", "--into", "new.db"]])
def test_it_is_one_or_the_other(svodka, arguments):
    assert "one of the two" in svodka.run("rebuild", *arguments, code=2).stderr


def test_a_database_that_is_in_use_is_left_alone(svodka, crawl):
    crawl("--max-pages", "1")
    assert "is not empty" in svodka.run("rebuild", "--into", svodka.home.path / "svodka.db", code=2).stderr


def test_the_index_is_made_again(svodka, crawl):
    crawl("--max-pages", "3")
    index = svodka.home.index("vpk")
    before = index.read_bytes()
    index.unlink()
    svodka.run("index")
    assert index.read_bytes() == before
