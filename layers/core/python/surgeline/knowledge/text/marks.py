"""Texts are normalised here, after long runs of combining marks are cut.

Unicode orders the marks of a letter. Python's time for this grows with the square of the number of
marks. A message of marks alone would hold a processor for seconds. Unicode's own stream-safe format
(UAX #15) allows 30 marks in a row, and no writing system comes near.
"""

import re
import unicodedata
from typing import Final, Literal

LONGEST_RUN: Final = 30

# Only other characters than these can be marks, and a long run needs as many of them in a row.
_MAY_BE_LONG: Final = re.compile(f"[^\x00-\u02ff\uac00-\ud7a3]{{{LONGEST_RUN + 1}}}")

# These characters begin with a mark once they are decomposed, but have no class of a mark.
_HIDDEN_MARKS: Final = frozenset("\u0f73\u0f75\u0f81\uff9e\uff9f")


def normalised(form: Literal["NFC", "NFD", "NFKC"], text: str) -> str:
    """Return the text in a Unicode form, with only the first 30 marks of each run."""
    return unicodedata.normalize(form, stream_safe(text))  # noqa: TID251 - the one place for it


def stream_safe(text: str) -> str:
    """Return the text without the marks that directly follow 30 other marks."""
    if text.isascii() or not _MAY_BE_LONG.search(text):
        return text
    kept: list[str] = []
    run = 0
    for character in text:
        marks = unicodedata.combining(character) or character in _HIDDEN_MARKS
        run = run + 1 if marks else 0
        if run <= LONGEST_RUN:
            kept.append(character)
    return text if len(kept) == len(text) else "".join(kept)
