"""Makes up a story from its number: the same one from the same seed, in Russian and English side by side."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from random import Random
from typing import Any

from archive.records import Author, EditorNote, Footnote, Mention
from crawler.practice.article import Block, BlockKind, Language, Picture, PracticeArticle, Span, clean
from crawler.practice.dice import dice
from crawler.practice.labels import DISCLAIMERS, TRANSLATOR, any_labels
from crawler.practice.slug import slug

_SIGNATURES: dict[Language, tuple[tuple[str, str], ...]] = {
    "ru": (("прим. ИноСМИ", "ИноСМИ"), ("Прим. ИноСМИ", "ИноСМИ"), ("прим. редакции", "редакции")),
    "en": (("approx. InoSMI", "InoSMI"),) * 3,
}
_DETAILS: dict[Language, tuple[str, str, str]] = {
    "ru": ("Подробности опубликованы на ", "сайте компании «{company}»", "."),
    "en": ("The details have been published on ", "the website of {company}", "."),
}
_BACKGROUND: dict[Language, tuple[str, str, str]] = {
    "ru": ("О предыстории ", "рассказывалось ранее", "."),
    "en": ("The background ", "has been reported earlier", "."),
}
_CARRIERS: dict[Language, tuple[str, str]] = {
    "ru": ("Такого мнения придерживается {role} ", "О том же пишет организация «"),
    "en": ("This opinion is shared by {role} ", 'The same is said by the organisation "'),
}


@cache
def phrases(language: Language) -> dict[str, Any]:
    """The tables of phrases that made-up stories are put together from."""
    text = files("crawler.practice.data").joinpath("phrases.json").read_text(encoding="utf-8")
    return json.loads(text)[language]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Headline:
    """What lists say of a story: enough for its URL."""

    title: str
    heading: str
    outlet: str | None
    outlet_country: str | None
    slug: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Which story: its number in the archive, and what is fixed from outside."""

    seed: int
    number: int
    native_id: str
    language: Language
    published_at: datetime
    given_heading: str | None = None
    comments: int | None = None
    alternate: str | None = None
    related: str | None = None  # the path of an earlier article, which the body may link to


@lru_cache(maxsize=8192)  # lists ask for the newest again and again
def headline(seed: int, number: int, language: Language) -> Headline:
    """The heading of a story, without making up the rest of it."""
    random = dice(seed, number, "heading")
    title = random.choice(phrases(language)["titles"]).format_map(facts(seed, number, language))
    if number % 19 == 7:  # some headings carry invisible hyphens
        title = title.replace("ро", "ро\u00ad").replace("pro", "pro\u00ad")
    outlet, country, code = random.choice(phrases(language)["outlets"])
    plain = clean(title)
    if is_wire(seed, number):
        return Headline(plain, title, None, None, slug(plain, language))
    return Headline(plain, f"{title} ({outlet}, {country})", outlet, code, slug(plain, language))


def given_headline(heading: str, language: Language) -> Headline:
    """A headline from its text; only the outlet that the seed page names is known."""
    suffix = " (Al Mayadeen, Lebanon)"
    title = heading.removesuffix(suffix)
    outlet = ("Al Mayadeen", "LB") if title != heading else (None, None)
    return Headline(title, heading, outlet[0], outlet[1], slug(title, language))


def is_wire(seed: int, number: int) -> bool:
    """Whether a story comes from an agency: no outlet, no byline, no disclaimer."""
    return dice(seed, number, "wire").random() < 0.3


def facts(seed: int, number: int, language: Language) -> dict[str, str]:
    """Who and what a story is about: the same in both languages."""
    random = dice(seed, number, "facts")
    table = phrases(language)
    names = {"company": "companies", "product": "products", "city": "cities", "person": "persons"}
    names |= {"country": "countries", "magazine": "magazines", "role": "roles"}
    chosen = {slot: random.choice(table[plural]) for slot, plural in names.items()}
    numbers = {"n": random.randint(21, 480), "small": random.randint(3, 19), "year": random.randint(2019, 2031)}
    return chosen | {slot: str(value) for slot, value in numbers.items()}


