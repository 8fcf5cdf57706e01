"""The index: lines as cdxj-indexer writes them, merged as files close, found by URL and time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.warc.cdxj import add_to_index, cdx_line, cdx_lines, find, rebuild_index
from archive.warc.formats import parse, records_of
from archive.warc.gzip_members import compress
from archive.warc.record import Record, serialize
from archive.warc.scan import Found

PIECES = (b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b";", b"<", b">", b"\xff", b"0", b"9" * 5000, b"\r\n\r\n",
          b"WARC-Type: revisit\r\n", b"content-type: a b\r\n", b"WARC-Date: 2020-01-02\r\n", b"x\r\n y")  # fmt: skip
PLAIN = serialize(
    Record(
        (
            ("WARC-Type", "response"),
            ("WARC-Record-ID", "<urn:uuid:1>"),
            ("WARC-Target-URI", "https://example.org/a?b=c"),
            ("WARC-Date", "2020-01-02T03:04:05.678901Z"),
            ("WARC-Payload-Digest", "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N"),
            ("Content-Type", "application/http; msgtype=response"),
        ),
        b"HTTP/1.1 200 OK\r\nServer: a\r\nContent-Type: text/html; charset=utf-8\r\n\r\nhello",
    )
)


def test_a_line_says_what_stands_where(write, capture):
    path, rows = write([capture(7)])
    row = rows[0]
    assert list(cdx_lines(path)) == [
        "example,practice)/news/7_page.html 20261103040513 "
        '{"url": "https://practice.example/news/7_page.html", "mime": "text/html", "status": "200", '
        f'"digest": "{row.payload_digest}", "length": "{row.length}", "offset": "{row.offset}", '
        f'"filename": "{path.name}"}}\n'
    ]


def test_every_page_has_one_line_and_nothing_else_has(write, odd_captures):
    path, rows = write(list(odd_captures.values()))
    offsets = [line.partition('"offset": "')[2].partition('"')[0] for line in cdx_lines(path)]
    assert offsets == [str(row.offset) for row in rows if row.record_type != "request"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # What cdxj-indexer 1.5.0 says of them.
        ("no headers", '"status": "200", "digest": "sha256:c3ceaf9c'),
        ("a status line without a number", '"mime": "text/html", "status": "OK", "digest": "sha1:RKZQBUA55A2DEW2Y'),
        ("another protocol", '"status": "200", "digest": "sha1:RKZQBUA55A2DEW2Y6NIN5WZFKHVTHRK5"'),
        ("an empty line first", '.html", "digest": "sha1:DXFTWRQPHLDNI7VDL6OG4HNPLQPQUJ7C"'),
        (
            "cut off in the head",
            '"mime": "text/ht", "status": "200", "digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"',
        ),
        ("binary noise", '"status": "", "digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"'),
        ("one byte", '.html", "digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"'),
    ],
)
def test_odd_answers_are_indexed_as_others_index_them(write, odd_captures, name, expected):
    path, _ = write([odd_captures[name]])
    (line,) = cdx_lines(path)
    assert expected in line


def test_a_response_without_oddities_has_the_line_that_taking_it_apart_gives(tmp_path):
    path = tmp_path / "plain.warc.gz"
    path.write_bytes(compress(PLAIN))
    (line,) = cdx_lines(path)
    assert line.startswith('org,example)/a?b=c 20200102030405 {"url": "https://example.org/a?b=c", "mime": "text/html"')
    assert [line] == [cdx_line(path.name, found) for found in records_of(path.read_bytes())]


@settings(max_examples=400)
@given(st.lists(st.tuples(st.integers(0, len(PLAIN)), st.integers(0, 12), st.sampled_from(PIECES)), max_size=3))
def test_however_odd_a_response_is_its_line_is_that_of_taking_it_apart(tmp_path_factory, changes):
    data = PLAIN
    for place, left_out, piece in changes:
        data = data[:place] + piece + data[place + left_out :]
    head, _, rest = data.partition(b"\r\n\r\n")
    fitting = re.sub(rb"Content-Length: \d+$", b"Content-Length: %d" % (len(rest) - 4), head) + b"\r\n\r\n" + rest
    path = tmp_path_factory.mktemp("odd") / "odd.warc.gz"
    path.write_bytes(compress(data) + compress(fitting))
    taken_apart = [cdx_line(path.name, found) for found in records_of(path.read_bytes())]
    assert list(cdx_lines(path)) == [line for line in taken_apart if line is not None]


HEAD = b"HTTP/1.1 200 OK\r\nServer: a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


@settings(max_examples=400)
@given(st.lists(st.tuples(st.integers(0, len(HEAD)), st.integers(0, 12), st.sampled_from(PIECES)), max_size=3))
def test_however_odd_a_head_is_it_is_read_the_same_in_both_ways(changes):
    head = HEAD
    for place, left_out, piece in changes:
        head = head[:place] + piece + head[place + left_out :]
    fields = tuple((name, value) for name, value in parse(PLAIN).headers if name != "WARC-Payload-Digest")
    quickly = cdx_line("a", Found(0, 0, Record((*fields, ("WARC-Payload-Digest", "sha1:A")), head)))
    line_by_line = cdx_line("a", Found(0, 0, Record(fields, head)))  # the payload's digest has to be made
    assert quickly is not None
    assert line_by_line is not None
    assert re.sub('"digest": "[^"]*"', "", quickly) == re.sub('"digest": "[^"]*"', "", line_by_line)


def test_records_of_others_are_indexed(tmp_path):
    def record(record_type, block, *fields):
        return compress(
            serialize(
                Record(
                    (
                        ("WARC-Type", record_type),
                        ("WARC-Record-ID", "<urn:uuid:1>"),
                        ("WARC-Date", "2020-01-02T03:04:05Z"),
                        ("WARC-Target-URI", "http://example.org/"),
                        *fields,
                    ),
                    block,
                )
            )
        )

    path = tmp_path / "other.warc.gz"
    path.write_bytes(
        record("revisit", b"HTTP/1.1 304 Not Modified\r\n\r\n")
        + record("metadata", b"a: b\r\n", ("Content-Type", "application/warc-fields"))
        + record("resource", b"hello", ("Content-Type", "text/plain; charset=utf-8"))
    )
    revisit, resource = cdx_lines(path)
    assert '{"url": "http://example.org/", "mime": "warc/revisit", "status": "304", "length"' in revisit
    assert '"mime": "text/plain", "digest": "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N"' in resource


def test_the_index_is_sorted_and_adding_twice_changes_nothing(write, capture, tmp_path):
    index = tmp_path / "indexes" / "index.cdxj"
    first, _ = write([capture(9), capture(3)])
    second, _ = write([capture(5), capture(3)])
    assert add_to_index(index, [first]) == 2
    assert add_to_index(index, [second]) == 4
    lines = index.read_bytes().splitlines()
    assert lines == sorted(lines)
    before = index.read_bytes()
    assert add_to_index(index, [first, second]) == 4
    assert index.read_bytes() == before
    assert rebuild_index(index, [second, first]) == 4
    assert index.read_bytes() == before
    assert [path.name for path in index.parent.iterdir()] == ["index.cdxj"]


def test_a_url_is_found_nearest_first(write, capture, tmp_path):
    moment = capture().content.started_at
    url = "https://practice.example/news/1.html"
    hours = [
        capture(number, url=url, started_at=moment + timedelta(hours=number), ended_at=moment + timedelta(hours=number))
        for number in (0, 5, 9)
    ]
    path, rows = write([*hours, *(capture(number) for number in range(20, 60))])
    index = tmp_path / "index.cdxj"
    add_to_index(index, [path])
    assert [line.offset for line in find(index, url)] == [row.offset for row in rows[:3]]
    nearest = find(index, "http://www.practice.example/News/1.html", moment + timedelta(hours=6))
    assert [line.offset for line in nearest] == [rows[1].offset, rows[2].offset, rows[0].offset]
    assert (nearest[0].url, nearest[0].status, nearest[0].mime) == (url, 200, "text/html")
    assert (nearest[0].length, nearest[0].filename) == (rows[1].length, path.name)


def test_every_url_of_an_index_is_found_and_no_other(write, capture, tmp_path):
    captures = [capture(number) for number in range(1, 120)]
    path, rows = write(captures)
    index = tmp_path / "index.cdxj"
    add_to_index(index, [path])
    for row in rows:
        assert [line.offset for line in find(index, row.url)] == [row.offset]
    for url in ("https://practice.example/news/", "https://practice.example/news/1", "https://a.example/", "zz"):
        assert find(index, url) == []
    assert find(tmp_path / "missing.cdxj", "https://practice.example/") == []
