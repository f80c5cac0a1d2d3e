"""The plot of arrivals is drawn here as inline SVG: one stacked bar for each interval or day."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

PARTS: Final = (
    ("answered_by_bot", "answered by the bot alone", "bot"),
    ("handed_off", "a person asked for", "person"),
    ("rest", "neither so far", "rest"),
)
"""The parts of a bar from the bottom: the name of the number, the words, and the style."""
_WIDTH: Final = 960
_HEIGHT: Final = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 8, 12, 28
_LABELS: Final = 12
"""The most words along the axis."""
_LETTER: Final = 8
"""The width of a letter, at most."""

Bar = tuple[str, Mapping[str, int]]
"""A bar's label, and its numbers."""


def bars_of(reports: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Return a bar for each interval of one day, or for each of several days."""
    if len(reports) == 1:
        return [(each["from"][11:16], _numbers(each)) for each in reports[0]["intervals"]]
    return [(each["day"], _numbers(each)) for each in reports]


def drawn(bars: Sequence[Bar], label: str) -> str:
    """Return the figure with its legend. `label` says in words what is to be seen."""
    top = _round_up(max((numbers["arrivals"] for _, numbers in bars), default=0))
    parts = [_axis(top), _names(bars)]
    parts += [_bar(place, len(bars), each, top) for place, each in enumerate(bars)]
    legend = "".join(
        f'<li><svg viewBox="0 0 14 14" aria-hidden="true"><rect class="{style}" x="1" y="1"'
        f' width="12" height="12"/></svg> {escape(words)}</li>'
        for _, words, style in PARTS
    )
    body = "\n".join(parts)
    return (
        '<figure><div class="wide" role="group" aria-label="Plot" tabindex="0">'
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-label="{escape(label)}">\n{_STRIPES}\n{body}\n</svg></div>\n'
        f'<figcaption><ul class="legend">{legend}</ul></figcaption></figure>'
    )


_STRIPES: Final = (
    '<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="ground" width="6" height="6"/>'
    '<rect class="stripe" width="3" height="6"/></pattern></defs>'
)


def _numbers(each: Mapping[str, Any]) -> dict[str, int]:
    found = {name: int(each[name]) for name in ("arrivals", "answered_by_bot", "handed_off")}
    return found | {"rest": found["arrivals"] - found["answered_by_bot"] - found["handed_off"]}


def _bar(place: int, bars: int, bar: Bar, top: int) -> str:
    label, numbers = bar
    room = (_WIDTH - _LEFT - _RIGHT) / bars
    x, width = _LEFT + place * room, room * 0.8
    said = ", ".join(f"{numbers[name]:,} {words}" for name, words, _ in PARTS)
    below, found = 0, [f"<title>{escape(f'{label}: {said}')}</title>"]
    for name, _, style in PARTS:
        height = numbers[name] / top * (_HEIGHT - _TOP - _BOTTOM)
        y = _HEIGHT - _BOTTOM - below / top * (_HEIGHT - _TOP - _BOTTOM) - height
        below += numbers[name]
        if numbers[name]:
            found.append(
                f'<rect class="{style}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}"'
                f' height="{height:.1f}"/>'
            )
    return f"<g>{''.join(found)}</g>"


def _axis(top: int) -> str:
    lines = []
    for value in sorted({0, top // 2, top}):
        y = round(_HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM), 1)
        lines.append(f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
        lines.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{value:,}</text>')
    return "\n".join(lines)


def _names(bars: Sequence[Bar]) -> str:
    room = (_WIDTH - _LEFT - _RIGHT) / len(bars)
    step = -(-len(bars) // _LABELS)
    places = [(_LEFT + place * room, bars[place][0]) for place in range(0, len(bars), step)]
    return "\n".join(
        f'<text x="{x:.1f}" y="{_HEIGHT - 8}">{escape(label)}</text>'
        for x, label in places
        if x + len(label) * _LETTER <= _WIDTH  # the last one may have no room
    )


def _round_up(most: int) -> int:
    """Return an even end of the axis that has at most two digits before its zeros."""
    unit = int(10 ** max(0, len(str(most)) - 2))
    top = -(-max(most, 2) // unit) * unit
    return top + top % 2
