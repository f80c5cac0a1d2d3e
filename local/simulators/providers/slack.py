"""A stand-in for Slack's server: it takes messages of an app, and makes signed requests.

It is pure, with the time as an argument. A web server and the virtual network both drive it.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode

from local.simulators.providers.files import PICTURE, File, json_file
from local.simulators.providers.server import SAM, Answer, Known, Shown

MOST_TEXT, MOST_BLOCKS, SECTION = 40_000, 50, 3_000
MOST_ELEMENTS, BUTTON, VALUE = 25, 75, 2_000
APP, BOT = "A0SURGELINE", "U0SURGELINE"
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass
class SlackServer:
    """One app of one team at Slack. A customer is `team/channel`, or `team/channel/thread`.

    `faults` are answers that the next calls get in place of the usual one, in their order. `known`
    are the profiles of the persons in direct conversations, by the conversation.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("signing_secret", "bot_token")
    CUSTOMER: ClassVar[str] = "T0SIMULATED/D0SIMULATED"

    signing_secret: str
    bot_token: str
    faults: list[Answer] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    posted: list[dict[str, Any]] = field(default_factory=list)
    own_url: str = "http://127.0.0.1:9001"
    known: dict[str, Known] = field(default_factory=lambda: {"D0SIMULATED": SAM})
    _number: int = 0

    # ------------------------------------------------------------ what Surgeline calls

    def answer(self, path: str, headers: Mapping[str, str], body: bytes, *, now: int) -> Answer:
        """Answer one call at `now` (UTC epoch ms). Header names are lower-case."""
        if headers.get("authorization") != f"Bearer {self.bot_token}":
            return _refused("invalid_auth")
        if self.faults:
            return self.faults.pop(0)
        method = path.removeprefix("/api/")
        if method == "auth.test":
            return 200, {"ok": True, "team_id": "T0SIMULATED", "user_id": BOT}
        if method == "chat.postMessage":
            return self._post(json.loads(body), now)
        if method in ("conversations.history", "conversations.replies"):
            return self._history(parse_qs(body.decode()))
        return _refused("unknown_method")

    def _post(self, asked: Any, now: int) -> Answer:  # noqa: ANN401 # any JSON
        channel = str(asked.get("channel"))
        if not channel.startswith(("C", "D")):
            return _refused("channel_not_found")
        if wrong := _wrong(asked):
            return _refused(wrong)
        ts = self._next(now)
        self.posted.append({**asked, "ts": ts})
        thread = asked.get("thread_ts")
        user = f"T0SIMULATED/{channel}" + (f"/{thread}" if thread else "")
        self.shown.append(Shown(user, "post", seen_of(asked), _labels(asked), _picture(asked)))
        return 200, {"ok": True, "channel": channel, "ts": ts}

    def _history(self, asked: Mapping[str, list[str]]) -> Answer:
        """Return the newest messages of a channel, or the oldest of a thread behind its first."""
        thread, oldest = asked.get("ts", [None])[0], asked.get("oldest", [""])[0]
        there = [each for each in self.posted if each["channel"] == asked["channel"][0]]
        found = [each for each in there if each.get("thread_ts") == thread and each["ts"] >= oldest]
        if thread:
            found = [*(each for each in there if each["ts"] == thread), *found]
        else:
            found.reverse()
        return 200, {"ok": True, "messages": found[: int(asked["limit"][0])]}

    def file(self, path: str, headers: Mapping[str, str]) -> File | None:
        """Answer a request for a file, or for a person.

        Without the token Slack sends on to its sign-in page.
        """
        known = headers.get("authorization") == f"Bearer {self.bot_token}"
        if path.startswith("/files-pri/"):
            return (200, PICTURE) if known else json_file(403, {"ok": False})
        method, _, query = path.removeprefix("/api/").partition("?")
        if method not in ("conversations.info", "users.info"):
            return None
        return json_file(
            *(self._about(method, parse_qs(query)) if known else _refused("invalid_auth"))
        )

    def _about(self, method: str, asked: Mapping[str, list[str]]) -> Answer:
        """Tell who is in a direct conversation, or the profile of that person."""
        if method == "conversations.info":
            channel = asked["channel"][0]
            return 200, {
                "ok": True,
                "channel": {"id": channel, "is_im": True, "user": f"U{channel}"},
            }
        known = self.known.get(asked["user"][0].removeprefix("U"))
        if known is None:
            return _refused("user_not_found")
        profile = {"real_name": known.name, "first_name": known.first}
        return 200, {"ok": True, "user": {"profile": profile, "locale": f"{known.language}-XX"}}

    def throttled(self) -> Answer:
        """Return the answer to one call too many."""
        return 429, {"ok": False, "error": "ratelimited"}

    def is_hook_test(self, path: str) -> bool:
        """Slack tries a URL when it is entered, and no call asks for that."""
        del path
        return False

    def hook_tested(self, status: int | None) -> Answer:
        """Return nothing, because no call asks for a test."""
        del status
        return 200, {}

    # ------------------------------------------------------------ what customers do

    def text(self, user: str, text: str, *, now: int) -> dict[str, Any]:
        """Return the event of a direct message."""
        ts = self._next(now)
        event = {"type": "message", "user": "U0CUSTOMER", "text": text, "ts": ts, "event_ts": ts}
        return self.event(user, event, now=now)

    def picture(self, user: str, *, now: int) -> dict[str, Any]:
        """Return the event of a direct message with a picture."""
        whole = self.text(user, "", now=now)
        url = f"{self.own_url}/files-pri/T0-F{self._number}/picture.png"
        file = {"id": "F1", "name": "picture.png", "mimetype": "image/png", "url_private": url}
        event = {**whole["event"], "subtype": "file_share", "files": [file]}
        return {**whole, "event": event}

    def echo_of(self, shown: Shown, *, now: int) -> dict[str, Any]:
        """Return the event of a message that the app itself posted."""
        ts = self._next(now)
        own = {"type": "message", "bot_id": "B0SURGELINE", "app_id": APP, "user": BOT}
        return self.event(shown.user, {**own, "text": shown.text, "ts": ts}, now=now)

    def event(self, user: str, event: Mapping[str, Any], *, now: int) -> dict[str, Any]:
        """Return an event of a customer's direct conversation with the app."""
        team, channel, *thread = user.split("/")
        place = {"channel": channel, "channel_type": "im"}
        place |= {"thread_ts": thread[0]} if thread else {}
        return {
            "type": "event_callback",
            "team_id": team,
            "api_app_id": APP,
            "event_id": f"Ev{self._next(now)}",
            "event_time": now // 1000,
            "authorizations": [{"team_id": team, "user_id": BOT, "is_bot": True}],
            "event": place | dict(event),
        }

    def pressed(self, user: str, value: str, *, now: int) -> dict[str, Any]:
        """Return the request of a pressed button below a message of the app."""
        team, channel, *thread = user.split("/")
        message = {"ts": self._next(now), "type": "message", "text": "?"}
        message |= {"thread_ts": thread[0]} if thread else {}
        action = {"type": "button", "action_id": "choice-1", "value": value}
        return {
            "type": "block_actions",
            "team": {"id": team},
            "user": {"id": "U0CUSTOMER"},
            "api_app_id": APP,
            "channel": {"id": channel, "name": "directmessage"},
            "message": message,
            "actions": [{**action, "action_ts": self._next(now)}],
        }

    def signed(
        self, events: Sequence[Mapping[str, Any]], *, now: int
    ) -> tuple[bytes, dict[str, str]]:
        """Return the request of one event, or of none: the challenge of a URL that is set up."""
        event = events[0] if events else {"type": "url_verification", "challenge": "ch-1"}
        body, kind = json.dumps(event).encode(), "application/json"
        if isinstance(event, Mapping) and event.get("type") == "block_actions":
            body = urlencode({"payload": json.dumps(event)}).encode()
            kind = "application/x-www-form-urlencoded"
        return body, {"content-type": kind, **self.proof(body, now=now)}

    def proof(self, body: bytes, *, now: int) -> dict[str, str]:
        """Return the headers that sign any body."""
        stamp = str(now // 1000)
        signed = f"v0:{stamp}:".encode() + body
        digest = hmac.digest(self.signing_secret.encode(), signed, hashlib.sha256)
        return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest.hex()}"}

    def screen(self, user: str) -> list[str]:
        """Return the texts on a customer's screen, in order."""
        place = user.partition("/")[2]
        return [each.text for each in self.shown if each.user.partition("/")[2] == place]

    def _next(self, now: int) -> str:
        self._number += 1
        return f"{now // 1000}.{self._number:06}"


