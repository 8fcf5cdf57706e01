"""Others' files come in byte for byte, their pages are read, and importing again changes nothing."""

import base64
import gzip
import hashlib
import io
import json
import re
import shlex
import subprocess
import uuid
import zipfile
from contextlib import closing

import pytest

from archive.ownership import open_own_database
from archive.rows.migrations import upgrade
from archive.warc.check import check_file
from crawler.practice.content import PracticeArchive
from crawler.practice.site import PracticeSite
from tests.conftest import NOW

DATE = "2025-09-21T10:00:00Z"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


@pytest.fixture(scope="module")
def pages():
    """URL -> HTML of three articles, as vpk.name would have served them."""
    site = PracticeSite(PracticeArchive(seed=1, articles=30, now=NOW), compression="none")
    site.set_base_url("https://vpk.name")
    wires = {path: site.answer("GET", path, {}).wire for path in site.paths()[-3:]}
    return {f"https://vpk.name{path}": wire.partition(b"\r\n\r\n")[2] for path, wire in wires.items()}


def record(kind: str, url: str, date: str, block: bytes, *fields: str) -> bytes:
    """A record as other tools write it: WARC 1.0, no digests, an id of its own."""
    head = [
        "WARC/1.0", f"WARC-Type: {kind}", f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, url + date)}>",
        f"WARC-Target-URI: {url}", f"WARC-Date: {date}", "Content-Type: application/http; msgtype=response", *fields,
        f"Content-Length: {len(block)}",
    ]  # fmt: skip
    return "\r\n".join([*head, "", ""]).encode() + block + b"\r\n\r\n"


def warc(pages, *, packed=True, revisit=False) -> bytes:
    """The pages as a WARC file, each record a gzip member; with a revisit of the first."""
    records = [record("response", url, DATE, HEAD + html) for url, html in pages.items()]
    if revisit:
        url = next(iter(pages))
        profile = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
        refers = f"WARC-Refers-To-Target-URI: {url}", f"WARC-Refers-To-Date: {DATE}"
        records.append(record("revisit", url, "2025-09-22T08:00:00Z", HEAD, profile, *refers))
    return b"".join(gzip.compress(each) if packed else each for each in records)


def arc_records(pages) -> list[bytes]:
    """The pages as the records of an ARC file."""
    about = b"1 0 practice\nURL IP-address Archive-date Content-type Archive-length\n"
    records = [b"filedesc://a.arc 127.0.0.1 20250921100000 text/plain %d\n%s\n" % (len(about), about)]
    for url, html in pages.items():
        line = b"%s 127.0.0.1 20250921100000 text/html %d\n" % (url.encode(), len(HEAD + html))
        records.append(line + HEAD + html + b"\n")
    return records


def arc(pages) -> bytes:
    """The pages as an ARC file."""
    return b"".join(arc_records(pages))


def wacz(pages, digest="sha256:" + 64 * "?", listed=("archive/data.warc.gz",)) -> bytes:
    """The pages inside a WACZ, with its own digest where none is given."""
    out, data = io.BytesIO(), warc(pages)
    digest = digest.replace(64 * "?", hashlib.sha256(data).hexdigest())
    package = json.dumps({
        "profile": "data-package", "resources": [{"path": path, "hash": digest, "bytes": len(data)} for path in listed]
    })  # fmt: skip
    whole = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package.encode()).hexdigest()}"}
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("datapackage.json", package)
        file.writestr("datapackage-digest.json", json.dumps(whole))
        file.writestr("archive/data.warc.gz", data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "kept_as"),
    [
        ("crawl.warc.gz", warc, "crawl.warc.gz"),
        ("crawl.warc", lambda pages: warc(pages, packed=False), "crawl.warc"),
        ("crawl.arc", arc, "crawl.arc"),
        ("crawl.arc.gz", lambda pages: b"".join(map(gzip.compress, arc_records(pages))), "crawl.arc.gz"),
        ("no suffix", warc, "no suffix.warc.gz"),
        ("crawl.wacz", wacz, "crawl-data.warc.gz"),
    ],
)
def test_pages_of_a_known_site_are_read_from_files_of_any_kind(svodka, pages, tmp_path, name, make, kept_as):
    data = make(pages)
    (tmp_path / name).write_bytes(data)
    svodka.run("import", tmp_path / name)
    assert (tmp_path / name).read_bytes() == data
    if not name.endswith(".wacz"):
        assert (svodka.home.archive_folder("imported") / kept_as).read_bytes() == data
    read = svodka.sql(
        "SELECT c.url, a.site FROM reading r "
        "JOIN capture c ON c.id = r.capture_id JOIN article a ON a.id = r.article_id"
    )
    assert sorted(read) == sorted((url, "vpk") for url in pages)
    assert {title for (title,) in svodka.sql("SELECT title FROM content")} != {None}
    svodka.run("verify")
    svodka.run("rebuild", "--check")


