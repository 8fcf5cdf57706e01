"""The site over real HTTP: every kind of page, redirects, validators, codings, encodings, faults, the log."""

from __future__ import annotations

import contextlib
import http.client
import socket
import zlib
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import brotli
import httpx
import pytest
from lxml import etree
from protego import Protego

from crawler.practice.content import PracticeArchive
from crawler.practice.faults import Fault
from crawler.practice.server import PracticeServer, PracticeSite

SEED = "/en/1018475_50-days-to-defeat-trumps-ultimatum-only-accelerated-the-russian-offensive.html"


@pytest.fixture
def client(server):
    with httpx.Client(base_url=server.url) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status", "content_type"),
    [
        ("/", 200, "text/html; charset=utf-8"),
        ("/news/", 200, "text/html; charset=utf-8"),
        ("/news/page/2/", 200, "text/html; charset=utf-8"),
        ("/en/", 200, "text/html; charset=utf-8"),
        (SEED, 200, "text/html; charset=utf-8"),
        ("/?l=30505&m=912365", 200, "text/html; charset=utf-8"),
        ("/user/7/", 200, "text/html; charset=utf-8"),
        ("/login", 200, "text/html; charset=utf-8"),
        ("/country/indiya/", 200, "text/html; charset=utf-8"),
        ("/robots.txt", 200, "text/plain; charset=utf-8"),
        ("/rss/", 200, "application/rss+xml; charset=utf-8"),
        ("/sitemap.xml", 200, "application/xml"),
        ("/static/site.css", 200, "text/css"),
        ("/file/img/50-days-to-defeat-k3v9x2qa-1753083600.t.jpg", 200, "image/png"),
        ("/api/en/1018475.json", 200, "application/json; charset=utf-8"),
        ("/news/page/99/", 404, "text/html; charset=utf-8"),
        ("/news/999_nothing.html", 404, "text/html; charset=utf-8"),
        ("/sitemap-99.xml", 404, "text/html; charset=utf-8"),
    ],
)
def test_every_kind_of_page_is_there(client, path, status, content_type):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, content_type)
    assert answer.content


def test_a_walk_over_the_listings_meets_every_article(client, site):
    seen = set()
    for folder, language in (("news", "ru"), ("en", "en")):
        for page in range(1, site.world.pages(language) + 1):
            tree = etree.HTML(client.get(f"/{folder}/page/{page}/").text)
            seen |= set(tree.xpath("//a/@href"))
    assert set(site.paths()) <= seen


def test_the_sitemap_names_every_article(client, site, server):
    index = etree.fromstring(client.get("/sitemap.xml").content)
    parts = [etree.fromstring(client.get(urlsplit(part).path).content) for part in index.itertext("{*}loc")]
    found = [loc for part in parts for loc in part.itertext("{*}loc")]
    assert found == [server.url.rstrip("/") + path for path in site.paths()]


def test_the_feed_is_newest_first_with_absolute_links(client, server, site):
    links = [link.text for link in etree.fromstring(client.get("/rss/").content).iterfind("channel/item/link")]
    newest = [path for path in reversed(site.paths()) if path.startswith("/news/")][:30]
    assert links == [server.url.rstrip("/") + path for path in newest]


def test_robots_txt_closes_the_login_and_the_visitors(client, server):
    rules = Protego.parse(client.get("/robots.txt").text)
    allowed = {path: rules.can_fetch(server.url.rstrip("/") + path, "svodka") for path in ("/login", "/user/7/", SEED)}
    assert allowed == {"/login": False, "/user/7/": False, SEED: True}
    assert list(rules.sitemaps) == [server.url + "sitemap.xml"]


def test_pictures_are_real(client):
    content = client.get("/u/7.jpg").content
    assert content.startswith(b"\x89PNG")
    assert zlib.crc32(content[12:29]) == int.from_bytes(content[29:33], "big")


def test_a_bare_id_is_found_and_an_old_slug_moved_for_good(client):
    bare, old = client.get("/en/1018475.html"), client.get("/en/1018475_old-slug.html")
    assert (bare.status_code, bare.headers["location"]) == (302, SEED)
    assert (old.status_code, old.headers["location"]) == (301, SEED)


def test_a_new_title_moves_the_page(client, site):
    new = site.edit("1018475", "en", title="A new title")
    moved = client.get(SEED)
    assert (moved.status_code, moved.headers["location"]) == (301, new.path)
    assert "A new title (The Guardian, UK)" in client.get(new.path).text


def test_removed_articles_are_gone_and_can_return(client, site):
    site.remove("1018475", "en")
    assert client.get(SEED).status_code == 410
    site.remove("1018475", "en", status=404)
    assert client.get(SEED).status_code == 404
    site.restore("1018475", "en")
    assert client.get(SEED).status_code == 200


