"""The size of a text as an SMS is counted here, because each segment of it costs.

A text whose characters all belong to GSM-7 has 160 in one segment. Any other text has 70 units of
UTF-16. In several segments each has a few less.
"""

from dataclasses import dataclass
from math import ceil

from surgeline.adapters.channels.text import utf16

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("\f^{}\\[~]|€")
_GSM_ALONE, _GSM_JOINED = 160, 153
_UCS_ALONE, _UCS_JOINED = 70, 67
_PLAINER = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "…": "...",
        "•": "-",
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\t": " ",
        "`": "'",
    }
)
"""Characters with another of GSM-7 that people read alike."""


@dataclass(frozen=True, slots=True)
class Segments:
    """The encoding of an SMS, and how many segments it takes."""

    encoding: str
    count: int


def segments_of(text: str) -> Segments:
    """Return what a text takes as an SMS."""
    if is_gsm(text):
        units = len(text) + sum(each in _TWICE for each in text)
        return Segments("GSM-7", 1 if units <= _GSM_ALONE else ceil(units / _GSM_JOINED))
    units = utf16(text)
    return Segments("UCS-2", 1 if units <= _UCS_ALONE else ceil(units / _UCS_JOINED))


def is_gsm(text: str) -> bool:
    """Return whether every character belongs to GSM-7."""
    return all(each in _BASIC or each in _TWICE for each in text)


def cheaper(text: str) -> str:
    """Return the text with typographic marks made plain, if all of it then fits GSM-7.

    One curly quote would otherwise more than double the price. Any other text stays as it is.
    """
    plainer = text.translate(_PLAINER)
    return plainer if is_gsm(plainer) else text
