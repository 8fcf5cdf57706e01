"""Names become addresses once, all of them are looked at, and only what may be connected to is given."""

from __future__ import annotations

import asyncio
import threading

import pytest
from scrapy.exceptions import CannotResolveHostError

from crawler.fetching import address_guard
from crawler.fetching.address_guard import ForbiddenAddress
from crawler.fetching.resolver import Resolver


class Zone(Resolver):
    """A resolver with a zone of its own in place of the system's: `answers` by host, `asked` in order."""

    answers: dict[str, list[str]]
    asked: list[str]

    async def _look_up(self, host: str) -> list[str]:
        self.asked.append(host)
        return self.answers[host]


def zone(cache_size: int = 10, allowed: tuple[str, ...] = (), **answers: list[str]) -> Zone:
    made = Zone(list(allowed), cache_size, 5.0)
    made.asked = []
    made.answers = {name.replace("_", "."): addresses for name, addresses in answers.items()}
    return made


def addresses(resolver: Resolver, *hosts: str) -> list[list[str]]:
    async def all_of_them() -> list[list[str]]:
        try:
            return [await resolver.addresses(host) for host in hosts]
        finally:
            resolver.close()

    return asyncio.run(all_of_them())


def test_a_name_is_looked_up_once_a_run() -> None:
    resolver = zone(example_org=["93.184.216.34"])
    assert addresses(resolver, "example.org", "Example.ORG.", "example.org") == [["93.184.216.34"]] * 3
    assert resolver.asked == ["example.org"]


def test_without_a_cache_every_time() -> None:
    resolver = zone(0, example_org=["93.184.216.34"])
    addresses(resolver, "example.org", "example.org")
    assert resolver.asked == ["example.org"] * 2


def test_the_cache_has_an_end() -> None:
    resolver = zone(1, a=["8.8.8.8"], b=["8.8.4.4"])
    addresses(resolver, "a", "b", "a")
    assert resolver.asked == ["a", "b", "a"]


def test_one_address_that_is_forbidden_forbids_the_host() -> None:
    resolver = zone(evil_example=["93.184.216.34", "fe80::1"])
    with pytest.raises(ForbiddenAddress, match=r"evil.example resolves to fe80::1: fe80::1 is a link-local address"):
        addresses(resolver, "evil.example")


def test_what_is_cached_is_looked_at_again() -> None:
    """A host that is allowed, and then is not any more: the cache must not speak for it."""
    resolver = zone(allowed=("inner.example",), inner_example=["10.0.0.1"])
    assert addresses(resolver, "inner.example") == [["10.0.0.1"]]
    resolver._allowed = frozenset()
    with pytest.raises(ForbiddenAddress, match="private"):
        addresses(resolver, "inner.example")


def test_a_host_that_is_named_later_is_allowed_from_then_on() -> None:
    resolver = zone(mirror_example=["192.168.1.1"])
    with pytest.raises(ForbiddenAddress):
        addresses(resolver, "mirror.example")
    address_guard.allow("http://mirror.example:8000/")
    assert addresses(resolver, "mirror.example") == [["192.168.1.1"]]


@pytest.mark.parametrize("spelling", ["93.184.216.34", "1572395042", "0x5db8d822", "93.12113954"])
def test_a_literal_is_no_name_however_it_is_spelled(spelling: str) -> None:
    assert addresses(Resolver([], 10, 5.0), spelling) == [["93.184.216.34"]]


def test_the_system_is_asked_in_a_thread_that_ends() -> None:
    before = threading.active_count()
    [found] = addresses(Resolver(["localhost"], 10, 5.0), "localhost")
    assert found[0] == "127.0.0.1"  # before ::1, where that is another one
    assert threading.active_count() == before


@pytest.mark.parametrize("host", ["nowhere.invalid", "a..b", "x" * 300, "пример.invalid"])
def test_a_name_without_an_address_is_an_error_of_scrapy_s(host: str) -> None:
    with pytest.raises(CannotResolveHostError, match=f"^{host}: "):
        addresses(Resolver([], 10, 5.0), host)
