"""Replies to LINE's customers are sent here: by the reply token while it is good, else as a push.

A reply costs nothing and has no retry key. A push counts on the account's monthly limit, and
repeats of it are known by their key.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from surgeline.adapters.channels.attached import attached_to
from surgeline.adapters.channels.calls import SERVER_ERRORS, Calls, not_sent
from surgeline.adapters.channels.line.groups import is_place
from surgeline.adapters.channels.line.judge import is_token_refused, judge
from surgeline.adapters.channels.line.render import LineMessage, render, retry_key
from surgeline.adapters.channels.line.settings import KIND_NAME, LineChannel
from surgeline.adapters.signing.field_sets import field_sets
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery, Reply, SendFailed, Tried
from surgeline.application.ports.targets import Delivered, Refused, SendResult

TOKEN_SECONDS = 50
"""A reply token is used for so long after its message came. LINE takes it for about a minute."""
IN_WORDS = 100
"""The first number of the calls that say pictures in words, which have other retry keys."""


class LineMessages:
    """Sends each delivery in as few calls as LINE allows. Many threads may send at once."""

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        channel = self._parts.configuration.channel(delivery.target_id)
        if channel is None:
            return Refused(outcome="unknown channel", final=True, attempted=False)
        sets = field_sets(self._parts.secrets, channel.id, KIND_NAME)
        token = sets[0].get("channel_access_token") if sets else None
        if not token:
            return Refused(outcome="no_secret", unhealthy=True, attempted=False)
        message = delivery.payload["message"]
        assert isinstance(message, Mapping)
        made = Calls(self._parts.posts, timeout_seconds)
        caller = _Caller(made, channel.own(LineChannel).api_base, token)
        attached = attached_to(message, sets[0])
        quick = not is_place(str(delivery.payload["sender"]))
        try:
            result = self._say(caller, delivery, render(message, attached, quick=quick))
            if attached and isinstance(result, Refused) and result.outcome.startswith("message"):
                words = render(message, attached, pictures=False, quick=quick)
                result = self._say(caller, delivery, words, first_key=IN_WORDS)
        except SendFailed as error:
            return not_sent(error)
        return result

    def _say(
        self,
        caller: "_Caller",
        delivery: Delivery,
        calls: list[list[LineMessage]],
        first_key: int = 0,
    ) -> SendResult:
        return self._reply(caller, delivery, calls) or _push(caller, delivery, calls, first_key)

    def _reply(
        self, caller: "_Caller", delivery: Delivery, calls: list[list[LineMessage]]
    ) -> SendResult | None:
        """Answer by the reply token. Return None if the delivery must be pushed.

        If an earlier reply may have got through, a token that is used up says that it did.
        """
        given, age = delivery.reply_token, self._parts.clock.now() - (delivery.received_at or 0)
        if not given or len(calls) != 1 or not 0 <= age < TOKEN_SECONDS * 1000:
            return None
        was_lost = delivery.tried is not None and delivery.tried.lost
        try:
            reply = caller.post("reply", {"replyToken": given, "messages": calls[0]})
        except SendFailed as error:
            return replace(not_sent(error), tried=Tried(lost=error.sent or was_lost))
        if is_token_refused(reply):
            return Delivered(reply.status, reply.milliseconds) if was_lost else None
        result = judge(reply)
        if isinstance(result, Refused):
            is_lost = was_lost or reply.status >= SERVER_ERRORS
            return replace(result, tried=Tried(lost=is_lost))
        return result


def _push(
    caller: "_Caller", delivery: Delivery, calls: list[list[LineMessage]], first_key: int
) -> SendResult:
    result: SendResult = Refused(outcome="message: nothing to say", final=True, attempted=False)
    for number, messages in enumerate(calls):
        body = {"to": delivery.payload["sender"], "messages": messages}
        result = judge(
            caller.post("push", body, retry_key=retry_key(delivery.id, first_key + number))
        )
        if isinstance(result, Refused):
            return result
    return result


class _Caller:
    """Makes the calls of one send in LINE's form."""

    def __init__(self, calls: Calls, api_base: str, token: str) -> None:
        self._calls = calls
        self._api_base = api_base
        self._token = token

    def post(self, way: str, body: object, *, retry_key: str = "") -> Reply:
        """Call one way of sending. Raises SendFailed, also when no time is left."""
        headers = {"content-type": "application/json", "authorization": f"Bearer {self._token}"}
        if retry_key:
            headers["x-line-retry-key"] = retry_key
        url = f"{self._api_base}/v2/bot/message/{way}"
        return self._calls.post(url, headers, json.dumps(body).encode())
