"""No address but a public one is connected to, however it is written, unless the user named its host."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import pytest
from crawling import crawl
from hypothesis import example, given
from hypothesis import strategies as st
from raw_server import RawServer, reply

from archive.errors import ConfigurationError
from crawler.fetching.address_guard import host_of, refuse_proxies, why_forbidden

TRANSLATED = IPv6Network("64:ff9b:1::/48")  # RFC 8215
GUARD = {"SVODKA_ALLOWED_PRIVATE_HOSTS": [], "EXTENSIONS": {"crawler.fetching.address_guard.NoProxies": 0}}

FORBIDDEN = {
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "0.0.0.0": "unspecified",
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.168.1.1": "private",
    "169.254.169.254": "link-local",
    "100.64.0.1": "reserved",
    "192.0.2.1": "private",
    "198.18.0.1": "private",
    "224.0.0.1": "multicast",
    "239.255.255.255": "multicast",
    "240.0.0.1": "private",
    "255.255.255.255": "private",
    "::": "unspecified",
    "::1": "loopback",
    "::127.0.0.1": "loopback",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:10.0.0.1": "private",
    "::ffff:a9fe:a9fe": "link-local",
    "64:ff9b::7f00:1": "loopback",
    "64:ff9b::c0a8:101": "private",
    "2002:7f00:1::": "loopback",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "fc00::1": "private",
    "fd12:3456::1": "private",
    "ff02::1": "multicast",
    "2001:db8::1": "private",
}
SPELLINGS = ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0", "0.0.0.0", "localhost"]
SIXES = ["[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]"]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_an_address_that_is_not_public_is_refused_with_its_kind(address: str) -> None:
    assert FORBIDDEN[address] in str(why_forbidden(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "::ffff:8.8.8.8", "2a00:1450:4001::1", "example.org"])
def test_a_public_address_passes_and_so_does_what_is_no_address(address: str) -> None:
    assert why_forbidden(address) is None


@given(st.ip_addresses())
@example(ip_address("64:ff9b:1::808:808"))
@example(ip_address("2002:808:808::"))
def test_nothing_passes_that_python_does_not_call_global(address: IPv4Address | IPv6Address) -> None:
    if why_forbidden(str(address)) is None:
        if address in TRANSLATED:  # newer Pythons call the prefix local, whatever address is behind it
            address = IPv4Address(int(address) & 0xFFFF_FFFF)
        address = getattr(address, "sixtofour", None) or address
        assert address.is_global
        assert not address.is_multicast


@pytest.mark.parametrize("spelling", [*SPELLINGS, *SIXES])
def test_no_spelling_of_a_forbidden_address_is_connected_to(refusals: dict[str, str], spelling: str) -> None:
    assert refusals[spelling] == "ForbiddenAddress"


@pytest.fixture(scope="module")
def refusals() -> dict[str, str]:
    """host -> how its download failed; the server on loopback must see no connection at all."""
    hosts = [*SPELLINGS, *SIXES]
    with RawServer() as server:
        result = crawl([f"http://{host}:{server.port}/plain" for host in hosts], settings=GUARD)
        assert server.connections == 0
    found = {outcome["url"].split("/")[2].rpartition(":")[0]: outcome for outcome in result["outcomes"]}
    assert all(outcome["exchanges"] == [] for outcome in found.values())
    return {host: outcome.get("error", "") for host, outcome in found.items()}


def test_a_name_is_judged_by_what_it_resolves_to_and_the_message_says_so() -> None:
    [outcome] = crawl(["http://localhost:9/"], settings=GUARD)["outcomes"]
    assert outcome["message"] == "http://localhost:9/: localhost resolves to 127.0.0.1: 127.0.0.1 is a loopback address"


def test_a_redirect_into_the_private_network_is_refused() -> None:
    allowed = {**GUARD, "SVODKA_ALLOWED_PRIVATE_HOSTS": ["127.0.0.1"]}
    with RawServer() as server:
        inner = f"Location: http://localhost:{server.port}/plain"
        server.resources["way_in"] = lambda _: iter([reply(b"", "302 Found", inner)])
        [outcome] = crawl([server.url("way_in")], settings=allowed)["outcomes"]
        assert (outcome["error"], [exchange.target for exchange in server.log]) == ("ForbiddenAddress", ["/way_in"])


@pytest.mark.parametrize("allowed", ["127.0.0.1", "http://127.0.0.1:8000/", "127.0.0.1:8000"])
def test_the_host_that_the_user_named_is_allowed_and_no_other(allowed: str) -> None:
    with RawServer() as server:
        urls = [server.url("plain"), f"http://localhost:{server.port}/plain"]
        outcomes = crawl(urls, settings={**GUARD, "SVODKA_ALLOWED_PRIVATE_HOSTS": [allowed]})["outcomes"]
        seen = {outcome["url"]: outcome.get("status", outcome.get("error")) for outcome in outcomes}
        assert seen == {urls[0]: 200, urls[1]: "ForbiddenAddress"}


@pytest.mark.parametrize("proxies", [{"http": "http://proxy:3128"}, {"https": "http://proxy"}, {"all": "socks5://p"}])
def test_a_proxy_in_the_environment_is_refused(proxies: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="_proxy is set: behind a proxy the address guard cannot see"):
        refuse_proxies(proxies)


def test_a_crawl_with_a_proxy_in_the_environment_does_not_begin() -> None:
    with RawServer() as server, pytest.raises(AssertionError, match="ConfigurationError: http_proxy is set"):
        crawl([server.url("plain")], settings=GUARD, http_proxy="http://proxy.example.org:3128")
    assert server.connections == 0


def test_a_proxy_in_the_environment_is_of_no_account_where_scrapy_does_not_look_there() -> None:
    off = {"DOWNLOADER_MIDDLEWARES": {"scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None}}
    allowed = {**GUARD, **off, "SVODKA_ALLOWED_PRIVATE_HOSTS": ["127.0.0.1"]}
    with RawServer() as server:
        [outcome] = crawl([server.url("plain")], settings=allowed, http_proxy="http://proxy.example.org:3128")[
            "outcomes"
        ]
        assert (outcome["status"], len(server.log)) == (200, 1)


@pytest.mark.parametrize(
    ("spelled", "host"),
    [
        ("example.org", "example.org"),
        ("Example.ORG.", "example.org"),
        ("example.org:8080", "example.org"),
        ("https://example.org:8080/a", "example.org"),
        ("[::1]", "::1"),
        ("::1", "::1"),
        ("http://[::1]:8000/", "::1"),
    ],
)
def test_a_host_is_known_however_it_is_given(spelled: str, host: str) -> None:
    assert host_of(spelled) == host
