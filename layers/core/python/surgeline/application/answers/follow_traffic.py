"""The thresholds of a knowledge base follow the questions that its channels bring.

Recent questions are asked once more of the index that answers now, and only their confidences
count. The pointer `knowledge/{base}/current` carries the moved thresholds. Each change is a blob of
its own, `knowledge/{base}/traffic/{time}.json`, which names what moved and why. While
`knowledge/{base}/traffic-held` says so, the rehearsed thresholds stand.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from surgeline.application.answers.current_knowledge import (
    Current,
    current_index,
    index_key,
    pointer_key,
)
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.judged_bases import labels_key
from surgeline.application.answers.recent_questions import AskedQuestion
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.refusals import Changed
from surgeline.errors import NotFound, Unavailable
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.traffic import Move, moves_of, with_traffic
from surgeline.knowledge.encoders.encoder import NotEncoded

QUESTIONS_OF_A_CUSTOMER: Final = 3
"""So that one customer, or a flood of one, moves little."""
ENOUGH: Final = 30
"""Fewer questions in a language move nothing."""
STEP: Final = 0.05
"""A threshold falls by at most this at a time. It rises at once."""
TRIES: Final = 5


def sampled(asked: Iterable[AskedQuestion]) -> list[str]:
    """Return the texts that count: a few of each customer, and each of them once."""
    of_customer: dict[str, dict[str, None]] = {}
    for each in asked:
        mine = of_customer.setdefault(each.thread_id, {})
        if len(mine) < QUESTIONS_OF_A_CUSTOMER:
            mine[each.text] = None
    return [text for mine in of_customer.values() for text in mine]


def follow_traffic(
    blobs: Blobs,
    knowledge_base: str,
    questions: Sequence[str],
    encoders: Encoders,
    alarm: Callable[..., None],
    *,
    at: int,
) -> tuple[Move, ...]:
    """Move the thresholds of the index that answers now, and return what traffic moved.

    `at` is the time (ms). Nothing is moved where too few ask, where nothing answers yet, or where
    an operator holds the thresholds.
    """
    for _ in range(TRIES):
        pointer = bytes_of(blobs, pointer_key(knowledge_base))
        current = current_index(blobs, knowledge_base)
        if pointer is None or current is None or is_held(blobs, knowledge_base):
            return ()
        key = index_key(knowledge_base, current.version, current.tier)
        index = Index.from_bytes(blobs.get(key))
        moves = _moves(index.equipped(encoders.of(index.digests)), questions, current)
        if moves == current.traffic:
            return moves
        try:
            _point(blobs, knowledge_base, pointer, moves)
        except Changed:
            continue
        _note(blobs, knowledge_base, moves, current, at)
        for move in moves:
            if move.is_at_risk:
                alarm("promise_at_risk", knowledge_base=knowledge_base, **_risk(move))
        return moves
    raise Unavailable(f"the pointer of {knowledge_base} changes all the time; try again later")


def hold(blobs: Blobs, knowledge_base: str, *, held: bool, at: int) -> None:
    """Let the rehearsed thresholds stand from now on, or let them follow traffic again.

    `at` is the time (ms). Raises NotFound where nothing answers.
    """
    state = {"at": at, "held": held}
    if current_index(blobs, knowledge_base) is None:
        raise NotFound(f"nothing answers as {knowledge_base!r}")
    blobs.put(_state_key(knowledge_base), json.dumps(state).encode())
    blobs.put(_entry_key(knowledge_base, at), json.dumps(state).encode())
    if held:
        # Labels begin anew once the thresholds are released.
        blobs.put(labels_key(knowledge_base), b"{}")
    for _ in range(TRIES if held else 0):
        pointer = bytes_of(blobs, pointer_key(knowledge_base))
        if pointer is None:
            return
        try:
            _point(blobs, knowledge_base, pointer, (), {"least": None})
        except Changed:
            continue
        return


def is_held(blobs: Blobs, knowledge_base: str) -> bool:
    """Return whether an operator holds the rehearsed thresholds."""
    state = bytes_of(blobs, _state_key(knowledge_base))
    return state is not None and bool(json.loads(state).get("held"))


def history(blobs: Blobs, knowledge_base: str, *, newest: int) -> list[dict[str, Any]]:
    """Return the newest changes, the newest first. Times are epoch milliseconds."""
    keys = blobs.keys(_entry_key(knowledge_base, None))[-newest:]
    return [dict(json.loads(blobs.get(key))) for key in reversed(keys)]


def _moves(index: Index, questions: Sequence[str], current: Current) -> tuple[Move, ...]:
    before = {(move.language, move.tier): move.threshold for move in current.traffic}
    try:
        found = moves_of(with_traffic(index, questions))
    except NotEncoded:
        return current.traffic
    return tuple(
        Move.of(move.eased(before.get((move.language, move.tier)), STEP).as_json())
        for move in found
        if move.questions >= ENOUGH
    )


def _point(
    blobs: Blobs,
    knowledge_base: str,
    pointer: bytes,
    moves: Sequence[Move],
    more: Mapping[str, object] = MappingProxyType({}),
) -> None:
    """Put the moves, and `more` fields, into the pointer that was read. Raises Changed."""
    changed = json.loads(pointer) | {"traffic": [move.as_json() for move in moves]} | dict(more)
    blobs.swap(pointer_key(knowledge_base), json.dumps(changed).encode(), was=pointer)


def note_labels(blobs: Blobs, knowledge_base: str, entry: Mapping[str, Any]) -> None:
    """Add a change by labels to the changes by traffic. It has its time as `at` (ms)."""
    key = _entry_key(knowledge_base, entry["at"]).removesuffix(".json")
    blobs.put(f"{key}-labels.json", json.dumps(entry).encode())


def _note(
    blobs: Blobs, knowledge_base: str, moves: Sequence[Move], current: Current, at: int
) -> None:
    entry = {
        "at": at,
        "version": current.version,
        "moves": [move.as_json() for move in moves],
        "why": [move.sentence for move in moves],
    }
    blobs.put(_entry_key(knowledge_base, at), json.dumps(entry).encode())


def _risk(move: Move) -> dict[str, object]:
    told = move.as_json()
    return {name: told[name] for name in ("language", "questions", "wrong", "assumed")}


def _state_key(knowledge_base: str) -> str:
    return f"knowledge/{knowledge_base}/traffic-held"


def _entry_key(knowledge_base: str, at: int | None) -> str:
    prefix = f"knowledge/{knowledge_base}/traffic/"
    return prefix if at is None else f"{prefix}{at:013d}.json"
