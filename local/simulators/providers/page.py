"""The stand-ins for Messenger and Instagram: they take messages within their limits and window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs

from local.simulators.providers.files import File, json_file
from local.simulators.providers.meta import MetaServer, refused
from local.simulators.providers.server import SAM, Answer, Known, Shown

QUICK_REPLIES, TITLE, PAYLOAD = 13, 20, 1_000
PAGE = "400000000000001"
FILES = ("image", "video", "audio", "file")
OUTSIDE = 10
"""Meta's code for a message outside the window, whose subcode tells more."""


@dataclass
class PageServer(MetaServer):
    """One page at Meta, or one account of Instagram. `known` are the customers' profiles."""

    FIELDS: ClassVar[tuple[str, ...]] = ("app_secret", "verify_token", "access_token")
    CUSTOMER: ClassVar[str] = "700000000000001"
    ABOUT: ClassVar[str] = "page"
    OUTSIDE_SUBCODE: ClassVar[int] = 2018278

    sent_at: list[int] = field(default_factory=list)
    """When each of the shown messages was taken."""
    known: dict[str, Known] = field(default_factory=lambda: {PageServer.CUSTOMER: SAM})

    def about(self, asked: str) -> Answer | None:
        """Tell the fields of a profile that were asked for."""
        user, mark, names = asked.partition("?fields=")
        if not mark:
            return None
        if (known := self.known.get(user)) is None:
            return refused(400, 100, 2018001)
        told = {"first_name": known.first, "last_name": known.last, "name": known.name}
        return 200, {"id": user} | {each: told[each] for each in names.split(",")}

    def fits(self, text: str) -> bool:
        """Return whether a text has the length of one message."""
        return 0 < len(text.encode("utf-16-le")) // 2 <= 2_000  # noqa: PLR2004 # of Messenger

    def called(self, path: str, asked: Any, now: int) -> Answer:  # noqa: ANN401 # any JSON
        """Take a message, or refuse it as Meta would."""
        user = str(asked.get("recipient", {}).get("id", ""))
        if path != "/v25.0/me/messages" or not user:
            return refused(400, 100)
        if not user.isdecimal():
            return refused(400, 100, 2018001)
        by = "tag" if asked.get("messaging_type") == "MESSAGE_TAG" else "response"
        if by == "response" and not self.is_open(user, now):
            return refused(400, OUTSIDE, self.OUTSIDE_SUBCODE)
        answer = self._show(user, by, asked["message"])
        self.sent_at += [now] * (len(self.shown) - len(self.sent_at))
        return answer

    def file(self, path: str, headers: Mapping[str, str]) -> File | None:
        """Answer as every server of Meta, and tell what was said in a conversation."""
        way, _, query = path.partition("?")
        if way != "/v25.0/me/conversations":
            return super().file(path, headers)
        if headers.get("authorization") != f"Bearer {self.access_token}":
            return json_file(*refused(401, 190))
        return json_file(200, {"data": [{"messages": {"data": self._said(parse_qs(query))}}]})

    def _said(self, asked: Mapping[str, list[str]]) -> list[dict[str, Any]]:
        """Return what was said to a customer, the newest first."""
        with_times = zip(self.shown, self.sent_at, strict=True)
        return [
            {
                "message": each.text,
                "from": {"id": PAGE},
                "created_time": f"{datetime.fromtimestamp(at // 1000, UTC):%Y-%m-%dT%H:%M:%S%z}",
            }
            for each, at in reversed(list(with_times))
            if each.user == asked["user_id"][0]
        ]

    def closed(self, path: str, body: bytes) -> Answer | None:
        """Refuse any message but one that is tagged as a person's."""
        if not path.endswith("/messages") or b"MESSAGE_TAG" in body:
            return None
        return refused(400, OUTSIDE, self.OUTSIDE_SUBCODE)

    def echo_of(self, shown: Shown, *, now: int) -> dict[str, Any]:
        """Return the echo of a message, by its words or by its file."""
        file = [{"type": "image", "payload": {"url": shown.media}}]
        said = {"attachments": file} if shown.media else {"text": shown.text}
        return self.echo(shown.user, said, now=now)

    def _show(self, user: str, by: str, message: Any) -> Answer:  # noqa: ANN401 # any JSON
        if file := message.get("attachment"):
            return self._show_file(user, by, file)
        replies = message.get("quick_replies", [])
        titles = [each["title"] for each in replies]
        right = (
            self.fits(message.get("text", ""))
            and len(replies) <= QUICK_REPLIES
            and all(0 < len(each) <= TITLE for each in titles)
            and all(0 < len(each["payload"]) <= PAYLOAD for each in replies)
        )
        if not right:
            return refused(400, 100)
        self.shown.append(Shown(user, by, message["text"], tuple(titles)))
        return 200, {"recipient_id": user, "message_id": f"m_OUT{self.next_number()}"}

    def _show_file(self, user: str, by: str, file: Any) -> Answer:  # noqa: ANN401 # any JSON
        url = str(file["payload"]["url"])
        if file["type"] not in FILES or not url.startswith("https://"):
            return refused(400, 100, 2018047)
        self.shown.append(Shown(user, by, "", (), url))
        return 200, {"recipient_id": user, "message_id": f"m_OUT{self.next_number()}"}

    # ------------------------------------------------------------ what customers do

    def text(self, user: str, text: str, *, now: int) -> dict[str, Any]:
        """Return the event of a text message, which opens the window."""
        self.opened[user] = now
        return self.message(user, {"text": text}, now=now)

    def picture(self, user: str, *, now: int) -> dict[str, Any]:
        """Return the event of a picture, with its address."""
        url = f"{self.own_url}/files/{self.next_number()}"
        attached = [{"type": "image", "payload": {"url": url}}]
        return self.message(user, {"attachments": attached}, now=now)

    def message(self, user: str, said: dict[str, Any], *, now: int) -> dict[str, Any]:
        """Return the event of any message."""
        mid = {"mid": f"m_IN{self.next_number()}"}
        return self.event(user, {"message": {**mid, **said}}, now=now)

    def event(self, user: str, told: dict[str, Any], *, now: int) -> dict[str, Any]:
        """Return any event of a customer."""
        return {"sender": {"id": user}, "recipient": {"id": PAGE}, "timestamp": now, **told}

    def echo(self, user: str, said: dict[str, Any], *, now: int) -> dict[str, Any]:
        """Return the event of a message that the page itself sent."""
        message = {"mid": f"m_OUT{self.next_number()}", "is_echo": True, **said}
        return {
            "sender": {"id": PAGE},
            "recipient": {"id": user},
            "timestamp": now,
            "message": message,
        }

    def whole(self, events: Sequence[Any]) -> dict[str, Any]:
        """Return the body of a request with the events."""
        entry = {"id": PAGE, "time": 1_791_000_000_000, "messaging": list(events)}
        return {"object": self.ABOUT, "entry": [entry] if events else []}


class MessengerServer(PageServer):
    """A page at Messenger."""


class InstagramServer(PageServer):
    """An account of Instagram."""

    ABOUT: ClassVar[str] = "instagram"
    OUTSIDE_SUBCODE: ClassVar[int] = 2534022

    def fits(self, text: str) -> bool:
        """Return whether a text has the length of one message."""
        return 0 < len(text.encode()) <= 1_000  # noqa: PLR2004 # of Instagram
