"""The chain of custody of a crawled archive: whole after a crash at any point, every tampering named by `verify`."""

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest

from archive.home import Home
from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite


@pytest.fixture(scope="module")
def crawled(svodka_at, tmp_path_factory):
    """A data folder made by three crawls: three WARC files, a signed manifest."""
    folder = tmp_path_factory.mktemp("custody")
    svodka = svodka_at(folder / "data")
    with PracticeServer(PracticeSite(PracticeArchive(seed=1, articles=6))) as server:
        for _ in range(3):
            svodka.run("crawl", "vpk", "--base-url", server.url)
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", folder / "key.pem"], check=True)
    subprocess.run(
        ["openssl", "pkey", "-in", folder / "key.pem", "-pubout", "-out", svodka.home.path / "key.pub"], check=True
    )
    svodka.home.config_path.write_text('[archive]\npublic_key = "key.pub"\n')
    svodka.run("manifest", "sign", "vpk", "--key", folder / "key.pem")
    svodka.run("verify")
    return svodka


@pytest.fixture
def copy(crawled, svodka_at, tmp_path):
    """A copy of it, to be tampered with."""
    shutil.copytree(crawled.home.path, tmp_path / "data")
    return svodka_at(tmp_path / "data")


def problems(svodka):
    report = svodka.json("verify", code=1)
    return [(problem["file"], problem["reason"]) for problem in report["problems"]]


def names(svodka):
    return [entry["file"] for entry in svodka.lines("manifest", "show", "vpk")]


def test_every_closed_file_has_its_line(crawled):
    files = sorted(path.name for path in crawled.home.archive_folder("vpk").iterdir())
    assert names(crawled) == files
    assert len(files) == 3


def test_a_tampered_file_is_named(copy):
    name = names(copy)[1]
    path = copy.home.archive_folder("vpk") / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert {file for file, _ in problems(copy)} >= {name}


def test_a_file_that_was_removed_with_all_its_rows_is_named(copy):
    name = names(copy)[2]
    (copy.home.archive_folder("vpk") / name).unlink()
    with closing(sqlite3.connect(copy.home.path / "svodka.db")) as conn, conn:
        conn.execute("DELETE FROM capture WHERE warc_file = ?", [name])
        conn.execute("DELETE FROM warc_file WHERE name = ?", [name])
    assert (name, "is line 3 of manifest.jsonl and is not there: it was removed") in problems(copy)


def test_a_file_that_was_removed_with_its_rows_and_its_line_leaves_a_head_that_does_not_fit(copy):
    test_a_file_that_was_removed_with_all_its_rows_is_named(copy)
    manifest = copy.home.manifest("vpk")
    manifest.write_text("".join(manifest.read_text().splitlines(keepends=True)[:2]))
    assert any(file == "000003.head" and "has changed since" in reason for file, reason in problems(copy))


def test_a_reordered_manifest_is_named(copy):
    manifest = copy.home.manifest("vpk")
    first, second, third = manifest.read_text().splitlines(keepends=True)
    manifest.write_text(second + first + third)
    assert any(file == "manifest.jsonl" and "does not follow" in reason for file, reason in problems(copy))


def test_a_forged_signature_is_named(copy, tmp_path):
    signature = copy.home.heads_folder("vpk") / "000003.sig"
    signature.write_bytes(bytes(64))
    assert [file for file, _ in problems(copy)] == ["000003.sig"]
    signature.unlink()
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", tmp_path / "other.pem"], check=True)
    copy.run("manifest", "sign", "vpk", "--key", tmp_path / "other.pem")
    ((file, reason),) = problems(copy)
    assert (file, "is of another key" in reason) == ("000003.sig", True)


@pytest.mark.parametrize("point", ["warc.after_close", "manifest.torn", "manifest.after_sync"])
def test_after_a_crash_while_a_file_is_closed_it_has_its_one_line(svodka, practice, point):
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "3", env={"SVODKA_FAILPOINT": point}, code=-9)
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "3")
    assert len(names(svodka)) == 2
    svodka.run("verify")


def test_an_archive_without_a_manifest_is_told_how_to_get_one(copy):
    copy.home.manifest("vpk").unlink()
    shutil.rmtree(Home(copy.home.path).heads_folder("vpk"))
    copy.home.config_path.unlink()
    assert all("has no line" in reason for _, reason in problems(copy))
    assert len(copy.lines("manifest", "adopt", "vpk")) == 3
    copy.run("verify")
    assert json.loads(copy.home.manifest("vpk").read_text().splitlines()[0])["number"] == 1
