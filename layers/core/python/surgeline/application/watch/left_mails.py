"""Mails that nobody takes in are counted here, by when each was seen first.

A mail lies where it arrived for a moment, and is tried again each quarter of an hour. So only a
mail that still lies there later is left.
"""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.refusals import Changed

PAGE: Final = "mails"
LEFT_MS: Final = 20 * 60_000
MOST_KNOWN: Final = 1_000


def left_mails(notebook: Notebook, keys: Iterable[str], *, now: int) -> int:
    """Return how many of the stored mails have lain there for 20 minutes. Raises Unavailable."""
    page = notebook.read(PAGE)
    known: dict[str, int] = json.loads(page.body) if page.body else {}
    found = [hashlib.sha256(key.encode()).hexdigest()[:16] for key in keys][:MOST_KNOWN]
    seen = {each: min(known.get(each, now), now) for each in found}
    if seen != known:
        with suppress(Changed):  # another minute has noted the same mails
            notebook.write(PAGE, json.dumps(seen).encode(), after=page)
    return sum(now - since >= LEFT_MS for since in seen.values())
