"""The people of a tool behave as a vendor's desk does, whose rules are used here.

What Surgeline writes into the tool becomes an event of the pool protocol for those rules, and what
they answer becomes the act of a person. It is pure, with the time as an argument.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from local.simulators.desk import Callback, Desk
from local.simulators.desks.tools import Acts, Brought, Event

OFFERED, MESSAGE, NOTE = "handoff.offered", "conversation.message", "note"
ENDS = (
    ("This offer is over.", "handoff.withdrawn"),
    ("was taken back", "conversation.taken_back"),
    ("this conversation has moved on", "conversation.taken_back"),
    ("The customer left this conversation.", "conversation.abandoned"),
)
"""The words by which people read that something is over, with the event that they mean."""
EPOCH = 1
ANYBODY = "Agent 1"
EDIT = "edit "
"""A typed line that begins so changes the person's newest words into what follows."""
_STANDS = re.compile(r"^The offer stands until (\S+)\.$", re.MULTILINE)
_LANGUAGE = re.compile(r"^Channel .*, language ([a-z]+)\.$", re.MULTILINE)
_CUSTOMERS = re.compile(r"^customer: (.*)$", re.MULTILINE)


class Team:
    """The people of one tool. Each place in it counts as a conversation of its own."""

    def __init__(self, acts: Acts, desk: Desk) -> None:
        self.acts = acts
        self.desk = desk
        self.places: list[str] = []
        self._texts: Counter[str] = Counter()

    def read(self, brought: Brought, *, now: float) -> tuple[str, Sequence[Callback]]:
        """Return what a text is, and what the people do about it. `now` is in seconds."""
        kind, data = self._event(brought)
        self._texts[brought.place] += 1
        if kind == NOTE:
            return kind, ()
        if kind == OFFERED:
            self.places.append(brought.place)
        number = f"{brought.place}/{self._texts[brought.place]}"
        return kind, self.desk.take(number, kind, data, now=now)[1]

    def act(self, callback: Callback, *, now: int) -> Event | None:
        """Return the event of what a person does, or None for what the tool tells nobody."""
        place, data, acts = callback.conversation_id, callback.data, self.acts
        chat = self.desk.chats.get(place)
        person = str((data.get("agent") or {}).get("name") or (chat.agent if chat else ANYBODY))
        if callback.type in ("message.sent", "conversation.returned"):
            text = str(data["text"]) if "text" in data else "#return"
            return acts.write(place, person, text, now=now)
        act = {
            "handoff.accepted": acts.accept,
            "handoff.declined": acts.decline,
            "conversation.resolved": acts.resolve,
            "typing": acts.typing,
        }.get(callback.type)
        return act(place, person, now=now) if act else None

    def typed(self, line: str, person: str, *, now: int) -> Event | None:
        """Return the event of a line that is typed for the newest place, if there is one."""
        if not self.places:
            return None
        place, acts = self.places[-1], self.acts
        known = {"accept": acts.accept, "decline": acts.decline, "resolve": acts.resolve}
        if act := known.get(line):
            return act(place, person, now=now)
        if line.startswith(EDIT):
            return acts.edit(place, line.removeprefix(EDIT), now=now)
        return acts.write(place, person, line, now=now)

    def _event(self, brought: Brought) -> tuple[str, Mapping[str, Any]]:
        text, own = brought.text, {"conversation_id": brought.place, "epoch": EPOCH}
        offer = {**own, "offer_id": brought.place}
        if brought.is_customers:
            number = self._texts[brought.place] + 1
            return MESSAGE, {**own, "seq": number, "message": {"text": text}}
        if found := _STANDS.search(text):
            language, said = _LANGUAGE.search(text), _CUSTOMERS.findall(text)
            return OFFERED, {
                **offer,
                "expires_at": found[1],
                "language": language[1] if language else None,
                "context": {"transcript": [{"text": each} for each in said]},
            }
        kind = next((kind for words, kind in ENDS if words in text), NOTE)
        return kind, offer
