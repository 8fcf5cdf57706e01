"""No class, id, or choice of tag is relied on: with all of them changed the same fields are read."""

import re
from hashlib import blake2b

import pytest
from practice_pages import fetched, practice_site, read, wrong_fields


def renamed(html):
    """Every class and id another word."""
    return re.sub(
        r'\b(class|id)="([^"]*)"', lambda m: f'{m[1]}="q{blake2b(m[2].encode(), digest_size=3).hexdigest()}"', html
    )


def without_classes(html):
    bare = re.compile(r'\s(?:class|id|itemprop|itemscope|itemtype|role|align|valign|width)(?:="[^"]*")?(?=[\s>])')
    return re.sub(r"<[a-z][^>]*>", lambda tag: bare.sub("", tag[0]), html)


def tags(**changes):
    """Other tags: `div="section"`."""

    def change(html):
        for old, new in changes.items():
            html = re.sub(rf"<(/?){old}\b", rf"<\1{new}", html)
        return html

    return change


def wrapped(html):
    """Everything three elements deeper, and white space between all tags."""
    deeper = html.replace("<body>", "<body><div><div><main>").replace("</body>", "</main></div></div></body>")
    return re.sub(r"</(div|p|li|ul|td|tr|h1|h2)>", r"</\1>\n   ", deeper)


def in_capitals(html):
    return re.sub(r"<(/?)([a-z]+[0-9]?)\b", lambda m: f"<{m[1]}{m[2].upper()}", html)


def sidebar_first(html):
    """The discussion list before the article, where it stands in an element of its own."""
    found = re.search(r"<aside>.*?</aside>", html, re.S)
    return html.replace(found[0], "").replace("<main>", found[0] + "<main>", 1) if found else html


MUTATIONS = {
    "renamed": renamed,
    "without classes": without_classes,
    "sections": tags(div="section"),
    "articles": tags(div="article"),
    "made-up tags": tags(div="x-box"),
    "no heading": tags(h1="div"),
    "headings lower": tags(h1="h3", h2="h4"),
    "lists as boxes": tags(ul="div", dl="div"),
    "wrapped": wrapped,
    "capitals": in_capitals,
    "sidebar first": sidebar_first,
}
MARKUPS = ["soup", "semantic", "metadata", "classes", "aside_first"]


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_the_same_fields_are_read_from_a_changed_markup(markup, mutation):
    practice = practice_site(markup, articles=14)
    for path in practice.paths():
        html = fetched(practice, path)[0].decode()
        found = read(practice, path, MUTATIONS[mutation](html).encode())
        truth = practice.truth(path)
        if mutation == "without classes" and markup == "semantic":  # its only date stood in microdata
            truth["article"] |= {"published_at": None, "published_precision": None}
        assert wrong_fields(found, truth) == {}, path
