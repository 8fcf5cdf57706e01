"""Lines in an article that are not of it: they point elsewhere, or stand where something else should."""

from __future__ import annotations

import re

from crawler.extraction.asides import is_aside
from crawler.extraction.flow import Block

_ADVERT = re.compile(
    r"[\W_]*(?:advert(?:isement)?|anzeige|werbung|реклама|publicidad|publicité|pubblicità|reklama?|annonse?|広告|广告)"
    r"[\W_]*",
    re.IGNORECASE,
)
# How such a line begins, in the languages of the press.
_POINTS = re.compile(
    r"\W*(?:read (?:more|also|next)|see also|also read|related|more (?:on|from)|recommended|you may also like"
    r"|lesen sie|lies auch|auch interessant|mehr (?:zum|zu|dazu)|siehe auch|das könnte|passend dazu|zum thema"
    r"|weitere? (?:artikel|themen)"
    r"|les (?:også|mer)|läs (?:också|även|mer)|læs (?:også|mere)|lue myös|lees (?:ook|meer)"
    r"|lire aussi|à lire|voir aussi|sur le même|lea? (?:también|además|más)|leer más|te puede interesar"
    r"|leia (?:também|mais)|leggi anche|czytaj|zobacz|przeczytaj|dowiedz się"
    r"|читайте|смотрите|по теме|см\.? также|материалы по теме|читати|дивіться"
    r"|関連|あわせて読|相关|更多|延伸阅读|관련|เรื่องที่เกี่ยวข้อง|>>|[»→►▶] )",
    re.IGNORECASE,
)
# An embedded post that waits for consent, a paywall, a script that did not run, a shortcode nobody expanded.
_INSTEAD = (
    "externe inhalt", "externen inhalt", "redaktioneller inhalt", "personenbezogene daten an dritt",
    "view this post on", "sieh dir diesen beitrag",
    "require javascript", "requires javascript", "enable javascript", "javascript aktivier", "включите javascript",
    "reserve to subscribers", "reserved to subscribers", "reserve for subscribers", "reserved for subscribers",
    "réservé aux abonnés", "réservée aux abonnés", "nur für abonnent", "exklusiv für abonnent",
    "solo para suscriptores", "sólo para suscriptores", "subscribe to continue", "subscribe to read",
    "会員限定", "有料会員",
)  # fmt: skip
_SHORTCODE = re.compile(r"\[/?\w+[ =].*\]")
_LONGEST_NOTICE = 400  # characters
_LONGEST_POINTER = 250
_SHORT = 60
_A_WORD = 30


def linked(block: Block) -> int:
    """Characters of a block that stand in links."""
    return sum(len(atom.text.strip()) for atom in block.atoms if atom.anchor is not None)


def is_pointer(block: Block) -> bool:
    """Whether a line only points elsewhere ("Read more: ...", a link alone) or stands instead of something."""
    text = block.text
    if _ADVERT.fullmatch(text) or is_aside(text) or (len(text) <= _LONGEST_NOTICE and _stands_instead(text)):
        return True
    inside = linked(block)
    if _is_link(block, inside) and not (block.tag == "p" and len(text) < _A_WORD):
        return True
    if len(text) > _LONGEST_POINTER or _POINTS.match(text) is None:
        return False
    return inside > 0 or (len(text) <= _SHORT and text[-1] not in ".!?")


def _stands_instead(line: str) -> bool:
    """Whether a line says that something is not shown."""
    lowered = line.lower()  # a pattern that ignores case takes twenty times as long
    return any(phrase in lowered for phrase in _INSTEAD) or _SHORTCODE.fullmatch(line) is not None


def is_link_item(block: Block) -> bool:
    """Whether an item of a list is a link with a few words, and no sentence with a link in it."""
    inside, length = linked(block), len(block.text)
    return inside >= 0.8 * length or (inside >= 0.4 * length and block.text[-1] not in ".!?")


def _is_link(block: Block, inside: int) -> bool:
    """Whether a line is a link, perhaps behind a label and a colon."""
    if inside >= 0.8 * len(block.text):
        return not (block.tag == "p" and block.text.endswith("."))  # no headline ends so
    if 2 * inside <= len(block.text) or block.atoms[-1].anchor is None:
        return False
    label = "".join(atom.text for atom in block.atoms if atom.anchor is None)
    return label.rstrip().endswith(":")
