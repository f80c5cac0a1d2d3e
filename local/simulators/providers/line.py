"""A stand-in for LINE's server: it takes replies and pushes, and makes signed webhooks.

It is pure, with the time as an argument. A web server and the virtual network both drive it.
"""

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from local.simulators.providers.files import PICTURE, File, json_file
from local.simulators.providers.server import SAM, Answer, Known, Shown

TOKEN_SECONDS = 60
MOST_MESSAGES = 5
MOST_UNITS = 5_000
MOST_QUICK_REPLIES = 13
LABEL = 20
HOOK_TEST = "channel/webhook/test"


@dataclass
class LineServer:
    """One account at LINE.

    `faults` are answers that the next calls get in place of the usual one, in their order.
    `monthly_limit` bounds how many messages may be pushed. `known` are the customers' profiles.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("channel_secret", "channel_access_token")
    CUSTOMER: ClassVar[str] = "U00000000000000000000000000000001"

    channel_secret: str
    channel_access_token: str
    monthly_limit: int | None = None
    faults: list[Answer] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    known: dict[str, Known] = field(default_factory=lambda: {LineServer.CUSTOMER: SAM})
    _tokens: dict[str, tuple[str, int]] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    number: int = 0

    # ------------------------------------------------------------ what Surgeline calls

    def answer(self, path: str, headers: Mapping[str, str], body: bytes, *, now: int) -> Answer:
        """Answer one call at `now` (UTC epoch ms). Header names are lower-case."""
        if headers.get("authorization") != f"Bearer {self.channel_access_token}":
            return 401, {
                "message": "Authentication failed. Confirm that the access token is valid."
            }
        way = path.removeprefix("/v2/bot/")
        self.counts[way] += 1
        if self.faults:
            return self.faults.pop(0)
        try:
            asked: Any = json.loads(body)
        except ValueError:
            return 400, {"message": "The request body could not be parsed as JSON"}
        return self._called(way, asked, headers.get("x-line-retry-key", ""), now)

    def _called(self, way: str, asked: Any, retry_key: str, now: int) -> Answer:  # noqa: ANN401 # any JSON
        if way == "message/reply":
            return self._reply(asked, now)
        if way == "message/push":
            return self._push(asked, retry_key)
        if way == "message/validate/push":
            return _wrong(asked) or (200, {})
        if way == HOOK_TEST:
            return 200, {}
        return 404, {"message": "Not found"}

    def _reply(self, asked: Any, now: int) -> Answer:  # noqa: ANN401 # any JSON
        user, until = self._tokens.pop(str(asked.get("replyToken")), ("", 0))
        if now > until:
            return 400, {"message": "Invalid reply token"}
        return self._show(asked, user, "reply")

    def _push(self, asked: Any, retry_key: str) -> Answer:  # noqa: ANN401 # any JSON
        if retry_key and retry_key in self._taken:
            return 409, {"message": "The retry key is already accepted"}
        pushed = sum(each.by == "push" for each in self.shown)
        if self.monthly_limit is not None and pushed >= self.monthly_limit:
            return 429, {"message": "You have reached your monthly limit."}
        answer = self._show(asked, str(asked.get("to")), "push")
        if retry_key and answer[0] == 200:  # noqa: PLR2004 # what HTTP calls success
            self._taken.add(retry_key)
        return answer

    def _show(self, asked: Any, user: str, by: str) -> Answer:  # noqa: ANN401 # any JSON
        if not user.startswith(("U", "C", "R")):  # a person, a group or a room
            return 400, {"message": "The property, 'to', in the request body is invalid"}
        if wrong := _wrong(asked):
            return wrong
        sent = [
            Shown(user, by, each.get("text", ""), _labels(each), each.get("originalContentUrl", ""))
            for each in asked["messages"]
        ]
        self.shown += sent
        return 200, {"sentMessages": [{"id": str(self._next())} for _ in sent]}

    def file(self, path: str, headers: Mapping[str, str]) -> File | None:
        """Answer a request for a message's content, or for a profile."""
        way, _, last = path.rpartition("/")
        is_profile = way == "/v2/bot/profile"
        if not is_profile and (last != "content" or not way.startswith("/v2/bot/message/")):
            return None
        if headers.get("authorization") != f"Bearer {self.channel_access_token}":
            return json_file(401, {"message": "Authentication failed"})
        return self._profile(last) if is_profile else (200, PICTURE)

    def _profile(self, user: str) -> File:
        """Return a profile. LINE has none of who blocked the account or is no friend."""
        if (known := self.known.get(user)) is None:
            return json_file(404, {"message": "Not found"})
        return json_file(
            200, {"userId": user, "displayName": known.name, "language": known.language}
        )

    def throttled(self) -> Answer:
        """Return the answer to one call too many."""
        return 429, {"message": "The API rate limit has been exceeded. Try again later."}

    def is_hook_test(self, path: str) -> bool:
        """Return whether the call asks LINE to try the webhook URL."""
        return path == f"/v2/bot/{HOOK_TEST}"

    def hook_tested(self, status: int | None) -> Answer:
        """Return LINE's report on the webhook URL, from the status that it answered with."""
        reason = "COULD_NOT_CONNECT" if status is None else "ERROR_STATUS_CODE"
        success = status == 200  # noqa: PLR2004 # what HTTP calls success
        said = {"success": success, "statusCode": status or 0, "reason": reason}
        return 200, said | ({"reason": "OK"} if success else {})

    # ------------------------------------------------------------ what customers do

    def text(self, user: str, text: str, *, now: int) -> dict[str, Any]:
        """Return the event of a text message, with a new reply token."""
        number = self._next()
        token = f"rt-{number}"
        self._tokens[token] = (user, now + TOKEN_SECONDS * 1000)
        message = {"id": f"{500_000_000_000 + number}", "type": "text", "text": text}
        return {
            "type": "message",
            "mode": "active",
            "timestamp": now,
            "source": {"type": "user", "userId": user},
            "webhookEventId": f"01K{number:023}",
            "deliveryContext": {"isRedelivery": False},
            "replyToken": token,
            "message": message,
        }

    def picture(self, user: str, *, now: int) -> dict[str, Any]:
        """Return the event of a picture."""
        event = self.text(user, "", now=now)
        own = {"id": event["message"]["id"], "type": "image"}
        return {**event, "message": {**own, "contentProvider": {"type": "line"}}}

    def signed(
        self, events: Sequence[Mapping[str, Any]], *, now: int
    ) -> tuple[bytes, dict[str, str]]:
        """Return a webhook's body with the events, and its headers."""
        del now  # LINE's signature has no time
        destination = "U0123456789abcdef0123456789abcdef"
        body = json.dumps({"destination": destination, "events": list(events)}).encode()
        digest = hmac.digest(self.channel_secret.encode(), body, hashlib.sha256)
        return body, {
            "content-type": "application/json; charset=utf-8",
            "x-line-signature": base64.b64encode(digest).decode(),
        }

    def screen(self, user: str) -> list[str]:
        """Return the texts on a customer's screen, in order."""
        return [each.text for each in self.shown if each.user == user]

    def _next(self) -> int:
        self.number += 1
        return self.number


