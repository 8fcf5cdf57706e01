"""A line for cron works as it stands: in cron's own bare environment, whatever the folder is called."""

from __future__ import annotations

import itertools
import re
import shlex
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.schedule import cron_line, is_due, systemd_units

BARE = {"HOME": "/", "LOGNAME": "nobody", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}  # crontab(5)
AWKWARD = ["plain", "with space", "100% sure", "it's", "a;b&c", "$HOME `id`", "кириллица", "*", "-n"]
HOURLY = timedelta(hours=1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def run_as_cron_does(line: str) -> subprocess.CompletedProcess[str]:
    """Take the command from the line, put its `%` right and run it as crontab(5) says."""
    command = re.sub(r"\\%", "%", line.split(" ", 5)[5])
    assert not re.search(r"(?<!\\)%", line), "cron would cut the command here"
    return subprocess.run(["/bin/sh", "-c", command], env=BARE, cwd="/", capture_output=True, text=True, check=False)


def program(folder: Path, exit_code: int) -> Path:
    """A program that writes its arguments to both outputs and ends with `exit_code`."""
    path = folder / "svodka"
    path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@"\necho trouble >&2\nexit {exit_code}\n')
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("name", AWKWARD)
class TestALineForCron:
    def test_runs_the_crawl_silently_and_logs_to_the_home_folder(self, tmp_path: Path, name: str) -> None:
        home = tmp_path / name
        home.mkdir()
        done = run_as_cron_does(cron_line(home, "vpk", program(home, 0)))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert (home / "cron.log").read_text() == f"--home\n{home}\ncrawl\nvpk\n--if-due\ntrouble\n"

    def test_prints_what_cron_is_to_mail_where_there_is_trouble(self, tmp_path: Path, name: str) -> None:
        home = tmp_path / name
        home.mkdir()
        done = run_as_cron_does(cron_line(home, "vpk", program(home, 5)))
        assert done.returncode == 5
        assert done.stdout.startswith(f"svodka crawl vpk: exit code 5, see {home}/cron.log\n--home\n")
        assert done.stdout.endswith("trouble\n")

    def test_stays_silent_where_another_run_is_at_it(self, tmp_path: Path, name: str) -> None:
        home = tmp_path / name
        home.mkdir()
        done = run_as_cron_does(cron_line(home, "vpk", program(home, 75)))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


class TestTheTimes:
    @given(st.text(min_size=1).filter(lambda name: name.isidentifier()), st.sampled_from([1, 5, 15, 60, 180, 1440]))
    def test_are_as_many_a_day_as_asked_and_evenly_apart(self, name: str, minutes: int) -> None:
        line = cron_line(Path("/data") / name, "vpk", Path("/bin/svodka"), timedelta(minutes=minutes))
        minute, hour = line.split()[:2]
        hours = range(24) if hour == "*" else map(int, hour.split(","))
        minutes_of_hour = range(60) if minute == "*" else [int(each) for each in minute.split(",")]
        starts = [60 * at + each for at in hours for each in minutes_of_hour]
        assert len(starts) == 1440 // minutes
        assert {b - a for a, b in itertools.pairwise(starts)} <= {minutes}

    def test_stay_the_same_for_an_archive_and_spread_over_archives(self) -> None:
        lines = [cron_line(Path(f"/data/{n}"), "vpk", Path("/bin/svodka")) for n in range(100)]
        assert lines[0] == cron_line(Path("/data/0"), "vpk", Path("/bin/svodka"))
        assert len({line.split()[0] for line in lines}) > 30

    @pytest.mark.parametrize("seconds", [0, -60, 30, 7 * 60, 90 * 60, 7 * 3600, 48 * 3600])
    def test_that_cron_cannot_keep_are_refused(self, seconds: int) -> None:
        with pytest.raises(UsageError, match="divide an hour"):
            cron_line(Path("/data"), "vpk", Path("/bin/svodka"), timedelta(seconds=seconds))


@pytest.mark.parametrize("name", ["back\\slash", "new\nline", "x" * 400])
def test_a_path_that_a_crontab_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        cron_line(Path("/data") / name, "vpk", Path("/bin/svodka"))


def test_relative_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = shlex.split(cron_line(Path("data"), "vpk", Path("bin/svodka")).split(" ", 5)[5])
    assert words[:3] == [f"{tmp_path}/bin/svodka", "--home", f"{tmp_path}/data"]


class TestSystemdUnits:
    def test_start_the_same_crawl_at_the_same_minutes(self) -> None:
        units = systemd_units(Path("/data/news"), "vpk", Path("/opt/svodka"), timedelta(hours=6))
        minute, hours = cron_line(Path("/data/news"), "vpk", Path("/opt/svodka"), timedelta(hours=6)).split()[:2]
        padded = ",".join(f"{int(hour):02}" for hour in hours.split(","))
        assert f"OnCalendar=*-*-* {padded}:{int(minute):02}:00\n" in units.timer
        assert 'ExecStart="/opt/svodka" "--home" "/data/news" "crawl" "vpk" "--if-due"\n' in units.service
        assert re.fullmatch(r"svodka-vpk-[0-9a-f]{8}", units.name)

    def test_escape_what_systemd_would_read_otherwise(self) -> None:
        units = systemd_units(Path('/data/100% "$x"'), "vpk", Path("/opt/svodka"))
        assert r'"/data/100%% \"$$x\""' in units.service


class TestADueRun:
    def test_is_due_where_none_ran(self) -> None:
        assert is_due(None, NOON, HOURLY)

    @pytest.mark.parametrize(("ago", "due"), [(3600, True), (3598, True), (3420, True), (3419, False), (60, False)])
    def test_is_due_an_interval_later_give_or_take_cron_s_jitter(self, ago: int, due: bool) -> None:
        assert is_due(NOON - timedelta(seconds=ago), NOON, HOURLY) is due

    def test_forgives_five_minutes_at_most(self) -> None:
        assert not is_due(NOON - timedelta(days=1, minutes=-6), NOON, timedelta(days=1))

    def test_is_due_where_the_clock_was_put_back(self) -> None:
        assert is_due(NOON + timedelta(days=400), NOON, HOURLY)
