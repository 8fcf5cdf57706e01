"""The list of pages of a WACZ is written while it is read: its texts are never in memory together."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile

from sqlalchemy import select

from archive.exports.wacz_pages import order_of_pages, pages_of, write_pages
from archive.rows import writing
from archive.rows.schema import capture

ARTICLES, LETTERS = 1500, 20_000


@contextmanager
def most_memory() -> Iterator[list[int]]:
    """The most bytes that were in use at once; known at the end."""
    most: list[int] = []
    tracemalloc.start()
    try:
        yield most
        most.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def test_an_archives_texts_do_not_stand_in_memory_together(filled, samples, tmp_path):
    with filled.writer() as conn:
        writing.write_captures(conn, [samples.capture(n) for n in range(20, ARTICLES)])
        texts = (samples.article(n, str(n), title=f"Title {n}", body=("x" * LETTERS,)) for n in range(ARTICLES))
        for some in zip(*[texts] * 100, strict=True):
            writing.write_articles(conn, some)
    with filled.reader() as conn, TemporaryFile(dir=tmp_path) as file, most_memory() as most:
        captures = {row.id: row for row in conn.execute(select(capture))}
        write_pages(file, pages_of(conn, captures, order_of_pages(conn, captures, "vpk:en:7")))
        file.seek(0)
        head, *titles = [json.loads(line).get("title") for line in file]
    assert (head, titles[0], titles[1], len(titles)) == ("All Pages", "Title 7", f"Title {ARTICLES - 1}", ARTICLES)
    assert most[0] < ARTICLES * LETTERS