@dataclass
class _Draft:
    """A body in the making, with what its paragraphs turned out to hold."""

    language: Language
    random: Random
    facts: dict[str, str]
    blocks: list[Block] = field(default_factory=list)
    notes: list[EditorNote] = field(default_factory=list)
    footnotes: list[Footnote] = field(default_factory=list)

    def choose(self, table: str) -> str:
        """One phrase of a table with the story's facts in it, and fresh numbers."""
        fresh = {"n": str(self.random.randint(21, 480)), "small": str(self.random.randint(3, 19))}
        phrase = str(self.random.choice(phrases(self.language)[table]))
        return phrase.format_map(self.facts | fresh)

    def sentence(self) -> str:
        """A sentence with its full stop."""
        opener, core, closer = self.choose("openers"), self.choose("sentences"), self.choose("closers")
        proper = opener and core.startswith(self.facts["company"])
        core = core if not opener or proper else core[0].lower() + core[1:]
        return f"{opener}{core}{closer}."

    def add(self, kind: BlockKind, *spans: Span) -> None:
        """Append a block to the body."""
        self.blocks.append(Block(kind, spans))

    def paragraph(self) -> list[Span]:
        """Two to five sentences; now and then one is bold, or stands behind a line break."""
        sentences = [self.sentence() for _ in range(self.random.randint(2, 5))]
        text = " ".join(sentences)
        chance = self.random.random()
        if chance < 0.06:
            return [Span(sentences[0], strong=True), Span(" " + " ".join(sentences[1:]))]
        if chance < 0.12:
            return [Span(sentences[0]), Span("\n"), Span(" ".join(sentences[1:]))]
        if chance < 0.15:
            return [Span(text.replace("пост", "по\u00adст").replace("deliver", "de\u00adliver"))]
        return [Span(text)]


def story(identity: Identity) -> PracticeArticle:
    """The whole article."""
    language, number = identity.language, identity.number
    random = dice(identity.seed, number, "story")
    head = _headline(identity)
    draft = _Draft(language, random, facts(identity.seed, number, language))
    wire = head.outlet is None
    subtitle, lead = _annotation(draft)
    byline, authors = (None, ()) if wire else _byline(draft)
    _body(draft, identity, wire)
    agency = phrases(language)["agencies"][0]
    local = dice(identity.seed, number, language)
    popular = local.random()
    bare_label = random.random() < 0.4
    published = identity.published_at - timedelta(hours=random.randint(2, 30))
    return PracticeArticle(
        native_id=identity.native_id, language=language, slug=head.slug, title=head.title, heading=head.heading,
        outlet=head.outlet, outlet_country=head.outlet_country, subtitle=subtitle, lead=lead, byline=byline,
        authors=authors, body=tuple(draft.blocks), editor_notes=tuple(draft.notes),
        footnotes=tuple(draft.footnotes), picture=_picture(draft, head.slug, identity),
        published_at=identity.published_at,
        rights_holder=agency if wire else TRANSLATOR[language], rights_as_logo=random.random() < 0.3,
        rights_url="https://polyus.example/" if wire else "https://inosmi.example/",
        original_url=f"https://{'polyus' if wire else 'inosmi'}.example/{identity.published_at:%Y%m%d}/{number}.html",
        original_published_at=None if bare_label or random.random() < 0.3 else published,
        original_is_label=bare_label, disclaimer=None if wire else DISCLAIMERS[language],
        mentions=_mentions(draft), labels=any_labels(language, local), alternate=identity.alternate,
        views=int(40 + 20000 * popular**4 + (1_400_000 if number % 97 == 5 else 0)),
        comments=local.randint(0, 60) if identity.comments is None else identity.comments,
        rating=local.randint(-9, 30), spelling=local.randrange(100),
    )  # fmt: skip


def _headline(identity: Identity) -> Headline:
    if identity.given_heading is not None:
        return given_headline(identity.given_heading, identity.language)
    return headline(identity.seed, identity.number, identity.language)


def _annotation(draft: _Draft) -> tuple[str | None, tuple[str, ...]]:
    """Subtitle and lead; a lead has two sentences or more, so that one alone cannot be taken for a subtitle."""
    chance = draft.random.random()
    subtitle = draft.choose("subtitles") if chance < 0.8 else None
    blocks = [f"{draft.choose('leads')} {draft.sentence()}"]
    if chance < 0.12:
        blocks.append(draft.sentence() + " " + draft.sentence())
    return subtitle, tuple(blocks) if chance > 0.08 else ()


def _byline(draft: _Draft) -> tuple[str | None, tuple[Author, ...]]:
    """One to three authors, most with the original spelling in brackets; one in twelve articles is unsigned."""
    count = draft.random.choice((0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3))
    table = phrases(draft.language)
    chosen = draft.random.sample(range(len(table["authors"])), count)
    bare = draft.random.random() < 0.15
    authors = tuple(Author(table["authors"][i], None if bare else table["originals"][i]) for i in chosen)
    printed = ", ".join(a.name if bare else f"{a.name} ({a.name_original})" for a in authors)
    return printed or None, authors


def _body(draft: _Draft, identity: Identity, wire: bool) -> None:
    """Paragraphs with what the codebook wants read out of them."""
    random = draft.random
    extras: dict[int, list[str]] = {}
    count = random.randint(11, 20)
    wanted = [] if wire else ["note"] * random.choice((0, 1, 1, 2, 3))
    wanted += random.choice(([], [], ["footnote"], ["footnote", "footnote"]))
    wanted += random.choice(([], ["link"], ["link", "sponsored"], ["internal"]))
    wanted += random.choice(([], ["subheading"], ["subheading", "list"], ["quote"]))
    for extra in wanted:
        extras.setdefault(random.randrange(1, count - 1), []).append(extra)
    for position in range(count):
        _paragraph(draft, extras.get(position, []), identity)


