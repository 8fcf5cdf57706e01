"""Pages made to hurt a reader, each by name. Run as a program: reads them under a limit of memory, prints what came."""

import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

HEAD = (
    "<html><head><title>A title of the page (The Guardian, UK)</title></head><body>"
    "<h1>A title of the page (The Guardian, UK)</h1><p><b>983</b> <b>0</b> <b>7</b></p>"
    "<p>Peter Sauer (Pjotr Sauer)</p><p>A paragraph of the body.</p>"
)
TAIL = '<p>The rights to this material belong to <a href="/x">InoSMI</a></p></body></html>'
ARTICLE, FEED = "https://vpk.name/en/1018475_x.html", "https://vpk.name/rss/"
MEMORY = 300 * 1024 * 1024
BEGINNING = "the shortest text that is read at arm's length"  # what a process costs that reads next to nothing


def page(inside: str) -> bytes:
    return (HEAD + inside + TAIL).encode("utf-8", "surrogatepass")


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE r [<!ENTITY l0 "ha">{entities}]><rss><item><title>&l9;</title></item></rss>'.encode()


PAGES = {
    "40,000 attributes on one tag": lambda: page("<p " + " ".join(f"a{n}=1" for n in range(40_000)) + ">x</p>"),
    "100,000 nested elements": lambda: page("<div>" * 100_000),
    "100,000 nested formatting elements": lambda: page("<b>" * 100_000),
    "7,900 nested elements with text": lambda: page("<div>A sentence that is as long as those of a body are." * 7_900),
    "3,900 nested elements with paragraphs": lambda: page(("<div><p>" + "A sentence of a body. " * 5) * 3_900),
    "a million siblings": lambda: page("<i>" * 1_000_000),
    "200,000 siblings": lambda: page("<p>x" * 190_000),
    "NUL bytes": lambda: b"\0" * 1_900_000,
    "NUL bytes in an article": lambda: page("<p>a\0b</p>" * 10_000),
    "lone surrogates": lambda: page("<p>\ud83d lone \udc00</p>" * 10_000),
    "50 MB of text": lambda: b"<p>" + b"word " * 10_000_000,
    "7 MB of text": lambda: page("word " * 1_400_000),
    "a billion laughs": laughs,
    "120,000 signatures of notes": lambda: page("approx. InoSMI " * 120_000),
    "300,000 markers of footnotes": lambda: page(("<p>" + "Word* " * 15_000 + "</p>") * 20 + "<p>* agent</p>"),
    "10,000 share buttons": lambda: page("<p>Share</p>" * 10_000),
    "32,000 rows of a list": lambda: page('<li>08.09 04:37 <b>5</b> <a href="/news/8_y.html">A row</a></li>' * 32_000),
    "half a million brackets of JSON": lambda: page('<script type="application/ld+json">' + "[" * 500_000),
    "one attribute of 900,000 characters": lambda: page(f'<img alt="{"a, " * 300_000}">'),
    "12,000 headings": lambda: page("<h1>A title of the page (The Guardian, UK)</h1>" * 12_000),
    "tables in tables": lambda: page("<table><tr><td>" * 300),
}


def main() -> None:
    """A line of JSON a page: name, seconds of processor time with those of child processes, why it is unreadable."""
    sys.path.insert(0, str(Path(__file__).parents[3]))
    from crawler.extraction.page import Page
    from crawler.extraction.read import read_page
    from crawler.sites import load_site

    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    now = datetime(2025, 9, 8, 9, tzinfo=UTC)
    for name, make in {BEGINNING: lambda: page("word " * 20_001), **PAGES}.items():
        body, started = make(), seconds()
        url, kind = (FEED, "feed") if name == "a billion laughs" else (ARTICLE, "article")
        read = read_page(Page(url, body, "text/html; charset=utf-8", now, kind), load_site("vpk"))
        sys.stdout.write(json.dumps([name, seconds() - started, read.unreadable]) + "\n")


def seconds() -> float:
    """Processor time so far, that of ended children too."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main()
