"""Colours are compared here as WCAG 2 does, and an accent gets shades that everybody can read.

A colour is `#rrggbb`. The surfaces are those of the chat page's style sheet.
"""

import re
from dataclasses import dataclass

COLOUR = re.compile(r"#[0-9a-f]{6}")
TEXT_CONTRAST = 4.5
SURFACE_CONTRAST = 3.0
_WHITE, _BLACK = "#ffffff", "#000000"
_LIGHT_CARD, _LIGHT_TEXT_SURFACES = "#fffefc", ("#fffefc", "#f3f2ed", "#f1f0ea", "#e1efea")
_DARK_CARD, _DARK_TEXT_SURFACES = "#161c1b", ("#161c1b", "#0f1413", "#212927", "#1a3833")
_STEPS = 50
_DARK_SRGB = 0.04045
"""Below this share of a channel, sRGB is linear."""


@dataclass(frozen=True, slots=True)
class Shades:
    """The accent as a surface, the words on it, and the accent as the colour of words."""

    accent: str
    on_accent: str
    text: str


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def is_seen(accent: str) -> bool:
    """Return whether a surface of that colour stands out from the light page."""
    return contrast(accent, _LIGHT_CARD) >= SURFACE_CONTRAST


def nearest_seen(accent: str) -> str:
    """Return the lightest shade of the colour that stands out from the light page."""
    return _until(accent, _BLACK, (_LIGHT_CARD,), SURFACE_CONTRAST)


def light_shades(accent: str) -> Shades:
    """Return the shades for the light page. The accent stays as it is."""
    text = _until(accent, _BLACK, _LIGHT_TEXT_SURFACES, TEXT_CONTRAST)
    return Shades(accent, _words_on(accent), text)


def dark_shades(accent: str) -> Shades:
    """Return the shades for the dark page. The accent is made lighter until it stands out."""
    surface = _until(accent, _WHITE, (_DARK_CARD,), SURFACE_CONTRAST)
    text = _until(accent, _WHITE, _DARK_TEXT_SURFACES, TEXT_CONTRAST)
    return Shades(surface, _words_on(surface), text)


def _words_on(surface: str) -> str:
    """Return white or black. One of them is always readable on a colour."""
    return max((_WHITE, _BLACK), key=lambda words: contrast(words, surface))


def _until(colour: str, towards: str, surfaces: tuple[str, ...], least: float) -> str:
    """Return the first mix of a colour that has the contrast to every surface."""
    for step in range(_STEPS + 1):
        mixed = _mix(colour, towards, step / _STEPS)
        if all(contrast(mixed, each) >= least for each in surfaces):
            return mixed
    return towards


def _mix(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(each / 255) for each in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    result: float = value / 12.92 if value <= _DARK_SRGB else ((value + 0.055) / 1.055) ** 2.4
    return result


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
