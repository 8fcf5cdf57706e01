"""A WACZ holds what was asked for and what is needed to show it, byte for byte, and describes itself truly."""

import gzip
import hashlib
import io
import json
import re
import shutil
import struct
import zipfile
from datetime import datetime

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.errors import DamagedArchive, NothingFound, UsageError
from archive.exports.picking import pick
from archive.exports.selection import select_part
from archive.exports.wacz import check_wacz, export_wacz
from archive.exports.wacz_index import lines_of, write_index
from archive.home import Home
from archive.warc.check import check_file
from archive.warc.gzip_members import iter_members

ARTICLE = "SELECT article_id FROM article_latest WHERE title LIKE '50 days%'"


class Wacz:
    """A WACZ as a stranger reads it: with zipfile, gzip and json."""

    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)

    def json(self, name):
        return json.loads(self.zip.read(name))

    def warcs(self):
        return {name: self.zip.read(name) for name in self.zip.namelist() if name.startswith("archive/")}

    def index(self):
        lines = gzip.decompress(self.zip.read("indexes/index.cdx.gz")).decode().splitlines()
        return [(line.split(" ", 2)[0], json.loads(line.split(" ", 2)[2])) for line in lines]

    def pages(self):
        return [json.loads(line) for line in self.zip.read("pages/pages.jsonl").splitlines()]

    def urls(self):
        return {fields["url"] for _, fields in self.index()}


def _moment(text):
    return datetime.fromisoformat(text)


@pytest.fixture
def export(crawled, crawled_rows, tmp_path):
    def run(**asked):
        part = select_part(crawled_rows, **asked)
        done = export_wacz(crawled_rows, crawled.home, tmp_path / "out.wacz", part)
        return done, Wacz(done.path)

    return run


@pytest.fixture
def article(crawled):
    return crawled.sql(ARTICLE)[0][0]


def test_every_file_has_the_digest_that_the_package_gives_it(export):
    done, wacz = export(site="vpk")
    package = wacz.json("datapackage.json")
    assert {each["path"] for each in package["resources"]} == set(wacz.zip.namelist()) - {
        "datapackage.json", "datapackage-digest.json",
    }  # fmt: skip
    for each in package["resources"]:
        data = wacz.zip.read(each["path"])
        assert (each["hash"], each["bytes"]) == ("sha256:" + hashlib.sha256(data).hexdigest(), len(data))
    digest = "sha256:" + hashlib.sha256(wacz.zip.read("datapackage.json")).hexdigest()
    assert wacz.json("datapackage-digest.json") == {"path": "datapackage.json", "hash": digest}
    assert done.sha256 == "sha256:" + hashlib.sha256(done.path.read_bytes()).hexdigest()


def test_a_whole_site_holds_its_warc_files_as_they_are(export, crawled):
    _, wacz = export(site="vpk")
    folder = crawled.home.archive_folder("vpk")
    assert wacz.warcs() == {f"archive/{path.name}": path.read_bytes() for path in folder.iterdir()}
    assert len(wacz.warcs()) == 2


def test_what_is_compressed_already_is_stored(export):
    _, wacz = export(site="vpk")
    stored = {info.filename for info in wacz.zip.infolist() if info.compress_type == zipfile.ZIP_STORED}
    assert stored == {*wacz.warcs(), "indexes/index.cdx.gz"}


def test_data_stands_where_the_central_directory_alone_says(export, article):
    done, wacz = export(article_id=article)
    data = done.path.read_bytes()
    for info in wacz.zip.infolist():
        name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
        assert (name, extra, info.extra) == (len(info.filename), 0, b"")


def test_a_part_holds_members_of_the_original_byte_for_byte(export, crawled, article):
    _, wacz = export(article_id=article)
    originals = {path.name: path.read_bytes() for path in crawled.home.archive_folder("vpk").iterdir()}
    assert wacz.warcs()
    for name, data in wacz.warcs().items():
        whole = originals[name.removeprefix("archive/").replace("-part", "")]
        for member in iter_members(data):
            assert data[member.offset : member.offset + member.length] in whole
        assert next(iter_members(data)).data.startswith(b"WARC/1.1\r\nWARC-Type: warcinfo")


