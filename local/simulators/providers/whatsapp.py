"""A stand-in for the WhatsApp Cloud API: it takes messages within its limits and its window."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from local.simulators.providers.meta import MetaServer, refused
from local.simulators.providers.server import Answer, Shown

MOST, MOST_WITH_BUTTONS = 4_096, 1_024
BUTTONS, BUTTON, ROWS, ROW, MORE = 3, 20, 10, 24, 72
FILES = ("image", "video", "audio", "document")


@dataclass
class WhatsAppServer(MetaServer):
    """One number at WhatsApp."""

    FIELDS: ClassVar[tuple[str, ...]] = (
        "app_secret",
        "verify_token",
        "access_token",
        "phone_number_id",
    )
    CUSTOMER: ClassVar[str] = "15550111"

    phone_number_id: str = ""
    brought: dict[str, str] = field(default_factory=dict)
    """The names of files that were brought here, by their ids."""
    tags: list[str] = field(default_factory=list)
    """The tags of the messages that were taken, which come back with their statuses."""

    def take(self, path: str, body: bytes) -> Answer | None:
        """Take a file that is brought in a form, or return None for any other call."""
        if path != f"/v25.0/{self.phone_number_id}/media":
            return None
        name = body.partition(b'filename="')[2].partition(b'"')[0].decode()
        if not name or b'name="messaging_product"\r\n\r\nwhatsapp' not in body:
            return refused(400, 100)
        number = f"brought-{self.next_number()}"
        self.brought[number] = name
        return 200, {"id": number}

    def called(self, path: str, asked: Any, now: int) -> Answer:  # noqa: ANN401 # any JSON
        """Take a message, or refuse it as WhatsApp would."""
        user = str(asked.get("to") or asked.get("recipient") or "")
        self.tags.append(str(asked.get("biz_opaque_callback_data", "")))
        if path != f"/v25.0/{self.phone_number_id}/messages" or not user:
            return refused(400, 100)
        if asked.get("to") and not user.isdecimal():
            return refused(400, 131026)
        kind = asked.get("type")
        if kind != "template" and not self.is_open(user, now):
            return refused(400, 131047)
        if kind in FILES:
            return self._file(user, asked[kind])
        if kind == "interactive":
            return self._interactive(user, asked["interactive"])
        return self._template(user, asked) if kind == "template" else self._text(user, asked)

    def closed(self, path: str, body: bytes) -> Answer | None:
        """Refuse any message but a template."""
        if not path.endswith("/messages") or json.loads(body).get("type") == "template":
            return None
        return refused(400, 131047)

    def echo_of(self, shown: Shown, *, now: int) -> dict[str, Any]:
        """Return the change which tells that a message was sent."""
        del shown
        status = {"id": f"wamid.OUT{self.number}", "status": "sent", "timestamp": str(now // 1000)}
        return self.change("messages", statuses=[status])

    def _template(self, user: str, asked: Any) -> Answer:  # noqa: ANN401 # any JSON
        said = asked["template"]["components"][0]["parameters"][0]["text"]
        return refused(400, 132000) if "\n" in said else self._show(user, "template", said, ())

    def _file(self, user: str, told: Any) -> Answer:  # noqa: ANN401 # any JSON
        url, caption = str(told.get("link")), told.get("caption", "")
        name = self.brought.get(str(told.get("id")))
        known = name is not None if "id" in told else url.startswith("https://")
        if not known or len(caption) > MOST_WITH_BUTTONS:
            return refused(400, 131053)
        return self._show(user, "file", caption, (), name or url)

    def _text(self, user: str, asked: Any) -> Answer:  # noqa: ANN401 # any JSON
        text = asked.get("text", {}).get("body", "")
        return self._show(user, "text", text, ()) if 0 < len(text) <= MOST else refused(400, 100)

    def _interactive(self, user: str, asked: Any) -> Answer:  # noqa: ANN401 # any JSON
        text, action = asked["body"]["text"], asked["action"]
        if not 0 < len(text) <= MOST_WITH_BUTTONS:
            return refused(400, 131009)
        if asked["type"] == "cta_url":
            page = action["parameters"]
            right = 0 < len(page["display_text"]) <= BUTTON and page["url"].startswith("https://")
            named = (page["display_text"],)
            return self._show(user, "page", text, named) if right else refused(400, 131009)
        if asked["type"] == "button":
            replies = [each["reply"] for each in action["buttons"]]
            most, longest = BUTTONS, BUTTON
        else:
            replies = [row for section in action["sections"] for row in section["rows"]]
            most, longest = ROWS, ROW
        titles = [each["title"] for each in replies]
        ids = {each["id"] for each in replies}
        right = (
            1 <= len(replies) <= most
            and len(set(titles)) == len(ids) == len(replies)
            and all(0 < len(each) <= longest for each in titles)
            and all(len(each.get("description", "")) <= MORE for each in replies)
        )
        return self._show(user, "choice", text, tuple(titles)) if right else refused(400, 131009)

    def _show(
        self, user: str, by: str, text: str, labels: tuple[str, ...], media: str = ""
    ) -> Answer:
        self.shown.append(Shown(user, by, text, labels, media))
        return 200, {"messages": [{"id": f"wamid.OUT{self.next_number()}"}]}

    def failed(self, tag: str, code: int) -> dict[str, Any]:
        """Return the change which tells that a text with that tag was not delivered after all."""
        told = {"code": code, "title": "failed", "message": "failed"}
        status = {"id": f"wamid.OUT{self.number}", "status": "failed", "timestamp": "1"}
        tagged = {"biz_opaque_callback_data": tag, "errors": [told]}
        return self.change("messages", statuses=[{**status, **tagged}])

    # ------------------------------------------------------------ what customers do

    def text(self, user: str, text: str, *, now: int) -> dict[str, Any]:
        """Return the change that tells of a text message, which opens the window."""
        self.opened[user] = now
        return self.message(user, {"type": "text", "text": {"body": text}}, now=now)

    def picture(self, user: str, *, now: int) -> dict[str, Any]:
        """Return the change that tells of a picture."""
        image = {"id": f"media-{self.next_number()}", "mime_type": "image/png"}
        return self.message(user, {"type": "image", "image": image}, now=now)

    def message(self, user: str, said: dict[str, Any], *, now: int) -> dict[str, Any]:
        """Return the change that tells of any message."""
        number = self.next_number()
        sender = {"from": user} if user.isdecimal() else {"from_user_id": user}
        contact = {"wa_id": user} if user.isdecimal() else {"user_id": user}
        stamp = {"id": f"wamid.IN{number}", "timestamp": str(now // 1000)}
        return self.change(
            "messages",
            contacts=[{"profile": {"name": "Sam"}, **contact}],
            messages=[{**sender, **stamp, **said}],
        )

    def change(self, about: str, **value: Any) -> dict[str, Any]:  # noqa: ANN401 # any JSON
        """Return a change of the number."""
        metadata = {"display_phone_number": "15550100", "phone_number_id": self.phone_number_id}
        known = {"messaging_product": "whatsapp", "metadata": metadata}
        return {"field": about, "value": {**known, **value}}

    def whole(self, events: Sequence[Any]) -> dict[str, Any]:
        """Return the body of a request with the changes."""
        entry = {"id": "100000000000001", "changes": list(events)}
        return {"object": "whatsapp_business_account", "entry": [entry] if events else []}
