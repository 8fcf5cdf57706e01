"""Damage in an archive is named with its place, its page and what to do, and costs no other record."""

import os
from datetime import UTC, datetime

import pytest

from archive.home import Home
from archive.ids import uuid7
from archive.records import Capture, CaptureContext, Exchange, UnitOfWork
from archive.session import Session, SiteRow
from archive.upkeep.checkpoint import Checkpoint
from archive.upkeep.verify import verify_archive, verify_files


@pytest.fixture
def archive(svodka, practice):
    """A small archive, its one WARC file, and where its articles stand."""
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "8")
    (path,) = svodka.home.archive_folder("vpk").glob("*.warc.gz")
    rows = svodka.sql(
        'SELECT url, "offset", length, metadata_offset FROM capture '
        "WHERE page_kind = 'article' AND status = 200 ORDER BY url"
    )
    return path, rows


def damage(path, offset):
    data = bytearray(path.read_bytes())
    data[offset] ^= 0xFF
    path.write_bytes(data)


def test_a_damaged_record_is_named_and_the_rest_is_still_checked(svodka, archive):
    path, ((url, offset, length, _), *_) = archive
    sound = verify_archive(svodka.home)
    assert sound.problems == ()
    damage(path, offset + length // 2)
    report = verify_archive(svodka.home)
    assert report.records == sound.records - 1
    assert report.captures == sound.captures
    named = [(each.file, each.offset, each.url) for each in report.problems if "gzip" in each.reason]
    assert named == [(path.name, offset, url)]
    assert all("--refetch" in each.remedy for each in report.problems if each.url)
    printed = svodka.run("verify", code=1).stdout
    assert f"{path.name}: offset {offset}: {url}" in printed


def test_damaged_pages_are_fetched_again_and_read(svodka, practice, archive):
    path, ((url, offset, length, _), *_) = archive
    damage(path, offset + length // 2)
    assert "1 pages are due again" in svodka.run("verify", "--refetch", code=1).stderr
    practice.requests.clear()
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "8")  # five lists may come first
    assert url.removeprefix(practice.url.rstrip("/")) in {request.path for request in practice.requests}
    assert svodka.sql(f"SELECT count(*) FROM capture WHERE url = '{url}' AND read_state = 'read'") == [(2,)]


def test_rows_and_records_are_held_against_each_other_both_ways(svodka, archive):
    _, ((url, *_), (other, *_), *_) = archive
    capture = svodka.sql(f"SELECT id FROM capture WHERE url = '{url}'")[0][0]
    svodka.change("PRAGMA foreign_keys = OFF", f"DELETE FROM capture WHERE id = '{capture}'")
    svodka.change(f"UPDATE capture SET status = 201, etag = 'x' WHERE url = '{other}'")
    reasons = {each.url: each.reason for each in verify_archive(svodka.home).problems if each.url}
    assert reasons == {url: "this capture has no row", other: "row and record differ in status, etag"}


def test_a_missing_file_a_shorter_one_and_a_stale_index_are_named(svodka, archive):
    path, _ = archive
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    reasons = " ".join(each.reason for each in verify_archive(svodka.home).problems)
    assert f"{len(whole) - len(whole) // 2} bytes are missing at the end" in reasons
    assert "are not those of the file" in reasons
    path.unlink()
    assert any("it is not there" in each.reason for each in verify_archive(svodka.home).problems)


def test_a_revisit_without_its_original_is_named(svodka, practice, archive):
    _, ((url, *_), *_) = archive
    svodka.run("crawl", "vpk", url, "--base-url", practice.url)
    assert verify_archive(svodka.home).problems == ()
    svodka.change(f"UPDATE capture SET payload_digest = 'sha256:00' WHERE url = '{url}' AND record_type = 'response'")
    assert any("payload of this revisit" in each.reason for each in verify_archive(svodka.home).problems)


def sound_since(home):
    return Checkpoint(home.path, resume=True)


@pytest.fixture
def interrupted(svodka, practice, archive):
    """An archive of two files whose verification was interrupted in the second one; both, in its order."""
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "4")
    first, second = sorted(svodka.home.archive_folder("vpk").glob("*.warc.gz"))

    def interrupt(name, done, total):
        if name == second.name:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Checkpoint(svodka.home.path, resume=False) as checkpoint:
        verify_archive(svodka.home, interrupt, checkpoint)
    return first, second


