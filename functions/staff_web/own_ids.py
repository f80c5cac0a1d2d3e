"""The ids that a page of staff gives what it sends are checked here."""

import re

from surgeline.errors import BadRequest

OWN_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


def own_id_of(text: str) -> str:
    """Return the page's own id of something it sends. Raises BadRequest."""
    if OWN_ID.fullmatch(text) is None:
        raise BadRequest("use letters, digits and hyphens", field="id")
    return text
