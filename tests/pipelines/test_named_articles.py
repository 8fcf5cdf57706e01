"""A URL with a slug that nobody has seen leads to its article, by the number in it, wherever an ID is asked for."""

import re

import pytest

COMMANDS = (["show"], ["history"], ["diff"], ["cite"], ["evidence"])


@pytest.fixture(scope="module")
def archive(tmp_path_factory, svodka_at):
    """A crawled practice site: (command line, the URL of an English article, its id)."""
    from datetime import UTC, datetime

    from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite

    svodka = svodka_at(tmp_path_factory.mktemp("named") / "data")
    site = PracticeSite(PracticeArchive(seed=1, articles=5, now=datetime(2026, 9, 1, tzinfo=UTC)))
    with PracticeServer(site) as server:
        svodka.run("crawl", "vpk", "--base-url", server.url)
    ((url, article_id),) = svodka.sql("SELECT url, article_id FROM article_latest WHERE language = 'en' LIMIT 1")
    return svodka, url, article_id


def with_slug(url, slug):
    return re.sub(r"(/\d+_)[^/]*\.html", rf"\g<1>{slug}.html", url)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_article_is_found_by_its_number_whatever_the_slug(archive, command):
    svodka, url, article_id = archive
    known = svodka.run(*command, article_id, "--json", code=6 if command == ["diff"] else 0)
    for other in (with_slug(url, "another-title"), with_slug(url, "") + "?utm_source=mail"):
        found = svodka.run(*command, other, "--json", code=known.returncode)
        assert (found.stdout, found.stderr) == (known.stdout, known.stderr)


def test_the_address_of_the_site_itself_names_the_articles_of_its_mirror(archive):
    svodka, url, article_id = archive
    path = url.partition("://")[2].partition("/")[2]
    assert svodka.json("show", f"https://vpk.name/{with_slug(path, 'x')}")["id"] == article_id


def test_an_export_takes_such_a_url_too(archive, tmp_path):
    svodka, url, article_id = archive
    svodka.run("export", with_slug(url, "x"), "--format", "csv", "--out", str(tmp_path / "out"))
    assert article_id in (tmp_path / "out" / "article_latest.csv").read_text()


@pytest.mark.parametrize("change", [("_", "9_"), (".html", ".php"), ("://", "://other.")], ids=str)
def test_another_number_path_or_host_is_another_page(archive, change):
    svodka, url, _ = archive
    other = with_slug(url, "x").replace(*change)
    assert svodka.run("show", other, code=6).stderr.startswith(f"svodka: {other}: no such article")
