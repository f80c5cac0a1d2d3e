"""The ledger of a run counts its messages: sent, acknowledged, replied to, lost and doubled.

A message is lost if it was acknowledged and nothing in the run replies to it. A message is doubled
if two replies with different ids answer it. The same id twice is a possible duplicate, which a
receiver can recognise. Replies out of order are counted too.

A customer's messages after a handoff are kept for the person, and the bot does not reply to them.
They are counted apart, until a reply says that the bot speaks again. Nothing here does I/O.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BOT = "bot"


@dataclass(slots=True)
class Sent:
    """An acknowledged message: when it was due, acknowledged and first replied to (seconds)."""

    thread_id: str
    due: float
    acknowledged: float
    replied: float | None = None
    reply_id: str | None = None
    doubled: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it arrived: its thread, its place there, and who may speak there from now on."""

    id: str
    in_reply_to: str | None
    thread_id: str
    seq: int
    owner: str
    at: float


class Ledger:
    """The account of one run. The sender and the receiver of the run tell it what happened."""

    def __init__(self) -> None:
        self.sent = 0
        self.refused: dict[str, int] = {}
        self.repeats = 0
        self.messages: dict[str, Sent] = {}
        self._early: dict[str, list[Reply]] = {}
        self._seqs: dict[str, int] = {}
        self._seen: set[str] = set()
        self._owed: dict[str, set[str]] = {}
        self._handed_over: dict[str, float] = {}
        self.out_of_order = 0
        self.same_id_again = 0
        self.waiting = 0
        """Acknowledged messages that still wait for a reply."""

    def acknowledge(self, message_id: str, thread_id: str, due: float, now: float) -> None:
        """Note a 202. A second 202 for the same message is a resend and changes nothing."""
        if message_id in self.messages:
            self.repeats += 1
            return
        self.messages[message_id] = Sent(thread_id, due, now)
        if due < self._handed_over.get(thread_id, math.inf):
            self._owed.setdefault(thread_id, set()).add(message_id)
            self.waiting += 1
        for reply in self._early.pop(message_id, ()):
            self._count(message_id, reply)

    def refuse(self, why: str) -> None:
        """Note any answer but a 202."""
        self.refused[why] = self.refused.get(why, 0) + 1

    def reply(self, reply: Reply) -> None:
        """Note a reply, which may come before its message's acknowledgement is read."""
        if reply.id in self._seen:
            self.same_id_again += 1
            return
        self._seen.add(reply.id)
        newest = self._seqs.get(reply.thread_id, 0)
        if reply.seq <= newest:
            self.out_of_order += 1
        else:
            self._seqs[reply.thread_id] = reply.seq
            if reply.owner == BOT:
                self._handed_over.pop(reply.thread_id, None)
        if reply.in_reply_to is None:
            return
        if reply.in_reply_to in self.messages:
            self._count(reply.in_reply_to, reply)
        else:
            self._early.setdefault(reply.in_reply_to, []).append(reply)

    def _count(self, message_id: str, reply: Reply) -> None:
        message = self.messages[message_id]
        if message.replied is None:
            message.replied, message.reply_id = reply.at, reply.id
            self._settle(reply.thread_id, {message_id})
        elif message.reply_id != reply.id:
            message.doubled = True
        if reply.owner != BOT and reply.seq == self._seqs.get(reply.thread_id):
            self._handed_over.setdefault(reply.thread_id, message.due)
            later = self._owed.get(reply.thread_id, ())
            self._settle(
                reply.thread_id, {id_ for id_ in later if self.messages[id_].due >= message.due}
            )

    def _settle(self, thread_id: str, message_ids: set[str]) -> None:
        """Stop waiting for a reply to these messages."""
        owed = self._owed.get(thread_id, set())
        self.waiting -= len(owed & message_ids)
        owed -= message_ids
        if not owed:
            self._owed.pop(thread_id, None)

    def report(self, rate: float, seconds: float) -> dict[str, object]:
        """Return the figures as `--json` prints them. Times are in milliseconds."""
        messages = list(self.messages.values())
        first = [m.replied - m.due for m in messages if m.replied is not None]
        return {
            "rate": rate,
            "seconds": round(seconds, 3),
            "sent": self.sent,
            "accepted": len(messages) + self.repeats,
            "refused": sum(self.refused.values()),
            "refused_why": dict(sorted(self.refused.items())),
            "replied": len(first),
            "kept_for_a_person": len(messages) - len(first) - self.waiting,
            "lost": self.waiting,
            "duplicated": sum(m.doubled for m in messages),
            "out_of_order": self.out_of_order,
            "same_id_again": self.same_id_again,
            "drain_seconds": _drain_seconds(messages),
            "ack_ms": percentiles([m.acknowledged - m.due for m in messages]),
            "first_reply_ms": percentiles(first),
        }


def _drain_seconds(messages: Sequence[Sent]) -> float:
    """Return the time from the last due message to the last reply, or 0 where no reply came."""
    last = max((m.replied for m in messages if m.replied is not None), default=0.0)
    return round(max(0.0, last - max((m.due for m in messages), default=last)), 3)


def percentiles(seconds: Sequence[float]) -> Mapping[str, float | None]:
    """Return p50, p95 and p99 of durations in milliseconds, or null where there are none."""
    ranked = sorted(seconds)

    def at(share: float) -> float | None:
        if not ranked:
            return None
        return round(ranked[min(len(ranked) - 1, int(share * len(ranked)))] * 1000, 1)

    return {"p50": at(0.50), "p95": at(0.95), "p99": at(0.99)}
