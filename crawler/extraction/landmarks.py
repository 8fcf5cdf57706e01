"""The landmark layer: labels, counters, the outlet and the byline cut a page into its parts, whatever its tags are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborNode

from archive.records import Alternate, Counter, Image, Link
from crawler.extraction.article.article_text import ArticleText, numbers_below, without_lines_above
from crawler.extraction.article.captions import first_of_gallery, without_captions
from crawler.extraction.article.heading import behind_name, find_heading
from crawler.extraction.article.numbered_footnotes import are_numbered, tie_numbered
from crawler.extraction.article.parts import Parts, split_parts
from crawler.extraction.article.printed_date import DateReader
from crawler.extraction.article.tables import without_tables
from crawler.extraction.article.tail import Tail, find_mentions, kind_of_path
from crawler.extraction.asides import without_cards
from crawler.extraction.counters.find import find_counters, find_named
from crawler.extraction.counters.said import said_by
from crawler.extraction.counters.words import kinds_in, labelled
from crawler.extraction.facts import facts_of
from crawler.extraction.flow import Anchor, Block, Flow, Frame, Picture, read_flow, shown
from crawler.extraction.labels import Found, book_of
from crawler.extraction.layer import LayerReading
from crawler.extraction.lists.listing import lists_of_articles
from crawler.extraction.lists.row import RowList
from crawler.extraction.lists.rows import find_rows
from crawler.extraction.normalisers.counts import Count
from crawler.extraction.normalisers.dates import names_publication
from crawler.extraction.normalisers.footnotes import tie
from crawler.extraction.normalisers.images import uploaded_at
from crawler.extraction.normalisers.notes import find_notes
from crawler.extraction.normalisers.outlets import marked_outlet, split_outlet
from crawler.extraction.normalisers.text import clean
from crawler.extraction.normalisers.urls import host_of
from crawler.extraction.page import Page
from crawler.sites.site import Site

_LONGEST_WORD = 30  # characters
_LONGEST_CREDIT = 120  # characters
_HEAD = 6  # blocks behind the heading in which a date may stand
_ROW = 2  # blocks before the numbers of a row in which its link may stand
_OF_ALL = re.compile(r"\b(?:всего|все|всех|общ\w+|(?:сайт|портал|форум)\w*|all|total|overall|site)\b", re.IGNORECASE)
_SPONSOR_MARKS = ("erid=", "utm_medium=cpc")
_BUTTONS = ("print", "mailto", "email", "pdf")
_DETAILS = frozenset({"dt", "dd", "td", "th"})
_TABLE = frozenset({"td", "th", "tr", "tbody", "table"})
_IMAGE_SOURCES = ("src", "data-src", "data-original", "data-lazy-src")


@dataclass(slots=True)
class Landmarks:
    """What the layer found on a page. `body_urls` is where the links of the body lead."""

    reading: LayerReading = field(default_factory=LayerReading)
    flow: Flow = field(default_factory=Flow)
    lists: list[RowList] = field(default_factory=list)
    body_urls: list[str] = field(default_factory=list)

    @property
    def has_article(self) -> bool:
        """Whether a heading and a body were found."""
        return "title" in self.reading.fields and "body" in self.reading.fields


def read_landmarks(page: Page, site: Site, *, article: bool = True) -> Landmarks:
    """Read a page; `article=False` where it is a list, so that only its rows are of interest."""
    return _Reader(page, site).run(article=article)


class _Reader:
    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self.book = book_of(site.labels)
        self.zone = ZoneInfo(site.time_zone)
        self.dates = DateReader(page.fetched_at, self.zone)
        self.out = Landmarks()
        self.reading = self.out.reading
        self.taken: set[int] = set()
        self.labelled: dict[int, Found] = {}
        self.counted: list[Block] = []

    def run(self, *, article: bool) -> Landmarks:
        """The sidebar first, wherever it stands; then the mentions; then the article in what is left."""
        self.out.flow = read_flow(self.page.tree)
        self.blocks = self.out.flow.blocks
        self._cut_lists()
        if article and self.blocks:
            self._article()
        return self.out

    def _cut_lists(self) -> None:
        found_lists = find_rows(self.blocks, self.book, self.page.fetched_at, self.zone)
        self.out.lists = [
            each for each in found_lists if each.is_sure or lists_of_articles([each], self.page, self.site)
        ]
        for found in self.out.lists:
            self.taken.update(range(found.first, found.last + 1))
            if found.label:
                self.labelled[found.first] = Found("discussion", "")

    def _article(self) -> None:
        find, taken = self.book.find, self.taken
        for block in self.blocks:
            if block.index not in taken and (label := find(block)):
                self.labelled[block.index] = label
        for index in [i for i, label in self.labelled.items() if label.kind == "image_credit" and not label.rest]:
            self._credit_behind(index)
        mentions, used = find_mentions(
            self.blocks, self.labelled, self.book.mention_kinds, self.page.resolve, self._may_be_mention
        )
        self.taken |= used
        found = find_heading(self.blocks, self.taken | self.labelled.keys(), self._page_titles())
        if found is None:
            return
        self.reading.found("mentions", mentions, "label")
        self._heading(*found)
        self._behind(found[0])

    def _may_be_mention(self, url: str) -> bool:
        """Whether a link may lead to what an article mentions: not off the site, nor back to its lists."""
        if self.site.hosts and host_of(url) not in self.site.hosts:
            return False
        return facts_of(self.site, url) is None or kind_of_path(url, self.book.mention_kinds) is not None

    def _page_titles(self) -> list[str]:
        titles = [self.page.title, clean(self.page.meta.get("og:title", ""))]
        return [*titles, *(part for title in titles for part in behind_name(title, self.site.title))]

    def _heading(self, block: Block, rule: str) -> None:
        title, outlet = split_outlet(block.text)
        if outlet is None and block.index + 1 < len(self.blocks):
            following = self.blocks[block.index + 1]
            if following.text[0] == "(" and following.text[-1] == ")":
                outlet = split_outlet(f"x {following.text}")[1]
                self.taken |= {following.index} if outlet else set()
        self.reading.found("title", title, rule, block.printed)
        self.reading.found("title_raw", block.printed, rule)
        if outlet:
            self.reading.found("outlet", outlet.name, "heading", outlet.raw)
            self.reading.found("outlet_country", outlet.country, "heading", outlet.country_raw)

    def _behind(self, heading: Block) -> None:
        """All that follows the heading."""
        free = [block for block in self.blocks[heading.index + 1 :] if block.index not in self.taken]
        counters, used = find_counters(free, self._empty(heading, free), self.site.counters, self.dates.moment)
        self.counted = [self.blocks[index] for index in used]
        above = self._above(heading)
        named_above = self._undoubted(self._numbers_above(above), heading) if _are_missing(counters) else []
        self.reading.found("counters", counters, "counters")
        self.taken.update(used)
        text = ArticleText(self.blocks, self.labelled, self.taken).behind(heading, free)
        self._published(above, text)
        text = without_cards([block for block in text if block.index not in self.taken], self._is_another_article)
        lines = without_lines_above(without_tables(without_captions(text, self.blocks, self._pictures(heading, text))))
        numbers = numbers_below(lines)
        title = marked_outlet(heading.text)
        parts = split_parts(lines[: len(lines) - len(numbers)], title, self.book.footnotes)
        named_below = self._numbers_below(parts, numbers)
        if _are_missing(counters) and (named := named_below or named_above):
            self.reading.found("counters", named, "counters")
        self._parts(parts, title)
        self._image(heading, parts)
        Tail(self.blocks, self._behind_heading(heading), self.page.resolve, self.out.flow.pictures, self.book).read(
            self.reading, self.page.fetched_at, self.zone
        )

    def _pictures(self, heading: Block, text: Sequence[Block]) -> list[Picture]:
        """Those between the heading and the end of the text."""
        end = text[-1].index if text else 0
        return [picture for picture in self.out.flow.pictures if heading.index < picture.before <= end]

    def _numbers_below(self, parts: Parts, behind: list[Block]) -> list[Counter]:
        """Counters that are named behind the text, whose numbers are no paragraphs in any case."""
        above_footnotes = numbers_below(parts.body)
        del parts.body[len(parts.body) - len(above_footnotes) :]
        return find_named(above_footnotes + behind, self.site.counters)

    def _is_another_article(self, href: str | None) -> bool:
        """Whether a link leads to an article of the site that is not this one."""
        url = self.page.resolve(href)
        facts = facts_of(self.site, url) if url else None
        return facts is not None and facts.page_kind == "article" and url != self.page.url

    def _leads_away(self, href: str | None) -> bool:
        """Whether a link leads to anything but this article, its comments or its other language."""
        url = self.page.resolve(href)
        if url is None or url == self.page.url:
            return False
        here, there = facts_of(self.site, self.page.url), facts_of(self.site, url)
        return here is None or there is None or here.native_id is None or here.native_id != there.native_id

    def _empty(self, heading: Block, free: list[Block]) -> list[LexborNode]:
        """Elements without text between the heading and the block behind it; images too."""
        end = free[0].index if free else len(self.blocks)
        empty = [node for node, before in self.out.flow.empty if heading.index < before <= end]
        return empty + [p.node for p in self.out.flow.pictures if heading.index < p.before <= end]

    def _behind_heading(self, heading: Block) -> dict[int, Found]:
        return {index: label for index, label in sorted(self.labelled.items()) if index > heading.index}

    def _above(self, heading: Block) -> list[Block]:
        """The two blocks above the heading, where they stand beside it."""
        return [b for b in self.blocks[max(0, heading.index - 2) : heading.index] if _beside(b, heading)]

    def _numbers_above(self, above: Sequence[Block]) -> list[Counter]:
        """Counters that are named above the heading, where nothing says that they are of anything else."""
        lines = [block for block in above if block.index not in self.taken and self._may_count_this(block)]
        named = find_named(lines, self.site.counters, self.dates.moment)
        self.counted = lines if named else self.counted
        return named

    def _undoubted(self, named: list[Counter], heading: Block) -> list[Counter]:
        """Counters above the heading; one is in doubt where a line behind that says another number by its name."""
        behind = [block for block in self.blocks[heading.index + 1 :] if named and block.index not in self.taken]
        said = [each for block in behind if (each := labelled(block.text)) is not None]
        doubted = {c.kind for c in named if c.value is not None and any(_contradicts(each, c) for each in said)}
        return [Counter(c.kind, None, c.raw, None, "ambiguous", c.layer) if c.kind in doubted else c for c in named]

    def _may_count_this(self, block: Block) -> bool:
        """Whether numbers above the heading may be the article's: not the site's, nor those of a link or of its row."""
        if _OF_ALL.search(block.text) or any(self._leads_away(anchor.href) for anchor, _ in block.anchors()):
            return False
        before = self.blocks[max(0, block.index - _ROW) : block.index]
        leading = [anchor.href for each in before for anchor, _ in each.anchors()]
        return not any(self._is_another_article(href) and self._leads_away(href) for href in leading)

    def _published(self, above: list[Block], text: list[Block]) -> None:
        """A date near the heading, perhaps just before it, or in a line with the byline, which stays, or the counters.

        Where there is none, the one date on the page that says that it is the one of publication.
        """
        self.taken |= self.dates.of_changes(text[:_HEAD])
        if line := self.dates.dateline([*above, *text[:_HEAD]], text):
            text[:] = [line.byline if line.byline and each is line.block else each for each in text]
            self.taken |= set() if line.byline else {line.block.index}
            self.taken |= {line.clock.index} if line.clock else set()
            self.taken.update(block.index for block in _word_before(line.block, text))
        free = (block for block in self.blocks if block.index not in self.taken)
        moment = line.moment if line else self.dates.beside_counters(self.counted) or self.dates.said_elsewhere(free)
        if moment:
            self.reading.found("published_at", moment.at, "date", moment.raw)
            self.reading.found("published_precision", moment.precision, "date")

    def _parts(self, parts: Parts, title: str) -> None:
        body = [block.text for block in parts.body]
        self.reading.found("subtitle", parts.subtitle.text if parts.subtitle else None, parts.rule)
        self.reading.found("lead", "\n".join(block.text for block in parts.lead), parts.rule)
        self.reading.found("authors", parts.authors, "byline", " ".join(block.text for block in parts.byline) or None)
        self.reading.found("body", body, parts.rule)
        self.reading.found("editor_notes", find_notes(body, self.site.labels.note_signatures), "signature")
        above = [*([parts.subtitle] if parts.subtitle else []), *parts.lead, *parts.byline]  # a foreign agent may write
        if are_numbered(parts.footnotes):
            tied = tie_numbered(parts.footnotes, [*above, *parts.body])
        else:
            tied = tie(parts.footnotes, [title, *(block.text for block in above), *body])
        self.reading.found("footnotes", tied, "marker")
        self.reading.found("links", self._links(parts.body), "body")

    def _links(self, body: Sequence[Block]) -> list[Link]:
        """Outbound links of the body."""
        found: list[Link] = []
        for block in body:
            for anchor, text in block.anchors():
                url = self.page.resolve(anchor.href)
                if url is None:
                    continue
                self.out.body_urls.append(url)
                if host_of(url) not in self.site.hosts:
                    rel = anchor.node.attrs.get("rel") or ""
                    reason = _paid(rel, url)
                    found.append(Link(url, text or None, "sponsored" if reason else None, reason))
        return found

    def _image(self, heading: Block, parts: Parts) -> None:
        """The picture with the credit, else the first one between heading and body."""
        credit = next(
            (i for i, label in self.labelled.items() if label.kind == "image_credit" and i > heading.index), None
        )
        body_at = parts.body[0].index if parts.body else heading.index
        if credit is not None and credit > body_at:
            credit = None
        picture = self._picture(heading.index, credit if credit is not None else body_at, exact=credit is not None)
        if picture is None or (url := self._source(picture)) is None:
            return
        text = (self.labelled[credit].rest or None) if credit is not None else None
        self.reading.found(
            "image", Image(url, text, uploaded_at(url, self.page.fetched_at)), "credit" if text else "picture", text
        )

    def _picture(self, first: int, until: int, *, exact: bool) -> Picture | None:
        """The last picture before the credit that is no icon, or the one right behind it."""
        between = [p for p in self.out.flow.pictures if first < p.before <= until and not self._is_icon(p)]
        if between:
            return first_of_gallery(between) if exact else between[0]
        if not exact:
            return None
        end = until + 1
        while end < len(self.blocks) and self.blocks[end].tag in _DETAILS:  # of which the credit is one
            end += 1
        return next((p for p in self.out.flow.pictures if until < p.before <= end and not self._is_icon(p)), None)

    def _is_icon(self, picture: Picture) -> bool:
        if said_by(picture.node) is not None:  # an icon that says a counter
            return True
        if picture.anchor is not None and any(word in (picture.anchor.href or "") for word in _BUTTONS):
            return True
        attributes = picture.node.attributes
        sizes = [attributes.get("width") or "", attributes.get("height") or ""]
        if any(size.isdigit() and int(size) < 64 for size in sizes):
            return True
        beside = [block for block in self.counted if picture.before <= block.index]
        return any(b.frame is picture.frame or b.frame.parent is picture.frame.parent for b in beside)

    def _source(self, picture: Picture) -> str | None:
        attributes = picture.node.attributes
        for name in _IMAGE_SOURCES[1:] + _IMAGE_SOURCES[:1]:
            if url := self.page.resolve(attributes.get(name)):
                return url
        return None

    def _credit_behind(self, index: int) -> None:
        """A credit in an element of its own, behind its label: <dt>Image source</dt><dd>...</dd>."""
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        if following is None or following.index in self.labelled or following.index in self.taken:
            return
        here = self.blocks[index].frame
        paired = following.frame.parent is here.parent and following.tag in {"dd", "td", "span", "figcaption"}
        if paired or following.text.startswith("©") or self._are_a_pair(here, following):
            self.labelled[index] = Found("image_credit", following.text)
            self.taken.add(following.index)

    def _are_a_pair(self, label: Frame, following: Block) -> bool:
        """Whether an element holds nothing but a label and the few words behind it, which may be wrapped."""
        box = label.parent
        if box is None or len(following.text) > _LONGEST_CREDIT or following.text[-1] in ".!?…":
            return False
        held = self.blocks[max(0, following.index - 2) : following.index + 2]  # and the block on either side
        return following.frame.inside(box) and sum(block.frame.inside(box) for block in held) == 2


def _word_before(date: Block, text: Sequence[Block]) -> Iterator[Block]:
    """The word that stands in a block of its own before the time of publication: `Posted:`, `Дата`."""
    for before, block in pairwise(text):
        alone = block is date and len(before.text) <= _LONGEST_WORD and not before.is_heading
        if alone and (before.text[-1] == ":" or names_publication(f"{before.text} 1")):
            yield before


def _are_missing(counters: Sequence[Counter]) -> bool:
    return all(counter.absent_reason == "not_found" for counter in counters)


def _contradicts(said: tuple[str, Count], counter: Counter) -> bool:
    word, count = said
    return kinds_in(word) == (counter.kind,) and count.value != counter.value


def _beside(block: Block, heading: Block) -> bool:
    """Whether a block stands in the heading's own container, or in the one around it."""
    container = heading.frame.parent
    around = container.parent if container is not None else None
    frame = block.frame
    while frame.tag in _TABLE and frame not in {heading.frame, container} and frame.parent is not None:
        frame = frame.parent  # a table is a way to place a line, too
    near = {frame, block.frame.parent} & {container, heading.frame, around} != set()
    return block.frame.parent is not None and (near or _table_of(block) is _table_of(heading) is not None)


