"""The research questions by name, each one SELECT: `svodka report NAME`.

A question gives the same rows in the same order on SQLite and PostgreSQL; its text can be taken as a start for `svodka
sql`. It asks the views, but where the tables behind them answer in a tenth of the time: a list is there once, a view
has its rows for every page that showed it.
"""

from __future__ import annotations

from dataclasses import dataclass

from archive.errors import UsageError
from archive.rows.views import latest_counter

BY_BYTES = "/* by bytes */"  # behind text to sort by: PostgreSQL would take the order of the server's language


@dataclass(frozen=True, slots=True)
class Question:
    """A question: `title` says what is asked, `sql` answers it."""

    name: str
    title: str
    sql: str

    def on(self, dialect: str, most: int | None = None) -> str:
        """The query for a database, for `most` rows: one that knows it does not work out the columns of all others."""
        sql = self.sql.replace(BY_BYTES, 'COLLATE "C"') if dialect == "postgresql" else self.sql
        return sql if most is None else f"{sql}\n        LIMIT {most}"


def _of_last(kind: str, column: str) -> str:
    """What else is known of the value that `article_latest` has: when it was observed, to how many units it is good."""
    return f"""{latest_counter(kind, f'"{column}"', of="a")} AS {kind}_{column}"""


QUESTIONS = (
    Question("outlet-days", "Articles a day (the site's), by outlet", """
        SELECT published_day AS day, outlet, COUNT(*) AS articles
        FROM article_latest
        WHERE published_day IS NOT NULL
        GROUP BY published_day, outlet
        ORDER BY day, articles DESC, COALESCE(outlet, '') /* by bytes */"""),
    Question("outlets", "Outlets, by country", """
        SELECT outlet_country, outlet, COUNT(*) AS articles, COUNT(DISTINCT site || ':' || native_id) AS stories,
            MIN(first_observed_at) AS since
        FROM article_latest
        WHERE outlet IS NOT NULL
        GROUP BY outlet_country, outlet
        ORDER BY articles DESC, outlet /* by bytes */, COALESCE(outlet_country, '') /* by bytes */"""),
    Question("headlines", "Edited headlines: the change was made between two times", """
        SELECT new.article_id, old.title AS old_title, new.title AS new_title,
            new.previous_observed_at AS between_at, new.observed_at AS and_at, new.capture_id
        FROM version new
        JOIN version old ON old.article_id = new.article_id AND old.number = new.number - 1
        WHERE new.title <> old.title
        ORDER BY new.observed_at, new.article_id /* by bytes */, new.number"""),
    Question("edits", "Articles that were changed most often", """
        SELECT article_id, COUNT(*) - 1 AS changes, MIN(observed_at) AS first_seen, MAX(observed_at) AS last_change
        FROM version
        GROUP BY article_id
        HAVING COUNT(*) > 1
        ORDER BY changes DESC, article_id /* by bytes */"""),
    Question("mentions", "Who and what is mentioned most", """
        SELECT m.name, m.kind, COUNT(DISTINCT m.article_id) AS articles
        FROM article_latest a
        JOIN mention m ON m.article_id = a.article_id AND m.digest = a.digest
        GROUP BY m.name, m.kind
        ORDER BY articles DESC, m.name /* by bytes */, COALESCE(m.kind, '') /* by bytes */"""),
    Question("authors", "How often an author is translated, from how many outlets, and when last", """
        SELECT b.name, COUNT(DISTINCT a.article_id) AS articles, COUNT(DISTINCT a.outlet) AS outlets,
            MAX(a.published_at) AS latest
        FROM article_latest a
        JOIN author b ON b.article_id = a.article_id AND b.digest = a.digest
        GROUP BY b.name
        ORDER BY articles DESC, b.name /* by bytes */"""),
    Question("notes", "Editors' insertions, by outlet and signer", """
        SELECT a.outlet, n.signature, COUNT(*) AS notes, COUNT(DISTINCT a.article_id) AS articles
        FROM article_latest a
        JOIN editor_note n ON n.article_id = a.article_id AND n.digest = a.digest
        GROUP BY a.outlet, n.signature
        ORDER BY notes DESC, COALESCE(a.outlet, '') /* by bytes */, COALESCE(n.signature, '') /* by bytes */"""),
    Question("footnotes", "Who carries which footnote (foreign agents and the like), and in how many articles", """
        SELECT CAST(f.subjects AS text) AS subjects, f.text, COUNT(DISTINCT a.article_id) AS articles
        FROM article_latest a
        JOIN footnote f ON f.article_id = a.article_id AND f.digest = a.digest
        GROUP BY CAST(f.subjects AS text), f.text
        ORDER BY articles DESC, CAST(f.subjects AS text) /* by bytes */, f.text /* by bytes */"""),
    Question("sponsored", "Links that are marked as paid for", """
        SELECT a.article_id, a.title, k.url, k.reason
        FROM article_latest a
        JOIN link k ON k.article_id = a.article_id AND k.digest = a.digest
        WHERE k.rel = 'sponsored'
        ORDER BY a.article_id /* by bytes */, k.position"""),
    Question("discussion", "In how many runs, on how many pages and how high an article stood in the discussion", """
        WITH shown AS (
            SELECT r.site, r.digest, k.run_id, COUNT(*) AS pages, MIN(r.observed_at) AS first_seen,
                MAX(r.observed_at) AS last_seen
            FROM list_reading r
            JOIN capture k ON k.id = r.capture_id
            WHERE r.block = 'discussion'
            GROUP BY r.site, r.digest, k.run_id
        ), named AS (
            SELECT digest, language, native_id, MIN("rank") AS best_rank, MAX(comments) AS most_comments
            FROM list_content
            WHERE native_id IS NOT NULL
            GROUP BY digest, language, native_id
        ), seen AS (
            SELECT s.*, n.language, n.native_id, n.best_rank, n.most_comments, FIRST_VALUE(c.title) OVER (
                PARTITION BY s.site, n.language, n.native_id ORDER BY s.last_seen DESC, s.digest
            ) AS last_title
            FROM shown s
            JOIN named n ON n.digest = s.digest
            JOIN list_content c ON c.digest = n.digest AND c."rank" = n.best_rank
        )
        SELECT site, language, native_id, MAX(last_title) AS title, COUNT(DISTINCT run_id) AS runs,
            SUM(pages) AS pages, MIN(best_rank) AS best_rank, MAX(most_comments) AS most_comments,
            MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
        FROM seen
        GROUP BY site, language, native_id
        ORDER BY runs DESC, pages DESC, best_rank, native_id /* by bytes */, language /* by bytes */,
            site /* by bytes */"""),
    Question("views", "The most viewed articles: each counter's last printed value, how exact, and when observed", f"""
        SELECT a.article_id, a.title, a.outlet, a.views, a.comments, a.rating,
            {_of_last("views", "precision")}, {_of_last("comments", "precision")},
            {_of_last("views", "observed_at")},
            {_of_last("comments", "observed_at")},
            {_of_last("rating", "observed_at")}
        FROM article_latest a
        WHERE a.views IS NOT NULL
        ORDER BY a.views DESC, a.article_id /* by bytes */"""),  # noqa: S608
    Question("removed", "Articles that are missing: an interval, never a point", """
        SELECT p.article_id, p.state, p.last_ok, p.first_missing, p.misses, a.title
        FROM presence p
        LEFT JOIN article_latest a ON a.article_id = p.article_id
        WHERE p.state IN ('missing_suspected', 'removed_confirmed')
        ORDER BY p.first_missing, p.article_id /* by bytes */"""),
    Question("unreadable", "What could not be read, by reason and kind of page", """
        SELECT k.site, k.page_kind, q.reason, COUNT(*) AS captures, MAX(k.captured_at) AS latest
        FROM quarantine q
        JOIN capture k ON k.id = q.capture_id
        GROUP BY k.site, k.page_kind, q.reason
        ORDER BY captures DESC, q.reason /* by bytes */, k.site /* by bytes */, k.page_kind /* by bytes */"""),
)  # fmt: skip


def question(name: str) -> Question:
    """The question of that name. Raises UsageError, naming those there are."""
    for each in QUESTIONS:
        if each.name == name:
            return each
    raise UsageError(f"{name}: no such report; there are {', '.join(each.name for each in QUESTIONS)}")
