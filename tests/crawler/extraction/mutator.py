"""Other markups of the same page: what carries no meaning is changed at random, what a page says stays as it is.

Each mutation takes a tree (lxml.html) and a random generator. None may change what a reader of the page would see as
another text, another order of the article's parts, or another look of a paragraph against its neighbours (a lead is
told by its look): so tags are renamed one to one, and only what stands around an article is wrapped or moved.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable

from lxml import etree, html

Tree = html.HtmlElement
_SAID_IN_ATTRIBUTES = {
    "href", "src", "srcset", "alt", "title", "content", "property", "name", "rel", "hreflang", "datetime", "charset",
    "http-equiv", "aria-label", "itemprop", "hidden", "style", "type", "value", "lang", "data-src",
}  # fmt: skip
_BOXES = ("div", "section", "article", "main", "aside", "header", "footer", "figure", "figcaption", "address", "nav")
_OUTER = {"h1", "table", "main", "aside", "nav", "figure", "article", "section"}
_VOID = {"br", "img", "hr", "input", "meta", "link", "wbr", "source"}


def hashed_names(tree: Tree, dice: random.Random) -> None:
    """Every class and id another word."""
    salt = dice.random()
    for element in tree.iter(etree.Element):
        for name in ("class", "id"):
            if name in element.attrib:
                element.set(name, f"c{random.Random(f'{salt}{element.get(name)}').getrandbits(32):x}")


def dropped_attributes(tree: Tree, dice: random.Random) -> None:
    """Attributes that say nothing, a third of them or all."""
    share = dice.choice([0.3, 1.0])
    for element in tree.iter(etree.Element):
        for name in list(element.attrib):
            # A class counts where body paragraphs share one (codebook, lead): all go or none.
            if name not in _SAID_IN_ATTRIBUTES and (share == 1.0 or (name != "class" and dice.random() < share)):
                del element.attrib[name]


def added_attributes(tree: Tree, dice: random.Random) -> None:
    """Attributes of frameworks on every third element."""
    for element in tree.body.iter(etree.Element):
        if dice.random() < 0.3:
            element.set(dice.choice(["data-v-1f3a", "data-reactid", "x-data", "ng-if"]), str(dice.randrange(1000)))


def renamed_boxes(tree: Tree, dice: random.Random) -> None:
    """Boxes under other names, each its own, so that what differed still differs."""
    names = [tag for tag in _BOXES if dice.random() < 0.6]
    renamed = {tag: f"x-{tag}{dice.randrange(100)}" for tag in names}
    for element in tree.body.iter(*renamed):
        element.tag = renamed[element.tag]


def renamed_paragraphs(tree: Tree, dice: random.Random) -> None:
    """<p> under another name, where no line break in one would begin to mean something else."""
    if not any(p.find(".//br") is not None for p in tree.iter("p")):
        new = dice.choice(["x-p", "x-text"])
        for element in list(tree.body.iter("p")):
            element.tag = new


def renamed_headings(tree: Tree, dice: random.Random) -> None:
    """The heading under another name; those of the body lower."""
    new = dice.choice(["h1", "h2", "div", "x-title"])
    for element in list(tree.body.iter("h1", "h3")):
        element.tag = {"h1": new, "h3": "h4"}[element.tag]


def renamed_emphasis(tree: Tree, dice: random.Random) -> None:
    """<b> and <strong>, <i> and <em> for each other."""
    for element in list(tree.body.iter("b", "strong", "i", "em")):
        if dice.random() < 0.5:
            element.tag = {"b": "strong", "strong": "b", "i": "em", "em": "i"}[element.tag]


def wrapped_page(tree: Tree, dice: random.Random) -> None:
    """The whole page some elements deeper."""
    body = tree.body
    for _ in range(dice.randint(1, 4)):
        outer = etree.Element(dice.choice(["div", "main", "section", "x-root"]))
        outer.text, body.text = body.text, None
        outer.extend(list(body))
        body.append(outer)


def wrapped_boxes(tree: Tree, dice: random.Random) -> None:
    """Boxes around headings, figures, tables and sections."""
    for element in [each for each in tree.body.iter(*_OUTER) if dice.random() < 0.4]:
        parent = element.getparent()
        if parent is not None and parent.tag not in {"table", "tbody", "tr", "ul", "ol", "dl"}:
            _wrap(element, dice.choice(["div", "x-wrap"]))


def wrapped_texts(tree: Tree, dice: random.Random) -> None:
    """The text of links, cells and items in spans."""
    share = dice.choice([0.2, 1.0])
    for element in [each for each in tree.body.iter("a", "td", "li", "h1") if dice.random() < share]:
        if element.text and element.text.strip() and not len(element):
            span = etree.SubElement(element, "span")
            span.text, element.text = element.text, None


def moved_lists(tree: Tree, dice: random.Random) -> None:
    """The discussion, where it has an element of its own, before or behind all else."""
    for element in [*tree.body.iter("aside")][:1]:
        parent = element.getparent()
        if parent is not None:
            _cut(element)
            tree.body.insert(0, element) if dice.random() < 0.5 else tree.body.append(element)


def added_noise(tree: Tree, dice: random.Random) -> None:
    """What nobody sees: scripts, styles, templates, comments, hidden boxes, icons, between the page's boxes."""
    hidden = html.fragments_fromstring(
        '<div style="display:none"><p>Peter Sauer (Pjotr Sauer)</p><p>Hidden text. 08.09 04:37</p></div>'
        "<script>var a = '<p>983</p>';</script><style>p { color: red }</style><template><h1>No</h1></template>"
        '<noscript><img src="/pixel.gif"></noscript><div hidden>12 304</div><iframe src="/ad"></iframe>'
    )
    spots = [each for each in tree.body.iter(*_BOXES) if len(each) and each.tag != "figure"]
    for spot in dice.sample(spots, min(len(spots), 4)):
        noise = copy.deepcopy(dice.choice(hidden))
        noise.tail = None
        spot.insert(dice.randint(0, len(spot)), noise)
    for element in dice.sample([*tree.body.iter()], 5):
        if isinstance(element.tag, str) and element.tag not in {"script", "style", "title"} | _VOID:
            element.insert(0, _before_text(element, etree.Comment(" widget ")))


