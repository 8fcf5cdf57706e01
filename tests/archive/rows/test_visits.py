"""Which runs walked a site's lists, and which only asked for URLs that the user named."""

from archive.rows import writing
from archive.rows.engine import Database
from archive.rows.visits import last_walk_started_at


def run(conn, number: int, started_at, command: str = "crawl", site: str = "vpk", **options) -> None:
    writing.write_run(
        conn, id=f"visit-{number}", site=site, command=command, started_at=started_at, software="s", options=options
    )


def test_only_runs_over_the_lists_are_walks(database: Database, samples) -> None:
    with database.writer() as conn:
        for name in ("vpk", "topwar"):
            writing.write_site(conn, name=name, title=name, base_url=f"https://{name}/", time_zone="UTC")
        assert last_walk_started_at(conn, "vpk") is None
        run(conn, 1, samples.at(1), backfill=True)
        run(conn, 2, samples.at(2), urls=["https://vpk.name/news/1_a.html"])
        run(conn, 3, samples.at(3), command="reextract")
        run(conn, 4, samples.at(4), site="topwar")
        assert last_walk_started_at(conn, "vpk") == samples.at(1)
