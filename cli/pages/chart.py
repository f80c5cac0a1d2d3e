"""A chart of a day is drawn here as inline SVG, with a stack of bars and stepped lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

Fill = Literal["main", "warm", "rest"]
Stroke = Literal["line", "dashed"]

_WIDTH: Final = 960
_HEIGHT: Final = 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 8, 12, 28
_LABELS: Final = 12
"""The most words along the axis."""
_LETTER: Final = 8
"""The width of a letter, at most."""
_FLOOR: Final = _HEIGHT - _BOTTOM
_HIGH: Final = _FLOOR - _TOP


@dataclass(frozen=True, slots=True)
class Bars:
    """One part of every bar, stacked on the parts before it."""

    name: str
    values: Sequence[float]
    fill: Fill = "main"


@dataclass(frozen=True, slots=True)
class Line:
    """A line with a step for each interval. It has a gap where a value is None."""

    name: str
    values: Sequence[float | None]
    stroke: Stroke = "line"


def chart(
    label: str, places: Sequence[str], bars: Sequence[Bars], lines: Sequence[Line] = ()
) -> str:
    """Return the figure with its legend. `label` says in words what is to be seen.

    `places` are the words along the axis, one for each interval.
    """
    stacks = [sum(each.values[place] for each in bars) for place in range(len(places))]
    points = [value for each in lines for value in each.values if value is not None]
    top = _round_up(max([*stacks, *points, 0]))
    drawn = [*_axis(top), *_words(places)]
    drawn += [_stack(place, places, bars, top) for place in range(len(places))]
    drawn += [_stepped(each, top) for each in lines]
    body = "\n".join(drawn)
    return (
        '<figure><div class="wide" role="group" aria-label="Chart" tabindex="0">'
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-label="{escape(label)}">\n{_STRIPES}\n{body}\n</svg></div>\n'
        f'<figcaption><ul class="legend">{"".join(_legend(bars, lines))}</ul></figcaption></figure>'
    )


_STRIPES: Final = (
    '<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="ground" width="6" height="6"/>'
    '<rect class="stripe" width="3" height="6"/></pattern></defs>'
)


def _legend(bars: Sequence[Bars], lines: Sequence[Line]) -> Iterator[str]:
    for part in bars:
        sample = f'<rect class="{part.fill}" x="1" y="1" width="12" height="12"/>'
        yield _entry(sample, part.name)
    for line in lines:
        yield _entry(f'<path class="{line.stroke}" d="M0 7h14"/>', line.name)


def _entry(sample: str, name: str) -> str:
    return f'<li><svg viewBox="0 0 14 14" aria-hidden="true">{sample}</svg> {escape(name)}</li>'


def _stack(place: int, places: Sequence[str], bars: Sequence[Bars], top: float) -> str:
    room = (_WIDTH - _LEFT - _RIGHT) / len(places)
    x, width = _LEFT + place * room, room * 0.8
    said = ", ".join(f"{each.values[place]:,.4g} {each.name}" for each in bars)
    below, found = 0.0, [f"<title>{escape(f'{places[place]}: {said}')}</title>"]
    for each in bars:
        height = each.values[place] / top * _HIGH
        y = _FLOOR - below / top * _HIGH - height
        below += each.values[place]
        if height:
            found.append(
                f'<rect class="{each.fill}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}"'
                f' height="{height:.1f}"/>'
            )
    return f"<g>{''.join(found)}</g>"


def _stepped(line: Line, top: float) -> str:
    room = (_WIDTH - _LEFT - _RIGHT) / len(line.values)
    path, is_drawn = [], False
    for place, value in enumerate(line.values):
        if value is None:
            is_drawn = False
            continue
        y = _FLOOR - value / top * _HIGH
        start = f"V{y:.1f}" if is_drawn else f"M{_LEFT + place * room:.1f} {y:.1f}"
        path.append(f"{start}H{_LEFT + (place + 1) * room:.1f}")
        is_drawn = True
    title = f"<title>{escape(line.name)}</title>"
    return f'<g>{title}<path class="{line.stroke}" d="{"".join(path)}"/></g>' if path else ""


def _axis(top: float) -> Iterator[str]:
    for value in (0, top / 2, top):
        y = round(_FLOOR - value / top * _HIGH, 1)
        yield f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{value:,.4g}</text>'


def _words(places: Sequence[str]) -> Iterator[str]:
    room = (_WIDTH - _LEFT - _RIGHT) / max(1, len(places))
    step = max(1, -(-len(places) // _LABELS))
    for place in range(0, len(places), step):
        x = _LEFT + place * room
        if x + len(places[place]) * _LETTER <= _WIDTH:  # the last one may have no room
            yield f'<text x="{x:.1f}" y="{_HEIGHT - 8}">{escape(places[place])}</text>'


def _round_up(most: float) -> float:
    """Return an even end of the axis that has at most two digits before its zeros."""
    whole = max(2, -int(-most // 1))
    unit = int(10 ** max(0, len(str(whole)) - 2))
    top = -(-whole // unit) * unit
    return float(top + top % 2)
