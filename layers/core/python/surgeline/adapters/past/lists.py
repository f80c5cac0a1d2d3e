"""The entries of a list in a JSON document are found here, each with its line."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from surgeline.knowledge.articles.reading import unique_keys

_GAP: Final = re.compile(r"[\s,]*")


def entries(text: str, start: int) -> Iterator[tuple[int, Any]]:
    """Yield the entries of a list that begins at `start`, each with its line.

    The text is known to be valid.
    """
    decoder = json.JSONDecoder(object_pairs_hook=unique_keys)
    position, line, counted = start, 1, 0
    while True:
        gap = _GAP.match(text, position)
        position = gap.end() if gap else position
        if position >= len(text) or text[position] == "]":
            return
        line, counted = line + text.count("\n", counted, position), position
        entry, position = decoder.raw_decode(text, position)
        yield line, entry
