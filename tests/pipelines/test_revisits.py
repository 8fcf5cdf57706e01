"""What has not changed is not stored again, and still counts as seen: revisit records over real HTTP."""

import gzip
from itertools import pairwise

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.digests import sha256
from archive.warc.group import IDENTICAL_PAYLOAD, SERVER_NOT_MODIFIED
from archive.warc.gzip_members import compress
from archive.warc.reader import read_capture_at
from archive.warc.record import Record, serialize
from crawler.practice.faults import Fault

ARTICLE = "SELECT url FROM capture WHERE page_kind = 'article' AND status = 200 ORDER BY url LIMIT 1"


def warc_records(svodka):
    """(type, headers, block size) of every record, as warcio reads them."""
    for path in sorted(svodka.home.archive_folder("vpk").glob("*.warc.gz")):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                yield record.rec_type, record.rec_headers, len(record.content_stream().read())


def stored_revisit(svodka, url):
    """The revisit of a URL, as it is read back."""
    ((name, offset),) = svodka.sql(
        f"SELECT warc_file, \"offset\" FROM capture WHERE url = '{url}' AND record_type = 'revisit'"
    )
    return read_capture_at(svodka.home.warc_path("vpk", name), offset)


@pytest.fixture
def crawl(svodka, practice):
    """Crawls the practice site, or only the URLs that are named."""
    return lambda *urls: svodka.json("crawl", "vpk", *urls, "--base-url", practice.url)


@pytest.fixture
def url(svodka, crawl):
    """An article that was crawled once."""
    crawl()
    return svodka.sql(ARTICLE)[0][0]


def test_a_page_that_has_not_changed_becomes_a_revisit_record(svodka, practice, crawl, url):
    crawl(url)
    assert [each.status for each in practice.requests if url.endswith(each.path)] == [200, 304]
    ((original, digest, first),) = svodka.sql(
        f"SELECT id, payload_digest, captured_at FROM capture WHERE url = '{url}' AND status = 200"
    )
    ((refers_to, same, body_size),) = svodka.sql(
        f"SELECT refers_to, payload_digest, body_size FROM capture WHERE url = '{url}' AND record_type = 'revisit'"
    )
    assert (refers_to, same, body_size) == (original, digest, None)
    ((_, headers, size),) = (
        each for each in warc_records(svodka) if each[0] == "revisit" and each[1]["WARC-Target-URI"] == url
    )
    assert headers["WARC-Profile"] == SERVER_NOT_MODIFIED
    assert headers["WARC-Refers-To"] == f"<urn:uuid:{original}>"
    assert headers["WARC-Refers-To-Target-URI"] == url
    assert headers["WARC-Refers-To-Date"] == first
    assert headers["WARC-Payload-Digest"] == digest
    assert (size, headers["Content-Type"]) == (0, None)  # without a head of its own, players show the original
    stored = stored_revisit(svodka, url)
    assert stored.notes.not_modified.startswith(b"HTTP/1.1 304 Not Modified\r\n")
    assert stored.notes.not_modified.endswith(b"\r\n\r\n")
    assert stored.status == 304
    assert svodka.sql(f"SELECT status FROM capture WHERE id = '{stored.context.capture_id}'") == [(304,)]
    svodka.run("verify")


def test_a_revisit_is_an_observation_of_the_same_wording(svodka, crawl, url):
    crawl(url)
    readings = svodka.sql(
        f"SELECT r.digest, r.observed_at FROM reading r JOIN capture c ON c.id = r.capture_id WHERE c.url = '{url}'"
    )
    assert len({digest for digest, _ in readings}) == 1
    assert len({at for _, at in readings}) == 2
    views = svodka.sql(
        f"SELECT k.value FROM counter k JOIN capture c ON c.id = k.capture_id WHERE c.url = '{url}' AND kind = 'views'"
    )
    assert len(views) == 2
    assert len(set(views)) == 1


def test_the_same_bytes_without_validators_are_kept_once(svodka, practice, crawl):
    practice.site.validators = False
    crawl()
    url = svodka.sql(ARTICLE)[0][0]
    crawl(url)
    assert [each.status for each in practice.requests if url.endswith(each.path)] == [200, 200]
    found = [each for each in warc_records(svodka) if each[0] == "revisit" and each[1]["WARC-Target-URI"] == url]
    ((_, headers, size),) = found
    assert headers["WARC-Profile"] == IDENTICAL_PAYLOAD
    assert headers["WARC-Truncated"] == "length"
    assert size == 0
    assert svodka.sql(f"SELECT read_state, truncated FROM capture WHERE url = '{url}'") == [("read", None)] * 2
    svodka.run("verify")


