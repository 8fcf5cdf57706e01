"""Every site file has saved pages, and every one of them is read as it should be."""

import json

import pytest

from archive.errors import ConfigurationError, UsageError
from crawler.sites import load_site, site_names
from pipelines.site_check import SITES, check_fixtures, site_from_file, site_in


@pytest.mark.parametrize("name", site_names())
def test_every_site_file_has_fixtures_and_reads_them_right(name):
    checked = check_fixtures(*site_in(None, name))
    assert {each.fixture: each.differences for each in checked if each.differences} == {}


def test_every_fixture_says_where_it_is_from():
    for path in (SITES / "fixtures").glob("*/*.json"):
        described = json.loads(path.read_text())
        assert described["source"], path
        assert isinstance(described["made_up"], bool), path
        assert path.with_suffix(".html").is_file(), path


@pytest.fixture
def folder(tmp_path):
    """A copy of the fixtures of topwar."""
    (tmp_path / "topwar").mkdir()
    for path in (SITES / "fixtures/topwar").iterdir():
        (tmp_path / "topwar" / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_what_is_read_otherwise_is_named_field_by_field(folder):
    path = folder / "topwar/article-1.json"
    described = json.loads(path.read_text())
    described["expected"]["article"]["title"] = "Another"
    described["expected"]["article"]["body"].pop()
    path.write_text(json.dumps(described))
    found = {each.fixture: each.differences for each in check_fixtures(load_site("topwar"), folder)}
    assert (found["article-2"], found["listing"]) == ((), ())
    title, body = found["article-1"]
    assert title.startswith('article.title: expected "Another", read "На полигоне')
    assert body == "article.body: expected 3 entries, read 4 entries"


def test_a_site_without_a_saved_page_proves_nothing(tmp_path):
    with pytest.raises(UsageError, match="no saved page"):
        check_fixtures(load_site("vpk"), tmp_path)


def test_a_fixture_that_cannot_be_used_is_named(folder):
    (folder / "topwar/listing.json").write_text("{}")
    with pytest.raises(ConfigurationError, match=r"listing\.json: KeyError"):
        check_fixtures(load_site("topwar"), folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SITE = 1", "does not define SITE"),
        ("SITE =", "SyntaxError"),
        ("import nothing_of_the_kind", "nothing_of_the_kind"),
    ],
)
def test_a_site_file_that_is_wrong_is_named(tmp_path, text, message):
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        site_from_file(tmp_path / "mine.py")


def test_the_command_checks_all_sites_and_fails_on_a_difference(svodka, tmp_path):
    assert {each["site"] for each in svodka.lines("site", "check")} == set(site_names())
    assert "no such site file" in svodka.run("site", "check", "mine", "--into", tmp_path, code=2).stderr
    assert "needs the NAME" in svodka.run("site", "check", "--into", tmp_path, code=2).stderr