def _refused(error: str) -> Answer:
    return 200, {"ok": False, "error": error}


def _wrong(asked: Any) -> str:  # noqa: ANN401 # any JSON
    """Return Slack's word for a message that breaks a limit, or an empty one."""
    text, blocks = asked.get("text"), asked.get("blocks", [])
    if not isinstance(text, str) or not text:
        return "no_text"
    if len(text) > MOST_TEXT:
        return "msg_too_long"
    sections = [each["text"]["text"] for each in blocks if each["type"] == "section"]
    buttons = [each["elements"] for each in blocks if each["type"] == "actions"]
    wrong = (
        len(blocks) > MOST_BLOCKS
        or any(not 1 <= len(each) <= SECTION for each in sections)
        or any(not 1 <= len(each) <= MOST_ELEMENTS for each in buttons)
        or any(len(each["text"]["text"]) > BUTTON for row in buttons for each in row)
        or any(len(each["value"]) > VALUE for row in buttons for each in row)
        or any(not each["image_url"].startswith("https://") for each in _pictures(blocks))
    )
    return "invalid_blocks" if wrong else ""


def seen_of(asked: Mapping[str, Any]) -> str:
    """Return what a device shows: the sections of the blocks, or else the text."""
    sections = [each["text"]["text"] for each in asked.get("blocks", []) if "text" in each]
    text = "\n".join(sections) or str(asked["text"])
    if not sections:
        for escape, character in _ESCAPES:
            text = text.replace(escape, character)
    return text


def _picture(asked: Mapping[str, Any]) -> str:
    pictures = _pictures(asked.get("blocks", []))
    return str(pictures[0]["image_url"]) if pictures else ""


def _pictures(blocks: Any) -> list[dict[str, Any]]:  # noqa: ANN401 # any JSON
    return [each for each in blocks if each["type"] == "image"]


def _labels(asked: Mapping[str, Any]) -> tuple[str, ...]:
    rows = [each["elements"] for each in asked.get("blocks", []) if each["type"] == "actions"]
    return tuple(str(each["text"]["text"]) for row in rows for each in row)
