"""A model that picks is rehearsed on a version's own phrasings here, before its picks may answer.

The pointer `knowledge/{base}/current` carries what the rehearsal proved.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Final

from surgeline.application.answers.current_knowledge import (
    PicksProved,
    current_index,
    index_key,
    pointer_key,
)
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.picks.allowance import Allowance
from surgeline.application.answers.picks.ask_picker import asked, shown
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.picking import Picker, PickFailed
from surgeline.application.ports.refusals import Changed
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.picks import Picked, PickTrial, pick_threshold, pick_trials

SIDE_BY_SIDE: Final = 4
TRIES: Final = 5
MOST_FAILED: Final = 0.1
"""Where more of the questions fail, nothing is proved, and the next day tries again."""


def rehearse_picks(
    blobs: Blobs,
    knowledge_base: str,
    picker: Picker,
    *,
    allowance: Allowance,
    encoders: Encoders,
    alarm: Callable[..., None],
) -> PicksProved | None:
    """Rehearse the model on the version that answers, and return what is newly proved.

    Return None where nothing is: it was rehearsed before or today, too many questions failed, too
    few picks of the month are left for all of them, or nothing answers yet.
    """
    current = current_index(blobs, knowledge_base)
    if current is None:
        return None
    known = current.picks
    if known is not None and (known.model, known.version) == (picker.model, current.version):
        return None
    index = Index.from_bytes(blobs.get(index_key(knowledge_base, current.version, current.tier)))
    index = index.equipped(encoders.of(index.digests))
    trials = pick_trials(index)
    if trials and not allowance.take_all(len(trials), knowledge_base=knowledge_base):
        return None
    tried = _tried(index, trials, picker)
    if len(tried) < len(trials) * (1.0 - MOST_FAILED):
        failed = len(trials) - len(tried)
        alarm("picks_not_rehearsed", knowledge_base=knowledge_base, failed=failed)
        return None
    made = [each for each in tried if each.article is not None]
    right = sum(each.article == each.trial.article for each in made)
    threshold = pick_threshold(tried, index.promise) if made else None
    proved = PicksProved(picker.model, current.version, len(tried), len(made), right, threshold)
    return proved if _kept(blobs, knowledge_base, proved) else None


def _tried(index: Index, trials: list[PickTrial], picker: Picker) -> list[Picked]:
    """Ask the model every trial's question, a few at a time, and leave out those that fail."""

    def one(trial: PickTrial) -> Picked | None:
        try:
            place = picker.pick(asked(trial.text), shown(index, trial.options))
        except PickFailed:
            return None
        return Picked(trial, None if place is None else trial.options[place])

    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        return [each for each in threads.map(one, trials) if each is not None]


def _kept(blobs: Blobs, knowledge_base: str, proved: PicksProved) -> bool:
    """Put the rehearsal into the pointer, if its version still answers."""
    key = pointer_key(knowledge_base)
    for _ in range(TRIES):
        pointer = bytes_of(blobs, key)
        if pointer is None or json.loads(pointer).get("version") != proved.version:
            return False
        changed = json.loads(pointer) | {"picks": asdict(proved)}
        try:
            blobs.swap(key, json.dumps(changed).encode(), was=pointer)
        except Changed:
            continue
        return True
    return False
