"""A counter's observations as inline SVG: no script, no library, no value that was not observed.

Where a page was read and showed no number, the line is broken: nothing is drawn through what is not known. A number
that only a 304 vouches for is a ring, and the line that leads to it is dashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from archive.reading_room.times import observed

WIDTH, HEIGHT, MARGIN = 640, 130, 8


class Observation(NamedTuple):
    """A counter at a time; `value` is None where the page was read and had none."""

    at: datetime
    value: int | None
    inferred: bool


class Span(NamedTuple):
    """What a chart's axes end at, and whether it shows what is inferred or a gap."""

    first: datetime
    last: datetime
    least: int
    most: int
    inferred: bool
    gaps: bool


def span(observations: Sequence[Observation]) -> Span | None:
    """The ends of the axes; None where values were observed at fewer than two times: that is no line."""
    values = [each.value for each in observations if each.value is not None]
    times = [each.at for each in observations]
    if len({each.at for each in observations if each.value is not None}) < 2:
        return None
    inferred = any(each.inferred for each in observations if each.value is not None)
    return Span(min(times), max(times), min(values), max(values), inferred, len(values) < len(observations))


def turns(ordered: Sequence[Observation]) -> list[Observation]:
    """Without what stands between two that say the same, as a list does on every page: the line is the same."""
    last = len(ordered) - 1
    said = [each[1:] for each in ordered]
    return [
        each for n, each in enumerate(ordered) if n in (0, last) or not said[n - 1] == said[n] == said[n + 1]
    ]  # fmt: skip


def line_chart(observations: Iterable[Observation], label: str) -> Markup:
    """An SVG of the values over time; empty where there is no line to draw.

    The points are the observations; the line between them only joins them.
    """
    ordered = sorted(observations, key=lambda each: each.at)
    ends = span(ordered)
    if ends is None:
        return Markup("")
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>').format(
        WIDTH, HEIGHT, label, _line(ordered, ends, inferred=False), _line(ordered, ends, inferred=True),
        Markup("").join(_mark(each, ends) for each in ordered),
    )  # fmt: skip


def _line(ordered: Sequence[Observation], ends: Span, *, inferred: bool) -> Markup:
    """The pieces between neighbours that both have a value, and lead to one that is `inferred` or not."""
    pieces = [
        "M{:.1f} {:.1f}L{:.1f} {:.1f}".format(*_place(old.at, old.value, ends), *_place(new.at, new.value, ends))
        for old, new in pairwise(ordered)
        if old.value is not None and new.value is not None and new.inferred == inferred
    ]
    return Markup('<path class="{}" d="{}"/>').format("inferred" if inferred else "printed", "".join(pieces))


def _mark(each: Observation, ends: Span) -> Markup:
    if each.value is None:
        x, _ = _place(each.at, ends.least, ends)
        told = f"no number on {observed(each.at)}"
        return Markup('<path class="gap" d="M{:.1f} 0V{}"><title>{}</title></path>').format(x, HEIGHT, told)
    x, y = _place(each.at, each.value, ends)
    told = f"{each.value}{' (inferred)' if each.inferred else ''} on {observed(each.at)}"
    name = "inferred" if each.inferred else "printed"
    return Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="3"><title>{}</title></circle>').format(
        name, x, y, told
    )


def _place(at: datetime, value: int, ends: Span) -> tuple[float, float]:
    x = _scale(at.timestamp(), ends.first.timestamp(), ends.last.timestamp(), WIDTH)
    return x, HEIGHT - _scale(value, ends.least, ends.most, HEIGHT)


def _scale(value: float, low: float, high: float, size: int) -> float:
    share = (value - low) / (high - low) if high > low else 0.5
    return MARGIN + share * (size - 2 * MARGIN)
