"""A signal ends a crawl cleanly, at exit code 130, and the next one goes on where it was."""

from __future__ import annotations

import signal
import subprocess

import pytest

from archive.home import Home
from tests.trials.conftest import ARTICLES
from tests.trials.trial import again, crawl, finish, judge, practice, rows, start


def until(server, requests, process):
    """Wait until the site was asked so often."""
    while len(server.requests) < requests:
        try:
            raise AssertionError(f"ended at once: {process.communicate(timeout=0.005)}")
        except subprocess.TimeoutExpired:
            pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_ends_a_crawl_and_nothing_is_lost_or_fetched_again(tmp_path, named, number):
    home = Home(tmp_path / "data")
    with practice(ARTICLES) as server:
        first = start(home, server.url, "--delay", "0.02")
        until(server, 20, first)
        first.send_signal(number)
        code, message = finish(first)
        assert (code, message.count("\n")) == (130, 1)
        assert "interrupted after" in message
        assert not list(home.path.rglob("*.open"))
        assert rows(home, "SELECT count(*) FROM frontier WHERE state = 'leased'") == [(0,)]
        assert rows(home, "SELECT reason, exit_code FROM run") == [("interrupted", 130)]
        since = len(server.requests)
        assert crawl(home, server.url)[0] == 0
        assert again(server, since) == 0
        assert judge(home, server, named, deaths=0).problems == []


def test_after_a_signal_at_most_one_request_is_still_sent_however_long_the_delay(tmp_path, named):
    home = Home(tmp_path / "data")
    with practice(ARTICLES) as server:
        first = start(home, server.url, "--delay", "0.5")
        until(server, 6, first)
        first.send_signal(signal.SIGTERM)
        at_signal = len(server.requests)
        code, message = finish(first)
        assert (code, message.count("\n")) == (130, 1)
        assert len(server.requests) <= at_signal + 1  # the one whose turn came while the signal did
        assert rows(home, "SELECT count(*) FROM frontier WHERE state = 'leased'") == [(0,)]
        assert rows(home, "SELECT max(attempts) FROM frontier WHERE state = 'pending'") == [(0,)]
        since = len(server.requests)
        assert crawl(home, server.url)[0] == 0
        assert again(server, since) == 0
        assert judge(home, server, named, deaths=0).problems == []


def test_two_signals_end_a_crawl_at_once_and_nothing_is_lost(tmp_path, named):
    home = Home(tmp_path / "data")
    with practice(ARTICLES) as server:
        first = start(home, server.url, "--delay", "0.02")
        until(server, 20, first)
        first.send_signal(signal.SIGINT)
        first.send_signal(signal.SIGTERM)
        code, message = finish(first)
        assert (code, message.count("\n")) == (130, 1)
        assert crawl(home, server.url)[0] == 0
        assert judge(home, server, named, deaths=1).problems == []