def test_a_file_whose_urls_stand_in_angle_brackets_is_exported_as_wacz(svodka, pages, tmp_path):
    """As wget writes them."""
    (tmp_path / "wget.warc.gz").write_bytes(warc({f"<{url}>": html for url, html in pages.items()}))
    svodka.run("import", tmp_path / "wget.warc.gz")
    assert svodka.json("export", "--format", "wacz", "--out", tmp_path / "out")["captures"] == len(pages)


def test_what_was_captured_on_a_day_or_in_a_month_is_kept_and_never_read(svodka, pages, tmp_path):
    """Every precision of a date is allowed (WARC 1.1, 5.4), but what a page said then has no moment to count from."""
    dates = ("2025", "2025-09", "2025-09-21")
    records = [record("response", url, at, HEAD + html) for (url, html), at in zip(pages.items(), dates, strict=True)]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    done = svodka.run("import", tmp_path / "a.warc.gz")
    assert "3 captures, 0 articles read, 0 damaged records" in done.stderr
    rows = svodka.sql("SELECT substr(captured_at, 1, 16), read_state FROM capture ORDER BY captured_at")
    assert rows == [(f"2025-{day}T00:00", "not_content") for day in ("01-01", "09-01", "09-21")]
    svodka.run("verify")
    svodka.run("rebuild", "--check")
    notes = [problem.reason for problem in check_file(tmp_path / "a.warc.gz").problems]
    assert notes == [f"WARC-Date {date} is taken for its first moment" for date in dates]


