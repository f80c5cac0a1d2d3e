"""The points of the check run one after the other over real HTTP, and each says whether it holds.

Nothing here trusts a vendor's own words. Only the vendor's answers, its posts and their absence
decide.
"""

import json
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from surgeline.adapters.signing.standard_webhooks import sign

from local.conformance.double import Double, Heard
from local.conformance.handoff import Handoff
from local.conformance.wire import (
    Answer,
    about,
    message_of,
    new_id,
    object_of,
    offer_of,
    rfc3339,
)

ANSWER_SECONDS = 3.0
OLD_SECONDS = 600
SPOKEN = "message.sent"
ENDS = ("conversation.resolved", "conversation.returned", "conversation.transferred")
WORDS = (SPOKEN, *ENDS, "note.added")


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the check."""

    point: str
    passed: bool
    why: str

    def as_dict(self) -> dict[str, object]:
        """Return the point as `--json` prints it."""
        return asdict(self)


class Check:
    """One run against one endpoint. `patience` bounds each wait for the vendor, in seconds.

    `calm` is the share of the usual time for which the check listens for events that should not
    come.
    """

    def __init__(
        self, url: str, keys: Sequence[bytes], *, patience: float = 20.0, calm: float = 1.0
    ) -> None:
        self.url = url
        self.keys = keys
        self.patience = patience
        self.calm = calm
        self.double = Double(keys)
        self._http: aiohttp.ClientSession | None = None

    async def run(self, *, port: int) -> list[Point]:
        """Return all points. Raises OSError where the port to listen on is taken."""
        runner = web.AppRunner(self.double.app(), access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            timeout = aiohttp.ClientTimeout(total=10)
            async with aiohttp.ClientSession(timeout=timeout) as self._http:
                return [await self._point(name, check) for name, check in self._points()]
        finally:
            await runner.cleanup()

    def _points(self) -> list[tuple[str, Callable[[], Awaitable[str]]]]:
        return [
            ("answers a signed event", self._answers),
            ("takes one good signature of several", self._one_of_several),
            ("refuses a wrong signature", self._wrong_signature),
            ("refuses a changed body", self._changed_body),
            ("refuses an old timestamp", self._old_timestamp),
            ("refuses what is not signed", self._unsigned),
            ("takes an offer before its deadline", self._takes),
            ("repeats of an event do no harm", self._repeats),
            ("takes a late acceptance as withdrawn", self._late),
            ("falls silent when the conversation is taken back", self._taken_back),
            ("takes a late end for what it names only", self._late_end),
            ("keeps the order of a conversation", self._order),
            ("ends with an outcome", self._outcome),
            ("says only what Surgeline understands", self._understood),
        ]

    async def _point(self, name: str, check: Callable[[], Awaitable[str]]) -> Point:
        """Return one point. The point holds unless its check says what is wrong."""
        wrong = await check()
        return Point(name, not wrong, wrong or "as it should be")

    def _calm(self, seconds: float) -> float:
        return min(seconds, self.patience) * self.calm

    # ------------------------------------------------------------ signatures

    async def _answers(self) -> str:
        answer = await self._post("pool.ping", {"schema": 1})
        if not answer.status:
            return f"nothing answers at {self.url}"
        if not answer.ok:
            return f"a signed pool.ping was answered {answer.status}, and unknown types need 2xx"
        slow = answer.seconds > ANSWER_SECONDS
        return f"the answer took {answer.seconds:.1f} s of {ANSWER_SECONDS:.0f}" if slow else ""

    async def _one_of_several(self) -> str:
        """Ping as during a rotation of the secret, with another secret's signature before ours."""
        keys = [secrets.token_bytes(32), *self.keys]
        answer = await self._post("pool.ping", {"schema": 1}, keys=keys)
        return "" if answer.ok else f"a ping with a second signature was answered {answer.status}"

    async def _wrong_signature(self) -> str:
        return await self._refused(keys=[secrets.token_bytes(32)])

    async def _changed_body(self) -> str:
        return await self._refused(suffix=b" ")

    async def _old_timestamp(self) -> str:
        return await self._refused(age=OLD_SECONDS)

    async def _unsigned(self) -> str:
        return await self._refused(keys=[])

    async def _refused(self, **how: Any) -> str:  # noqa: ANN401 # of _post
        """Send an offer that the vendor must refuse without any effect."""
        handoff, data = self._offer()
        answer = await self._post("handoff.offered", data, **how)
        if not answer.refused:
            return f"the request was answered {answer.status or 'nothing'}, and 401 is right"
        await self.double.until(lambda: self._said(handoff), self._calm(1.0))
        return (
            "the endpoint refused the offer and acted on it anyway" if self._said(handoff) else ""
        )

    def _said(self, handoff: Handoff) -> list[Heard]:
        return self.double.of(handoff, "handoff.accepted", "handoff.declined", *WORDS)

    # ------------------------------------------------------------ handoffs

    async def _takes(self) -> str:
        handoff, wrong = await self._hand_over()
        if not wrong:
            await self._end(handoff)
        return wrong

    async def _repeats(self) -> str:
        """Send the same offer and the same message twice. Nothing may happen twice."""
        handoff, data = self._offer()
        webhook_id = new_id("n")
        for _ in range(2):
            answer = await self._post("handoff.offered", data, webhook_id=webhook_id)
            self._read_acceptance(handoff, answer)
            if not answer.ok:
                return f"a repeated offer was answered {answer.status}"
        if not await self.double.until(lambda: handoff.owner, self.patience):
            return "the repeated offer was not accepted"
        message = message_of(handoff, 1, "It is order 1042")
        webhook_id = new_id("n")
        for _ in range(3):
            answer = await self._post("conversation.message", message, webhook_id=webhook_id)
            if not answer.ok:
                return f"a repeated message was answered {answer.status}, and 2xx is right"
        if not await self._spoke(handoff):
            return "the endpoint said nothing to the message, so its handling of repeats is unknown"
        await self.double.until(lambda: handoff.over, self._calm(4.0))
        texts = [str(each.data.get("text")) for each in self.double.of(handoff, SPOKEN)]
        ends = self.double.of(handoff, *ENDS)
        await self._end(handoff)
        if len(set(texts)) < len(texts) or len(ends) > 1:
            return "one message under one webhook-id was answered more than once"
        return ""

    async def _late(self) -> str:
        """Send an offer that ends before its acceptance: 409 by callback, withdrawn by event."""
        handoff, data = self._offer(late=True)
        answer = await self._post("handoff.offered", data)
        accepted = lambda: self.double.of(handoff, "handoff.accepted")  # noqa: E731 # asked twice
        tried = answer.body.get("accepted") is True
        if not tried and not await self.double.until(accepted, min(self.patience, 5.0)):
            return "the endpoint tried to accept nothing, so its handling is unknown"
        withdrawn = about(handoff) | {"offer_id": handoff.offer_id, "reason": "timed_out"}
        answer = await self._post("handoff.withdrawn", withdrawn | {"seq": 1})
        if not answer.ok:
            return f"handoff.withdrawn was answered {answer.status}"
        if tried:  # without a 409 the first words and the withdrawal may have crossed
            return await self._falls_silent(handoff, "handoff.withdrawn")
        return await self._silent(handoff, "after a 409 and the withdrawal")

    async def _taken_back(self) -> str:
        handoff, wrong = await self._hand_over()
        if wrong:
            return wrong
        handoff.over = True
        data = about(handoff) | {"seq": 1, "reason": "silent"}
        answer = await self._post("conversation.taken_back", data)
        if not answer.ok:
            return f"conversation.taken_back was answered {answer.status}"
        return await self._falls_silent(handoff, "conversation.taken_back")

    async def _falls_silent(self, handoff: Handoff, end: str) -> str:
        """Return the vendor's events after an end, except for those that were under way."""
        await self.double.until(lambda: False, self._calm(1.0))
        told_at = time.monotonic()
        await self.double.until(lambda: False, self._calm(3.0))
        late = [each for each in self.double.of(handoff, *WORDS) if each.at > told_at]
        return f"{late[0].type} came after {end}" if late else self._stubborn(handoff)

    async def _late_end(self) -> str:
        """Send the ends of an earlier offer and of an earlier ownership, which change nothing."""
        handoff, wrong = await self._hand_over()
        if wrong:
            return wrong
        earlier = about(handoff) | {"epoch": handoff.epoch - 1, "seq": 1}
        withdrawn = {"offer_id": new_id("o"), "reason": "timed_out"}
        for kind, more in (
            ("handoff.withdrawn", withdrawn),
            ("conversation.taken_back", {"reason": "silent"}),
        ):
            answer = await self._post(kind, earlier | more)
            if not answer.ok:
                return f"{kind} of something earlier was answered {answer.status}, and 2xx is right"
        await self.double.until(lambda: handoff.over, self._calm(1.0))

        def said() -> int:
            return len(self.double.of(handoff, SPOKEN, *ENDS))

        before = said()
        await self._post("conversation.message", message_of(handoff, 1, "Are you there?"))
        answered = await self.double.until(lambda: handoff.over or said() > before, self.patience)
        await self._end(handoff)
        return (
            ""
            if answered
            else "the endpoint fell silent at the end of an earlier offer or ownership"
        )

    async def _spoke(self, handoff: Handoff) -> bool:
        """Return whether the vendor says or ends anything before the patience is over."""
        return await self.double.until(lambda: self.double.of(handoff, *WORDS), self.patience)

    async def _silent(self, handoff: Handoff, when: str) -> str:
        await self.double.until(lambda: self.double.of(handoff, *WORDS), self._calm(3.0))
        words = self.double.of(handoff, *WORDS)
        return f"{words[0].type} came {when}" if words else self._stubborn(handoff)

    def _stubborn(self, handoff: Handoff) -> str:
        """Return the events that were posted again after a 409, which is final."""
        for each in self.double.of(handoff, "handoff.accepted", *WORDS):
            refused = each.status == 409  # noqa: PLR2004 # conflict
            if refused and self.double.tries(each.webhook_id) > 1:
                return f"{each.type} was posted again after a 409"
        return ""

    async def _order(self) -> str:
        """Send three messages in order.

        The vendor posts one event at a time, in the order of its numbers.
        """
        handoff, wrong = await self._hand_over()
        if wrong:
            return wrong
        for seq in (1, 2, 3):
            answer = await self._post(
                "conversation.message", message_of(handoff, seq, f"part {seq} of 3")
            )
            if not answer.ok and not handoff.over:
                return f"message {seq} was answered {answer.status}"
        if not await self._spoke(handoff):
            return "the endpoint said nothing to three messages, so its order is unknown"
        await self.double.until(lambda: handoff.over, self._calm(4.0))
        seqs = [each.data["seq"] for each in self.double.of(handoff, *WORDS) if "seq" in each.data]
        await self._end(handoff)
        if self.double.overlapping:
            return "an event was posted before the event before it in the conversation was answered"
        return "the numbers of the endpoint's events go back" if seqs != sorted(seqs) else ""

    async def _outcome(self) -> str:
        handoff, wrong = await self._hand_over()
        if wrong:
            return wrong
        for seq in range(1, 6):
            if handoff.over:
                break
            await self._post(
                "conversation.message", message_of(handoff, seq, "Thank you, that is all. Bye!")
            )
            await self.double.until(lambda: handoff.over, self.patience / 2)
        resolved = self.double.of(handoff, "conversation.resolved")
        if not resolved:
            return "the customer said goodbye, and no conversation.resolved came"
        if not str(resolved[0].data.get("summary") or "").strip():
            return "conversation.resolved has an outcome and no summary"
        return ""

    async def _understood(self) -> str:
        if self.double.problems:
            return self.double.problems[0]
        if not self.double.heard:
            return "the endpoint said nothing at all"
        strange = [each for each in self.double.heard if each.status == 404]  # noqa: PLR2004 # unknown
        return f"{strange[0].type} was about a conversation that was not offered" if strange else ""

    # ------------------------------------------------------------ the wire

    async def _hand_over(self) -> tuple[Handoff, str]:
        """Send an offer that the vendor should take.

        Return what is wrong if the vendor does not take it.
        """
        handoff, data = self._offer()
        answer = await self._post("handoff.offered", data)
        if not answer.ok:
            return handoff, f"the offer was answered {answer.status or 'nothing'}"
        if answer.seconds > ANSWER_SECONDS:
            return handoff, f"the offer was answered after {answer.seconds:.1f} s"
        self._read_acceptance(handoff, answer)
        if not await self.double.until(lambda: handoff.owner, self.patience):
            declined = self.double.of(handoff, "handoff.declined") or "accepted" in answer.body
            return handoff, "the offer was declined" if declined else "the offer was not accepted"
        return handoff, ""

    def _read_acceptance(self, handoff: Handoff, answer: Answer) -> None:
        if answer.ok and answer.body.get("accepted") is True:
            self.double.won(handoff)

    async def _end(self, handoff: Handoff) -> None:
        """End a conversation that the check no longer needs."""
        if not handoff.over:
            handoff.over = True
            await self._post("conversation.abandoned", about(handoff) | {"seq": 9})

    def _offer(self, *, late: bool = False) -> tuple[Handoff, dict[str, Any]]:
        handoff = Handoff(f"{new_id('t')}-1", new_id("o"), epoch=3, late=late)
        self.double.handoffs[handoff.conversation_id] = handoff
        return handoff, offer_of(handoff)

    async def _post(
        self,
        kind: str,
        data: dict[str, Any],
        *,
        keys: Sequence[bytes] | None = None,
        webhook_id: str | None = None,
        suffix: bytes = b"",
        age: int = 0,
    ) -> Answer:
        assert self._http is not None
        envelope = {"type": kind, "timestamp": rfc3339(datetime.now(UTC)), "data": data}
        body = json.dumps(envelope, separators=(",", ":")).encode()
        signers = self.keys if keys is None else keys
        headers = {"content-type": "application/json"}
        if signers:
            at = int(time.time()) - age
            name = webhook_id or new_id("n")
            headers |= sign(signers, webhook_id=name, timestamp=at, body=body)
        started = time.monotonic()
        try:
            async with self._http.post(
                self.url, data=body + suffix, headers=headers, allow_redirects=False
            ) as response:
                raw = await response.content.read(65_536)
                return Answer(response.status, time.monotonic() - started, object_of(raw))
        except (aiohttp.ClientError, TimeoutError):
            return Answer(0, time.monotonic() - started, {})
