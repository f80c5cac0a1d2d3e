"""A conversation of the check lives here, as both sides of the wire know it."""

from dataclasses import dataclass


@dataclass
class Handoff:
    """One conversation of the check. `late`: an acceptance is answered that it is too late."""

    conversation_id: str
    offer_id: str
    epoch: int
    late: bool = False
    owner: bool = False
    over: bool = False
