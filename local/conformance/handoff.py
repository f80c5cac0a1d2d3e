"""A conversation of the check is kept here as both sides of the wire know it."""

from dataclasses import dataclass


@dataclass
class Handoff:
    """A conversation of the check. With `late` an acceptance is answered with "too late"."""

    conversation_id: str
    offer_id: str
    epoch: int
    late: bool = False
    owner: bool = False
    over: bool = False
