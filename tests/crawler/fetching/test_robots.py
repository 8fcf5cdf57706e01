"""robots.txt as RFC 9309 has it: each case is a server of its own, and all are crawled by a real Scrapy."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from crawling import crawl
from protego import Protego
from raw_server import CLOSE, Exchange, Pause, RawServer, Resource, Step, reply

from crawler.fetching.robots import (
    LONGEST_CRAWL_DELAY,
    MAX_BYTES,
    ForbiddenByRobots,
    RobotsUnreachable,
    Rules,
    text_of,
)

SETTINGS = {
    "DOWNLOADER_MIDDLEWARES": {
        "crawler.fetching.robots.RobotsMiddleware": 100,
        "crawler.fetching.content_coding.ContentCodingMiddleware": 590,
    },
    "ROBOTSTXT_USER_AGENT": "svodka",
    "USER_AGENT": "svodka/1 (+mailto:test@example.org)",
}
RULES = b"User-agent: *\nDisallow: /\n\nUser-agent: svodka\nDisallow: /secret\nAllow: /secret/but-this\n"
GZIP = "Content-Encoding: gzip"
UNREACHABLE = ("RobotsUnreachable", "RobotsUnreachable")
LATER = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=1)


def robots(*steps: Step) -> Resource:
    def answer(exchange: Exchange) -> Iterator[Step]:
        yield from steps

    return answer


def hops(count: int) -> Resource:
    """`count` redirects, then rules that forbid /secret."""

    def answer(exchange: Exchange) -> Iterator[Step]:
        hop = int(exchange.target.partition("?")[2] or 0)
        yield reply(b"", "301 Moved", f"Location: /robots.txt?{hop + 1}") if hop < count else reply(RULES)

    return answer


# case -> (what answers /robots.txt, outcome of /plain, outcome of /secret)
CASES: dict[str, tuple[Resource, str, str]] = {
    "rules": (robots(reply(RULES)), "200", "ForbiddenByRobots"),
    "rules of slow server": (robots(Pause(0.3), reply(RULES)), "200", "ForbiddenByRobots"),
    "byte order mark": (robots(reply(b"\xef\xbb\xbf" + RULES)), "200", "ForbiddenByRobots"),
    "old line ends": (robots(reply(RULES.replace(b"\n", b"\r"))), "200", "ForbiddenByRobots"),
    "empty": (robots(reply(b"")), "200", "404"),
    "page instead": (robots(reply(b"<html><title>Home</title></html>")), "200", "404"),
    "not found": (robots(reply(b"none", "404 Not Found")), "200", "404"),
    "forbidden": (robots(reply(b"none", "403 Forbidden")), "200", "404"),
    "redirected five times": (hops(5), "200", "ForbiddenByRobots"),
    "redirected six times": (hops(6), "200", "404"),
    "server error": (robots(reply(b"oops", "500 Oops")), "RobotsUnreachable", "RobotsUnreachable"),
    "unavailable": (robots(reply(b"", "503 Busy", "Retry-After: 7200")), "RobotsUnreachable", "RobotsUnreachable"),
    "asked too often": (robots(reply(b"", "429 Slow down")), "RobotsUnreachable", "RobotsUnreachable"),
    "dropped": (robots(CLOSE), "RobotsUnreachable", "RobotsUnreachable"),
    "compressed": (robots(reply(gzip.compress(RULES), "200 OK", GZIP)), "200", "ForbiddenByRobots"),
    "compressed and cut off": (robots(reply(gzip.compress(RULES)[:12], "200 OK", GZIP)), *UNREACHABLE),
    "no gzip, though it says so": (robots(reply(RULES, "200 OK", GZIP)), *UNREACHABLE),
    "cut off": (robots(reply(RULES)[:-10], CLOSE), "RobotsUnreachable", "RobotsUnreachable"),
}


class Crawled:
    def __init__(self, servers: dict[str, RawServer], result: dict[str, Any]) -> None:
        self.servers = servers
        self.result = result

    def outcomes(self, case: str, path: str) -> list[str]:
        url = self.servers[case].url(path)
        found = [outcome for outcome in self.result["outcomes"] if outcome["url"] == url]
        return [str(outcome.get("status") or outcome["error"]) for outcome in found]


@pytest.fixture(scope="module")
def crawled() -> Iterator[Crawled]:
    with ExitStack() as stack:
        servers = {case: stack.enter_context(RawServer()) for case in CASES}
        for case, server in servers.items():
            server.resources["robots_txt"] = CASES[case][0]
        paths = ["plain", "secret", "secret", "plain"]
        urls = [server.url(path) for server in servers.values() for path in paths]
        yield Crawled(servers, crawl(urls, settings={**SETTINGS, "CONCURRENT_REQUESTS": 100}))


@pytest.mark.parametrize("case", CASES)
def test_every_request_gets_the_rules_also_those_that_waited_for_them(crawled: Crawled, case: str) -> None:
    """Scrapy 2.19.0 gives the rules to the first waiter alone and fetches /secret for the others."""
    _, plain, secret = CASES[case]
    assert crawled.outcomes(case, "plain") == [plain, plain]
    assert crawled.outcomes(case, "secret") == [secret, secret]


@pytest.mark.parametrize("case", CASES)
def test_robots_txt_is_asked_for_once_and_first_and_nothing_forbidden_is(crawled: Crawled, case: str) -> None:
    targets = [exchange.target for exchange in crawled.servers[case].log]
    _, plain, secret = CASES[case]
    assert targets[0] == "/robots.txt"
    assert targets.count("/robots.txt") == 1
    assert ("/plain" in targets) == (plain == "200")
    assert ("/secret" in targets) == (secret == "404")


@pytest.mark.parametrize("case", CASES)
def test_the_wire_of_robots_txt_is_captured(crawled: Crawled, case: str) -> None:
    server = crawled.servers[case]
    logged = [(log.request, bytes(log.sent)) for log in server.log if log.target.startswith("/robots.txt")]
    captured = [
        (exchange.request, exchange.response)
        for url, exchange in crawled.result["signals"]
        if url.startswith(server.url("robots.txt"))
    ]
    assert captured == logged


def test_what_was_refused_and_asked_is_counted(crawled: Crawled) -> None:
    stats = crawled.result["stats"]
    assert stats["robots/forbidden"] == 2 * sum(secret == "ForbiddenByRobots" for _, _, secret in CASES.values())
    assert stats["robots/unreachable"] == 4 * sum(plain == "RobotsUnreachable" for _, plain, _ in CASES.values())
    assert stats["robots/response_status_count/503"] == 1


def test_a_crawl_delay_is_kept_between_requests_whatever_autothrottle_says() -> None:
    with RawServer() as server:
        server.resources["robots_txt"] = robots(reply(b"User-agent: svodka\nCrawl-delay: 0.5\n"))
        paced = {**SETTINGS, "AUTOTHROTTLE_ENABLED": True, "AUTOTHROTTLE_START_DELAY": 0.1}
        result = crawl([server.url(f"plain?{n}") for n in range(4)], settings=paced)
        starts = [outcome["exchanges"][0].started_at for outcome in result["outcomes"]]
    gaps = [(after - before).total_seconds() for before, after in pairwise(starts)]
    assert len(gaps) == 3
    assert all(gap >= 0.45 for gap in gaps), gaps


def first_then(first: bytes, then: bytes) -> Resource:
    def answer(exchange: Exchange) -> Iterator[Step]:
        yield then if exchange.earlier else first

    return answer


HURRIED = {**SETTINGS, "DOWNLOADER_MIDDLEWARES": {"hurried_robots.HurriedRobots": 100}}


def test_rules_are_asked_for_again_after_a_day() -> None:
    with RawServer() as server:
        server.resources["robots_txt"] = first_then(reply(b""), reply(RULES))
        result = crawl([server.url("secret")] * 3, settings=HURRIED, in_turn=True)
        assert len(server.of("robots.txt")) == 2
    seen = [outcome.get("error", outcome.get("status")) for outcome in result["outcomes"]]
    assert seen == [404, 404, "ForbiddenByRobots"]


def test_the_old_rules_hold_while_new_ones_cannot_be_had() -> None:
    with RawServer() as server:
        server.resources["robots_txt"] = first_then(reply(RULES), reply(b"", "503 Busy"))
        paths = ["plain", "plain", "secret", "plain"]
        result = crawl([server.url(path) for path in paths], settings=HURRIED, in_turn=True)
        assert len(server.of("robots.txt")) > 1
    seen = [outcome.get("error", outcome.get("status")) for outcome in result["outcomes"]]
    assert seen == [200, 200, "ForbiddenByRobots", 200]


def test_rules_are_for_our_own_product_token() -> None:
    rules = Rules(Protego.parse(RULES.decode()), LATER)
    rules.check("https://example.org/", "svodka")
    rules.check("https://example.org/secret/but-this", "svodka")
    with pytest.raises(ForbiddenByRobots, match=r"^https://example.org/secret: forbidden by robots.txt for svodka$"):
        rules.check("https://example.org/secret", "svodka")
    with pytest.raises(ForbiddenByRobots):
        rules.check("https://example.org/", "other")


def test_an_unreachable_origin_says_when_to_ask_again() -> None:
    with pytest.raises(RobotsUnreachable, match="closed for now: it answered 503") as refusal:
        Rules(None, LATER, unreachable="it answered 503").check("https://example.org/", "svodka")
    assert refusal.value.retry_at == LATER


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("10", 10.0),
        ("0.5", 0.5),
        ("999999999", LONGEST_CRAWL_DELAY),
        ("-5", 0.0),
        ("inf", 0.0),
        ("nan", 0.0),
        ("x", 0.0),
    ],
)
def test_a_crawl_delay_is_read_and_capped(line: str, seconds: float) -> None:
    rules = Rules(Protego.parse(f"User-agent: *\nCrawl-delay: {line}\n"), LATER)
    assert rules.crawl_delay("svodka") == seconds


def test_500_kib_of_whole_lines_are_read() -> None:
    filler = b"# " + b"x" * 97 + b"\n"
    body = b"User-agent: *\nDisallow: /\n" + filler * (MAX_BYTES // len(filler))
    torn = body[: MAX_BYTES - 8] + b"\nAllow: /private-and-long\n"
    assert "Allow" not in text_of(torn)
    assert not Protego.parse(text_of(torn)).can_fetch("https://example.org/x", "svodka")
    assert text_of(b"\xef\xbb\xbfUser-agent: *\n") == "User-agent: *\n"
