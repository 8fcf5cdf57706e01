"""One page, fetched and shown field by field; what cannot be read says why."""

import pytest

from crawler.practice.server import Fault


@pytest.fixture
def probe(svodka, practice):
    """Probes a path of the practice site; the one JSON object it prints."""
    return lambda path, **how: svodka.json(
        "probe", practice.url.rstrip("/") + path, "--site", "vpk", "--base-url", practice.url, **how
    )


def test_every_field_with_its_value_and_how_it_was_found(svodka, practice, probe):
    path = practice.site.paths()[-1]
    truth = practice.site.truth(path)["article"]
    found = probe(path)
    fields = {each["field"]: each for each in found["fields"]}
    assert (found["site"], found["kind"], found["status"], found["nothing"]) == ("vpk", "article", 200, None)
    assert (fields["title"]["value"], fields["title"]["layer"]) == (truth["title"], "landmarks")
    assert fields["title"]["rule"]
    assert (fields["body"]["value"], fields["views"]["value"]) == (truth["body"], truth["views"])
    missing = fields["alternate"]
    assert (missing["value"], missing["layer"]) == (None, None)
    assert fields["discussion"]["value"].endswith("rows")
    stored = svodka.sql("SELECT c.id, c.warc_file, c.offset FROM reading r JOIN capture c ON c.id = r.capture_id")
    assert stored == [(found["capture_id"], found["warc_file"], found["offset"])]
    svodka.run("verify")


def test_for_a_person_it_is_a_line_a_field(svodka, practice):
    url = practice.url.rstrip("/") + practice.site.paths()[-1]
    done = svodka.run("probe", url, "--site", "vpk", "--base-url", practice.url)
    lines = dict(line.split("\t", 1) for line in done.stdout.splitlines())
    assert lines["rights_holder"].split("\t")[1] == "landmarks"
    assert "article of vpk, capture" in done.stderr


def test_a_page_that_moved_is_read_where_it_is_now(practice, probe):
    path = practice.site.paths()[-1]
    found = probe(path.replace(".html", "x.html"))
    assert (found["url"], found["nothing"]) == (practice.url.rstrip("/") + path, None)


def test_a_page_that_leads_off_the_site(practice, probe):
    path = practice.site.paths()[-1]
    practice.site.faults[path] = Fault("status", status=301, headers=(("Location", "https://example.org/"),))
    assert "leads to https://example.org/" in probe(path, code=6)["nothing"]


def test_a_page_that_is_refused(practice, probe):
    path = practice.site.paths()[-1]
    practice.site.faults[path] = Fault("status", status=500)
    assert probe(path, code=6)["nothing"].startswith("HTTP 500")


def test_a_page_that_no_pattern_knows(probe):
    assert "no pattern for this URL" in probe("/section/radar/", code=6)["nothing"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["vpk.name"], 2, "not an http or https URL"),
        (["http://127.0.0.1:9/story-of-it"], 6, "127.0.0.1"),  # a private address that only the URL names
        (["https://vpk.name/", "--site", "nowhere"], 2, "no site is called"),
    ],
)
def test_a_mistake_is_one_line(svodka, arguments, code, message):
    error = svodka.run("probe", *arguments, code=code).stderr
    assert message in error
    assert len(error.strip().splitlines()) == 1


def test_a_private_host_that_only_the_url_names_is_not_asked(svodka, practice):
    svodka.home.create().config_path.write_text('[crawl]\ncontact = "you@example.org"\n')
    svodka.run("probe", practice.url + "story-of-it.html", code=6)
    assert practice.requests == []
