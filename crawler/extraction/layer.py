"""What a layer of the reader hands back: for every field the value, the rule, and the text it was read from."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class Finding(Struct):
    """`value` has the type of the item's field; `rule` says how it was found; `raw` is the text it was parsed from."""

    value: Any
    rule: str
    raw: str | None = None


class LayerReading(Struct):
    """The findings of one layer, by field of ArticleItem. A field that is not there was not found."""

    fields: dict[str, Finding] = field(default_factory=dict)

    def found(self, name: str, value: Any, rule: str, raw: str | None = None) -> None:
        """Keep a value; None and empty are not found."""
        if value or value == 0:
            self.fields[name] = Finding(value, rule, raw)
