"""The curve of precision over coverage is drawn here as inline SVG."""

from collections.abc import Sequence
from html import escape
from typing import Any, Final

_WIDTH: Final = 640
_HEIGHT: Final = 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 16, 48
# The axis begins at the first of these precisions that no point is below. They give round steps.
_FLOORS: Final = (0.8, 0.6, 0.2, 0.0)
_STEPS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


def drawn(curve: Sequence[dict[str, float]], expected: Sequence[dict[str, Any]]) -> str:
    """Return the curve with the promises marked on it; empty where nothing could be rehearsed."""
    if not curve:
        return "<p>Too few phrasings to draw what more or less caution would do.</p>"
    lowest = min(point["precision"] for point in curve)
    floor = next(each for each in _FLOORS if each <= lowest)
    points = " ".join(_at(point["answered"], point["precision"], floor) for point in curve)
    marks = "\n".join(_mark(each, floor) for each in expected if each["precision"] is not None)
    label = "; ".join(
        f"at {each['promise']:.0%} promised, {each['answered']:.1%} answered" for each in expected
    )
    return (
        f'<figure><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="Precision-coverage curve: {escape(label)}">\n{_axes(floor)}\n'
        f'<polyline class="curve" points="{points}"/>\n{marks}\n</svg>\n'
        '<figcaption class="soft">The further right, the more questions are answered; the '
        "lower, the more of those answers are wrong. Dots: the promises above.</figcaption>"
        "</figure>"
    )


def _axes(floor: float) -> str:
    lines = []
    for step in _STEPS:
        x, y = _x(step), _y(floor + step * (1 - floor), floor)
        lines.append(f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
        precision = f"{floor + step * (1 - floor):.0%}"
        lines.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{precision}</text>')
        lines.append(
            f'<text x="{x}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle">{step:.0%}</text>'
        )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    lines.append(
        f'<text x="{middle}" y="{_HEIGHT - 6}" text-anchor="middle">questions answered</text>'
    )
    right = f'x="{_WIDTH - _RIGHT}" y="{_TOP + 16}" text-anchor="end"'
    lines.append(f"<text {right}>right of the answers</text>")
    return "\n".join(lines)


def _mark(each: dict[str, Any], floor: float) -> str:
    x, y = _x(each["answered"]), _y(each["precision"], floor)
    return (
        f'<circle class="mark" cx="{x}" cy="{y}" r="5"><title>{each["promise"]:.0%} promised: '
        f"{each['answered']:.1%} answered</title></circle>"
    )


def _at(answered: float, precision: float, floor: float) -> str:
    return f"{_x(answered)},{_y(precision, floor)}"


def _x(answered: float) -> float:
    return round(_LEFT + answered * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(precision: float, floor: float) -> float:
    height = _HEIGHT - _TOP - _BOTTOM
    return round(_TOP + (1 - (precision - floor) / (1 - floor)) * height, 1)
