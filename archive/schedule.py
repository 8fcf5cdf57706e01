"""Lines for cron and units for systemd that work as they stand: absolute paths, quoted, silent unless there is trouble.

Which minute an archive gets comes from its folder's name, so that many archives do not call on a site all at once
and one archive keeps its minute.
"""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from archive.errors import UsageError

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOG = "cron.log"
LOCKED = 75  # the exit code for "another run is at it": no trouble
LONGEST_COMMAND = 998  # MAX_COMMAND of Vixie cron, less one
GRACE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SystemdUnits:
    """A service and the timer that starts it; the texts of `<name>.service` and `<name>.timer`."""

    name: str
    service: str
    timer: str


@dataclass(frozen=True, slots=True)
class _Slots:
    """The minutes and hours of a day at which to run; no hours means every hour."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...] = ()


def is_due(last_started_at: datetime | None, now: datetime, interval: timedelta) -> bool:
    """Whether a run is due: none ran yet, or the last began an `interval` ago.

    A twentieth of the interval (at most five minutes) is forgiven: cron's starts jitter by seconds, and an hourly
    job that compares to the second would skip every other hour. A last run in the future (a clock that was put
    right) counts as none.
    """
    if last_started_at is None or last_started_at > now:
        return True
    return now - last_started_at >= interval - min(interval / 20, GRACE)


def cron_line(home: Path, site: str, executable: Path, every: timedelta = HOUR, *, base_url: str | None = None) -> str:
    """A line for `crontab -e` that crawls `site`, or its mirror at `base_url`, into `home`.

    Output goes to `cron.log` in `home`. Only where a run ends with trouble is its tail printed, which cron mails. The
    times are in cron's zone, which is the machine's.

    Raises:
        UsageError: `every` does not divide an hour or a day, or a path cannot be written in a crontab.
    """
    slots = _slots(home, site, every)
    arguments = _arguments(home, site, executable, base_url)
    command = _crontab_text(_shell_command(home.absolute(), site, arguments))
    minutes = "*" if len(slots.minutes) == 60 else _numbers(slots.minutes)
    return f"{minutes} {_numbers(slots.hours) or '*'} * * * {command}"


def systemd_units(
    home: Path, site: str, executable: Path, every: timedelta = HOUR, *, base_url: str | None = None
) -> SystemdUnits:
    """A oneshot service and a timer, for `~/.config/systemd/user/` or `/etc/systemd/system/`.

    The timer catches up once after the machine was off. Raises UsageError as `cron_line` does.
    """
    slots = _slots(home, site, every)
    name = f"svodka-{site}-{_stamp(home, site):08x}"
    arguments = _arguments(home, site, executable, base_url)
    hours = ",".join(f"{hour:02}" for hour in slots.hours) or "*"
    minutes = ",".join(f"{minute:02}" for minute in slots.minutes)
    service = (
        f"[Unit]\nDescription=Svodka: crawl {site}\nWants=network-online.target\nAfter=network-online.target\n\n"
        f"[Service]\nType=oneshot\nExecStart={' '.join(_systemd_quote(part) for part in arguments)}\n"
        f"SuccessExitStatus={LOCKED}\nNice=10\n"
    )
    timer = (
        f"[Unit]\nDescription=Svodka: crawl {site}\n\n"
        f"[Timer]\nOnCalendar=*-*-* {hours}:{minutes}:00\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
    )
    return SystemdUnits(name, service, timer)


def _arguments(home: Path, site: str, executable: Path, base_url: str | None) -> tuple[str, ...]:
    elsewhere = ("--base-url", base_url) if base_url else ()
    return str(executable.absolute()), "--home", str(home.absolute()), "crawl", site, "--if-due", *elsewhere


def _slots(home: Path, site: str, every: timedelta) -> _Slots:
    minutes, remainder = divmod(every, timedelta(minutes=1))
    stamp = _stamp(home, site)
    if minutes > 0 and not remainder and HOUR % every == timedelta(0):
        return _Slots(tuple(range(stamp % minutes, 60, minutes)))
    if minutes > 0 and not every % HOUR and DAY % every == timedelta(0):
        hours = every // HOUR
        return _Slots((stamp % 60,), tuple(range(stamp // 60 % hours, 24, hours)))
    raise UsageError(f"every {every}: give whole minutes that divide an hour, or whole hours that divide a day")


def _stamp(home: Path, site: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{home.absolute()}\0{site}".encode()).digest()[:4], "big")


def _numbers(values: tuple[int, ...]) -> str:
    return ",".join(map(str, values))


def _shell_command(home: Path, site: str, arguments: tuple[str, ...]) -> str:
    run = shlex.join(arguments)
    log, job = shlex.quote(str(home / LOG)), shlex.quote(f"svodka crawl {site}")
    return (
        f"{run} >>{log} 2>&1 || {{ code=$?; [ $code -eq {LOCKED} ] || "
        f"{{ echo {job}: exit code $code, see {log}; tail -n 20 {log}; exit $code; }}; }}"
    )


def _crontab_text(command: str) -> str:
    """Escape `%`, which crontab(5) takes for a newline; a backslash before it cannot be told from an escape."""
    if any(character < " " or character in "\\\x7f" for character in command):
        raise UsageError(f"{command!r}: a crontab cannot hold backslashes or control characters")
    escaped = command.replace("%", r"\%")
    if len(escaped.encode()) > LONGEST_COMMAND:
        raise UsageError(f"a crontab line takes {LONGEST_COMMAND} bytes, this one has {len(escaped.encode())}")
    return escaped


def _systemd_quote(argument: str) -> str:
    """Quote for ExecStart: C-style escapes in double quotes, `%%` and `$$` (systemd.service(5), "Command lines")."""
    if any(character < " " for character in argument):
        raise UsageError(f"{argument!r}: a unit file cannot hold control characters")
    escaped = argument.replace("\\", r"\\").replace('"', r"\"").replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'