def test_a_third_visit_refers_to_the_first(svodka, crawl, url):
    crawl(url)
    crawl(url)
    rows = svodka.sql(f"SELECT record_type, refers_to, id FROM capture WHERE url = '{url}' ORDER BY captured_at")
    assert [kind for kind, _, _ in rows] == ["response", "revisit", "revisit"]
    assert {refers_to for _, refers_to, _ in rows[1:]} == {rows[0][2]}


def test_a_page_that_has_changed_is_kept_whole(svodka, practice, crawl, url):
    native_id = svodka.sql(
        f"SELECT a.native_id FROM reading r JOIN article a ON a.id = r.article_id "
        f"JOIN capture c ON c.id = r.capture_id WHERE c.url = '{url}'"
    )[0][0]
    practice.site.edit(native_id, "en" if "/en/" in url else "ru")
    crawl(url)
    assert svodka.sql(f"SELECT record_type FROM capture WHERE url = '{url}'") == [("response",)] * 2
    assert svodka.sql("SELECT max(number) FROM version") == [(2,)]


def test_a_page_whose_copy_is_damaged_is_fetched_whole(svodka, practice, crawl, url):
    ((name, offset, length),) = svodka.sql(f"SELECT warc_file, \"offset\", length FROM capture WHERE url = '{url}'")
    path = svodka.home.archive_folder("vpk") / name
    data = bytearray(path.read_bytes())
    data[offset + length // 2] ^= 0xFF
    path.write_bytes(data)
    crawl(url)
    assert [each.status for each in practice.requests if url.endswith(each.path)] == [200, 200]
    assert [kind for (kind,) in svodka.sql(f"SELECT record_type FROM capture WHERE url = '{url}'")] == ["response"] * 2


def test_a_robots_txt_that_has_not_changed_is_kept_once(svodka, practice, crawl, url):
    crawl(url)
    crawl(url)
    asked = [each.status for each in practice.requests if each.path == "/robots.txt"]
    assert asked == [200, 200, 200]  # always for a body: its rules are evaluated from it
    rows = svodka.sql("SELECT record_type, refers_to, id FROM capture WHERE page_kind = 'robots' ORDER BY captured_at")
    assert [kind for kind, _, _ in rows] == ["response", "revisit", "revisit"]
    assert {refers_to for _, refers_to, _ in rows[1:]} == {rows[0][2]}
    svodka.run("verify")
    svodka.run("rebuild", "--check")


def test_a_robots_txt_that_has_changed_is_kept_whole(svodka, practice, crawl, url):
    changed = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 25\r\n\r\nUser-agent: *\nDisallow: \n"
    practice.site.faults["/robots.txt"] = Fault("raw", data=changed)
    crawl(url)
    assert svodka.sql("SELECT record_type FROM capture WHERE page_kind = 'robots'") == [("response",)] * 2


def test_pictures_and_style_sheets_are_fetched_once(svodka, practice, crawl, url):
    crawl()
    fetched = [each.path for each in practice.requests if each.path.endswith((".png", ".jpg", ".css"))]
    assert len(fetched) == len(set(fetched)) > 10


def test_a_style_sheet_is_asked_for_again_after_a_month(svodka, practice, crawl, url):
    month = "UPDATE capture SET captured_at = strftime('%Y-%m-%dT%H:%M:%fZ', captured_at, '-31 days') WHERE mime = "
    svodka.change(month + "'text/css'", month + "'image/png'", month + "'image/jpeg'")
    practice.requests.clear()
    crawl(url)  # of a named page only what it asks for
    crawl()
    crawl()
    fetched = [(each.path, each.status) for each in practice.requests if each.path.endswith((".png", ".jpg", ".css"))]
    assert fetched
    assert {status for _, status in fetched} == {304}
    assert {path.rpartition(".")[2] for path, _ in fetched} == {"css"}
    assert len(set(fetched)) == len(fetched)
    kept = svodka.sql("SELECT record_type, refers_to IS NULL FROM capture WHERE url LIKE '%.css' ORDER BY captured_at")
    assert kept[-len(fetched) :] == [("revisit", 0)] * len(fetched)


def test_the_presence_of_an_article_is_an_interval(svodka, practice, crawl, url):
    key = svodka.sql(
        f"SELECT a.id, a.native_id, a.language FROM reading r JOIN article a ON a.id = r.article_id "
        f"JOIN capture c ON c.id = r.capture_id WHERE c.url = '{url}'"
    )[0]
    presence = f"SELECT state, misses, first_missing IS NULL FROM presence WHERE article_id = '{key[0]}'"
    assert svodka.sql(presence) == [("present", 0, 1)]
    practice.site.remove(key[1], key[2])
    crawl(url)
    assert svodka.sql(presence) == [("missing_suspected", 1, 0)]
    ((last_ok, first_missing),) = svodka.sql(
        f"SELECT last_ok, first_missing FROM presence WHERE article_id = '{key[0]}'"
    )
    times = [at for (at,) in svodka.sql(f"SELECT captured_at FROM capture WHERE url = '{url}' ORDER BY captured_at")]
    assert [last_ok, first_missing] == times
    practice.site.restore(key[1], key[2])
    crawl(url)
    assert svodka.sql(presence) == [("returned", 0, 1)]


def test_the_original_of_a_304_may_lie_in_another_collection(svodka, practice):
    (path,) = [path for path in practice.site.paths() if "/news/" in path][:1]
    url = practice.url.rstrip("/") + path
    for site in ("generic", "vpk"):
        svodka.run("crawl", site, url, "--base-url", practice.url)
    assert [each.status for each in practice.requests if each.path == path] == [200, 304]
    states = f"SELECT site, record_type, read_state FROM capture WHERE url = '{url}' ORDER BY captured_at"
    assert svodka.sql(states) == [
        ("generic", "response", "read"), ("vpk", "revisit", "read"),
    ]  # fmt: skip
    assert svodka.sql("SELECT * FROM quarantine") == []
    svodka.run("verify")
    svodka.run("rebuild", "--check")


def test_an_imported_page_is_never_vouched_for(svodka, practice, tmp_path):
    """Its validators are not ours to ask with: a 304 would make whatever its file holds our observation of today."""
    (path,) = [path for path in practice.site.paths() if "/news/" in path][:1]
    url = practice.url.rstrip("/") + path
    served = practice.site.answer("GET", path, {}).wire
    record = {"WARC-Type": "response", "WARC-Record-ID": "<urn:uuid:11111111-1111-4111-8111-111111111111>",
              "WARC-Date": "2026-01-01T00:00:00Z", "WARC-Target-URI": url,
              "WARC-Payload-Digest": sha256(served.partition(b"\r\n\r\n")[2]),
              "Content-Type": "application/http; msgtype=response"}  # fmt: skip
    (tmp_path / "a.warc.gz").write_bytes(compress(serialize(Record(tuple(record.items()), served))))
    svodka.run("import", tmp_path / "a.warc.gz")
    for _ in range(2):
        svodka.run("crawl", "vpk", url, "--base-url", practice.url)
    assert [each.status for each in practice.requests if each.path == path] == [200, 304]
    ours = "SELECT id, record_type, refers_to FROM capture WHERE url = '{url}' AND site = 'vpk' ORDER BY captured_at"
    ((first, *whole), (_, *again)) = svodka.sql(ours.format(url=url))
    assert (whole, again) == (["response", None], ["revisit", first])
    svodka.run("verify")
    svodka.run("rebuild", "--check")


def test_the_same_bytes_under_another_coding_are_another_page(svodka, practice, crawl):
    """A server that forgot its Content-Encoding, and was mended."""
    url, path, packed = practice.url + "news/1_a.html", "/news/1_a.html", gzip.compress(PAGE, mtime=0)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n%sContent-Length: %d\r\n\r\n"
    for coding in (b"", b"Content-Encoding: gzip\r\n", b"Content-Encoding: gzip\r\n"):
        practice.site.faults[path] = Fault("raw", data=head % (coding, len(packed)) + packed)
        crawl(url)
    kept = f"SELECT record_type FROM capture WHERE url = '{url}' ORDER BY captured_at"
    assert svodka.sql(kept) == [("response",), ("response",), ("revisit",)]
    assert svodka.sql("SELECT title, readings FROM article_latest") == [("Танк вышел на испытания", 2)]
    svodka.run("verify")
    svodka.run("rebuild", "--check")


PAGE = (
    '<html lang="ru"><head><title>Танк вышел на испытания</title></head><body><article><h1>Танк вышел на испытания</h1>'
    '<p class="date">Вчера, 14:20</p>' + "<p>Рабочие собирают машины и готовят их к испытаниям на полигоне.</p>" * 8
).encode()
WHOLE = b'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: "1"\r\nContent-Length: %d\r\n\r\n' % len(
    PAGE
)


def test_yesterday_on_a_page_that_has_not_changed_is_the_day_before_its_original(svodka, practice, crawl):
    url, path = practice.url + "news/1_a.html", "/news/1_a.html"
    practice.site.faults[path] = Fault("raw", data=WHOLE + PAGE)
    crawl(url)
    svodka.change("UPDATE capture SET captured_at = strftime('%Y-%m-%dT%H:%M:%fZ', captured_at, '-700 days')")
    practice.site.faults[path] = Fault("raw", data=b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')
    crawl(url)
    dates = svodka.sql("SELECT julianday(published_at) FROM content ORDER BY published_at")
    assert [late - early for (early,), (late,) in pairwise(dates)] == [700]
