"""Which index of a knowledge base answers now, and where it is kept; building it is elsewhere.

What answers customers starts with this, and so without the checks of what authors write.
"""

import json
from dataclasses import dataclass

from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.refusals import Absent
from surgeline.errors import Unavailable
from surgeline.knowledge.answering.index import LEXICAL


@dataclass(frozen=True, slots=True)
class Current:
    """The index that a knowledge base answers from.

    `threshold` is what reviewed answers proved; None while the rehearsed one stands.
    """

    version: str
    tier: str
    threshold: float | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What tells one index from another."""
        return self.version, self.tier


def index_key(knowledge_base: str, version: str, tier: str = LEXICAL) -> str:
    """Where a version's index is kept."""
    suffix = "" if tier == LEXICAL else f".{tier}"
    return f"knowledge/{knowledge_base}/{version}{suffix}.index"


def current_index(blobs: Blobs, knowledge_base: str) -> Current | None:
    """What answers now; None before the first version was built.

    A pointer that can't be read is Unavailable: nothing is known of what it meant.
    """
    try:
        pointer = json.loads(blobs.get(f"knowledge/{knowledge_base}/current"))
        return Current(
            str(pointer["version"]), pointer.get("tier", LEXICAL), pointer.get("threshold")
        )
    except Absent:
        return None
    except (ValueError, TypeError, KeyError) as error:
        raise Unavailable(f"the pointer of {knowledge_base} is damaged; publish again") from error


def current_version(blobs: Blobs, knowledge_base: str) -> str | None:
    """The version that answers now; None before the first was built."""
    current = current_index(blobs, knowledge_base)
    return current.version if current else None
