"""The methods of Slack's Web API that a send needs are called here.

Slack knows no repeats. So a message is looked for by its metadata, before it is sent again after a
lost answer.
"""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from surgeline.adapters.channels.calls import Calls, said
from surgeline.adapters.channels.slack.judge import later_of
from surgeline.adapters.channels.slack.place import Place
from surgeline.adapters.channels.slack.render import SlackMessage
from surgeline.application.ports.deliveries import Reply
from surgeline.application.ports.targets import Refused

EARLIER_SECONDS = 60
"""Slack's clock may be so far behind ours."""
LOOKED_THROUGH = 100
_JSON = "application/json; charset=utf-8"
_FORM = "application/x-www-form-urlencoded"


class SlackApi:
    """The methods, within the time of one send."""

    def __init__(self, calls: Calls, api_base: str, token: str) -> None:
        self._calls = calls
        self._api_base = api_base
        self._token = token

    def post(self, place: Place, message: SlackMessage) -> Reply:
        """Post one message."""
        body: SlackMessage = {"channel": place.channel, **message}
        if place.thread:
            body["thread_ts"] = place.thread
        return self.call("chat.postMessage", _JSON, json.dumps(body).encode())

    def update(self, channel: str, time: str, message: SlackMessage) -> Reply:
        """Put another text in the place of a message of ours."""
        body: SlackMessage = {"channel": channel, "ts": time, **message}
        return self.call("chat.update", _JSON, json.dumps(body).encode())

    def find(
        self, place: Place, wanted: Mapping[str, object], *, since_ms: int
    ) -> str | Refused | None:
        """Return the time of the message with that payload, or None, or why that can't be told.

        An app that may not read the messages can't tell. Then the message counts as not there.
        """
        asked: dict[str, object] = {
            "channel": place.channel,
            "oldest": f"{since_ms // 1000 - EARLIER_SECONDS}.000000",
            "limit": LOOKED_THROUGH,
            "include_all_metadata": "true",
        }
        method = "conversations.history"
        if place.thread:
            method, asked["ts"] = "conversations.replies", place.thread
        reply = self.call(method, _FORM, urlencode(asked).encode())
        if later := later_of(reply):
            return later
        found = said(reply).get("messages")
        listed = found if isinstance(found, list) else []
        there = [each for each in listed if _payload(each) == wanted]
        return str(there[0].get("ts")) if there else None

    def first(self, place: Place) -> Reply:
        """Ask for the first message of a thread."""
        asked = {"channel": place.channel, "ts": place.thread or "", "limit": 1}
        return self.call("conversations.replies", _FORM, urlencode(asked).encode())

    def call(self, method: str, kind: str, body: bytes) -> Reply:
        """Call a method. Raises SendFailed."""
        headers = {"content-type": kind, "authorization": f"Bearer {self._token}"}
        return self._calls.post(f"{self._api_base}/api/{method}", headers, body)


def first_of(reply: Reply, time: str) -> Mapping[str, object]:
    """Return the message of that time in an answer, or an empty one."""
    found = said(reply).get("messages")
    listed = found if isinstance(found, list) else []
    return next((e for e in listed if isinstance(e, dict) and e.get("ts") == time), {})


def _payload(message: object) -> object:
    metadata = message.get("metadata") if isinstance(message, dict) else None
    return metadata.get("event_payload") if isinstance(metadata, dict) else None
