"""The schedules of retries are data and live here. A queue does the waiting."""

from surgeline.application.deliveries.customer_data import LOOK_UP
from surgeline.application.deliveries.profile_answers import ASKED
from surgeline.application.deliveries.to_desks.desk_files import DESK_FILE_WANTED
from surgeline.application.ports.deliveries import Delivery
from surgeline.domain.erasure import WORDLESS

OFFER_RETRIES = (1, 3, 7)
"""Seconds before each next try of an offer. Its deadline bounds them as well."""
POOL_RETRIES = (2, 10, 60, 300)
"""The seconds for an event of a conversation.

After the last one the pool loses the conversation.
"""
END_NOTICE_RETRIES = (2, 10, 60, 300, 900, 1800, 3600, *(7200,) * 9)
"""The seconds for an end notice, about a day. After that it is a dead letter."""
CHANNEL_RETRIES = (1, 2, 5, 15, 60, 60, 300, 300, 900)
"""The seconds for a reply to a channel. After the last one it is a dead letter, to be redriven.

Up to half as much is added to these and to a pool's, because deliveries that failed together must
not be tried together.
"""
PROFILE_RETRIES = (5, 60)
"""The seconds for a question for a profile. After the last one nobody asks any more."""
END_NOTICE_PATIENCE_SECONDS = 3_600
"""The longest wait that an endpoint may ask for with an end notice.

Others wait as a channel's do.
"""
SETTLED_SECONDS = 2 * CHANNEL_RETRIES[-1]
"""After so long without an attempt no queue holds the delivery: twice the longest wait in one."""
END_NOTICES = frozenset({*WORDLESS, "capacity.released", "articles.changed"})
"""End notices tell a pool that something has ended, also the former text of an article.

They are retried outside their FIFO group, so they never delay other messages.
"""


def is_end_notice(event: str) -> bool:
    """Return whether the event is one of `END_NOTICES`."""
    return event in END_NOTICES


def retries_of(delivery: Delivery) -> tuple[int, ...]:
    """Return the seconds before each next try. A look-up of a customer has one try alone."""
    if delivery.event == LOOK_UP:
        return ()
    if delivery.event == ASKED:
        return PROFILE_RETRIES
    if delivery.event == "handoff.offered":
        return OFFER_RETRIES
    if is_end_notice(delivery.event):
        return END_NOTICE_RETRIES
    return POOL_RETRIES if delivery.target == "pool" else CHANNEL_RETRIES


def may_fail(delivery: Delivery) -> bool:
    """Return whether nothing is lost if the delivery never succeeds, so that none redrives it."""
    return delivery.event in (LOOK_UP, ASKED, DESK_FILE_WANTED)


def heeded_seconds(event: str) -> int:
    """Return how many seconds of an endpoint's Retry-After are heeded beyond the schedule."""
    return END_NOTICE_PATIENCE_SECONDS if is_end_notice(event) else CHANNEL_RETRIES[-1]
