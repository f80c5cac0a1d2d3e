"""A stand-in for Kakao's chatbot server: it calls a skill, and takes each callback once.

It is pure, with the time as an argument. A web server and the virtual network both drive it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from local.simulators.providers.files import PICTURE, File
from local.simulators.providers.server import Answer, Shown

CALLBACK_SECONDS = 60
MOST_OUTPUTS, MOST_TEXT, MOST_QUICK_REPLIES, LABEL = 3, 1_000, 10, 14
CALLBACKS = "/v1/bots/simulated/callback/"


@dataclass
class KakaoServer:
    """One bot at Kakao, whose block calls a skill with callbacks.

    `faults` are answers that the next calls get in place of the usual one, in their order.
    `own_url` is the address at which the server takes callbacks. `language` is that of the
    customers' app, which a request tells whatever they write.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("skill_secret",)
    CUSTOMER: ClassVar[str] = "simulated-bot-user-key"

    skill_secret: str
    own_url: str = ""
    language: str = "ko"
    faults: list[Answer] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    _callbacks: dict[str, tuple[str, int]] = field(default_factory=dict)
    number: int = 0

    # ------------------------------------------------------------ what Surgeline calls

    def answer(self, path: str, headers: Mapping[str, str], body: bytes, *, now: int) -> Answer:
        """Answer one call at `now` (UTC epoch ms). Header names are lower-case."""
        del headers  # a callback is its own proof
        if self.faults:
            return self.faults.pop(0)
        user, until = self._callbacks.get(path, ("", 0))
        if now > until:
            return 400, {"status": "FAIL", "message": "Invalid callback token"}
        asked = json.loads(body)
        if wrong := _wrong(asked):
            return 400, {"status": "FAIL", "message": wrong}
        del self._callbacks[path]
        template = asked["template"]
        labels = tuple(each["label"] for each in template.get("quickReplies", []))
        for each in template["outputs"]:
            picture, text = each.get("simpleImage", {}), each.get("simpleText", {})
            media, said = picture.get("imageUrl", ""), text.get("text", "")
            is_last = each is template["outputs"][-1]
            self.shown.append(Shown(user, "callback", said, labels if is_last else (), media))
        return 200, {"taskId": f"task-{self.number}", "status": "SUCCESS"}

    def closed(self, path: str, body: bytes) -> Answer | None:
        """Refuse the callback, as one that is too old."""
        del path, body
        return 400, {"status": "FAIL", "message": "Invalid callback token"}

    def file(self, path: str, headers: Mapping[str, str]) -> File | None:
        """Answer a request for a picture, which needs no credential."""
        del headers
        return (200, PICTURE) if path.startswith("/pictures/") else None

    def throttled(self) -> Answer:
        """Return the answer to one call too many."""
        return 429, {"status": "ERROR", "message": "Too many requests"}

    def is_hook_test(self, path: str) -> bool:
        """Return False, because no call asks Kakao to try a skill."""
        del path
        return False

    def hook_tested(self, status: int | None) -> Answer:
        """Return nothing, because no call asks for a test."""
        del status
        return 200, {}

    # ------------------------------------------------------------ what customers do

    def text(self, user: str, text: str, *, now: int) -> dict[str, Any]:
        """Return the skill's request for a customer's words, with a new callback."""
        self.number += 1
        path = f"{CALLBACKS}{self.number:08}"
        self._callbacks[path] = (user, now + CALLBACK_SECONDS * 1000)
        block = {"id": "fallback", "name": "폴백 블록"}
        return {
            "bot": {"id": "simulated", "name": "Simulated"},
            "intent": block,
            "action": {"id": "skill", "name": "skill", "params": {}, "detailParams": {}},
            "userRequest": {
                "timezone": "Asia/Seoul",
                "block": block,
                "utterance": text,
                "lang": self.language,
                "callbackUrl": f"{self.own_url}{path}",
                "user": {"id": user, "type": "botUserKey", "properties": {"botUserKey": user}},
            },
            "contexts": [],
        }

    def picture(self, user: str, *, now: int) -> dict[str, Any]:
        """Return the skill's request for a picture, whose address stands where words would."""
        url = f"{self.own_url}/pictures/{self.number}.png"
        event = self.text(user, url, now=now)
        params = {"media": {"type": "image", "url": url}}
        return {**event, "userRequest": {**event["userRequest"], "params": params}}

    def signed(
        self, events: Sequence[Mapping[str, Any]], *, now: int
    ) -> tuple[bytes, dict[str, str]]:
        """Return the skill's request, or that of the manager's test, which has no user."""
        del now  # the secret has no time
        event = events[0] if events else {"userRequest": {"utterance": "test"}}
        return json.dumps(event).encode(), self.proof()

    def proof(self) -> dict[str, str]:
        """Return the headers that every request of the skill has."""
        return {"content-type": "application/json", "x-skill-secret": self.skill_secret}

    def screen(self, user: str) -> list[str]:
        """Return the texts on a customer's screen, in order."""
        return [each.text for each in self.shown if each.user == user]


def _wrong(asked: Any) -> str:  # noqa: ANN401 # any JSON
    """Return the words for a template that breaks a limit, or an empty text."""
    template = asked.get("template", {})
    outputs, quick = template.get("outputs", []), template.get("quickReplies", [])
    texts = [
        each["simpleText"]["text"] if "simpleText" in each else each["simpleImage"]["altText"]
        for each in outputs
    ]
    wrong = (
        asked.get("version") != "2.0"
        or not 1 <= len(outputs) <= MOST_OUTPUTS
        or any(not 1 <= len(each) <= MOST_TEXT for each in texts)
        or len(quick) > MOST_QUICK_REPLIES
        or any(not 1 <= len(each["label"]) <= LABEL for each in quick)
    )
    return "the template is not valid" if wrong else ""