def test_the_warc_files_of_a_part_are_sound(export, article, tmp_path):
    _, wacz = export(article_id=article)
    for name, data in wacz.warcs().items():
        path = tmp_path / name.removeprefix("archive/")
        path.write_bytes(data)
        assert [each for each in check_file(path).problems if each.severity == "damage"] == []
        assert next(record.rec_type for record in ArchiveIterator(io.BytesIO(data))) == "warcinfo"


def test_an_article_comes_with_its_other_language_and_its_requisites(export, crawled, article):
    _, wacz = export(article_id=article)
    ((url, image),) = crawled.sql(
        "SELECT l.url, i.url FROM article_latest l JOIN image i USING (article_id, digest)"
        f" WHERE article_id = '{article}'"
    )
    assert {url, image} <= wacz.urls()
    assert any(each.endswith(".css") for each in wacz.urls())
    others = {url for (url,) in crawled.sql("SELECT url FROM article_latest")} - {
        page["url"] for page in wacz.pages()[1:]
    }
    assert not others & wacz.urls()


def test_both_languages_are_taken(export, crawled):
    number = crawled.sql("SELECT native_id FROM article_latest GROUP BY native_id HAVING count(*) = 2")[0][0]
    urls = {url for (url,) in crawled.sql(f"SELECT url FROM article_latest WHERE native_id = '{number}'")}
    _, wacz = export(article_id=f"vpk:ru:{number}")
    assert len(urls) == 2
    assert {page["url"] for page in wacz.pages()[1:]} == urls


