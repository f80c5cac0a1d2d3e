"""Plots are drawn here as inline SVG: stacked bars that stand along a time, or lie by name."""

from collections.abc import Sequence
from html import escape
from typing import Final
from unicodedata import east_asian_width

from surgeline.domain.texts import Words
from surgeline.reports.report import Plot

STYLES: Final = ("first", "second", "third", "fourth")
"""The styles of a bar's parts, which differ in more than their colour."""
MOST_RANKED: Final = 15
"""A plot of names shows so many at most. The tables have all of them."""
_WIDTH: Final = 960
_HEIGHT: Final = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 8, 12, 28
_LABELS: Final = 12
"""The most words along the axis."""
_LETTER: Final = 8
"""The width of a letter, at most."""
_ROW: Final = 30
_ROW_LETTER: Final = 10
_NAME_LETTERS: Final = 28


def drawn(plot: Plot, label: str, words: Words) -> str:
    """Return the figure with its legend. `label` says in words what is to be seen."""
    height, body = _lying(plot, words) if plot.is_ranked else (_HEIGHT, _standing(plot, words))
    legend = "".join(
        f'<li><svg viewBox="0 0 14 14" aria-hidden="true"><rect class="{style}" x="1" y="1"'
        f' width="12" height="12"/></svg> {escape(series.words)}</li>'
        for series, style in zip(plot.series, STYLES, strict=False)
    )
    return (
        f'<figure><div class="wide" role="group" aria-label="{escape(words("plot"))}"'
        ' tabindex="0">'
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {height}" role="img"'
        f' aria-label="{escape(label)}">\n{_PATTERNS}\n{body}\n</svg></div>\n'
        f'<figcaption><ul class="legend">{legend}</ul></figcaption></figure>'
    )


_PATTERNS: Final = (
    '<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="ground" width="6" height="6"/>'
    '<rect class="stripe" width="3" height="6"/></pattern>'
    '<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="ground" width="6" height="6"/><circle class="dot" cx="3" cy="3" r="1.6"/>'
    "</pattern></defs>"
)


def _standing(plot: Plot, words: Words) -> str:
    bars = len(plot.labels)
    top = _round_up(max((_sum(plot, place) for place in range(bars)), default=0))
    parts = [_axis(top, words), _names(plot.labels)]
    room = (_WIDTH - _LEFT - _RIGHT) / max(1, bars)
    scale = (_HEIGHT - _TOP - _BOTTOM) / top
    for place in range(bars):
        below, found = 0.0, [_title(plot, place, words)]
        for series, style in zip(plot.series, STYLES, strict=False):
            value = series.numbers[place]
            below += value
            if value:
                found.append(
                    f'<rect class="{style}" x="{_LEFT + place * room:.1f}"'
                    f' y="{_HEIGHT - _BOTTOM - below * scale:.1f}"'
                    f' width="{room * 0.8:.1f}" height="{value * scale:.1f}"/>'
                )
        parts.append(f"<g>{''.join(found)}</g>")
    return "\n".join(parts)


def _lying(plot: Plot, words: Words) -> tuple[int, str]:
    """Return the height of the plot, and a row for each name."""
    bars = min(len(plot.labels), MOST_RANKED)
    most = max((_sum(plot, place) for place in range(bars)), default=0) or 1
    names = [_short(name) for name in plot.labels[:bars]]
    room = 8 + _ROW_LETTER * max(map(_width, names), default=0)
    scale = (_WIDTH - room - 80) / most
    parts = []
    for place, name in enumerate(names):
        y, beside, found = 4 + place * _ROW, float(room), [_title(plot, place, words)]
        found.append(f'<text x="{room - 8}" y="{y + 16}" text-anchor="end">{escape(name)}</text>')
        for series, style in zip(plot.series, STYLES, strict=False):
            width = series.numbers[place] * scale
            if width:
                found.append(
                    f'<rect class="{style}" x="{beside:.1f}" y="{y}" width="{width:.1f}"'
                    f' height="{_ROW - 8}"/>'
                )
            beside += width
        told = _told(_sum(plot, place), words)
        found.append(f'<text x="{beside + 6:.1f}" y="{y + 16}">{told}</text>')
        parts.append(f"<g>{''.join(found)}</g>")
    return 8 + max(1, bars) * _ROW, "\n".join(parts)


def _short(name: str) -> str:
    return name if len(name) <= _NAME_LETTERS else f"{name[: _NAME_LETTERS - 1]}…"


def _width(name: str) -> int:
    """Return the width of a name in letters. A letter of Korean is nearly as wide as two others."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in name)


def _sum(plot: Plot, place: int) -> float:
    return sum(series.numbers[place] for series in plot.series[: len(STYLES)])


def _title(plot: Plot, place: int, words: Words) -> str:
    said = ", ".join(
        f"{series.words} {_told(series.numbers[place], words)}" for series in plot.series
    )
    return f"<title>{escape(f'{plot.labels[place]}: {said}')}</title>"


def _told(value: float, words: Words) -> str:
    """Return a number with two digits behind its point, or with none where it is whole."""
    return words.number(value, 0 if round(value, 2) == int(value) else 2)


def _axis(top: int, words: Words) -> str:
    lines = []
    for value in sorted({0, top // 2, top}):
        y = round(_HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM), 1)
        lines.append(f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
        told = words.number(value)
        lines.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{told}</text>')
    return "\n".join(lines)


def _names(labels: Sequence[str]) -> str:
    room = (_WIDTH - _LEFT - _RIGHT) / max(1, len(labels))
    step = -(-len(labels) // _LABELS) or 1
    places = [(_LEFT + place * room, labels[place]) for place in range(0, len(labels), step)]
    return "\n".join(
        f'<text x="{x:.1f}" y="{_HEIGHT - 8}">{escape(label)}</text>'
        for x, label in places
        if x + len(label) * _LETTER <= _WIDTH  # the last one may have no room
    )


def _round_up(most: float) -> int:
    """Return an even end of the axis that has at most two digits before its zeros."""
    whole = max(2, -int(-most // 1))
    unit = int(10 ** max(0, len(str(whole)) - 2))
    top = -(-whole // unit) * unit
    return top + top % 2
