"""When a delivery that failed is tried again: the schedules as data. Who waits is the queues'."""

from surgeline.application.ports.deliveries import Delivery
from surgeline.domain.erasure import WORDLESS

OFFER_RETRIES = (1, 3, 7)
"""Seconds before the next try of an offer; also bounded by its deadline."""
POOL_RETRIES = (2, 10, 60, 300)
"""Of an event of a conversation; then the pool loses the conversation."""
FACT_RETRIES = (2, 10, 60, 300, 900, 1800, 3600, *(7200,) * 9)
"""Of what stays true whoever hears it, and when: about a day; then it is a dead letter."""
CHANNEL_RETRIES = (1, 2, 5, 15, 60, 60, 300, 300, 900)
"""Of a reply to a channel; then it is a dead letter, for a person to redrive.

To these, and to a pool's, up to half as much is added: what failed together is not tried together.
"""
FACT_PATIENCE_SECONDS = 3_600
"""What is waited at most where an endpoint asks for it; all else waits as long as a channel's."""
SETTLED_SECONDS = 2 * CHANNEL_RETRIES[-1]
"""After so long without an attempt no queue has it in hand: twice the longest wait in one."""
FACTS = frozenset({*WORDLESS, "capacity.released"})
"""What ends something at a pool: nothing that comes after it waits for it."""


def is_fact(event: str) -> bool:
    """Whether an event's later tries wait for themselves, and hold up nothing."""
    return event in FACTS


def retries_of(delivery: Delivery) -> tuple[int, ...]:
    """Seconds before each next try."""
    if delivery.event == "handoff.offered":
        return OFFER_RETRIES
    if is_fact(delivery.event):
        return FACT_RETRIES
    return POOL_RETRIES if delivery.target == "pool" else CHANNEL_RETRIES


def heeded_seconds(event: str) -> int:
    """How much of an endpoint's Retry-After is heeded, where it is longer than the schedule."""
    return FACT_PATIENCE_SECONDS if is_fact(event) else CHANNEL_RETRIES[-1]