def _table_of(block: Block) -> Frame | None:
    """The innermost table around a block."""
    frame: Frame | None = block.frame
    while frame is not None and frame.tag != "table":
        frame = frame.parent
    return frame


def _paid(rel: str, url: str) -> str | None:
    """Why a link counts as paid for, or None."""
    if "sponsored" in rel.lower().split():
        return "rel=sponsored"
    return next((f"{mark.rstrip('=')} in the URL" for mark in _SPONSOR_MARKS[:1] if mark in url), None)


def alternates(page: Page, site: Site, found: Landmarks) -> list[Alternate]:
    """Links to the same article in another language: same number, other language.

    Those in lists do not count: which articles a list names has nothing to do with this one.
    """
    here = facts_of(site, page.url)
    if here is None or here.native_id is None:
        return []
    number = here.native_id
    likely = [anchor for anchor in found.flow.anchors if anchor.href and number in anchor.href]
    rows = {id(anchor): anchor.href for anchor in _listed(found.lists)} if likely else {}
    named: dict[str, Alternate] = {}
    for anchor in likely:
        page_named, hash_sign, _ = (anchor.href or "").partition("#")
        if id(anchor) in rows or (hash_sign and page_named in rows.values()):  # a row's link to the comments
            continue
        url = page.resolve(anchor.href)
        facts = facts_of(site, url) if url else None
        if url and facts and facts.native_id == here.native_id and facts.language not in {here.language, None}:
            named.setdefault(facts.language or "", Alternate(facts.language or "", url))
    return list(named.values())


def _listed(lists: Iterable[RowList]) -> Iterator[Anchor]:
    return (row.anchor for each in lists for row in each.rows if row.anchor is not None)


__all__ = ["Landmarks", "alternates", "read_landmarks", "shown"]
