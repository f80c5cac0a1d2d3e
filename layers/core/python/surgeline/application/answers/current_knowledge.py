"""The pointer to the index that answers now is read here. Building an index is elsewhere.

The answering functions load only this module, and so none of the checks of authors' texts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.refusals import Absent
from surgeline.errors import Unavailable
from surgeline.knowledge.answering.index import LEXICAL
from surgeline.knowledge.answering.traffic import Move


@dataclass(frozen=True, slots=True)
class PicksProved:
    """The rehearsal of a model on a version. A threshold of None means that its picks never answer.

    The model was asked that many questions (`asked`), picked an article for some, and was right in
    some of these.
    """

    model: str
    version: str
    asked: int
    picked: int
    right: int
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Current:
    """The index that a knowledge base answers from.

    `threshold` is the one that reviewed answers proved. It is None while the rehearsed one stands.
    `traffic` holds the thresholds that recent questions moved. Reviews come before traffic. `held`
    are the articles that are offered and never answered, because their review is due. `states` are
    the articles whose state is not `automated`, with it. `picks` is the rehearsal of a model that
    picks among candidates. `least` is what an answer needs at least because of labels, and None
    while they ask no more than what stands.
    """

    version: str
    tier: str
    threshold: float | None = None
    traffic: tuple[Move, ...] = ()
    held: tuple[str, ...] = ()
    states: tuple[tuple[str, str], ...] = ()
    picks: PicksProved | None = None
    least: float | None = None

    def picks_need(self, model: str) -> float | None:
        """Return the confidence from which a model's picks answer. None means never."""
        proved = self.picks
        known = proved is not None and (proved.model, proved.version) == (model, self.version)
        return proved.threshold if proved is not None and known else None

    @property
    def key(self) -> tuple[str, str]:
        """Return the parts that tell one index from another."""
        return self.version, self.tier


def pointer_key(knowledge_base: str) -> str:
    """Return the key of the pointer to the version that answers."""
    return f"knowledge/{knowledge_base}/current"


def index_key(knowledge_base: str, version: str, tier: str = LEXICAL) -> str:
    """Return the key under which a version's index is kept."""
    suffix = "" if tier == LEXICAL else f".{tier}"
    return f"knowledge/{knowledge_base}/{version}{suffix}.index"


def current_index(blobs: Blobs, knowledge_base: str) -> Current | None:
    """Return the index that answers now, or None before the first version was built.

    An unreadable pointer is Unavailable, because nothing is known of its meaning.
    """
    try:
        pointer = json.loads(blobs.get(pointer_key(knowledge_base)))
        return Current(
            str(pointer["version"]),
            pointer.get("tier", LEXICAL),
            pointer.get("threshold"),
            tuple(map(Move.of, pointer.get("traffic", ()))),
            tuple(map(str, pointer.get("held", ()))),
            tuple(sorted((str(name), str(state)) for name, state in _states(pointer).items())),
            _picks(pointer),
            pointer.get("least"),
        )
    except Absent:
        return None
    except (ValueError, TypeError, KeyError) as error:
        raise Unavailable(f"the pointer of {knowledge_base} is damaged; publish again") from error


def _states(pointer: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(pointer.get("states", {}))


def _picks(pointer: Mapping[str, Any]) -> PicksProved | None:
    found = pointer.get("picks")
    known = {each.name for each in fields(PicksProved)}
    return PicksProved(**{name: found[name] for name in known}) if found else None


def current_version(blobs: Blobs, knowledge_base: str) -> str | None:
    """Return the version that answers now, or None before the first was built."""
    current = current_index(blobs, knowledge_base)
    return current.version if current else None