def test_an_archive_has_the_sites_that_it_has_something_of(svodka, pages, tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(warc(pages))
    svodka.run("import", tmp_path / "a.warc.gz")
    assert svodka.json("status")["sites"] == ["imported", "vpk"]
    assert "not in this archive; it has imported, vpk" in svodka.run("gaps", "topwar", code=2).stderr


def test_importing_again_changes_nothing(svodka, pages, tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(warc(pages))
    first = svodka.lines("import", tmp_path / "a.warc.gz")
    rows = svodka.sql("SELECT * FROM capture ORDER BY id")
    (tmp_path / "b.warc.gz").write_bytes(warc(pages))
    (tmp_path / "a.warc.gz").replace(tmp_path / "c.warc.gz")
    again = svodka.lines("import", tmp_path / "c.warc.gz")
    assert [(each["captures"], each["new"]) for each in first + again] == [(3, True), (0, False)]
    assert svodka.sql("SELECT * FROM capture ORDER BY id") == rows
    assert len(list(svodka.home.archive_folder("imported").iterdir())) == 1


def read_once(svodka):
    """Readings and captures by article."""
    return svodka.sql("SELECT readings, count(*) FROM article_latest GROUP BY readings")


def test_a_record_whose_id_is_known_is_not_taken_again(svodka, pages, tmp_path):
    (tmp_path / "b.warc.gz").write_bytes(warc(pages))
    (tmp_path / "a.warc").write_bytes(warc(pages, packed=False, revisit=True))
    first = svodka.lines("import", tmp_path / "b.warc.gz")
    counters = svodka.sql("SELECT count(*) FROM page_counter")
    again = svodka.lines("import", tmp_path / "a.warc")
    assert [(each["captures"], each["known"], each["new"]) for each in first + again] == [(3, 0, True), (1, 3, True)]
    assert svodka.sql("SELECT count(*) FROM page_counter WHERE capture_id NOT IN (SELECT id FROM capture "
                      "WHERE record_type = 'revisit')") == counters  # fmt: skip
    assert svodka.sql("SELECT o.warc_file FROM capture r JOIN capture o ON o.id = r.refers_to") == [("b.warc.gz",)]
    svodka.run("verify")
    svodka.run("rebuild", "--check")


def test_a_record_that_stands_twice_in_one_file_is_one_capture(svodka, pages, tmp_path):
    (tmp_path / "a.warc").write_bytes(2 * warc(pages, packed=False))
    done = svodka.run("import", tmp_path / "a.warc")
    assert "3 captures, 3 copies of known records, 3 articles read, 0 damaged records" in done.stderr
    assert read_once(svodka) == [(1, 3)]
    svodka.run("verify")
    svodka.run("rebuild", "--check")


def test_records_of_one_id_that_say_different_things_are_captures_of_their_own(svodka, pages, tmp_path):
    url, html = next(iter(pages.items()))
    other = response(url, html + b" ")
    (tmp_path / "a.warc.gz").write_bytes(response(url, html) + other)
    (imported,) = svodka.lines("import", tmp_path / "a.warc.gz")
    assert (imported["captures"], imported["known"]) == (2, 0)


def test_our_own_captures_that_come_back_in_a_wacz_are_known(svodka, practice, tmp_path):
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "6")
    before = svodka.sql("SELECT count(*), sum(readings) FROM article_latest")
    ((article,), *_) = svodka.sql("SELECT article_id FROM reading")
    made = svodka.json("export", "--format", "wacz", "--out", tmp_path / "out", article)
    (imported,) = svodka.lines("import", made["path"])
    assert (imported["captures"], imported["known"]) == (0, made["captures"])
    assert svodka.sql("SELECT count(*), sum(readings) FROM article_latest") == before
    svodka.run("verify")
    svodka.run("rebuild", "--check")


@pytest.mark.parametrize("kind", ["response", "resource"])
def test_a_record_that_is_cut_in_segments_is_kept_and_never_read(svodka, pages, tmp_path, kind):
    url, html = next(iter(pages.items()))
    block = HEAD + html if kind == "response" else html
    cut = len(block) * 8 // 10  # behind the article's text: it looks like a whole page
    first = record(kind, url, DATE, block[:cut], "WARC-Segment-Number: 1")
    rest = record("continuation", url, "2025-09-21T10:00:01Z", block[cut:], "WARC-Segment-Number: 2")
    (tmp_path / "a.warc").write_bytes(first + rest)
    done = svodka.run("import", tmp_path / "a.warc")
    assert "1 captures, 1 cut in segments and not read, 0 articles read, 0 damaged records" in done.stderr
    assert svodka.sql("SELECT truncated, read_state FROM capture") == [("segment", "not_content")]
    svodka.run("reextract")
    assert svodka.sql("SELECT count(*) FROM reading") == [(0,)]
    svodka.run("verify")
    svodka.run("rebuild", "--check")


@pytest.mark.parametrize("kind", ["response", "resource"])
def test_a_record_whose_segments_are_all_in_the_file_is_read_as_the_whole_that_it_was(svodka, pages, tmp_path, kind):
    (url, html), (another, more), *_ = pages.items()
    block = HEAD + html if kind == "response" else html
    first = record(kind, url, DATE, block[:500], "WARC-Segment-Number: 1")
    origin = re.search(rb"WARC-Record-ID: (\S+)", first)[1].decode()
    fields = f"WARC-Segment-Origin-ID: {origin}", "WARC-Segment-Number: 2"
    total = f"WARC-Segment-Total-Length: {len(block)}"
    rest = record("continuation", url, "2025-09-21T10:00:01Z", block[500:], *fields, total)
    between = record("response", another, DATE, HEAD + more)
    (tmp_path / "a.warc.gz").write_bytes(b"".join(map(gzip.compress, (first, between, rest))))
    done = svodka.run("import", tmp_path / "a.warc.gz")
    assert "2 captures, 2 articles read, 0 damaged records" in done.stderr
    row = f"SELECT truncated, read_state, content_digest FROM capture WHERE url = '{url}'"
    assert svodka.sql(row) == [(None, "read", f"sha256:{hashlib.sha256(html).hexdigest()}")]
    assert all(each["places"] for each in svodka.json("evidence", url, "body")["fields"])
    svodka.run("reextract")
    svodka.run("verify")
    svodka.run("rebuild", "--check")


def test_a_file_that_is_packed_as_one_member_says_so_and_leaves_nothing(svodka, pages, tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(warc(pages, packed=False)))
    done = svodka.run("import", tmp_path / "a.warc.gz", code=6)
    assert "a.warc.gz: no capture was found: all records are in one gzip member" in done.stderr
    assert "`warcio recompress`" in done.stderr
    assert "all records are in one gzip member" in svodka.run("verify", tmp_path / "a.warc.gz", code=1).stdout
    assert len(done.stderr.splitlines()) == 1
    assert not svodka.home.archive_folder("imported").exists()
    assert svodka.sql("SELECT count(*) FROM warc_file") == [(0,)]
    svodka.run("verify")


def test_what_was_damaged_when_it_came_is_not_ours_to_fetch_again(svodka, pages, tmp_path):
    good, *others = (gzip.compress(record("response", url, DATE, HEAD + html)) for url, html in pages.items())
    undated = gzip.compress(record("response", "https://vpk.name/undated", "in spring", HEAD))
    (tmp_path / "a.warc.gz").write_bytes(good + undated + b"".join(others)[:-20])
    svodka.run("import", tmp_path / "a.warc.gz", code=1)
    told = svodka.run("verify", code=1).stdout
    assert told.count("it was imported so: import a sounder copy, if there is one") == len(told.splitlines()) == 2
    assert "0 pages are due again" in svodka.run("verify", "--refetch", code=1).stderr
    kept = svodka.home.archive_folder("imported") / "a.warc.gz"
    kept.write_bytes(kept.read_bytes()[:-100])  # damaged since
    told = svodka.run("verify", code=1).stdout
    assert "restore the file from a copy" in told
    assert "refetch" not in told


def test_another_file_of_the_same_name_is_kept_beside_it(svodka, pages, tmp_path):
    for part in (dict(list(pages.items())[:1]), dict(list(pages.items())[1:])):
        (tmp_path / "a.warc.gz").write_bytes(warc(part))
        svodka.run("import", tmp_path / "a.warc.gz")
    assert len(list(svodka.home.archive_folder("imported").glob("a*.warc.gz"))) == 2
    assert svodka.sql("SELECT count(*) FROM reading") == [(3,)]
    svodka.run("verify")


def test_a_revisit_counts_as_a_reading_of_its_original(svodka, pages, tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(warc(pages, revisit=True))
    svodka.run("import", tmp_path / "a.warc.gz")
    url = next(iter(pages))
    digests = svodka.sql(f"SELECT r.digest FROM reading r JOIN capture c ON c.id = r.capture_id WHERE c.url = '{url}'")
    assert len(digests) == 2
    assert len(set(digests)) == 1


def revisit(url, date, *fields) -> bytes:
    profile = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    return gzip.compress(record("revisit", url, date, HEAD, profile, *fields))


def digest_of(html) -> str:
    return f"WARC-Payload-Digest: sha256:{hashlib.sha256(html).hexdigest()}"


def response(url, html, date=DATE) -> bytes:
    return gzip.compress(record("response", url, date, HEAD + html, digest_of(html)))


def by_url_and_date(url, html):
    return f"WARC-Refers-To-Target-URI: {url}", f"WARC-Refers-To-Date: {DATE}"


def by_digest(url, html):
    return (digest_of(html),)


def by_digest_elsewhere(url, html):
    return (
        digest_of(html),
        "WARC-Refers-To-Target-URI: https://vpk.name/moved",
        "WARC-Refers-To-Date: 2020-01-01T00:00:00Z",
    )


@pytest.mark.parametrize(
    ("named", "together", "revisit_first"),
    [
        (by_url_and_date, True, True),
        (by_url_and_date, False, True),
        (by_digest, False, False),
        (by_digest_elsewhere, True, True),
    ],
)
def test_a_revisit_finds_its_original_in_another_file(svodka, pages, tmp_path, named, together, revisit_first):
    url, html = next(iter(pages.items()))
    first, second = ("a", "b") if revisit_first else ("b", "a")
    (tmp_path / f"{first}.warc.gz").write_bytes(revisit(url, "2025-09-22T08:00:00Z", *named(url, html)))
    (tmp_path / f"{second}.warc.gz").write_bytes(response(url, html))
    if together:
        svodka.run("import", tmp_path / "a.warc.gz", tmp_path / "b.warc.gz")
    else:
        svodka.run("import", tmp_path / "a.warc.gz")
        svodka.run("import", tmp_path / "b.warc.gz")
    found = svodka.sql(
        "SELECT o.warc_file, r.read_state FROM capture r JOIN capture o ON o.id = r.refers_to "
        "WHERE r.record_type = 'revisit'"
    )
    assert found == [(f"{second}.warc.gz", "read")]
    digests = svodka.sql("SELECT digest FROM reading")
    assert len(digests) == 2
    assert len(set(digests)) == 1
    svodka.run("verify")
    svodka.run("rebuild", "--check")


def test_a_revisit_finds_its_original_among_our_own_captures(svodka, practice, tmp_path):
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "8")
    ((original, url, digest),) = svodka.sql(
        "SELECT id, url, payload_digest FROM capture WHERE page_kind = 'article' AND status = 200 LIMIT 1"
    )
    refers_to = f"WARC-Refers-To: <urn:uuid:{original}>", f"WARC-Payload-Digest: {digest}"
    (tmp_path / "a.warc.gz").write_bytes(revisit(url, "2099-01-01T00:00:00Z", *refers_to))
    svodka.run("import", tmp_path / "a.warc.gz")
    assert svodka.sql("SELECT refers_to FROM capture WHERE site = 'imported'") == [(original,)]
    svodka.run("verify")
    svodka.run("rebuild", "--check")


@pytest.mark.parametrize(
    "fields",
    [
        ("WARC-Payload-Digest: sha256:" + 64 * "0", f"WARC-Refers-To-Date: {DATE}"),  # names it, and says other bytes
        ("WARC-Refers-To-Date: 2025-09-21T10:00:01Z",),  # another time, and no digest to find it by
    ],
)
def test_a_revisit_of_something_else_finds_nothing(svodka, pages, tmp_path, fields):
    url, html = next(iter(pages.items()))
    (tmp_path / "a.warc.gz").write_bytes(response(url, html))
    (tmp_path / "b.warc.gz").write_bytes(revisit(url, "2025-09-22T08:00:00Z", *fields))
    svodka.run("import", tmp_path / "a.warc.gz", tmp_path / "b.warc.gz")
    assert svodka.sql("SELECT refers_to FROM capture WHERE record_type = 'revisit'") == [(None,)]
    assert svodka.sql("SELECT count(*) FROM reading") == [(1,)]


def test_an_original_is_never_later_than_its_revisit(svodka, pages, tmp_path):
    url, html = next(iter(pages.items()))
    (tmp_path / "a.warc.gz").write_bytes(response(url, html, "2025-09-23T00:00:00Z"))
    (tmp_path / "b.warc.gz").write_bytes(revisit(url, "2025-09-22T08:00:00Z", digest_of(html)))
    svodka.run("import", tmp_path / "a.warc.gz", tmp_path / "b.warc.gz")
    assert svodka.sql("SELECT refers_to FROM capture WHERE record_type = 'revisit'") == [(None,)]


def test_digests_in_another_notation_are_the_same(svodka, pages, tmp_path):
    url, html = next(iter(pages.items()))
    other = "WARC-Payload-Digest: SHA-256:" + base64.b32encode(hashlib.sha256(html).digest()).decode()
    again = revisit(url, "2025-09-22T08:00:00Z", other, *by_url_and_date(url, html))
    elsewhere = revisit(url, "2025-09-22T09:00:00Z", other)
    (tmp_path / "a.warc.gz").write_bytes(response(url, html) + again)
    (tmp_path / "b.warc.gz").write_bytes(elsewhere)
    svodka.run("import", tmp_path / "a.warc.gz", tmp_path / "b.warc.gz")
    assert svodka.sql("SELECT count(*) FROM capture WHERE refers_to IS NOT NULL") == [(2,)]
    svodka.run("verify")


def test_of_a_file_without_a_capture_nothing_is_kept(svodka, pages, tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(warc(pages))
    (tmp_path / "b.warc.gz").write_bytes(gzip.compress(record("metadata", "https://vpk.name/", DATE, b"")))
    (tmp_path / "c.warc").write_bytes(b"WARC/1.0\r\nWARC-Type: monkeys\r\n\r\n")
    done = svodka.run("import", *(tmp_path / name for name in ("a.warc.gz", "b.warc.gz", "c.warc")), code=1)
    assert re.findall("svodka: .*/(.*): no capture was found; nothing", done.stderr) == ["b.warc.gz", "c.warc"]
    assert [path.name for path in svodka.home.archive_folder("imported").iterdir()] == ["a.warc.gz"]
    svodka.run("rebuild", "--check")


def test_our_own_file_is_here_already_and_another_of_its_name_is_kept_beside_it(svodka, practice, pages, tmp_path):
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "3")
    (own,) = svodka.home.archive_folder("vpk").glob("*.warc.gz")
    assert [each["new"] for each in svodka.lines("import", own)] == [False]
    (tmp_path / own.name).write_bytes(warc(pages))
    (imported,) = svodka.lines("import", tmp_path / own.name)
    assert imported["new"]
    assert imported["name"] != own.name
    svodka.run("verify")
    svodka.run("rebuild", "--check")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"digest": "sha256:" + 64 * "0"}, "archive/data.warc.gz has the digest sha256:"),
        ({"listed": ["archive/data.warc.gz", "pages/pages.jsonl"]}, "pages/pages.jsonl is not in it"),
        ({"listed": None}, None),
    ],
)
def test_a_wacz_is_held_against_its_own_digests(svodka, pages, tmp_path, change, message):
    path = tmp_path / "a.wacz"
    data = wacz(pages, **change) if message else wacz(pages).replace(b'"profile": "data-', b'"profile": "DATA-')
    path.write_bytes(data)
    error = svodka.run("import", path, code=1).stderr
    told = [line for line in error.splitlines() if line.startswith("svodka: ")]
    assert len(told) == 1
    assert (message or "Bad CRC-32") in told[0]
    assert path.read_bytes() == data
    assert svodka.sql("SELECT count(*) FROM reading") == [(3 if message else 0,)]  # what is sound is taken in


