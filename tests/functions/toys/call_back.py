"""A reading that no release has, "call me", and the timer by which the customer is called."""

from collections.abc import Mapping
from dataclasses import dataclass

from surgeline.domain.events import CustomerWrote, TimerFired
from surgeline.domain.reading import Abstained, Reading
from surgeline.domain.turn import Explanation, ReadingRule, Rule, Turn

CALL = "call"
"""The timer's kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantsCall(Reading):
    """The customer wants to be called in so many minutes."""

    minutes: int


class Recogniser:
    """Reads "call me in 20 minutes"; leaves everything else to people."""

    def answer(self, knowledge_base: str, text: str, **_: object) -> Reading:
        """See ports.Answerer."""
        del knowledge_base
        words = text.split()
        if words[:3] != ["call", "me", "in"]:
            return Abstained(why="not a call", language="en")
        return WantsCall(why="asked for a call", language="en", minutes=int(words[3]))

    def suggestions(self, knowledge_base: str, article_ids: object) -> list[object]:
        """Know no article."""
        del knowledge_base, article_ids
        return []


def _wants_call(turn: Turn, event: CustomerWrote, reading: WantsCall) -> Explanation:
    turn.start_timer(CALL, event.id, turn.facts.now + reading.minutes * 60_000)
    turn.say("bot", f"We call you in {reading.minutes} minutes.")
    return Explanation("call_planned", reading.why)


def _call(turn: Turn, event: TimerFired) -> Explanation:
    turn.say("bot", "Ring, ring.")
    return Explanation("called", f"planned by {event.subject}")


READINGS: Mapping[type, ReadingRule] = {WantsCall: _wants_call}
TIMERS: Mapping[str, Rule] = {CALL: _call}
