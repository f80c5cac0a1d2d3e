"""A stand-in for Telegram's Bot API: it takes messages, and makes updates with the secret token.

It is pure, with the time as an argument. A web server and the virtual network both drive it.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from local.simulators.providers.files import PICTURE, File, json_file
from local.simulators.providers.server import Answer, Shown

MOST_UNITS = 4_096
MOST_DATA_BYTES = 64
MOST_CAPTION = 1_024
FILES = {
    "sendPhoto": "photo",
    "sendVideo": "video",
    "sendAudio": "audio",
    "sendDocument": "document",
}
NOT_FOUND: Answer = (404, {"ok": False, "error_code": 404, "description": "Not Found"})


@dataclass
class TelegramServer:
    """One bot at Telegram.

    `faults` are answers that the next calls get in place of the usual one, in their order. `hook`
    is the URL that was entered by setWebhook. `language` is that of the customers' app, if told.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("bot_token", "secret_token")
    CUSTOMER: ClassVar[str] = "5000000001"

    bot_token: str
    secret_token: str
    hook: str = ""
    language: str = ""
    faults: list[Answer] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    number: int = 100

    # ------------------------------------------------------------ what Surgeline calls

    def answer(self, path: str, headers: Mapping[str, str], body: bytes, *, now: int) -> Answer:
        """Answer one call. The token stands in the path."""
        del headers, now
        token, _, method = path.removeprefix("/bot").partition("/")
        if token != self.bot_token:
            return NOT_FOUND if ":" not in token else _refused(401, "Unauthorized")
        self.counts[method] += 1
        if self.faults:
            return self.faults.pop(0)
        try:
            asked: Any = json.loads(body)
        except ValueError:
            return _refused(400, "Bad Request: can't parse JSON object")
        return self._called(method, asked)

    def _called(self, method: str, asked: Any) -> Answer:  # noqa: ANN401 # any JSON
        if method == "sendMessage":
            return self._show(asked)
        if method in FILES:
            return self._show_file(asked, FILES[method])
        if method == "getMe":
            return _taken({"id": 6000000001, "is_bot": True, "first_name": "Shop"})
        if method == "getWebhookInfo":
            return _taken({"url": self.hook, "pending_update_count": 0})
        if method == "setWebhook":
            self.hook = str(asked.get("url"))
            return _taken({})
        return _taken({}) if method == "answerCallbackQuery" else NOT_FOUND

    def _show(self, asked: Any) -> Answer:  # noqa: ANN401 # any JSON
        chat, text = asked.get("chat_id"), asked.get("text")
        if not isinstance(chat, int):
            return _refused(400, "Bad Request: chat not found")
        if not isinstance(text, str) or not text:
            return _refused(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > MOST_UNITS:
            return _refused(400, "Bad Request: message is too long")
        buttons = [
            button
            for row in asked.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
        ]
        chosen = [each["callback_data"] for each in buttons if "url" not in each]
        if any(not 1 <= len(each.encode()) <= MOST_DATA_BYTES for each in chosen):
            return _refused(400, "Bad Request: BUTTON_DATA_INVALID")
        labels = tuple(each["text"] for each in buttons)
        self.shown.append(Shown(str(chat), "send", text, labels))
        return _taken({"message_id": self._next(), "text": text})

    def _show_file(self, asked: Any, name: str) -> Answer:  # noqa: ANN401 # any JSON
        chat, url, caption = asked.get("chat_id"), asked.get(name), asked.get("caption", "")
        if not isinstance(url, str) or not url.startswith("https://"):
            return _refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
        if len(caption.encode("utf-16-le")) // 2 > MOST_CAPTION:
            return _refused(400, "Bad Request: message caption is too long")
        self.shown.append(Shown(str(chat), "send", caption, (), url))
        return _taken({"message_id": self._next()})

    def file(self, path: str, headers: Mapping[str, str]) -> File | None:
        """Answer a request for a file's path, or for the file. The token stands in both."""
        del headers
        method, _, file_id = path.partition("?file_id=")
        if method == f"/bot{self.bot_token}/getFile" and file_id:
            found = {"file_id": file_id, "file_path": f"photos/{file_id}.png"}
            return json_file(*_taken(found))
        asked = path.startswith(f"/file/bot{self.bot_token}/photos/")
        return (200, PICTURE) if asked else None

    def throttled(self) -> Answer:
        """Return the answer to one call too many."""
        told = _refused(429, "Too Many Requests: retry after 3")
        return told[0], told[1] | {"parameters": {"retry_after": 3}}

    def is_hook_test(self, path: str) -> bool:
        """Return False, because Telegram never tries a hook on demand."""
        del path
        return False

    def hook_tested(self, status: int | None) -> Answer:
        """Return the answer to a test that Telegram does not have."""
        del status
        return NOT_FOUND

    # ------------------------------------------------------------ what customers do

    def text(self, user: str, text: str, *, now: int) -> dict[str, Any]:
        """Return the update of a text message."""
        number = self._next()
        chat = {"id": int(user), "type": "private", "first_name": "Sam"}
        message: dict[str, Any] = {
            "message_id": number,
            "date": now // 1000,
            "chat": chat,
            "from": {"id": int(user), "is_bot": False, "first_name": "Sam"},
            "text": text,
        }
        if self.language:
            message["from"]["language_code"] = self.language
        return {"update_id": 900_000 + number, "message": message}

    def picture(self, user: str, *, now: int) -> dict[str, Any]:
        """Return the update of a picture, in two sizes."""
        update = self.text(user, "", now=now)
        del update["message"]["text"]
        sizes = [{"file_id": each, "width": 1, "height": 1} for each in ("small", "large")]
        return {**update, "message": {**update["message"], "photo": sizes}}

    def pressed(self, user: str, shown: Shown, label: str, *, now: int) -> dict[str, Any]:
        """Return the update of a pressed button below a message on the customer's screen."""
        number = self._next()
        rows = [
            [{"text": each, "callback_data": str(place)}]
            for place, each in enumerate(shown.labels, 1)
        ]
        message = {
            **self.text(user, shown.text, now=now)["message"],
            "reply_markup": {"inline_keyboard": rows},
        }
        query = {
            "id": f"cq{number}",
            "from": {"id": int(user), "is_bot": False, "first_name": "Sam"},
            "chat_instance": "ci1",
            "message": message,
            "data": str(shown.labels.index(label) + 1),
        }
        return {"update_id": 900_000 + number, "callback_query": query}

    def signed(
        self, events: Sequence[Mapping[str, Any]], *, now: int
    ) -> tuple[bytes, dict[str, str]]:
        """Return a request with at most one update, and its headers."""
        del now
        update = dict(events[0]) if events and isinstance(events[0], Mapping) else {}
        return json.dumps(update).encode(), {
            "content-type": "application/json",
            "x-telegram-bot-api-secret-token": self.secret_token,
        }

    def screen(self, user: str) -> list[str]:
        """Return the texts on a customer's screen, in order."""
        return [each.text for each in self.shown if each.user == user]

    def _next(self) -> int:
        self.number += 1
        return self.number


def _taken(result: object) -> Answer:
    return 200, {"ok": True, "result": result}


def _refused(status: int, description: str) -> Answer:
    return status, {"ok": False, "error_code": status, "description": description}