def test_files_of_one_name_in_two_folders_of_a_wacz_are_both_taken_in(svodka, pages, tmp_path):
    with zipfile.ZipFile(tmp_path / "two.wacz", "w") as file:
        for number, page in enumerate(pages.items()):
            file.writestr(f"archive/crawl{number}/data.warc.gz", warc(dict([page])))
        file.writestr("datapackage.json", "{}")
    done = svodka.lines("import", tmp_path / "two.wacz", code=1)  # its package lists nothing
    assert [(each["captures"], each["new"]) for each in done] == [(1, True)] * len(pages)
    assert sorted(url for (url,) in svodka.sql("SELECT url FROM capture")) == sorted(pages)


def test_an_interrupted_import_is_told_with_the_command_that_ends_it(svodka, pages, tmp_path):
    folder = svodka.home.archive_folder("imported")
    folder.mkdir(parents=True)
    (folder / "a b.warc.gz").write_bytes(warc(pages))
    with closing(open_own_database(svodka.home)) as database:
        upgrade(database)
    told = svodka.run("verify", code=1)
    (command,) = set(re.findall("run `svodka (import .*?)`", told.stdout + told.stderr))
    assert "svodka repair" not in told.stdout + told.stderr
    svodka.run(*shlex.split(command))
    svodka.run("verify")
    assert svodka.sql("SELECT count(*) FROM reading") == [(3,)]


