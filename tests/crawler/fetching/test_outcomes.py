"""What becomes of a URL after a fetch."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError

from archive.records import LONGEST_REST, LONGEST_WAIT, Lease, Outcome
from crawler.fetching.address_guard import ForbiddenAddress
from crawler.fetching.outcomes import LAST_RETRY, RetryPolicy
from crawler.fetching.robots import ForbiddenByRobots, RobotsUnreachable
from crawler.fetching.stopping import ToldToStop
from crawler.fetching.wire_errors import TooLarge

NOW = datetime(2025, 9, 8, 4, 37, tzinfo=UTC)
POLICY = RetryPolicy(max_attempts=3)


def lease(attempts=1):
    return Lease(7, "https://vpk.name/news/1_a.html", "article", "listing", "never", attempts, None, 1)


@pytest.mark.parametrize("status", [202, 204, 206, 304])
def test_an_answer_without_the_page_is_no_end(status):
    outcome = POLICY.after_status(lease(), status, NOW)
    assert (outcome.state, outcome.error) == ("waiting", f"HTTP {status} without the page")


def test_what_belongs_to_a_page_may_be_empty():
    assert POLICY.after_status(replace(lease(), page_kind="requisite"), 204, NOW).state == "done"


def test_a_page_that_came_and_was_unreadable_is_asked_for_again_by_the_next_run_and_then_seldom():
    first = POLICY.unreadable(lease(), "no heading", "capture", NOW)
    assert (first.state, first.due_at, first.capture_id) == ("failed", NOW, "capture")
    assert POLICY.unreadable(lease(6), "no heading", "capture", NOW).due_at == NOW + timedelta(days=4)


def test_a_body_above_our_own_limit_is_not_fetched_twice():
    assert POLICY.after_failure(lease(), TooLarge("90 MB"), NOW).state == "failed"


@pytest.mark.parametrize("status", [404, 410])
def test_only_404_and_410_mean_gone(status):
    assert POLICY.after_status(lease(), status, NOW).state == "gone"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_trouble_waits_longer_each_time_and_then_fails(status):
    first, second, last = (POLICY.after_status(lease(attempts), status, NOW) for attempts in (1, 2, 3))
    assert (first.state, first.due_at) == ("waiting", NOW + timedelta(seconds=2))
    assert (second.state, second.due_at) == ("waiting", NOW + timedelta(seconds=8))
    assert (last.state, last.error) == ("failed", f"HTTP {status}")


@pytest.mark.parametrize("status", [400, 401, 403, 451])
def test_a_refusal_fails_and_never_means_gone(status):
    assert POLICY.after_status(lease(), status, NOW).state == "failed"


def test_retry_after_is_obeyed_where_it_is_longer():
    later = NOW + timedelta(hours=1)
    assert POLICY.after_status(lease(), 429, NOW, later).due_at == later
    assert POLICY.after_status(lease(), 429, NOW, NOW).due_at == NOW + timedelta(seconds=2)


def test_a_challenge_is_waited_out():
    outcome = POLICY.after_challenge(lease(), "challenge: captcha", NOW)
    assert (outcome.state, outcome.due_at) == ("waiting", NOW + timedelta(minutes=10))


def test_the_wait_has_an_end():
    assert RetryPolicy(max_attempts=1000).backoff(900) == LAST_RETRY


def test_what_is_forbidden_is_excluded_for_as_long_as_rules_hold():
    for error in (ForbiddenByRobots("no"), ForbiddenAddress("127.0.0.1 is a loopback address")):
        outcome = POLICY.after_failure(lease(), error, NOW)
        assert (outcome.state, outcome.due_at) == ("excluded", NOW + timedelta(days=1))


def test_an_unreachable_robots_txt_closes_the_host_until_it_can_be_had():
    retry_at = NOW + timedelta(minutes=5)
    outcome = POLICY.after_failure(lease(), RobotsUnreachable("closed", retry_at), NOW)
    assert (outcome.state, outcome.due_at) == ("waiting", retry_at)


@pytest.mark.parametrize(
    "error",
    [
        RobotsUnreachable("closed", NOW),
        DownloadConnectionRefusedError("refused"),
        CannotResolveHostError("vpk.name: no address"),
    ],
)
def test_where_nobody_answers_that_says_nothing_of_the_page(error):
    outcome = POLICY.after_failure(lease(attempts=3), error, NOW)
    assert (outcome.state, outcome.counted, outcome.due_at) == ("waiting", False, NOW + timedelta(minutes=2))
    picture = replace(lease(attempts=3), page_kind="requisite")
    assert POLICY.after_failure(picture, error, NOW).state == "failed"


def test_what_fails_again_in_later_runs_is_tried_less_and_less_often():
    pauses = [POLICY.after_status(lease(attempts), 500, NOW).due_at - NOW for attempts in (3, 4, 5, 6, 900)]
    assert [pause.days for pause in pauses] == [0, 1, 2, 4, 30]


def test_what_is_gone_is_asked_for_again_after_a_month():
    assert POLICY.after_status(lease(), 404, NOW).due_at == NOW + timedelta(days=30)


def test_what_was_not_sent_as_the_crawl_ends_is_due_as_it_was():
    assert POLICY.after_failure(lease(), ToldToStop("https://vpk.name/"), NOW) == Outcome(7, "pending")


def test_a_lost_connection_is_tried_again():
    outcome = POLICY.after_failure(lease(), ConnectionResetError("reset"), NOW)
    assert (outcome.state, outcome.error) == ("waiting", "ConnectionResetError: reset")


def test_nothing_is_put_off_for_longer_than_the_archive_believes():
    """What is due later than that counts as due, as only a clock that went wrong can have written it."""
    far = timedelta(days=1)
    for attempts in (1, 3, 20, 900):
        for policy in (POLICY, RetryPolicy(max_attempts=1000)):
            asked = [policy.after_status(lease(attempts), status, NOW, NOW + far) for status in (400, 404, 429, 503)]
            asked.append(policy.after_failure(lease(attempts), RobotsUnreachable("closed", NOW + far), NOW))
            asked.append(policy.after_failure(lease(attempts), ForbiddenByRobots("no"), NOW))
            for outcome in asked:
                longest = LONGEST_REST if outcome.state in ("failed", "gone") else LONGEST_WAIT
                assert outcome.due_at <= NOW + longest
