"""A reading that no release has, "call me", and the timer by which the customer is called."""

from collections.abc import Mapping
from dataclasses import dataclass

from surgeline.application.answers.readers import Recogniser, Said
from surgeline.domain.events import CustomerWrote, TimerFired
from surgeline.domain.reading import Reading
from surgeline.domain.turn import Explanation, Rule, Turn

CALL = "call"
"""The timer's kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantsCall(Reading):
    """The customer wants to be called in so many minutes."""

    minutes: int


def read(said: Said) -> Reading | None:
    """Read "call me in 20 minutes"."""
    words = said.text.split()
    if words[:3] != ["call", "me", "in"]:
        return None
    return WantsCall(why="asked for a call", language="en", minutes=int(words[3]))


def _wants_call(turn: Turn, event: CustomerWrote, reading: WantsCall) -> Explanation:
    turn.start_timer(CALL, event.id, turn.facts.now + reading.minutes * 60_000)
    turn.say("bot", f"We call you in {reading.minutes} minutes.")
    return Explanation("call_planned", reading.why)


def _call(turn: Turn, event: TimerFired) -> Explanation:
    turn.say("bot", "Ring, ring.")
    return Explanation("called", f"planned by {event.subject}")


RECOGNISER = Recogniser(read, {WantsCall: _wants_call})
TIMERS: Mapping[str, Rule] = {CALL: _call}