def test_new_articles_head_the_listing(client, site):
    added = [article for article in site.publish(4) if article.language == "ru"]
    hrefs = etree.HTML(client.get("/news/").text).xpath("//a/@href")
    news = [href for href in hrefs if href.startswith("/news/1")]
    assert news[0] == added[-1].path


def test_a_redesign_changes_markup_and_keeps_the_text(client, site):
    before = client.get(SEED).text
    site.set_markup("semantic")
    after = client.get(SEED).text
    sentence = "Trump seemed particularly offended"
    assert "<font" in before and "<article" not in before and sentence in before
    assert "<font" not in after and "<article" in after and sentence in after


def test_a_page_that_did_not_change_answers_304(client):
    first = client.get(SEED)
    by_tag = client.get(SEED, headers={"If-None-Match": first.headers["etag"]})
    by_time = client.get(SEED, headers={"If-Modified-Since": first.headers["last-modified"]})
    for answer in (by_tag, by_time):
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", first.headers["etag"])
    assert "content-length" not in by_tag.headers


def test_a_changed_page_answers_200_with_a_new_tag_and_time(client, site):
    first = client.get(SEED)
    site.advance(timedelta(hours=3))
    site.edit("1018475", "en")
    second = client.get(SEED, headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert second.headers["etag"] != first.headers["etag"]
    assert second.headers["last-modified"] != first.headers["last-modified"]


def test_time_alone_leaves_what_holds_no_list_unchanged(client, site):
    first = client.get("/robots.txt")
    site.advance(timedelta(days=3))
    assert client.get("/robots.txt", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert client.get("/robots.txt", headers={"If-Modified-Since": first.headers["last-modified"]}).status_code == 304


def test_validators_can_be_switched_off(archive):
    with PracticeServer(PracticeSite(archive, validators=False)) as server:
        headers = httpx.get(server.url).headers
    assert not {"etag", "last-modified"} & set(headers)


@pytest.mark.parametrize(("compression", "decode"), [("gzip", None), ("br", brotli.decompress)])
def test_pages_are_compressed_for_those_who_accept_it(archive, compression, decode):
    with PracticeServer(PracticeSite(archive, compression=compression)) as server, httpx.Client() as client:
        url = server.url + SEED[1:]
        with client.stream("GET", url, headers={"Accept-Encoding": compression}) as coded:
            raw = b"".join(coded.iter_raw())
        plain = client.get(url, headers={"Accept-Encoding": "identity"})
    assert coded.headers["content-encoding"] == compression
    assert "content-encoding" not in plain.headers
    assert (decode(raw) if decode else zlib.decompress(raw, 31)) == plain.content
    assert len(raw) < len(plain.content) / 3


@pytest.mark.parametrize(
    ("declared", "header", "meta"),
    [
        ("right", "text/html; charset=windows-1251", b"charset=windows-1251"),
        ("wrong", "text/html; charset=utf-8", b"charset=windows-1251"),
        ("missing", "text/html", None),
    ],
)
def test_windows_1251_says_the_same_as_utf_8(archive, declared, header, meta):
    path = "/news/1040733_ms_21_gotovitsya_k_pervomu_poletu.html"
    with PracticeServer(PracticeSite(archive, encoding="windows-1251", declared=declared)) as server:
        answer = httpx.get(server.url + path[1:])
    page = answer.content
    assert answer.headers["content-type"] == header
    assert meta is None or meta in page
    assert (b"http-equiv" in page) == (meta is not None)
    plain = PracticeSite(archive).answer("GET", path, {}).wire.partition(b"\r\n\r\n")[2].decode("utf-8")
    texts = [unescape(text).partition("<title>")[2] for text in (page.decode("windows-1251"), plain)]
    assert "готовится к первому полету" in texts[0]
    assert texts[0] == texts[1]


def test_head_has_the_headers_of_get_and_no_body(client):
    get, head = client.get(SEED), client.head(SEED)
    assert head.content == b""
    assert dict(head.headers) == dict(get.headers)


def test_other_methods_are_refused(client):
    assert client.delete(SEED).status_code == 405


def test_requests_are_logged_as_they_came(server):
    with httpx.Client(headers={"User-Agent": "svodka-test"}) as client:
        client.get(server.url)
        client.get(server.url + "nothing?x=1")
    one, two = server.requests
    assert (one.method, one.path, one.status) == ("GET", "/", 200)
    assert (two.path, two.status) == ("/nothing?x=1", 404)
    assert one.header("user-agent") == "svodka-test"
    assert one.time <= two.time


def test_one_connection_serves_many_requests_and_pipelines(server):
    host = urlsplit(server.url)
    request = f"GET /robots.txt HTTP/1.1\r\nHost: {host.netloc}\r\n\r\n".encode()
    last = request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with socket.create_connection((host.hostname, host.port), timeout=5) as connection:
        connection.sendall(request * 2 + last)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.count(b"HTTP/1.1 200 OK\r\n") == 3


def test_the_end_of_the_server_ends_its_connections(site):
    with PracticeServer(site) as server:
        host = urlsplit(server.url)
        connection = socket.create_connection((host.hostname, host.port), timeout=5)
        connection.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
    with connection, contextlib.suppress(ConnectionResetError):
        while connection.recv(65536):
            pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host.hostname, host.port), timeout=5)