def damage_unseen(path):
    stat = path.stat()
    damage(path, stat.st_size // 2)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_an_interrupted_verification_goes_on_where_it_stopped(svodka, interrupted):
    first, _ = interrupted
    whole = verify_archive(svodka.home)
    damage_unseen(first)  # which nobody would find without reading it again
    with sound_since(svodka.home) as checkpoint:
        report = verify_archive(svodka.home, checkpoint=checkpoint)
    assert (report.known, report.problems) == (1, ())
    assert (report.files, report.size, report.records, report.captures) == (
        2,
        whole.size,
        whole.records,
        whole.captures,
    )
    assert "1 of the files read before the interruption" in report.summary()
    assert not (svodka.home.path / "verify.jsonl").exists()
    with sound_since(svodka.home) as checkpoint:
        assert {each.file for each in verify_archive(svodka.home, checkpoint=checkpoint).problems} >= {first.name}


def test_a_resumed_verification_reads_what_it_had_not_read(svodka, interrupted):
    damage_unseen(interrupted[1])
    with sound_since(svodka.home) as checkpoint:
        problems = verify_archive(svodka.home, checkpoint=checkpoint).problems
    assert interrupted[1].name in {each.file for each in problems}


@pytest.mark.parametrize("change", ["time", "rows", "digest"])
def test_a_resumed_verification_reads_again_what_has_changed(svodka, interrupted, change):
    first, _ = interrupted
    if change == "time":
        os.utime(first)
    elif change == "rows":
        svodka.change(f"UPDATE capture SET attempt = 2 WHERE warc_file = '{first.name}' AND page_kind = 'robots'")
    else:
        svodka.change(f"UPDATE warc_file SET sha256 = 'ab' WHERE name = '{first.name}'")
    with sound_since(svodka.home) as checkpoint:
        report = verify_archive(svodka.home, checkpoint=checkpoint)
    assert report.known == 0
    assert bool(report.problems) == (change != "time")


def test_the_command_goes_on_and_says_since_when(svodka, interrupted):
    done = svodka.run("verify", "--resume")
    assert "1 files were found sound since 20" in done.stderr
    assert "1 of the files read before the interruption" in done.stderr
    assert "no interrupted verification" in svodka.run("verify", "--resume").stderr
    assert "--resume" in svodka.run("verify", interrupted[0], "--resume", code=2).stderr


def test_progress_is_told_and_ends_at_the_whole(svodka, archive):
    path, _ = archive
    told = []
    verify_files([path, path], lambda *progress: told.append(progress))
    assert told[-1] == (path.name, 2 * path.stat().st_size, 2 * path.stat().st_size)


def test_refetching_is_for_ones_own_archive(svodka, archive):
    assert "--refetch" in svodka.run("verify", archive[0], "--refetch", code=2).stderr


@pytest.fixture
def crawl(tmp_path):
    """A crawl on a data folder of its own: it runs inside of `with`."""
    site = SiteRow("vpk", "ВПК.name", "https://vpk.name/", "Europe/Moscow")
    return Session(Home(tmp_path / "written"), site, command="crawl", options={})


@pytest.fixture
def session(crawl):
    """A crawl under way."""
    with crawl as session:
        yield session


def unit(session) -> UnitOfWork:
    """One page that was answered."""
    context = CaptureContext(str(uuid7()), "vpk", session.run_id, "article", "listing")
    answer, now = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", datetime.now(UTC)
    exchange = Exchange("https://vpk.name/1", b"GET / HTTP/1.1\r\n\r\n", answer, now, now)
    return UnitOfWork(captures=[Capture(context, exchange)], read_states={context.capture_id: "not_content"})


def test_what_a_crawl_is_about_to_commit_is_no_problem_while_it_runs(crawl):
    with crawl as session:
        session.commit([unit(session)])
        session.writer.append(unit(session).captures)  # on disk, and not yet in the rows
        session.writer.sync()
        assert verify_archive(session.home).problems == ()
    assert [each.reason for each in verify_archive(session.home).problems] == ["this capture has no row"]


def test_a_file_that_is_closed_meanwhile_is_no_problem(session):
    for _ in range(2):
        session.commit([unit(session)])
        session._close_file()
    session.commit([unit(session)])

    def close(name, done, total):
        session._close_file()

    assert verify_archive(session.home, close).problems == ()
    session._close_file()
    assert verify_archive(session.home).problems == ()


def test_a_stray_copy_of_one_of_our_files_is_named_and_not_taken_in(svodka, practice):
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "3")
    (own,) = svodka.home.archive_folder("vpk").glob("*.warc.gz")
    rows = svodka.sql("SELECT id, warc_file FROM capture ORDER BY id"), svodka.sql("SELECT name FROM warc_file")
    stray = own.with_name("vpk-00000000000000-copy.warc.gz")  # comes before the file that it is a copy of
    stray.write_bytes(own.read_bytes())
    (told,) = svodka.run("verify", code=1).stdout.splitlines()
    assert f"{stray.name}: a stray copy: its {len(rows[0])} captures are those of {own.name}: move it out" in told
    (repaired,) = svodka.lines("repair")
    assert (repaired["captures"], repaired["copy_of"]) == (0, own.name)
    svodka.run("rebuild", "--check")
    svodka.run("index")
    assert svodka.run("verify", code=1).stdout.splitlines() == [told]
    assert rows == (
        svodka.sql("SELECT id, warc_file FROM capture ORDER BY id"),
        svodka.sql("SELECT name FROM warc_file"),
    )
    stray.unlink()
    svodka.run("index")
    svodka.run("verify")
