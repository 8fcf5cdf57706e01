"""A line of counter observations as inline SVG: no script, no library, no value that was not observed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

WIDTH, HEIGHT, MARGIN = 640, 120, 8

Observation = tuple[datetime, int]


def line_chart(observations: Sequence[Observation], label: str) -> Markup:
    """An SVG of the values over time, oldest first; empty where there are fewer than two.

    The points are the observations; the line between them only joins them.
    """
    if len(observations) < 2:
        return Markup("")
    points = _scaled(sorted(observations))
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = Markup("").join(Markup('<circle cx="{:.1f}" cy="{:.1f}" r="2.5"/>').format(x, y) for x, y in points)
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}"><polyline points="{}"/>{}</svg>'
    ).format(WIDTH, HEIGHT, label, line, dots)


def turns(observed: Sequence[Observation]) -> list[Observation]:
    """Without what stands between two of the same value: a list repeats one on every page, and the line is the same."""
    last = len(observed) - 1
    return [
        each
        for number, each in enumerate(observed)
        if number in (0, last) or not observed[number - 1][1] == each[1] == observed[number + 1][1]
    ]


def _scaled(observations: Sequence[Observation]) -> list[tuple[float, float]]:
    times = [moment.timestamp() for moment, _ in observations]
    values = [value for _, value in observations]
    return [
        (_scale(at, times, WIDTH), HEIGHT - _scale(value, values, HEIGHT))
        for at, value in zip(times, values, strict=True)
    ]


def _scale(value: float, values: Sequence[float], size: int) -> float:
    low, high = min(values), max(values)
    share = (value - low) / (high - low) if high > low else 0.5
    return MARGIN + share * (size - 2 * MARGIN)
