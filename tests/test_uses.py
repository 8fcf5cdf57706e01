"""The three uses, from end to end on a practice site: cron, queries, replay."""

import html
import re
import shlex
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pytest

from archive.lock import exclusive
from crawler.practice.server import Fault, PracticeArchive, PracticeServer, PracticeSite
from crawler.practice.world import World

SEED = "1018475"
CRON_PAGE = Path(__file__).parents[1] / "docs" / "cron.md"
CUSTODY_PAGE = Path(__file__).parents[1] / "docs" / "custody.md"
QUERY_PAGE = Path(__file__).parents[1] / "docs" / "query.md"
RESEARCH_PAGE = Path(__file__).parents[1] / "docs" / "research.md"


def queries_of(page):
    """The queries of a page by their headings; the first section of a page may have none."""
    parts = page.read_text(encoding="utf-8").split("\n## ")[1:]
    return {
        part.partition("\n")[0]: query[1] for part in parts if (query := re.search(r"```sql\n(.*?)```", part, re.S))
    }


QUERIES, RESEARCH_QUERIES = queries_of(QUERY_PAGE), queries_of(RESEARCH_PAGE)


# --- cron ----------------------------------------------------------------------------------------------------------


def scheduled(svodka, base_url):
    """The command of the printed line, as cron hands it to the shell (crontab(5))."""
    line = svodka.run("schedule", "vpk", "--cron", "--base-url", base_url).stdout
    assert re.match(r"[\d,]+ (\*|[\d,]+) \* \* \* /", line)
    assert len(line.splitlines()) == 1
    return line.rstrip("\n").split(" ", 5)[5].replace(r"\%", "%")


