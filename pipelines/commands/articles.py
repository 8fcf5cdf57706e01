"""One article: found, shown, compared with itself, cited, and traced to its bytes."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from archive.errors import NothingFound, SvodkaError
from pipelines.commands.opening import given_home, opened_database
from pipelines.commands.options import ArticleId, Json, Limit
from pipelines.commands.output import print_json, print_object, print_rows, read_to_its_end, say, tell


def search(
    query: Annotated[list[str], typer.Argument(help="Words, in any form, in Russian or English.")],
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """Articles in which the words stand, best first."""
    from archive.search import search as find

    with opened_database() as db, db.reader() as conn:
        hits = find(conn, " ".join(query), limit)
    if not hits:
        say(f"no article has all of these words: {' '.join(query)}")
    print_rows(hits, as_json)


def show(article: ArticleId, as_json: Json = False) -> None:
    """One article: what it says, its versions, its counters."""
    from archive.rows.reading import show_article
    from pipelines.named_articles import article_named

    with opened_database() as db, db.reader() as conn:
        found = show_article(conn, article_named(conn, article))
    if found is None:
        raise _unknown(article)
    print_object(found, as_json)


def history(article: ArticleId, as_json: Json = False) -> None:
    """The versions of an article, and what kind of change lies between them."""
    from archive.reports.history import history as versions
    from pipelines.named_articles import article_named

    with opened_database() as db, db.reader() as conn:
        print_rows(versions(conn, article_named(conn, article)), as_json)


def diff(
    article: ArticleId,
    a: Annotated[int | None, typer.Argument(metavar="[A]", help="A version's number; the last but one.")] = None,
    b: Annotated[int | None, typer.Argument(metavar="[B]", help="Another; the last.")] = None,
    as_json: Json = False,
) -> None:
    """What changed between two versions of an article."""
    from archive.reports.history import difference
    from pipelines.named_articles import article_named

    with opened_database() as db, db.reader() as conn:
        found = difference(conn, article_named(conn, article), a, b)
    if as_json:
        print_json(asdict(found))
        return
    for line in found.lines:
        tell(line)
    say(f"change: {', '.join(found.change_kind) or 'none'}")


def cite(
    article: ArticleId,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="An @online entry for BibLaTeX.")] = False,
    as_json: Json = False,
) -> None:
    """How to cite an article, with the bytes that show it."""
    from archive.reports.citation import cite as citation
    from pipelines.named_articles import article_named

    with opened_database() as db, db.reader() as conn:
        found = citation(conn, given_home(), article_named(conn, article))
    if as_json:
        print_json(found)
    else:
        tell(found.bibtex if bibtex else found.text)


def evidence(
    article: ArticleId,
    field: Annotated[str | None, typer.Argument(help="A field of the codebook.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="The exact bytes of the WARC record.")] = False,
    as_json: Json = False,
) -> None:
    """Which bytes a value was read from, and by which layer of the reader."""
    from archive.evidence import evidence as trace
    from archive.evidence import record_bytes
    from pipelines.named_articles import article_named

    home = given_home()
    with opened_database() as db, db.reader() as conn:
        found = trace(conn, home, article_named(conn, article), field)
    if raw:
        with read_to_its_end():
            sys.stdout.buffer.write(record_bytes(found))
            sys.stdout.buffer.flush()
    else:
        print_object(found, as_json)


def _unknown(article: str) -> SvodkaError:
    return NothingFound(f"{article}: no such article in the archive; try `svodka search`")
