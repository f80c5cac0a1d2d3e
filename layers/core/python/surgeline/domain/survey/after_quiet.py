"""A customer who says nothing after an answer of the bot is asked here whether it helped.

A conversation has one such timer at most, and only a customer who may be asked gets any. So the
path that the bot answers stays without timers for nearly everybody.
"""

from collections.abc import Mapping
from typing import Final

from surgeline.domain.events import TimerFired
from surgeline.domain.survey.ask import ask_whether_it_helped, may_be_asked
from surgeline.domain.thread import BOT, Conversation
from surgeline.domain.turn import STALE_TIMER, Explanation, Rule, Turn

SURVEY_QUIET: Final = "survey_quiet"
"""The kind of the timer."""
LATEST_MS: Final = 3_600_000
"""A timer that comes later than this asks nobody, because nobody knows the answer any more."""


def expect_quiet(turn: Turn) -> None:
    """Have the thread woken for the question, unless it will be already."""
    rules, current = turn.facts.survey, turn.current
    if rules is None or not rules.quiet_seconds or current is None or current.quiet_look_at:
        return
    if turn.header.survey is None and may_be_asked(turn, rules):
        _look(turn, turn.facts.now + rules.quiet_seconds * 1000)


def quiet_looked(turn: Turn, event: TimerFired) -> Explanation:
    """Ask whether the last answer helped. A customer who wrote meanwhile is given more time."""
    current, rules = turn.current, turn.facts.survey
    if current is None or (current.id, current.quiet_look_at) != (
        event.conversation_id,
        event.due_at,
    ):
        return STALE_TIMER
    turn.change(quiet_look_at=0)
    if rules is None or not rules.quiet_seconds or not _stands(current):
        return Explanation("ignore", "no answer of the bot stands last")
    due_at = current.last_customer_at + rules.quiet_seconds * 1000
    if turn.facts.now < due_at:
        _look(turn, due_at)
        return Explanation("go on", "the customer has written meanwhile")
    if turn.facts.now > due_at + LATEST_MS or turn.header.survey is not None:
        return Explanation("ignore", "it is too late to ask")
    if not ask_whether_it_helped(turn):
        return Explanation("ignore", "the customer was asked not long ago, or wants no question")
    return Explanation("survey", "the customer has said nothing since the answer")


def _stands(current: Conversation) -> bool:
    """Return whether an answer of the bot is the last word."""
    is_of_bot = current.is_open and current.owner == BOT and current.pending is None
    return is_of_bot and current.last_answer is not None


def _look(turn: Turn, due_at: int) -> None:
    turn.change(quiet_look_at=due_at)
    turn.start_timer(SURVEY_QUIET, turn.conversation.id, due_at)


TIMERS: Mapping[str, Rule] = {SURVEY_QUIET: quiet_looked}
