"""Mistakes of a user and broken files: one line and its exit code, never a traceback."""

import errno
import os
import re
import shutil
import subprocess

import pytest

from archive.errors import UsageError
from pipelines.commands.ending import run_to_its_end
from pipelines.commands.options import parsed_time


def assert_one_line(done, *words):
    assert done.stdout == ""
    assert re.fullmatch(r"svodka: .+\n", done.stderr), done.stderr
    for word in words:
        assert str(word) in done.stderr


@pytest.fixture(scope="module")
def crawled(tmp_path_factory, svodka_at):
    """A small archive, for tests that leave it as it is."""
    svodka = svodka_at(tmp_path_factory.mktemp("mistakes") / "data")
    svodka.run("demo", "--keep", "--articles", "3")
    return svodka


@pytest.mark.parametrize("port", ["-1", "65536"])
def test_a_number_that_is_no_port_is_told(crawled, port):
    assert_one_line(crawled.run("serve", "--port", port, code=2), f"port {port}:", "0 to 65535")


# --- a damaged database ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["status"], ["db", "check"], ["crawl", "vpk"]])
def test_a_file_that_is_no_database_is_named_with_the_remedy(svodka, command):
    svodka.home.create().config_path.write_text('[crawl]\ncontact = "desk@example.org"\n')
    broken = svodka.home.path / "svodka.db"
    broken.write_bytes(os.urandom(20_000))
    done = svodka.run(*command, code=1)
    assert_one_line(done, broken, "not a database", f"`svodka rebuild --into {broken}`")


