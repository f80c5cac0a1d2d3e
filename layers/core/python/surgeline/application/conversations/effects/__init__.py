"""Carriers carry out the effects of committed records, each its own kinds of effect.

A new effect is a class in `domain/effects.py`, a carrier in a file here, and a line below.
"""

from surgeline.application.conversations.effects.alarms import AlarmCarrier
from surgeline.application.conversations.effects.calls import CallCarrier
from surgeline.application.conversations.effects.carrier import Carrier
from surgeline.application.conversations.effects.lapses import LapseCarrier
from surgeline.application.conversations.effects.links import LinkCarrier
from surgeline.application.conversations.effects.offers import OfferCarrier
from surgeline.application.conversations.effects.outcomes import OutcomeCarrier
from surgeline.application.conversations.effects.seats import SeatCarrier
from surgeline.application.conversations.effects.texts import TextCarrier
from surgeline.application.conversations.effects.timers import TimerCarrier

CARRIERS: tuple[type[Carrier], ...] = (
    TextCarrier,
    OfferCarrier,
    SeatCarrier,
    TimerCarrier,
    OutcomeCarrier,
    AlarmCarrier,
    LinkCarrier,
    LapseCarrier,
    CallCarrier,
)
"""The carriers of this release."""
