"""A value is found in the page's bytes, however the page wrote it; what does not stand there is not found."""

from __future__ import annotations

import html
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.places import AT_MOST, PageText, Place

PAGE = """<!doctype html><meta charset=utf-8><title>T &amp; Co</title>
<h1>50 дней до   <b>пораже</b>ния: &laquo;Ультиматум&raquo;</h1>
<span class=views>12&nbsp;304</span> <i>123</i> <img src="/file/img/a-1.jpg" alt="A &quot;B&quot;">
<p>first line<br>second&shy;ary line</p>
<script type="application/ld+json">{"headline": "\\u0417\\u0430"}</script>"""


def find_places(body: bytes, text: str, content_type: str | None = None) -> tuple[Place, ...]:
    """One search in one page."""
    return PageText(body, content_type).find(text)


def cut(page: str, text: str, charset: str = "utf-8", content_type: str | None = None) -> list[str]:
    """What stands in the bytes at each place."""
    body = page.encode(charset)
    return [body[p.start : p.end].decode(charset) for p in find_places(body, text, content_type)]


@pytest.mark.parametrize(
    ("text", "bytes_there"),
    [
        ("50 дней до поражения:", "50 дней до   <b>пораже</b>ния:"),
        ("«Ультиматум»", "&laquo;Ультиматум&raquo;"),
        ("12 304", "12&nbsp;304"),
        ("first line second", None),
        ("first line secondary line", "first line<br>second&shy;ary line"),
        ("https://example.org/file/img/a-1.jpg", "/file/img/a-1.jpg"),
        ('A "B"', "A &quot;B&quot;"),
        ("За", "\\u0417\\u0430"),
        ("T & Co", "T &amp; Co"),
        ("not there", None),
        ("2 30", None),
        ("", None),
    ],
)
def test_a_text_is_found_as_a_reader_would_find_it(text: str, bytes_there: str | None) -> None:
    assert cut(PAGE, text) == ([bytes_there] if bytes_there else [])


def test_a_number_is_not_found_inside_another() -> None:
    assert cut(PAGE, "23") == []
    assert cut(PAGE, "123") == ["123"]


def test_the_visible_text_comes_before_attributes() -> None:
    assert find_places(b'<a title="word">word</a>', "word")[0].start == len('<a title="word">')


@pytest.mark.parametrize("content_type", ["text/html; charset=windows-1251", "text/html", "text/html; charset=utf-8"])
def test_the_encoding_is_found_even_where_it_is_declared_wrongly(content_type: str) -> None:
    assert cut("<p>поражение</p>", "поражение", "windows-1251", content_type) == ["поражение"]


def test_bytes_outside_of_the_encoding_shift_nothing() -> None:
    (place,) = find_places(b"\xff\xfe\x98 <p>\xd0\x97\xd0\xb0</p>", "За")
    assert (place.start, place.end, place.text) == (7, 11, "За")


def test_what_stands_around_is_shown() -> None:
    (place,) = find_places(b"<p>one two three</p>", "two")
    assert (place.before, place.text, place.after) == ("<p>one ", "two", " three</p>")


def test_a_text_that_stands_everywhere_is_shown_ten_times() -> None:
    assert len(find_places(b"<b>0</b> " * 100, "0")) == AT_MOST


@given(st.text(alphabet="абвгabc12 <&'\"\n", min_size=1).filter(str.strip), st.sampled_from(["utf-8", "windows-1251"]))
def test_any_escaped_text_is_found_again(text: str, charset: str) -> None:
    body = f"<p>{html.escape(text)}</p>".encode(charset)
    places = find_places(body, text, f"text/html; charset={charset}")
    found = [html.unescape(body[p.start : p.end].decode(charset)).split() for p in places]
    assert text.split() in found


@given(st.binary(max_size=300), st.text(max_size=20), st.sampled_from([None, "text/html; charset=utf-16", "charset=x"]))
def test_no_page_and_no_text_breaks_it(body: bytes, text: str, content_type: str | None) -> None:
    for place in find_places(body, text, content_type):
        assert 0 <= place.start < place.end <= len(body)


@pytest.mark.parametrize(
    "hostile",
    [b"<" * 300_000, b"<!--" * 75_000, b"&" * 300_000, b"<script " * 40_000, b"<a" * 150_000, b"\0" * 300_000],
)
def test_a_hostile_page_takes_no_more_than_moments(hostile: bytes) -> None:
    began = time.process_time()
    assert find_places(hostile, "nowhere") == ()
    assert time.process_time() - began < 10