def test_a_database_that_was_cut_off_is_named_and_the_remedy_works(svodka):
    svodka.run("demo", "--keep", "--articles", "3")
    broken = svodka.home.path / "svodka.db"
    os.truncate(broken, broken.stat().st_size // 4096 // 2 * 4096)
    assert_one_line(svodka.run("status", code=1), broken, "malformed", "svodka rebuild --into")
    broken.rename(broken.with_suffix(".broken"))
    svodka.run("rebuild", "--into", broken)
    assert svodka.json("status")["articles"] > 0


# --- files and folders that cannot be used ---------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["status"], ["crawl", "vpk"], ["demo", "--keep", "--articles", "1"]])
def test_a_file_in_the_place_of_the_data_folder_is_named(svodka, command):
    svodka.home.path.write_text("a file")
    done = svodka.run(*command, code=2)
    assert str(svodka.home.path) in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_folder_in_the_place_of_the_settings_is_named(svodka):
    svodka.home.config_path.mkdir(parents=True)
    assert_one_line(svodka.run("status", code=2), svodka.home.config_path, "is a folder")


def test_an_export_below_a_file_names_it(crawled, tmp_path):
    (tmp_path / "file").write_text("")
    below = tmp_path / "file" / "out"
    assert_one_line(crawled.run("export", "--format", "csv", "--out", below, code=2), tmp_path / "file")


@pytest.mark.parametrize("kind", [PermissionError, FileExistsError, IsADirectoryError, NotADirectoryError])
def test_a_file_that_cannot_be_used_is_one_line_and_its_name(capsys, kind):
    def fail():
        raise kind(errno.EPERM, "system's words", "some/file")

    with pytest.raises(SystemExit) as ended:
        run_to_its_end(fail)
    assert ended.value.code == 2
    assert re.fullmatch("svodka: some/file: .+\n", capsys.readouterr().err)


def test_a_name_that_is_too_long_is_one_line(svodka, tmp_path):
    assert_one_line(svodka.run("verify", tmp_path / ("x" * 300), code=2), "File name too long")


def test_a_file_of_ours_that_is_missing_is_no_mistake_of_the_user():
    def fail():
        raise FileNotFoundError(errno.ENOENT, "system's words", "some/file")

    with pytest.raises(FileNotFoundError):
        run_to_its_end(fail)


@pytest.mark.parametrize("command", [["extract", "--url", "https://vpk.name/x"], ["import"], ["verify"]])
def test_a_folder_in_the_place_of_a_file_is_called_one(svodka, tmp_path, command):
    assert_one_line(svodka.run(*command, tmp_path, code=2), f"{tmp_path}: is a folder, not a file")


# --- things that are not there ---------------------------------------------------------------------------------------


def test_the_version_needs_no_command(svodka):
    done = svodka.run("--version")
    assert re.fullmatch(r"svodka.*\d+\.\d+.*\n", done.stdout, re.IGNORECASE)
    assert done.stderr == ""


def test_an_unknown_run_has_no_coverage(crawled):
    assert_one_line(crawled.run("coverage", "--run", "nosuch", code=6), "nosuch: no such run")


@pytest.mark.parametrize(
    "command", [["runs"], ["search", "the"], ["report", "outlets"], ["crawl", "vpk", "--max-pages", "9" * 20]]
)
def test_more_than_a_database_can_count_is_a_mistake(crawled, command):
    done = crawled.run(*command, *(() if "--max-pages" in command else ("--limit", "9" * 20)), code=2)
    assert "Traceback" not in done.stderr
    assert "less than or equal to 9223372036854775807" in done.stderr


# --- times -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["2026-10-01", "2026-10-01T12:30", "2026-10-01Z", "yesterday"])
def test_a_time_that_is_refused_comes_with_one_that_is_taken(text):
    with pytest.raises(UsageError) as refused:
        parsed_time(text)
    advised = str(refused.value).rpartition("e.g. ")[2]
    assert parsed_time(advised).tzinfo is not None


@pytest.mark.parametrize("delay", ["inf", "1e999"])
def test_a_delay_without_an_end_is_refused(svodka, delay):
    assert_one_line(svodka.run("crawl", "vpk", "--delay", delay, code=2), "--delay inf")


def test_an_empty_base_url_is_no_wish_to_crawl_the_site_itself(svodka):
    assert_one_line(svodka.run("crawl", "vpk", "--base-url", "", code=2), "--base-url", "not an http or https URL")


# --- an archive that cannot be written -------------------------------------------------------------------------------


def test_an_archive_on_a_read_only_disk_is_read_as_any_other(crawled, svodka_at, tmp_path):
    """Only root may mount one; the rows that such a disk would hide are never left out."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "--bind", crawled.home.path, disk], capture_output=True, check=False).returncode:
        pytest.skip("needs to mount a disk")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", disk], check=True)
        there = svodka_at(disk)
        there.run("verify")
        assert there.run("search", "the").stdout == crawled.run("search", "the").stdout
        assert_one_line(there.run("repair", code=1), "Read-only file system")
        journal = crawled.home.path / "svodka.db-wal"
        journal.write_bytes(b"not yet merged")
        assert_one_line(there.run("status", code=2), "svodka.db-wal", "copy the folder")
        journal.unlink()
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv")
def test_an_archive_that_the_user_may_not_write_says_so(crawled, tmp_path):
    home = shutil.copytree(crawled.home.path, tmp_path / "data")
    home.chmod(0o555)
    powers = "-dac_override,-dac_read_search"
    as_anybody = ["setpriv", "--bounding-set", powers, "--inh-caps", powers] if os.geteuid() == 0 else []
    status = [*as_anybody, *crawled.command("status")]
    status[status.index(str(crawled.home.path))] = str(home)
    done = subprocess.run(status, capture_output=True, text=True, check=False, env=crawled.environment(None))
    home.chmod(0o755)
    assert done.returncode == 2
    assert_one_line(done, home / "svodka.db", "no permission")


# --- a lost database -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("empty", [False, True])
def test_without_its_database_an_archive_is_told_how_to_get_it_back(svodka, empty):
    folder, database = svodka.home.archive_folder("vpk"), svodka.home.path / "svodka.db"
    folder.mkdir(parents=True)
    if empty:
        database.touch()
    assert_one_line(svodka.run("status", code=2), "crawl first")
    (folder / "a.warc.gz").touch()
    assert_one_line(svodka.run("status", code=2), f"`svodka rebuild --into {database}`")


@pytest.mark.parametrize("command", [["rebuild", "--check"], ["db", "upgrade"]])
def test_no_new_database_hides_that_the_archives_own_is_lost(crawled, svodka_at, tmp_path, command):
    copy = svodka_at(shutil.copytree(crawled.home.path, tmp_path / "data"))
    database = copy.home.path / "svodka.db"
    for file in copy.home.path.glob("svodka.db*"):
        file.unlink()
    assert_one_line(copy.run(*command, code=2), f"`svodka rebuild --into {database}`")
    assert not database.exists()
    assert f"run `svodka rebuild --into {database}`" in copy.run("verify", code=1).stdout


def test_where_there_is_no_archive_none_is_made_by_an_upgrade(svodka):
    assert_one_line(svodka.run("db", "upgrade", code=2), svodka.home.path, "there is no archive")
    assert not svodka.home.path.exists()
    svodka.home.create()
    assert_one_line(svodka.run("db", "upgrade", code=2), "there is no database yet; crawl first")
    assert "crawl first" in svodka.run("verify", code=1).stdout


# --- where the output goes -------------------------------------------------------------------------------------------


def in_a_shell(svodka, line, *command):
    """Run in bash, where `"$@"` is the command; its exit code is that of the first program that failed."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line, "bash", *svodka.command(*command)],
        capture_output=True, text=True, check=False, env=svodka.environment(),
    )  # fmt: skip
    assert done.stderr == ""
    return done


def test_a_reader_that_goes_early_is_not_told_as_damage(crawled):
    done = in_a_shell(crawled, '"$@" | head -n 2', "sql", "SELECT a.value FROM counter a, counter b, counter c")
    assert (done.returncode, done.stdout.partition("\n")[0]) == (141, "value")


def test_a_command_without_a_standard_output_runs_to_its_end(crawled):
    for command in (["sql", "SELECT 1"], ["status"]):
        assert in_a_shell(crawled, '"$@" >&-', *command).returncode == 0


# --- manifests -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["show", "adopt"])
def test_a_manifest_of_an_unknown_site_is_a_mistake(crawled, command):
    assert_one_line(crawled.run("manifest", command, "nosuch", code=2), "nosuch: not in this archive; it has vpk")
