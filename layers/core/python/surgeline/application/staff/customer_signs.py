"""A customer's signs are shown at the desk that has the conversation, and are kept nowhere.

A sign says that the customer types, or has seen what was said up to now.
"""

import json
from collections import OrderedDict
from typing import Final

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.sockets import Sockets
from surgeline.application.staff.tickets import room_of

MOST_CHARS: Final = 100
AT_MOST_EACH_MS: Final = 1_000
"""A page's sign that comes sooner after its last one of the kind is dropped. It costs two reads."""
REMEMBERED: Final = 2_000
MOST_PAGES: Final = 20
"""A desk with more open pages hears no signs, because each sign goes to all of them."""


class CustomerSigns:
    """The use case. A sign that comes too soon, or that nobody has to hear, goes nowhere."""

    def __init__(self, store: ConversationStore, sockets: Sockets, clock: Clock) -> None:
        self._store = store
        self._sockets = sockets
        self._clock = clock
        self._last: OrderedDict[tuple[str, str], int] = OrderedDict()

    def __call__(self, connection_id: str, said: str) -> None:
        """Show the sign of a page's socket. Raises Unavailable."""
        sign = sign_in(said)
        if sign is None or self._is_too_soon((connection_id, str(sign["sign"]))):
            return
        shown = self._sockets.shown_by(connection_id)
        if shown is None or self._is_too_soon((shown, str(sign["sign"]))):
            return
        thread = self._store.thread(shown)
        conversation = thread.conversation if thread else None
        pool_id = conversation.owner.pool_id if conversation and conversation.is_open else None
        if conversation is None or pool_id is None:
            return
        if len(self._sockets.connections(room_of(pool_id))) > MOST_PAGES:
            return
        told = {"type": "sign", **sign, "conversation_id": conversation.id}
        self._sockets.push(room_of(pool_id), told)

    def _is_too_soon(self, kind: tuple[str, str]) -> bool:
        now = self._clock.now()
        before = self._last.get(kind)
        if before is not None and 0 <= now - before < AT_MOST_EACH_MS:
            return True
        self._last[kind] = now
        self._last.move_to_end(kind)
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        return False


def sign_in(said: str) -> dict[str, object] | None:
    """Return the sign in a page's message, or None where it holds none.

    A page says `{"type": "typing"}`, or `{"type": "seen", "seq": 7}` with the number of the last
    message that it showed.
    """
    if len(said) > MOST_CHARS:
        return None
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    kind, seq = found.get("type"), found.get("seq")
    if kind == "seen" and isinstance(seq, int) and not isinstance(seq, bool):
        return {"sign": kind, "seq": seq}
    return {"sign": kind} if kind == "typing" else None
