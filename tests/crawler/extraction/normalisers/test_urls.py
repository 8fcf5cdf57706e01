"""References made absolute as RFC 3986 says, or refused."""

from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.normalisers.urls import Resolver

RESOLVE = Resolver("https://vpk.name/news/1_a.html")


@pytest.mark.parametrize(
    ("reference", "wanted"),
    [
        ("/en/2_b.html", "https://vpk.name/en/2_b.html"),
        ("2_b.html#comments", "https://vpk.name/news/2_b.html"),
        ("//cdn.example/x.png", "https://cdn.example/x.png"),
        ("https://VPK.name:443/x", "https://vpk.name/x"),
        ("http://a.example", "http://a.example/"),
        ("/a/../b", "https://vpk.name/b"),
        ("?page=2", "https://vpk.name/news/1_a.html?page=2"),
        (" /x y ", "https://vpk.name/x%20y"),
        ("#top", None),
        ("", None),
        (None, None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("mailto:a@b.example", None),
        ("http://[", None),
        ("http://a.example:99999/", None),
    ],
)
def test_references(reference, wanted):
    assert RESOLVE(reference) == wanted


@given(st.text(max_size=60))
def test_any_reference_is_an_http_url_or_none(reference):
    url = RESOLVE(reference)
    assert url is None or (url.startswith(("http://", "https://")) and " " not in url)


SEGMENT = st.text("abcЖ1 .-_~%/", max_size=8)


@given(
    st.sampled_from(["", "/", "//other.example/", "https://vpk.name/", "HTTPS://VPK.name:443/", "./", "../"]),
    st.lists(SEGMENT, max_size=3).map("/".join),
    st.sampled_from(["", "?q=1", "?q=a/../b"]),
    st.sampled_from(["", "#top"]),
)
def test_the_short_ways_lead_where_urljoin_leads(start, path, query, fragment):
    reference = start + path + query + fragment
    url = RESOLVE(reference)
    if url is None:
        assert reference.strip()[:1] in {"", "#"}
        return
    joined = urlsplit(urljoin(RESOLVE.base, reference.strip()))
    host = joined.netloc.lower().removesuffix(":443")
    assert unquote(url) == unquote(urlunsplit((joined.scheme, host, joined.path or "/", joined.query, "")))


def test_all_references_at_once_are_resolved_like_each():
    references = ["/news/1_a.html", "b.html", None, "#x", "https://a.example/", "/news/1_a.html"]
    assert RESOLVE.all(references) == [RESOLVE(each) for each in references]