def test_it_opens_on_the_article_that_was_asked_for(export, crawled, article):
    done, wacz = export(article_id=article)
    url = crawled.sql(f"SELECT url FROM article_latest WHERE article_id = '{article}'")[0][0]
    head, first, *_ = wacz.pages()
    assert (head["format"], head["id"]) == ("json-pages-1.0", "pages")
    assert first["url"] == url == done.main_page == wacz.json("datapackage.json")["mainPageURL"]
    assert first["title"].startswith("50 days to defeat")
    assert "military" in first["text"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", first["ts"])


def test_a_revisit_brings_its_original(export, crawled):
    ((revisit, at, refers_to),) = crawled.sql(
        "SELECT id, captured_at, refers_to FROM capture WHERE record_type = 'revisit' ORDER BY id LIMIT 1"
    )
    _, wacz = export(since=_moment(at))  # the second crawl only: the original is of the first
    held = {
        record.rec_headers.get_header("WARC-Record-ID")
        for data in wacz.warcs().values()
        for record in ArchiveIterator(io.BytesIO(data))
    }
    assert {f"<urn:uuid:{revisit}>", f"<urn:uuid:{refers_to}>"} <= held
    assert len(wacz.warcs()) == 2


def test_a_search_takes_the_pages_that_it_finds(export, crawled):
    found = {hit["url"] for hit in crawled.lines("search", "ultimatum", "--limit", "100")}
    _, wacz = export(query="ultimatum")
    assert found <= {page["url"] for page in wacz.pages()[1:]}
    assert len(found) < 30


def test_a_large_index_is_cut_into_blocks_that_can_be_found():
    lines = [f'name,vpk)/{n:03} 20260301120000 {{"url": "https://vpk.name/{n:03}"}}\n' for n in range(40)]
    file = io.BytesIO()
    secondary = write_index([line.encode() for line in lines for _ in range(1 + lines.index(line) % 2)], file, 7)
    index = file.getvalue()
    meta, *blocks = secondary.decode().splitlines()
    assert json.loads(meta.removeprefix("!meta 0 "))["format"] == "cdxj-gzip-1.0"
    assert len(blocks) == 6
    assert gzip.decompress(index).decode() == "".join(lines)
    assert [line.decode() + "\n" for line in lines_of(io.BytesIO(index))] == lines
    for number, block in enumerate(blocks):
        place = json.loads(block[block.index("{") :])
        data = index[place["offset"] : place["offset"] + place["length"]]
        assert place["digest"] == "sha256:" + hashlib.sha256(data).hexdigest()
        assert gzip.decompress(data).decode() == "".join(lines[number * 7 : number * 7 + 7])
        assert lines[number * 7].startswith(block[: block.index(" {")])


def test_the_index_is_sorted_and_every_line_finds_its_record(export, article):
    done, wacz = export(article_id=article)
    keys = [key for key, _ in wacz.index()]
    assert keys == sorted(keys)
    assert check_wacz(done.path) == len(keys) > 3


def test_damage_in_a_wacz_is_found_when_it_is_read_back(export, article):
    done, wacz = export(article_id=article)
    info = next(info for info in wacz.zip.infolist() if info.filename.startswith("archive/"))
    data = bytearray(done.path.read_bytes())
    data[info.header_offset + 200] ^= 1
    done.path.write_bytes(data)
    with pytest.raises((DamagedArchive, zipfile.BadZipFile)):
        check_wacz(done.path)


def test_a_capture_that_the_index_does_not_lead_to_is_missed(export, crawled, crawled_rows, article):
    done, _ = export(article_id=article)
    everything = pick(crawled_rows, crawled.home, select_part(crawled_rows))
    of_article = pick(crawled_rows, crawled.home, select_part(crawled_rows, article_id=article))
    check_wacz(done.path, of_article.values())
    with pytest.raises(DamagedArchive, match=f"does not lead to {len(everything) - len(of_article)} captures"):
        check_wacz(done.path, everything.values())


def test_a_whole_site_with_a_damaged_record_is_not_exported(crawled, crawled_rows, tmp_path):
    copy = Home(shutil.copytree(crawled.home.path, tmp_path / "data"))
    name, offset = crawled.sql('SELECT warc_file, max("offset") FROM capture GROUP BY warc_file LIMIT 1')[0]
    with copy.find_warc(name).open("r+b") as file:
        file.seek(offset + 40)
        byte = file.read(1)
        file.seek(offset + 40)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(DamagedArchive, match=name):
        export_wacz(crawled_rows, copy, tmp_path / "out.wacz", select_part(crawled_rows))
    assert not (tmp_path / "out.wacz").exists()


def test_a_folder_that_an_export_made_goes_with_it_where_it_fails(crawled, crawled_rows, tmp_path):
    empty = Home(tmp_path / "no WARC files")
    with pytest.raises(NothingFound):
        export_wacz(crawled_rows, empty, tmp_path / "new" / "out.wacz", select_part(crawled_rows))
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_an_export_that_fails(crawled, crawled_rows, tmp_path):
    with pytest.raises(NothingFound):
        pick(crawled_rows, crawled.home, select_part(crawled_rows, until=_moment("2000-01-01T00:00:00Z")))
    (tmp_path / "out.wacz").write_text("mine")
    (tmp_path / "other.wacz.part").write_text("mine")
    export_wacz(crawled_rows, crawled.home, tmp_path / "other.wacz", select_part(crawled_rows))
    (tmp_path / "other.wacz").unlink()
    with pytest.raises(UsageError, match="is there already"):
        export_wacz(crawled_rows, crawled.home, tmp_path / "out.wacz", select_part(crawled_rows))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.wacz.part", "out.wacz"]


def test_the_command_names_the_file_after_what_it_holds(crawled, article, tmp_path):
    out = crawled.json("export", article, "--format", "wacz", "--out", tmp_path / "w")
    assert (tmp_path / "w" / f"{article.replace(':', '-')}.wacz").stat().st_size == out["bytes"]
    crawled.run("export", "--format", "wacz", "--out", tmp_path / "w", "--no-body", code=2)