def _wrong(asked: Any) -> Answer | None:  # noqa: ANN401 # any JSON
    """Return the answer to messages that break a limit, or None."""
    messages = asked.get("messages")
    if not isinstance(messages, list) or not 1 <= len(messages) <= MOST_MESSAGES:
        return _at("messages")
    for number, each in enumerate(messages):
        if each.get("type") == "image":
            urls = [each.get("originalContentUrl"), each.get("previewImageUrl")]
            if not all(str(url).startswith("https://") for url in urls):
                return _at(f"messages[{number}].originalContentUrl")
            continue
        text = each.get("text")
        if not isinstance(text, str) or not 1 <= len(text.encode("utf-16-le")) // 2 <= MOST_UNITS:
            return _at(f"messages[{number}].text")
        labels = _labels(each)
        if len(labels) > MOST_QUICK_REPLIES or any(len(label) > LABEL for label in labels):
            return _at(f"messages[{number}].quickReply.items")
    return None


def _labels(message: Mapping[str, Any]) -> tuple[str, ...]:
    items = message.get("quickReply", {}).get("items", [])
    return tuple(str(each["action"]["label"]) for each in items)


def _at(place: str) -> Answer:
    details = [{"message": "May not be invalid", "property": place}]
    return 400, {"message": "The request body has 1 error(s)", "details": details}
