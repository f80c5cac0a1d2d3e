"""Replies to KakaoTalk's customers are sent here, by the callback of the message that they answer.

A callback takes one template within a minute. Kakao has no other way to a customer.
"""

import json
from collections.abc import Mapping

from surgeline.adapters.channels.attached import attached_to
from surgeline.adapters.channels.calls import Calls, in_parts
from surgeline.adapters.channels.kakao.judge import is_spent, judge
from surgeline.adapters.channels.kakao.render import render
from surgeline.adapters.channels.kakao.settings import KIND_NAME, KakaoChannel
from surgeline.adapters.signing.field_sets import field_sets
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Delivered, Refused, SendResult

CALLBACK_SECONDS = 54
"""A callback is used for so long after its message came.

Kakao takes it for a minute, and waits up to five seconds for the skill before that. So one that is
refused within this time is used, and never too old.
"""


class KakaoCallbacks:
    """Posts each delivery to its callback. Many threads may send at once."""

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        channel = self._parts.configuration.channel(delivery.target_id)
        if channel is None:
            return Refused(outcome="unknown channel", final=True, attempted=False)
        url = delivery.reply_token
        if refused := self._unsendable(url, delivery, channel.own(KakaoChannel).api_base):
            return refused
        message = delivery.payload["message"]
        assert isinstance(message, Mapping)
        sets = field_sets(self._parts.secrets, channel.id, KIND_NAME)
        attached = attached_to(message, sets[0] if sets else {})
        body, words = (
            _body(render(message, attached)),
            _body(render(message, attached, pictures=False)),
        )
        calls = Calls(self._parts.posts, timeout_seconds)
        headers = {"content-type": "application/json; charset=utf-8"}

        def post() -> SendResult:
            result = judge(calls.post(str(url), headers, body))
            is_refused = isinstance(result, Refused) and result.outcome.startswith("message")
            return (
                judge(calls.post(str(url), headers, words)) if is_refused and attached else result
            )

        def arrived(_part: int) -> bool | Refused:
            """Send again. A callback that is used up says that the first try arrived."""
            again = post()
            return isinstance(again, Delivered) or is_spent(again) or _refused(again)

        return in_parts(delivery, [post], arrived=arrived)

    def _unsendable(self, url: str | None, delivery: Delivery, api_base: str) -> Refused | None:
        """Return why no callback can be called, or None."""
        age = self._parts.clock.now() - (delivery.received_at or 0)
        if not url:
            outcome = "window: no callback, the customer must write first"
        elif not url.startswith(f"{api_base}/"):
            outcome = "message: the callback is on another host than api_base"
        elif not 0 <= age < CALLBACK_SECONDS * 1000:
            outcome = "window: the callback is older than a minute"
        else:
            return None
        return Refused(outcome=outcome, final=True, attempted=False)


def _body(said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def _refused(result: SendResult) -> Refused:
    assert isinstance(result, Refused)
    return result
