"""A drill is kept apart here: its channels and pools are marked, and nothing real is touched.

A drill's customers meet drill pools only, and real customers never meet those. A drill leaves no
records for reports, tells no subscriber, calls nobody, and counts in no line and under no cap of
the company. A thread keeps the mark of its first message, so that no later change of the
configuration mixes them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from surgeline.application.configuration import Configuration, ConfigurationShelf
from surgeline.application.ports.waitlist import Waitlist
from surgeline.domain.effects import (
    CallPeople,
    Effect,
    LinkThread,
    ListLapse,
    RaiseAlarm,
    RecordOpened,
    RecordOutcome,
    RecordSurvey,
    TellCompany,
)
from surgeline.domain.routing import Step
from surgeline.domain.thread import Thread

MOST_WAITING: Final = 1_000
"""So many customers of each pool are told apart, where a drill has several pools."""
KEPT_APART: Final = "a drill's conversations and real ones are kept apart"
_REAL_ONLY: Final = (
    RecordOpened,
    RecordOutcome,
    RecordSurvey,
    RaiseAlarm,
    ListLapse,
    CallPeople,
    LinkThread,
    TellCompany,
)


def is_drill(configuration: Configuration, channel_id: str) -> bool:
    """Return whether the customers of a channel are those of a drill."""
    return any(each.drill and each.id == channel_id for each in configuration.channels)


def marked(thread: Thread | None, shelf: ConfigurationShelf) -> Thread | None:
    """Return a new thread with the mark of its channel."""
    if thread is None or not is_drill(shelf.current(), thread.channel_id):
        return thread
    return replace(thread, drill=True)


def carried(effects: Iterable[Effect], *, drill: bool) -> Iterable[Effect]:
    """Return the effects to carry out. Those of a drill reach no report and nobody outside it."""
    return [each for each in effects if not isinstance(each, _REAL_ONLY)] if drill else effects


def seen_from(configuration: Configuration, *, drill: bool) -> Configuration:
    """Return the configuration with the pools that the customers of a drill, or real ones, meet.

    The steps that name drill pools route a drill, or one step with all of its pools. A drill calls
    nobody in an emergency.
    """
    if not drill:
        return without_drills(configuration)
    pools = tuple(each for each in configuration.pools if each.drill)
    names = {each.id for each in pools}
    own = tuple(each for each in configuration.routing.steps if names & set(each.pools))
    routing = replace(configuration.routing, steps=own or (Step(),), emergencies=())
    return replace(configuration, pools=pools, routing=routing)


def without_drills(configuration: Configuration) -> Configuration:
    """Return the configuration without the pools of drills."""
    if not any(each.drill for each in configuration.pools):
        return configuration
    return replace(configuration, pools=tuple(e for e in configuration.pools if not e.drill))


def really_waiting(configuration: Configuration, waitlist: Waitlist) -> int:
    """Return how many customers wait for any seat, without those of a drill."""
    return in_line(configuration, waitlist, drill=False)


def in_line(configuration: Configuration, waitlist: Waitlist, *, drill: bool) -> int:
    """Return how many customers of a drill, or how many real ones, wait for any seat."""
    drills = [each.id for each in configuration.pools if each.drill]
    played = _played(drills, waitlist)
    return played if drill else max(0, waitlist.backlog() - played)


def _played(drills: Sequence[str], waitlist: Waitlist) -> int:
    """Return how many customers of a drill wait, each counted once."""
    if len(drills) == 1:
        return waitlist.waiting(drills[0])
    first = (waitlist.first(pool, limit=MOST_WAITING) for pool in drills)
    return len({each.conversation_id for waiting in first for each in waiting})
