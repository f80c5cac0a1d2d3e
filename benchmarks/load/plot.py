"""A line plot is drawn as SVG by hand: axes, a few round numbers, and one line a series."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 360, 64, 48, 40, 16
COLOURS = ("#2b6cb0", "#c05621", "#2f855a", "#6b46c1", "#b83280")
TICKS = 5

Points = Sequence[tuple[float, float]]


def line_plot(title: str, x_name: str, y_name: str, series: Mapping[str, Points]) -> str:
    """Return the SVG. Both axes begin at 0, and without any point there are only axes."""
    points = [point for line in series.values() for point in line]
    x_step = _step(max((x for x, _ in points), default=1))
    y_step = _step(max((y for _, y in points), default=1))
    x_most, y_most = x_step * TICKS, y_step * TICKS
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        return LEFT + x / x_most * wide, HEIGHT - BOTTOM - y / y_most * high

    box, font = f'viewBox="0 0 {WIDTH} {HEIGHT}"', 'font-family="sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} {font}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(WIDTH / 2, 18, title, "middle"),
        _text(LEFT + wide / 2, HEIGHT - 8, x_name, "middle"),
        _text(8, TOP - 8, y_name, "start"),
    ]
    for tick in range(TICKS + 1):
        x, y = place(tick * x_step, tick * y_step)
        bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
        parts += [
            f'<line x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>',
            _text(LEFT - 6, y + 4, _number(tick * y_step), "end"),
            _text(x, bottom + 16, _number(tick * x_step), "middle"),
        ]
    for number, (name, line) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in sorted(line))
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        )
        parts.append(_text(WIDTH - RIGHT, TOP + 14 * (number + 1), name, "end", colour))
    return "\n".join([*parts, "</svg>", ""])


def _step(most: float) -> float:
    """Return a round number of which TICKS are at least `most`."""
    rough = max(most, 1e-9) / TICKS
    unit = 10.0 ** math.floor(math.log10(rough))
    return next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= rough * 0.9999)


def _number(value: float) -> str:
    return f"{value:g}"


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#333") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}"'
    return f'<text {place} text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
