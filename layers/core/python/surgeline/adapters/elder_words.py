"""Words that release 0.1.0 does not know are written here as the nearest that it knows.

Some of its fields have closed lists of words, and it ignores fields that it does not know. So the
true word stands beside the nearest one, as `newer_reason`. Inside a JSON string every quote is
escaped, so these texts are found only at fields.
"""

import re
from collections.abc import Mapping
from typing import Final

NEAREST: Final[Mapping[str, Mapping[str, str]]] = {
    "reason": {
        "crisis": "customer_asked",
        "lead_asked": "customer_asked",
        "emergency": "customer_returned",
        "let_down": "customer_returned",
        "escalation": "customer_returned",
    },
    "state": {"kept": "failed", "expired": "failed"},
}
"""The reasons of offers and requests and the states of requests, with what is nearest."""
ELDER_TIMERS: Final = frozenset(("offer_deadline", "agent_silence", "seat_wait", "message_gap"))
"""The timers of 0.1.0."""
NEAREST_TIMER: Final = "seat_wait"
"""A timer of 0.1.0 that it ignores where nobody waits for a seat."""

_REASONS, _STATES = ("|".join(NEAREST[each]) for each in ("reason", "state"))
_NEWER = re.compile(
    rf'"(reason)":"({_REASONS})"(?=,"(?:language|requested_at)":)'
    rf'|"(state)":"({_STATES})"(?=,"reason":)'
    rf'|"(kind)":"(?!(?:{"|".join(ELDER_TIMERS)})")([a-z_]+)"(?=,"conversation_id":)'
)
"""The fields by what follows them: in an offer, in a request, and in a timer."""
_REASON, _STATE, _KIND = '"reason":"', '"state":"', '"kind":"'
"""Most items have none of these fields, and need no search by the pattern."""
_BESIDE = re.compile(r'"(reason|state|kind)":"[a-z_]+","newer_\1":')


def with_elder_words(text: str) -> str:
    """Return the item with words that 0.1.0 knows, and the true ones beside them."""
    has_field = _REASON in text or _STATE in text or _KIND in text
    return _NEWER.sub(_beside, text) if has_field else text


def with_own_words(text: str) -> str:
    """Return the item with its true words."""
    return _BESIDE.sub(r'"\1":', text) if '"newer_' in text else text


def _beside(found: re.Match[str]) -> str:
    field, word = (each for each in found.groups() if each)
    nearest = NEAREST[field][word] if field in NEAREST else NEAREST_TIMER
    return f'"{field}":"{nearest}","newer_{field}":"{word}"'
