"""The conversation that waits first for a pool's seat is found here, while it may still wait.

A conversation gives its place up at the place's end, or with the longest wait of the routing. Until
then it prolongs the place, or leaves. So a place that is over belongs to a thread that can't be
handled now. No seat is kept for it.
"""

from surgeline.application.ports.waitlist import Waiting, Waitlist
from surgeline.domain.routing import Policy


def first_waiting(waitlist: Waitlist, policy: Policy, pool_id: str, *, now: int) -> Waiting | None:
    """Return who waits first, or None. Places before it that are over are given up."""
    while found := waitlist.first(pool_id):
        [first] = found
        if may_wait(first, policy, now=now):
            return first
        waitlist.leave(first, [pool_id])
    return None


def may_wait(waiting: Waiting, policy: Policy, *, now: int) -> bool:
    """Return whether the place is not over."""
    if waiting.until:
        return now <= waiting.until
    return waiting.since >= now - policy.longest_wait_seconds * 1000