def spaced(tree: Tree, dice: random.Random) -> None:
    """White space between boxes, or none."""
    gap = dice.choice(["", "\n", "\n\t\t  \n"])
    boxes = {*_BOXES, "p", "ul", "li", "table", "tr", "td", "tbody", "h1", "h2", "h3"}
    for element in tree.body.iter(*boxes):
        if element.tail is not None and not element.tail.strip() and element.getnext() is not None:
            element.tail = gap if element.getnext().tag in boxes else element.tail


def added_furniture(tree: Tree, dice: random.Random) -> None:
    """What readers see and pass over, around the page: a banner, a path of sections, a list of titles, a foot."""
    above = (
        "<div><p>Мы используем файлы cookie, чтобы сайт работал лучше. Продолжая, вы соглашаетесь с этим.</p>"
        "<button>Принять</button></div>",
        '<ol><li><a href="/">Главная</a></li><li><a href="/news/">Новости</a></li></ol>',
        '<div><form action="/search"><input name="q"><button>Найти</button></form></div>',
        '<div><a href="/en/">EN</a> | <a href="/news/">RU</a> <span>+7 495 000-00-00</span></div>',
    )
    below = (
        '<section><h2>Популярное</h2><ol><li><a href="/about/1/">Почему дорожают самые обычные вещи</a></li>'
        '<li><a href="/about/2/">Что надо знать о новых правилах</a></li></ol></section>',
        '<div><a href="/about/">О проекте</a> <a href="/ads/">Рекламодателям</a> <span>16+</span></div>',
        "<p>© 2005–2025 ВПК.name. При использовании материалов ссылка обязательна.</p>",
    )
    for piece in dice.sample(above, dice.randint(1, 3)):
        tree.body.insert(0, html.fragment_fromstring(piece))
    for piece in dice.sample(below, dice.randint(1, 3)):
        tree.body.append(html.fragment_fromstring(piece))


def added_buttons(tree: Tree, dice: random.Random) -> None:
    """Share buttons in a box of their own behind the picture."""
    label = dice.choice(["Поделиться", "Share", "Поделиться:"])
    share = f'<div><span>{label}</span> <a href="#vk">VK</a> <a href="#tg">Telegram</a></div>'
    for figure in list(tree.body.iter("figure"))[:1]:
        figure.addnext(html.fragment_fromstring(share))


def _before_text(element: Tree, node: etree._Comment) -> etree._Comment:
    node.tail, element.text = element.text, None
    return node


def _wrap(element: Tree, tag: str) -> None:
    outer = etree.Element(tag)
    parent = element.getparent()
    parent.replace(element, outer)
    outer.tail, element.tail = element.tail, None
    outer.append(element)


def _cut(element: Tree) -> None:
    """Remove an element and leave the text behind it."""
    parent, before = element.getparent(), element.getprevious()
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    element.tail = None
    parent.remove(element)


MUTATIONS: tuple[Callable[[Tree, random.Random], None], ...] = (
    hashed_names, dropped_attributes, added_attributes, renamed_boxes, renamed_paragraphs, renamed_headings,
    renamed_emphasis, wrapped_page, wrapped_boxes, wrapped_texts, moved_lists, added_noise, added_furniture,
    added_buttons, spaced,
)  # fmt: skip


def parsed(page: bytes) -> html.HtmlElement:
    """The page (UTF-8) as lxml reads it, an XML declaration or not."""
    return html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))


def mutated(page: bytes, seed: int, most: int = 5) -> tuple[bytes, list[str]]:
    """A variant of the page (UTF-8) and the names of what was done to it, in order; the same for the same seed."""
    dice = random.Random(seed)
    tree = parsed(page)
    chosen = dice.sample(MUTATIONS, dice.randint(1, most))
    for mutation in chosen:
        mutation(tree, dice)
    return html.tostring(tree, encoding="utf-8", doctype="<!DOCTYPE html>"), [each.__name__ for each in chosen]