@pytest.mark.parametrize(
    ("name", "make"), [("crawl.warc", lambda pages: warc(pages, packed=False)), ("crawl.arc", arc)]
)
def test_an_unpacked_file_has_its_evidence_and_goes_into_a_wacz(svodka, pages, tmp_path, name, make):
    (tmp_path / name).write_bytes(make(pages))
    svodka.run("import", tmp_path / name)
    ((article,), *_) = svodka.sql("SELECT article_id FROM reading")
    command = svodka.json("evidence", article, "title")["command"]
    printed = subprocess.run(command, shell=True, capture_output=True, check=True, text=True).stdout
    assert printed == svodka.run("evidence", article, "title", "--raw").stdout
    assert "\n\n<!doctype html" in printed.lower()
    whole = svodka.json("export", "--format", "wacz", "--out", tmp_path / "whole")
    part = svodka.json("export", "--format", "wacz", "--out", tmp_path / "part", article)
    assert whole["captures"] == 3
    assert part["captures"] >= 1


def test_files_whose_names_differ_by_their_packing_alone_are_both_in_a_wacz(svodka, pages, tmp_path):
    """What is packed for a WACZ must not take the name of a file that came packed; nor a part that of another's."""
    (first, html), *others = pages.items()
    (tmp_path / "y.warc").write_bytes(warc({first: html}, packed=False))
    (tmp_path / "y.warc.gz").write_bytes(warc(dict(others)) + response(first, html, "2025-09-21T11:00:00Z"))
    (tmp_path / "Y-part.warc.gz").write_bytes(response(first, html, "2025-09-21T12:00:00Z"))
    svodka.run("import", *(tmp_path / name for name in ("y.warc", "y.warc.gz", "Y-part.warc.gz")))
    whole = svodka.json("export", "--format", "wacz", "--out", tmp_path / "whole")
    assert whole["captures"] == len(indexed(whole)) == len(pages) + 2
    ((article,),) = svodka.sql(f"SELECT DISTINCT article_id FROM reading WHERE url = '{first}'")
    part = svodka.json("export", "--format", "wacz", "--out", tmp_path / "part", article)
    assert part["captures"] == len(indexed(part)) >= 3


