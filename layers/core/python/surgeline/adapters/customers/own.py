"""A company's own system is reached here by signed webhooks, as docs/customer-data.md specifies.

The company implements four small routes below one URL, or runs the bridge of docs/examples.
"""

import json
from collections.abc import Iterator, Mapping

from surgeline.adapters.configuration.providers import Finding
from surgeline.adapters.customers.reading import WrongAnswer, read_answer
from surgeline.adapters.customers.system import SECRET, Means, System
from surgeline.application.ports.deliveries import Delivery, Reply, SendFailed
from surgeline.application.ports.targets import Delivered, LookedUp, Refused, SendResult
from surgeline.errors import Unavailable

OK, ERRORS, THROTTLED, SERVER_ERRORS = 200, 400, 429, 500
NOBODY = "nobody@surgeline.invalid"
"""An address that no customer has, by which a check looks somebody up."""


class OwnSystem:
    """Posts each question and each case or note to the company's URL, signed."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._url = means.settings.url.rstrip("/")

    def look_up(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See CustomerSystem. The whole call has this time, and one try."""
        asked = {
            "identities": delivery.payload["identities"],
            "want": list(self._means.settings.want),
            "purpose": delivery.payload["purpose"],
            "conversation_id": delivery.conversation_id,
        }
        try:
            reply = self._post("/lookup", delivery.id, asked, timeout_seconds)
        except SendFailed as error:
            return _failed(error)
        if reply.status != OK:
            return _refused(reply, final=True)
        try:
            found = read_answer(reply.body)
        except WrongAnswer as error:
            return Refused(
                outcome=f"wrong answer: {error}",
                status=reply.status,
                milliseconds=reply.milliseconds,
                final=True,
                unhealthy=True,
            )
        return LookedUp(reply.status, reply.milliseconds, found)

    def keep(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See CustomerSystem."""
        told = delivery.payload
        common = {"idempotency_key": delivery.id, "conversation_id": delivery.conversation_id}
        if delivery.event == "customer.case":
            place, body = (
                "/cases",
                {
                    **common,
                    "customer_id": told["customer_id"] or None,
                    "identities": told["identities"],
                    "subject": f"A customer asks for a person: {told['reason']}",
                    "summary": told["text"],
                    "priority": told["priority"],
                },
            )
        else:
            place, body = (
                "/notes",
                {
                    **common,
                    "customer_id": told["customer_id"],
                    "text": told["text"],
                    "outcome": told["reason"],
                },
            )
        try:
            reply = self._post(place, delivery.id, body, timeout_seconds)
        except SendFailed as error:
            return _failed(error, final=False)
        if OK <= reply.status < OK + 100:
            return Delivered(reply.status, reply.milliseconds)
        transient = reply.status >= SERVER_ERRORS or reply.status == THROTTLED
        return _refused(reply, final=not transient)

    def check(self, *, timeout_seconds: float) -> Iterator[Finding]:
        """See CustomerSystem. It asks for the health, for nobody, and with a wrong signature."""
        yield self._health(timeout_seconds)
        asked = {
            "identities": [
                {"kind": "email", "channel": "email", "value": NOBODY, "verified": True}
            ],
            "want": list(self._means.settings.want),
            "purpose": "check",
            "conversation_id": "",
        }
        yield self._nobody(asked, timeout_seconds)
        yield self._forged(asked, timeout_seconds)

    def _health(self, timeout_seconds: float) -> Finding:
        try:
            reply = self._means.posts.get(
                f"{self._url}/health", {}, timeout_seconds=timeout_seconds
            )
        except SendFailed as error:
            said = f"GET {self._url}/health had no answer: {error.reason}"
            return Finding("health", ok=False, said=said)
        said = f"GET {self._url}/health answered {reply.status} in {reply.milliseconds} ms"
        return Finding("health", ok=reply.status == OK, said=said)

    def _nobody(self, asked: Mapping[str, object], timeout_seconds: float) -> Finding:
        try:
            reply = self._post("/lookup", "check", asked, timeout_seconds)
            found = read_answer(reply.body) if reply.status == OK else None
        except (SendFailed, WrongAnswer, Unavailable) as error:
            return Finding("lookup", ok=False, said=f"the look-up of nobody failed: {error}")
        if found is None:
            said = f"the look-up of nobody was answered {reply.status}; 200 is expected"
            return Finding("lookup", ok=False, said=said)
        if found.answer != "unknown":
            said = 'somebody was found for an address that nobody has; answer {"found": false}'
            return Finding("lookup", ok=False, said=said)
        said = f"nobody was found for an unknown address, in {reply.milliseconds} ms"
        return Finding("lookup", ok=True, said=said)

    def _forged(self, asked: Mapping[str, object], timeout_seconds: float) -> Finding:
        headers = {
            "content-type": "application/json",
            "webhook-id": "check-forged",
            "webhook-timestamp": str(self._means.now // 1000),
            "webhook-signature": "v1,Zm9yZ2Vk",
        }
        try:
            reply = self._means.posts.post(
                f"{self._url}/lookup", headers, _json(asked), timeout_seconds=timeout_seconds
            )
        except SendFailed as error:
            return Finding("signature", ok=False, said=f"no answer: {error.reason}")
        if ERRORS <= reply.status < SERVER_ERRORS:
            return Finding("signature", ok=True, said=f"a forged request got {reply.status}")
        said = f"a forged request got {reply.status}; verify signatures and answer 401"
        return Finding("signature", ok=False, said=said)

    def _post(
        self, place: str, webhook_id: str, body: Mapping[str, object], timeout_seconds: float
    ) -> Reply:
        return self._means.webhooks.post(
            f"{self._url}{place}",
            secret=SECRET,
            webhook_id=webhook_id,
            body=_json(body),
            timeout_seconds=timeout_seconds,
        )


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _failed(error: SendFailed, *, final: bool = True) -> Refused:
    return Refused(
        outcome=error.reason,
        milliseconds=error.milliseconds,
        final=final,
        unhealthy=True,
        attempted=error.attempted,
    )


def _refused(reply: Reply, *, final: bool) -> Refused:
    return Refused(
        outcome=f"status {reply.status}",
        status=reply.status,
        milliseconds=reply.milliseconds,
        wait_seconds=reply.retry_after_seconds,
        final=final,
        unhealthy=reply.status >= SERVER_ERRORS or reply.status == THROTTLED,
    )


SYSTEM = System(OwnSystem, keeps=frozenset({"cases", "notes"}))
