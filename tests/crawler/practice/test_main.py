"""The practice site as a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import httpx
import pytest

from crawler.practice.__main__ import main


def test_it_prints_its_url_and_serves_until_interrupted():
    command = [
        sys.executable,
        "-m",
        "crawler.practice",
        "--articles",
        "20",
        "--seed",
        "2",
        "--markup",
        "soup",
        "--warm",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        line = json.loads(process.stdout.readline())
        page = httpx.get(line["url"])
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=10)
    assert line["articles"] == 20
    assert page.status_code == 200
    assert (output, errors, process.returncode) == ("", "", 0)


def test_a_clock_of_any_zone_is_served_in_utc():
    clock = ["--articles", "3", "--now", "2026-01-01T03:00:00+03:00"]
    command = [sys.executable, "-m", "crawler.practice", *clock]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        page = httpx.get(json.loads(process.stdout.readline())["url"])
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert page.headers["Date"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert errors == ""


def test_a_clock_without_a_zone_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--now", "2026-01-01T00:00"])
    assert "has no time zone" in capsys.readouterr().err