def test_a_request_in_parts_is_put_together(server):
    host = urlsplit(server.url)
    with socket.create_connection((host.hostname, host.port), timeout=5) as connection:
        for part in (b"GET /robots.txt HT", b"TP/1.1\r\nHost: x\r", b"\n\r\n"):
            connection.sendall(part)
        assert connection.recv(12) == b"HTTP/1.1 200"


def test_what_is_no_http_is_refused(server):
    host = urlsplit(server.url)
    with socket.create_connection((host.hostname, host.port), timeout=5) as connection:
        connection.sendall(b"hello\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 400 ")
        assert connection.recv(1) == b""


def test_a_taken_port_is_an_error(server):
    port = urlsplit(server.url).port
    with pytest.raises(OSError), PracticeServer(server.site, port=port):
        pass


def test_a_status_with_retry_after_strikes_as_often_as_told(client, site):
    site.faults[SEED] = Fault("status", status=429, headers=(("Retry-After", "7"),), times=2)
    answers = [client.get(SEED) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "7"


def test_a_challenge_is_a_page_without_the_article(client, site):
    site.faults["*"] = Fault("challenge", status=403)
    answer = client.get(SEED)
    assert answer.status_code == 403
    assert "Checking your browser" in answer.text


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("drop", httpx.RemoteProtocolError),
        ("cut", httpx.RemoteProtocolError),
        ("broken_chunk", httpx.RemoteProtocolError),
    ],
)
def test_a_broken_answer_breaks(client, site, kind, error):
    site.faults[SEED] = Fault(kind)
    with pytest.raises(error):
        client.get(SEED)


def test_half_a_gzip_stream_is_whole_by_its_length(server, site):
    site.faults[SEED] = Fault("bad_gzip")
    host = urlsplit(server.url)
    connection = http.client.HTTPConnection(host.hostname, host.port, timeout=5)
    connection.request("GET", SEED)
    body = connection.getresponse().read()
    connection.close()
    stream = zlib.decompressobj(31)
    assert stream.decompress(body)
    assert not stream.eof


def test_a_chunked_answer_says_the_same(client, site):
    plain = client.get(SEED)
    site.faults[SEED] = Fault("chunked")
    chunked = client.get(SEED)
    assert chunked.headers["transfer-encoding"] == "chunked"
    assert chunked.content == plain.content


def test_a_stalled_answer_outlasts_a_short_patience_and_comes_in_the_end(client, site):
    site.faults[SEED] = Fault("stall", seconds=0.2)
    with pytest.raises(httpx.ReadTimeout):
        client.get(SEED, timeout=0.05)
    assert client.get(SEED).status_code == 200


def test_raw_bytes_go_out_as_they_are(server, site):
    site.faults["/odd"] = Fault("raw", data=b"HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 2\r\n\r\nhi")
    host = urlsplit(server.url)
    with socket.create_connection((host.hostname, host.port), timeout=5) as connection:
        connection.sendall(b"GET /odd HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received == site.faults["/odd"].data


def test_two_sites_of_one_seed_send_the_same_bytes():
    one, two = (PracticeSite(PracticeArchive(3, 40)) for _ in range(2))
    for path in [*one.paths(), "/", "/rss/", "/sitemap.xml"]:
        assert one.answer("GET", path, {}).wire == two.answer("GET", path, {}).wire


def test_the_page_of_the_day_is_drawn_once(site):
    site.warm()
    assert site.answer("GET", SEED, {}).wire is site.answer("GET", SEED, {}).wire


def test_unknown_markups_and_encodings_are_refused(archive, site):
    for wrong in ({"markup": "none"}, {"encoding": "koi8-r"}):
        with pytest.raises(ValueError, match="markup is one of"):
            PracticeSite(archive, **wrong)
    with pytest.raises(ValueError, match="markup is one of"):
        site.set_markup("none")