def _paragraph(draft: _Draft, extras: list[str], identity: Identity) -> None:
    if "subheading" in extras:
        draft.add("subheading", Span(draft.choose("subheadings")))
    spans = draft.paragraph()
    for extra in extras:
        if extra == "note":
            _note(draft, spans)
        elif extra == "footnote":
            _footnote(draft, spans)
        elif extra in ("link", "sponsored", "internal"):
            spans += _link(draft, extra, identity)
    draft.add("paragraph", *spans)
    if "list" in extras:
        for item in draft.random.sample(phrases(draft.language)["items"], 3):
            draft.add("item", Span(f"{item};"))
    if "quote" in extras:
        draft.add("quote", Span(draft.sentence()))


def _note(draft: _Draft, spans: list[Span]) -> None:
    """The translator's insertion, in one of the spellings of the codebook, behind the paragraph's last sentence."""
    text = draft.choose("notes")
    signed, signer = draft.random.choice(_SIGNATURES[draft.language])
    shout = text[0].upper() + text[1:]
    spelling = draft.random.randrange(5)
    stop = signed if signed.endswith(".") else signed + "."
    printed = (
        f" ({text} — {signed}).",
        f" ({text} – {signed}).",
        f" ({text}{signed}).",
        f" ({text}. — {signed})",
        f" {shout} — {stop[:-1]}).",
    )[spelling]
    last = spans[-1]
    body = last.text.removesuffix(".") if spelling < 3 else last.text
    spans[-1] = Span(body + printed)
    draft.notes.append(EditorNote(shout if spelling == 4 else text, signer, len(draft.blocks)))


def _footnote(draft: _Draft, spans: list[Span]) -> None:
    """A name that carries a marker, and the footnote it is tied to."""
    first = not draft.footnotes
    table = phrases(draft.language)
    carrier = _CARRIERS[draft.language][0 if first else 1].format_map(draft.facts)
    name = draft.random.choice(table["footnoted_persons" if first else "footnoted_organisations"])
    closing = "" if first else ("»" if draft.language == "ru" else '"')
    marker = "*" if first else "**"
    spans.append(Span(f" {carrier}{name}{closing}{marker}."))
    draft.footnotes.append(Footnote(marker, table["footnotes"][0 if first else 1], (name,)))


def _link(draft: _Draft, kind: str, identity: Identity) -> list[Span]:
    """A sentence with a link in it: outbound, paid for, or to an earlier article of the site."""
    if kind == "internal":
        if identity.related is None:
            return []
        before, text, after = _BACKGROUND[draft.language]
        return [Span(f" {before}"), Span(text, identity.related), Span(after)]
    before, text, after = _DETAILS[draft.language]
    sponsored = kind == "sponsored"
    href = f"https://{'shop' if sponsored else 'www'}.company-{draft.random.randint(1, 40)}.example/press"
    rel = "sponsored" if sponsored else None
    return [Span(f" {before}"), Span(text.format_map(draft.facts), href, rel), Span(after)]


def _picture(draft: _Draft, name: str, identity: Identity) -> Picture | None:
    random = draft.random
    if random.random() < 0.1:
        return None
    uploaded = identity.published_at - timedelta(seconds=random.randint(60, 3600))
    code = "".join(random.choices("abcdefghijkmnpqrstuvwxyz23456789", k=8))
    plausible = random.random() > 0.05
    stamp = int(uploaded.timestamp()) if plausible else 12345
    credit = f"© {draft.choose('agencies')} {random.choice(phrases(draft.language)['persons'])}"
    return Picture(f"/file/img/{name[:40].strip('_-')}-{code}-{stamp}.t.jpg", credit, uploaded if plausible else None)


def _mentions(draft: _Draft) -> tuple[Mention, ...]:
    """Up to six, grouped by kind as the site prints them; the last may be a tag, which has no kind."""
    tables = {"country": "country_names", "company": "companies", "person": "persons", "product": "products"}
    table = phrases(draft.language)
    found = []
    for kind, plural in tables.items():
        for name in draft.random.sample(table[plural], draft.random.choice((0, 1, 1, 2))):
            found.append(Mention(name, kind, f"/{kind}/{slug(name, 'ru')}/"))
    if draft.random.random() < 0.3:
        name = draft.random.choice(table["projects"])
        found.append(Mention(name, "project", f"/project/{slug(name, 'ru')}/"))
    if draft.random.random() < 0.2:
        name = draft.choose("items")
        found.append(Mention(name, None, f"/tag/{slug(name, 'ru')}/"))
    return tuple(found)
