"""Paragraphs amid an article that are not of it: markings of paid texts, calls to subscribe, cards of others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crawler.extraction.flow import Block

_LONGEST_MARKING = 300  # characters
_LONGEST_CALL = 150
_KEY = 20  # characters
_MARKINGS = ("реклама", "рекламодатель", "на правах рекламы", "erid")
_MARKED = ("erid", "инн ", "инн:", "огрн")
_CALLS = ("подписывайтесь", "подпишитесь", "подписаться", "subscribe to", "follow us", "join us", "join our")
_CALLED_TO = (
    "telegram", "телеграм", "канал", "рассылк", "whatsapp", "вконтакте", "youtube", "дзен", "соцсет", "newsletter",
    "channel", "mailing", "facebook", "twitter", "наш", "our ", "us on",
)  # fmt: skip


def is_aside(text: str) -> bool:
    """Whether a paragraph is `Реклама. ООО «…», ИНН …, erid: …` or `Подписывайтесь на наш Telegram-канал`."""
    if len(text) > _LONGEST_MARKING:
        return False
    opening = text[:_KEY].lower().lstrip("«»\"'•·*→►▶—–- ")
    if opening.startswith(_MARKINGS):
        lowered = text.lower()
        return any(mark in lowered for mark in _MARKED)
    if len(text) > _LONGEST_CALL or not opening.startswith(_CALLS):
        return False
    lowered = text.lower()
    return any(word in lowered for word in _CALLED_TO)


def without_cards(text: Sequence[Block], leads_to_another: Callable[[str | None], bool]) -> list[Block]:
    """The text without blocks that are one link to another article, perhaps with its date, but for items of lists.

    Where they are not fewer than the others it is a digest and made of them.
    """
    others = [block for block in text if not _is_card(block, leads_to_another)]
    return others if 2 * len(others) > len(text) else list(text)


def _is_card(block: Block, leads_to_another: Callable[[str | None], bool]) -> bool:
    anchor = block.atoms[0].anchor
    if anchor is None or block.within("li", "td", "blockquote"):
        return False
    linked = all(atom.anchor is anchor or not any(map(str.isalpha, atom.text)) for atom in block.atoms)  # or a date
    return linked and leads_to_another(anchor.href)