def indexed(made) -> list[bytes]:
    """The lines of the index of a WACZ that was made; its files have names of their own in small letters, too."""
    with zipfile.ZipFile(made["path"]) as file:
        names = [each["name"] for each in json.loads(file.read("datapackage.json"))["resources"]]
        assert len(set(names)) == len(names)
        return gzip.decompress(file.read("indexes/index.cdx.gz")).splitlines()


def test_a_name_in_any_script_is_found_in_the_index(svodka, pages, tmp_path):
    (tmp_path / "архив.warc.gz").write_bytes(warc(pages))
    svodka.run("import", tmp_path / "архив.warc.gz")
    svodka.run("verify")


def test_an_older_wacz_is_held_against_its_digests_too(svodka, pages, tmp_path):
    data = warc(pages)
    for name, digest, code in (("good", hashlib.sha256(data).hexdigest(), 0), ("bad", 64 * "0", 1)):
        resource = {"path": "archive/data.warc.gz", "stats": {"hash": digest, "bytes": len(data)}, "hashing": "sha256"}
        with zipfile.ZipFile(tmp_path / f"{name}.wacz", "w") as file:
            file.writestr("datapackage.json", json.dumps({"resources": [resource]}))
            file.writestr("archive/data.warc.gz", data)
        svodka.run("import", tmp_path / f"{name}.wacz", code=code)