def as_cron_does(command, folder):
    """Run it as cron does: nothing in the environment but these, from the home directory."""
    bare = ["env", "-i", f"HOME={folder}", "LOGNAME=nobody", "SHELL=/bin/sh", "PATH=/usr/bin:/bin"]
    return subprocess.run(
        [*bare, "/bin/sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


def test_cron_s_crawl_is_silent_and_its_next_start_is_not_due(svodka, practice, tmp_path):
    command = scheduled(svodka, practice.url)
    svodka.home.create()
    first = as_cron_does(command, tmp_path)
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    assert svodka.sql("SELECT count(*) FROM article_latest WHERE title IS NOT NULL") == [(30,)]
    asked = len(practice.requests)
    second = as_cron_does(command, tmp_path)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert len(practice.requests) == asked
    log = (svodka.home.path / "cron.log").read_text().splitlines()
    assert re.match(r"vpk: finished after .* 30 articles \(30 new\), 0 failures", log[0])
    assert log[1:] == ["vpk: not due yet"]
    assert svodka.sql("SELECT count(*) FROM run") == [(1,)]


def watching(svodka):
    """The line of the page that asks for known articles again, with absolute paths."""
    line = re.search(r"```sh\n(svodka sql .*)\n```", CRON_PAGE.read_text())[1]
    program = svodka.run("schedule", "vpk", "--cron").stdout.split(" ", 6)[5]
    return line.replace("svodka ", f"{program} --home {shlex.quote(str(svodka.home.path))} ")


def test_known_articles_are_asked_for_again_by_the_line_of_the_page(svodka, practice, tmp_path):
    command = watching(svodka)
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    with PracticeServer(PracticeSite(PracticeArchive(articles=2))) as other:  # whose articles are none of vpk's
        svodka.run("crawl", "generic", "--base-url", other.url)
    assert len(svodka.sql("SELECT DISTINCT site FROM article_latest")) == 2
    asked = len(practice.requests)
    done = as_cron_does(f"{command} --base-url {practice.url} --json", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(practice.requests) == asked + 31  # robots.txt, too
    of_vpk = "SELECT DISTINCT count(*) FROM reading WHERE article_id LIKE 'vpk:%' GROUP BY article_id"
    assert svodka.sql(of_vpk) == [(2,)]


def test_known_articles_are_not_asked_for_while_another_run_holds_the_folder(svodka, practice, tmp_path):
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    asked = len(practice.requests)
    with exclusive(svodka.home, "crawl vpk"):
        svodka.run("crawl", "vpk", "--base-url", practice.url, code=75)
        done = as_cron_does(f"{watching(svodka)} --base-url {practice.url}", tmp_path)
    assert done.returncode == 123  # of xargs, for whatever code from 1 to 125 its command ends with
    assert len(practice.requests) == asked


def test_cron_s_crawl_runs_again_when_it_is_due(svodka, practice, tmp_path):
    svodka.home.create().config_path.write_text("[crawl]\ninterval_hours = 1\n")
    command = scheduled(svodka, practice.url)
    as_cron_does(command, tmp_path)
    an_hour_passes(svodka)
    published = practice.site.publish(1)
    assert as_cron_does(command, tmp_path).returncode == 0
    assert svodka.sql("SELECT new_articles FROM run ORDER BY id") == [(30,), (len(published),)]


def an_hour_passes(svodka):
    before = datetime.now(UTC) - timedelta(hours=1)
    svodka.change(f"UPDATE run SET started_at = '{before:%Y-%m-%dT%H:%M:%S.%fZ}'")


def test_cron_s_crawl_keeps_away_as_long_as_the_mirror_asked_for(svodka, practice, tmp_path):
    command = scheduled(svodka, practice.url)
    svodka.home.create()
    practice.site.faults["*"] = Fault("status", status=429, headers=(("Retry-After", "7200"),))
    practice.site.faults["/robots.txt"] = Fault("status", status=404)
    assert as_cron_does(command, tmp_path).returncode == 5
    an_hour_passes(svodka)
    asked = len(practice.requests)
    again = as_cron_does(command, tmp_path)
    assert (again.returncode, again.stdout, len(practice.requests)) == (0, "", asked)


def test_cron_s_crawl_says_what_went_wrong_and_ends_with_its_exit_code(svodka, tmp_path):
    command = scheduled(svodka, "http://127.0.0.1:9/")
    svodka.home.create()
    done = as_cron_does(command, tmp_path)
    assert done.returncode == 6
    first, told = done.stdout.splitlines()
    assert first == f"svodka crawl vpk: exit code 6, see {svodka.home.path}/cron.log"
    assert told.startswith("svodka: http://127.0.0.1:9/: nothing could be fetched")
    assert done.stderr == ""


def test_a_line_without_an_archive_folder_is_a_trouble_that_cron_mails(svodka, tmp_path):
    done = as_cron_does(scheduled(svodka, "http://127.0.0.1:9/"), tmp_path)
    assert done.returncode != 0
    assert str(svodka.home.path) in done.stdout + done.stderr


def test_a_folder_that_is_not_there_yet_is_named_where_the_line_is_made(svodka):
    assert f"{svodka.home.path}: is not there yet" in svodka.run("schedule", "vpk").stderr
    svodka.home.create()
    assert svodka.run("schedule", "vpk").stderr == ""


def test_the_mirror_stands_in_the_line_and_in_the_unit(svodka):
    mirror = "http://mirror.example/100%25/"
    words = shlex.split(scheduled(svodka, mirror))
    assert words[1:7] == ["--home", str(svodka.home.path), "crawl", "vpk", "--if-due", "--base-url"]
    assert words[7] == mirror
    unit = svodka.run("schedule", "vpk", "--systemd", "--base-url", mirror).stdout
    assert '"--if-due" "--base-url" "http://mirror.example/100%%25/"\n' in unit


def test_what_can_never_run_is_not_scheduled(svodka):
    assert "not an http" in svodka.run("schedule", "vpk", "--base-url", "mirror", code=2).stderr
    assert "nowhere" in svodka.run("schedule", "nowhere", code=2).stderr


# --- an archive with some history ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crawled(tmp_path_factory, svodka_at):
    """A practice site that was crawled twice, with an edited headline and a vanished page in between."""
    svodka = svodka_at(tmp_path_factory.mktemp("uses") / "data")
    site = PracticeSite(PracticeArchive(seed=1, articles=30, now=datetime.now(UTC)))
    with PracticeServer(site) as server:
        svodka.run("crawl", "vpk", "--base-url", server.url)
        sent = _sent(svodka)
        newest = site.world.entries()[-1]
        site.remove(newest.native_id, newest.language)
        site.advance(timedelta(hours=10))
        edited = site.edit(SEED, "en", title="50 days to victory")
        named = [server.url.rstrip("/") + path for path in (edited.path, site.world.old_path(newest))]
        svodka.run("crawl", "vpk", *named, "--base-url", server.url)
        yield svodka, site, sent


def _sent(svodka):
    """What the practice site sends now for every URL that was captured, as a client without compression gets it."""
    known = svodka.sql("SELECT id, url FROM capture WHERE status = 200 AND record_type = 'response'")
    bodies = {}
    for capture_id, url in known:
        with urlopen(url, timeout=10) as answer:
            bodies[capture_id] = answer.read()
    return bodies


# --- queries -------------------------------------------------------------------------------------------------------


def articles(site):
    return list(site.world.archive.articles)


def tally(names):
    return {(name, count) for name, count in Counter(names).items()}


def a_day(svodka, site, rows):
    assert sum(row["articles"] for row in rows) == 30
    moscow = ZoneInfo("Europe/Moscow")  # the site's own days
    published = {(f"{each.published_at.astimezone(moscow):%Y-%m-%d}", each.outlet) for each in articles(site)}
    assert {(row["day"], row["outlet"]) for row in rows} == published


def by_country(svodka, site, rows):
    assert {(row["outlet"], row["articles"]) for row in rows} == tally(a.outlet for a in articles(site) if a.outlet)
    assert ("GB", "The Guardian") in {(row["outlet_country"], row["outlet"]) for row in rows}


def views_grew(svodka, site, rows):
    now = site.world.counters(site.world.article(SEED, "en")).views.value
    assert [(row["value"], row["change"]) for row in rows] == [(983, None), (now, now - 983)]


def on_the_chart(svodka, site, rows):
    """The first row of the seed page's own list stood there at both crawls. (The site's own list may name it too.)"""
    captures = {capture_id for (capture_id,) in svodka.sql(f"SELECT id FROM capture WHERE url GLOB '*/{SEED}_*'")}
    own = [row for row in rows if row["capture_id"] in captures]
    assert [(row["rank"], row["comments"]) for row in own] == [(1, 10436)] * 2


def edited_headlines(svodka, site, rows):
    before = "50 days to defeat: Trump's ultimatum only accelerated the Russian offensive"
    assert [(row["old_title"], row["new_title"]) for row in rows] == [(before, "50 days to victory")]
    assert rows[0]["between_at"] < rows[0]["and_at"]


def mentioned(svodka, site, rows):
    assert {(row["name"], row["articles"]) for row in rows} == tally(
        name for article in articles(site) for name in {each.name for each in article.mentions}
    )


def paid_for(svodka, site, rows):
    paid = [(f"vpk:{a.language}:{a.native_id}", span.href) for a in articles(site) for span in a.links if span.rel]
    assert sorted((row["article_id"], row["url"]) for row in rows) == sorted(paid)


def where_bytes_stand(svodka, site, rows):
    assert [(row["status"], row["record_type"]) for row in rows] == [(200, "response"), (410, "response")]


def gaps(svodka, site, rows):
    assert rows == []  # both crawls ran today and fetched more than ten pages


def bylines(svodka, site, rows):
    assert {(row["name"], row["articles"]) for row in rows} == tally(
        name for article in articles(site) for name in {each.name for each in article.authors}
    )


EXPECTED = {
    "Articles a day, by outlet": a_day,
    "Outlets, by country": by_country,
    "How the views of an article grew": views_grew,
    "The discussion chart over time": on_the_chart,
    "Edited headlines": edited_headlines,
    "Who and what is mentioned most": mentioned,
    "Links that are marked as paid for": paid_for,
    "All captures of a URL, and where their bytes stand": where_bytes_stand,
    "Gaps by day": gaps,
    "Bylines": bylines,
}


def test_every_query_of_the_page_is_tried():
    assert sorted(QUERIES) == sorted(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_query_answers_on_a_crawled_archive(crawled, name):
    svodka, site, _ = crawled
    newest = site.base_url + site.world.old_path(list(site.world.archive.entries.values())[-1])
    query = QUERIES[name].replace("'vpk:en:1'", f"'vpk:en:{SEED}'").replace("https://vpk.name/en/1_a.html", newest)
    query = query.replace("native_id = '1'", "native_id = '1041210'")
    EXPECTED[name](svodka, site, svodka.lines("sql", query))


# --- research questions, on what the practice site served ------------------------------------------------------------


def key(article):
    return f"vpk:{article.language}:{article.native_id}"


def at_a_moment(svodka, site, rows):
    """At the end of the first crawl: the headlines as they were before any edit."""
    assert [(row["article_id"], row["title"]) for row in rows] == sorted((key(a), a.title) for a in articles(site))


def away(svodka, site, rows):
    newest = articles(site)[-1]
    assert [(row["article_id"], row["misses"], row["back_at"]) for row in rows] == [(key(newest), 1, None)]
    assert rows[0]["last_ok"] < rows[0]["first_missing"] == rows[0]["last_missing"]


def in_the_discussion(svodka, site, rows):
    """One run looked at a listing; it showed the sidebar of the day on which the archive began."""
    began = World(site.world.archive).discussion()
    named = {f"vpk:{row.language}:{row.native_id}": row.rank for row in began if row.native_id}
    assert {row["article_id"]: row["best_rank"] for row in rows} == named
    assert {(row["runs"], row["not_yet_at"], row["gone_at"]) for row in rows} == {(1, None, None)}


def gained(svodka, site, rows):
    """The seed's page alone was asked for twice; nobody comments on it."""
    assert [(row["comments"], row["articles"]) for row in rows] == [(0, 1)]


def after_a_day(svodka, site, rows):
    """All but the seed's page were asked for once, and the seed's long after: nothing is known on one side."""
    assert rows == []


def on_agents(svodka, site, rows):
    marked = {key(a) for a in articles(site) if any("agent" in f.text or "агент" in f.text for f in a.footnotes)}
    for row in rows:
        of_language = [a for a in articles(site) if a.language == row["language"]]
        assert (row["articles"], row["with_footnote"]) == (len(of_language), sum(key(a) in marked for a in of_language))
    assert sum(row["with_footnote"] for row in rows) == len(marked) > 0


def both_languages(svodka, site, rows):
    of = {(a.native_id, a.language): a.published_at for a in articles(site)}
    told = {
        n: (of[n, "en"] - at) / timedelta(hours=1) for (n, each), at in of.items() if each == "ru" and (n, "en") in of
    }
    assert {row["native_id"]: round(row["hours"], 6) for row in rows} == told
    assert told


def together(svodka, site, rows):
    names = [sorted({each.name for each in a.mentions}) for a in articles(site) if a.language == "en"]
    pairs = Counter(pair for each in names for pair in combinations(each, 2))
    assert {(row["name"], row["together_with"]): row["articles"] for row in rows} == pairs
    assert pairs


def older(svodka, site, rows):
    dated = [(key(a), a.published_at - a.original_published_at) for a in articles(site) if a.original_published_at]
    expected = {name: span / timedelta(hours=1) for name, span in dated if span > timedelta(days=1)}
    assert {row["article_id"]: round(row["hours"], 6) for row in rows} == {n: round(h, 6) for n, h in expected.items()}


def of_the_listing(svodka, site, rows):
    """The front page names fifteen Russian articles, and the English list all; each of them was read."""
    began = World(site.world.archive)
    named = [*began.news("ru")[:15], *began.news("en")]
    days = Counter(f"{row.posted_at.astimezone(ZoneInfo('Europe/Moscow')):%Y-%m-%d}" for row in named)
    expected = [(day, number, number) for day, number in sorted(days.items())]
    assert [(row["day"], row["listed"], row["pages_read"]) for row in rows] == expected


def no_gap(svodka, site, rows):
    assert rows == []


RESEARCH = {
    "What the pages said at a moment": at_a_moment,
    "Pages that were away": away,
    "How long an article stayed in the discussion": in_the_discussion,
    "Comments gained, by day": gained,
    "Views a day after publication": after_a_day,
    "Articles with a footnote on foreign agents": on_agents,
    "The two languages of a story": both_languages,
    "Who is mentioned together": together,
    "Originals that are older by more than a day": older,
    "How much of a day's listing was read": of_the_listing,
    "When nobody looked": no_gap,
}


def test_every_research_question_is_tried():
    assert sorted(RESEARCH_QUERIES) == sorted(RESEARCH)


@pytest.mark.parametrize("name", RESEARCH)
def test_a_research_question_is_answered_as_the_site_would(crawled, name):
    svodka, site, _ = crawled
    ((first_run_ended,),) = svodka.sql("SELECT min(ended_at) FROM run")
    query = RESEARCH_QUERIES[name].replace("2025-09-08T04:06:00.000000Z", first_run_ended)
    RESEARCH[name](svodka, site, svodka.lines("sql", query))


# --- citations -----------------------------------------------------------------------------------------------------

# As the page has it; but warcio breaks on a br body where the package `brotli` is installed (warcio#73).
EXTRACT = "import sys; sys.modules['brotli'] = None; from warcio.cli import main; main(sys.argv[1:])"


def cited(svodka, capture_id):
    """What a citation claims of the page, and what others find where it says."""
    found = svodka.json("cite", capture_id)
    file = svodka.home.archive_folder("vpk") / found["payload_warc_file"]
    place = ["extract", "--payload", str(file), str(found["payload_warc_offset"])]
    page = subprocess.run([sys.executable, "-c", EXTRACT, *place], capture_output=True, check=True).stdout
    return found, f"sha256:{sha256(page).hexdigest()}"


def test_a_citation_is_checked_by_others_as_the_page_says(crawled):
    assert "warcio extract --payload FILE.warc.gz OFFSET | sha256sum" in CUSTODY_PAGE.read_text()
    svodka, _, _ = crawled
    for (capture_id,) in svodka.sql("SELECT capture_id FROM reading ORDER BY observed_at LIMIT 3"):
        found, digest = cited(svodka, capture_id)
        assert found["sha256"] == digest


def test_a_citation_of_what_did_not_come_again_leads_to_the_page(svodka, practice):
    page = practice.url.rstrip("/") + practice.site.paths()[-1]
    for _ in range(2):  # the second answer is a 304
        svodka.run("crawl", "vpk", page, "--base-url", practice.url)
    ((capture_id,),) = svodka.sql("SELECT id FROM capture WHERE status = 304 AND page_kind = 'article'")
    found, digest = cited(svodka, capture_id)
    assert (found["sha256"], found["inferred"]) == (digest, True)
    assert found["payload_capture_id"] != found["capture_id"] == capture_id


# --- replay --------------------------------------------------------------------------------------------------------


@contextmanager
def served(svodka):
    """`svodka serve` on free ports: (address of the pages, address of the archived bytes). It ends at an interrupt."""
    with svodka.start("serve", "--port", "0") as process:
        try:
            # A line before it says how to get the player of archived pages, where there is none.
            told = next(line for line in process.stderr if line.startswith("reading room: "))
            url, raw_port = re.match(r"reading room: (\S+) \(archived bytes on port (\d+)", told).groups()
            yield url, f"http://127.0.0.1:{raw_port}/raw/"
        finally:
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")


def test_the_reading_room_lists_every_capture_and_gives_the_bytes_that_were_sent(crawled):
    svodka, _, sent = crawled
    with served(svodka) as (room, raw):
        listed = _listed(room)
        assert listed == {capture_id for (capture_id,) in svodka.sql("SELECT id FROM capture")}
        assert len(sent) > 60
        for capture_id, body in sent.items():
            with urlopen(raw + capture_id, timeout=10) as answer:
                assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
                assert "Set-Cookie" not in answer.headers
                assert answer.read() == body


def _listed(room):
    """The captures of all pages of the list."""
    found, page = set(), "captures"
    while page:
        with urlopen(f"{room}{page}", timeout=10) as answer:
            text = answer.read().decode()
        found |= set(re.findall(r'href="/capture/([\w-]+)"', text))
        older = re.search(r'href="(\?[^"]*)">Older', text)
        page = older and f"captures{html.unescape(older[1])}"
    return found


def test_a_port_that_is_taken_is_a_mistake_in_one_line(crawled):
    svodka, _, _ = crawled
    with served(svodka) as (room, _):
        error = svodka.run("serve", "--port", room.split(":")[2].rstrip("/"), code=2).stderr
        assert "choose others" in error
        assert len(error.splitlines()) == 1
