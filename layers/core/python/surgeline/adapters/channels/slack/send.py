"""Replies to Slack's customers are sent here, to the place where the customer wrote.

Slack knows no repeats. So after a lost answer the conversation's messages are looked through for
the delivery's id, before anything is sent again.
"""

import json
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

from surgeline.adapters.channels.calls import SERVER_ERRORS, THROTTLED, Calls, Parts, held, said
from surgeline.adapters.channels.slack.judge import judge
from surgeline.adapters.channels.slack.place import Place, place_of
from surgeline.adapters.channels.slack.render import SlackMessage, render
from surgeline.adapters.channels.slack.settings import KIND_NAME, SlackChannel
from surgeline.adapters.signing.field_sets import field_sets
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery, Reply
from surgeline.application.ports.targets import Refused, SendResult

EARLIER_SECONDS = 60
"""Slack's clock may be so far behind ours."""
LOOKED_THROUGH = 100


class SlackMessages:
    """Sends each delivery as one message, or as several. Many threads may send at once."""

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts
        self._begun = Parts()

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        channel = self._parts.configuration.channel(delivery.target_id)
        if channel is None:
            return Refused(outcome="unknown channel", final=True, attempted=False)
        sets = field_sets(self._parts.secrets, channel.id, KIND_NAME)
        token = sets[0].get("bot_token") if sets else None
        if not token:
            return Refused(outcome="no_secret", unhealthy=True, attempted=False)
        message = delivery.payload["message"]
        assert isinstance(message, Mapping)
        calls = Calls(self._parts.posts, timeout_seconds)
        slack = _Slack(calls, channel.own(SlackChannel).api_base, token)
        place = place_of(str(delivery.payload["sender"]))
        said_so_far = render(message, delivery.id)
        return self._begun.send(
            delivery.id,
            [partial(slack.post, place, each) for each in said_so_far],
            arrived=partial(slack.has, place, delivery),
        )


class _Slack:
    """The methods of Slack's Web API that a send needs."""

    def __init__(self, calls: Calls, api_base: str, token: str) -> None:
        self._calls = calls
        self._api_base = api_base
        self._token = token

    def post(self, place: Place, message: SlackMessage) -> SendResult:
        """Post one message."""
        body: SlackMessage = {"channel": place.channel, **message}
        if place.thread:
            body["thread_ts"] = place.thread
        kind = "application/json; charset=utf-8"
        return judge(self._call("chat.postMessage", kind, json.dumps(body).encode()))

    def has(self, place: Place, delivery: Delivery, number: int) -> bool | Refused:
        """Return whether a part of the delivery is among the messages since it was decided.

        An app that may not read them can't tell. Then the part counts as not there.
        """
        since = delivery.at // 1000 - EARLIER_SECONDS
        asked: dict[str, object] = {
            "channel": place.channel,
            "oldest": f"{since}.000000",
            "limit": LOOKED_THROUGH,
            "include_all_metadata": "true",
        }
        method = "conversations.history"
        if place.thread:
            method, asked["ts"] = "conversations.replies", place.thread
        kind = "application/x-www-form-urlencoded"
        reply = self._call(method, kind, urlencode(asked).encode())
        if reply.status == THROTTLED or reply.status >= SERVER_ERRORS:
            return held(
                reply, f"later: status {reply.status}", wait_seconds=reply.retry_after_seconds
            )
        wanted = {"id": delivery.id, "part": number}
        found = said(reply).get("messages")
        listed = found if isinstance(found, list) else []
        return any(_payload(each) == wanted for each in listed)

    def _call(self, method: str, kind: str, body: bytes) -> Reply:
        headers = {"content-type": kind, "authorization": f"Bearer {self._token}"}
        return self._calls.post(f"{self._api_base}/api/{method}", headers, body)


def _payload(message: object) -> object:
    metadata = message.get("metadata") if isinstance(message, dict) else None
    return metadata.get("event_payload") if isinstance(metadata, dict) else None
