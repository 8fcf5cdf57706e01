"""The trial on real pages works, shown on pages made up here; `make trial-pages PAGES=folder` takes real ones."""

from __future__ import annotations

import gzip
import json

from archive.home import Home
from tests.trials.pages import crawl_pages, figures, saved_pages

PARAGRAPH = "Завод передал заказчику первую партию машин, сообщила пресс-служба предприятия в понедельник. "
PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>{title}</title></head>
<body><article><h1>{title}</h1>{paragraphs}</article><img src="https://pictures.example/1.png"></body></html>"""


def test_saved_pages_are_captured_and_read_and_what_fails_is_named(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    truths = []
    for charset, title in (("utf-8", "Первая партия машин"), ("windows-1251", "Вторая партия машин")):
        body = PAGE.format(charset=charset, title=title, paragraphs=f"<p>{PARAGRAPH * 3}</p>" * 4)
        (folder / f"{charset}.html.gz").write_bytes(gzip.compress(body.encode(charset)))
        url = f"https://news.example/2026/{charset}-1.html?from=list"
        truths.append({"file": f"{charset}.html.gz", "url": url, "title": title, "body": PARAGRAPH * 12})
    (folder / "empty.html.gz").write_bytes(gzip.compress(b"<html><title>Nothing</title></html>"))
    truth = tmp_path / "truth.jsonl"
    truth.write_text("\n".join(map(json.dumps, truths)), encoding="utf-8")
    problems, found = crawl_pages(Home(tmp_path / "data"), saved_pages(folder, truth))
    assert problems == []
    assert [each.captured for each in found] == [True, True, True]
    first, read, *_, unread = figures(found)
    assert first == "3 pages, 3 captured, 2 with title and body (66.7%)"
    assert read == "title as it should be: 100.0% of 2"
    assert unread.startswith("empty.html.gz ")