def test_imported_pages_are_not_counted_as_coverage_and_it_says_so(svodka, pages, tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(warc(pages))
    svodka.run("import", tmp_path / "a.warc.gz")
    told = svodka.run("coverage", "vpk", code=6).stderr
    assert told == "svodka: vpk: no crawl read a page yet; imported pages are not counted here\n"


def test_what_is_sound_in_a_damaged_file_is_taken_in(svodka, pages, tmp_path):
    data = bytearray(warc(pages))
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "a.warc.gz").write_bytes(data)
    assert "2 captures, 2 articles read, 1 damaged" in svodka.run("import", tmp_path / "a.warc.gz", code=1).stderr


def test_pages_of_no_known_site_are_kept_and_not_read(svodka, tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(warc({"https://example.org/1": b"<p>1</p>"}))
    svodka.run("import", tmp_path / "a.warc.gz")
    assert svodka.sql("SELECT page_kind, read_state, site FROM capture") == [("other", "not_a_page", "imported")]


def test_pages_are_known_by_addresses_as_old_crawlers_wrote_them(svodka, pages, tmp_path):
    (tmp_path / "a.arc").write_bytes(b"".join(arc_records({old_spelling(url): html for url, html in pages.items()})))
    (tmp_path / "b.warc.gz").write_bytes(warc(pages))
    svodka.run("import", tmp_path / "a.arc")
    read = svodka.sql("SELECT article_id FROM reading ORDER BY 1")
    svodka.run("import", tmp_path / "b.warc.gz")
    assert svodka.sql("SELECT article_id FROM reading ORDER BY 1") == sorted(read * 2)
    assert len(read) == 3
    assert svodka.sql("SELECT DISTINCT substr(url, 1, 20) FROM capture ORDER BY 1")[0] == ("http://VPK.name:80/e",)


def old_spelling(url: str) -> str:
    return url.replace("https://vpk.name/", "http://VPK.name:80/")


def test_a_crawl_beside_imported_files_leaves_them_alone(svodka, practice, pages, tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(warc(pages))
    svodka.run("import", tmp_path / "a.warc.gz")
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "2")
    svodka.run("index")
    svodka.run("verify")


@pytest.mark.parametrize(
    ("name", "data", "code", "message"),
    [
        ("a.html", b"<p>1</p>", 2, "neither WARC nor ARC"),
        ("a.wacz", b"PK\x03\x04 torn", 2, "no WACZ file"),
        ("a.warc.gz", gzip.compress(record("metadata", "https://vpk.name/", DATE, b"")), 6, "no capture"),
    ],
)
def test_mistakes_are_one_line_and_an_exit_code(svodka, tmp_path, name, data, code, message):
    (tmp_path / name).write_bytes(data)
    error = svodka.run("import", tmp_path / name, code=code).stderr
    assert message in error
    assert len(error.strip().splitlines()) == 1


def test_a_file_that_is_not_there(svodka, tmp_path):
    assert "no such file" in svodka.run("import", tmp_path / "a.warc.gz", code=2).stderr
