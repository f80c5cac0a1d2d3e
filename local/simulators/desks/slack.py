"""A channel of Slack with a team in it is played here, on the stand-in for Slack's server."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from local.simulators.providers.server import Answer
from local.simulators.providers.slack import APP, BOT, SlackServer

TEAM = "T0SIMULATED"


@dataclass
class SlackTeam(SlackServer):
    """One app and one channel of a team. `people` are its members' names by their ids.

    `posted` has the app's messages as they stand now.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("signing_secret", "bot_token")
    channel: str = "C0SUPPORT"
    people: dict[str, str] = field(default_factory=dict)

    def answer(self, path: str, headers: Mapping[str, str], body: bytes, *, now: int) -> Answer:
        """Answer one call at `now` (UTC epoch ms)."""
        method = path.removeprefix("/api/")
        if method not in ("chat.update", "users.info") or self.faults:
            return super().answer(path, headers, body, now=now)
        if headers.get("authorization") != f"Bearer {self.bot_token}":
            return 200, {"ok": False, "error": "invalid_auth"}
        if method == "users.info":
            return self._info(body.decode().removeprefix("user="))
        return self._update(json.loads(body))

    def _info(self, user: str) -> Answer:
        if user not in self.people:
            return 200, {"ok": False, "error": "user_not_found"}
        profile = {"display_name": "", "real_name": self.people[user]}
        return 200, {"ok": True, "user": {"id": user, "profile": profile}}

    def _update(self, asked: Any) -> Answer:  # noqa: ANN401 # any JSON
        for each in self.posted:
            if each["ts"] == asked["ts"] and each["channel"] == asked["channel"]:
                each.update(asked)
                return 200, {"ok": True, "ts": asked["ts"]}
        return 200, {"ok": False, "error": "message_not_found"}

    # ------------------------------------------------------------ the team

    def threads(self) -> list[dict[str, Any]]:
        """Return the first messages of the app's threads, the oldest first."""
        return [each for each in self.posted if not each.get("thread_ts")]

    def buttons(self, message: Mapping[str, Any]) -> list[str]:
        """Return the names of the buttons below a message."""
        rows = [each["elements"] for each in message.get("blocks", []) if each["type"] == "actions"]
        return [str(each["action_id"]) for row in rows for each in row]

    def reply(self, thread: str, user: str, text: str, *, now: int) -> dict[str, Any]:
        """Return the event of a person's reply in a thread."""
        time = self._next(now)
        said = {"type": "message", "user": user, "text": text, "ts": time, "event_ts": time}
        return self.hears({**said, "thread_ts": thread}, now=now)

    def hears(self, event: Mapping[str, Any], *, now: int) -> dict[str, Any]:
        """Return the request's object of an event in the channel."""
        place = {"channel": self.channel, "channel_type": "channel"}
        return {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": APP,
            "event_id": f"Ev{self._next(now)}",
            "event_time": now // 1000,
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
            "event": {**place, **event},
        }

    def edit(self, event: Mapping[str, Any], text: str, *, now: int) -> dict[str, Any]:
        """Return the event of a person's message that got another text."""
        before, time = event["event"], self._next(now)
        edited = {"user": before["user"], "ts": time}
        changed = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "ts": time,
            "event_ts": time,
            "message": {**before, "text": text, "edited": edited},
            "previous_message": before,
        }
        return self.hears(changed, now=now)

    def press(
        self, message: Mapping[str, Any], name: str, user: str, *, now: int
    ) -> dict[str, Any]:
        """Return the request of a button that a person pressed below a message of the app."""
        return {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user, "username": user.lower(), "name": user.lower()},
            "api_app_id": APP,
            "channel": {"id": self.channel, "name": "support"},
            "message": {"ts": message["ts"], "type": "message", "bot_id": "B0OURS"},
            "actions": [
                {
                    "type": "button",
                    "action_id": name,
                    "value": self._value_of(message, name),
                    "action_ts": self._next(now),
                }
            ],
        }

    def _value_of(self, message: Mapping[str, Any], name: str) -> str:
        rows = [each["elements"] for each in message.get("blocks", []) if each["type"] == "actions"]
        values = [each["value"] for row in rows for each in row if each["action_id"] == name]
        return str(values[0]) if values else name

    def react(
        self, message: Mapping[str, Any], name: str, user: str, *, now: int
    ) -> dict[str, Any]:
        """Return the event of a person's reaction to a message."""
        item = {"type": "message", "channel": self.channel, "ts": message["ts"]}
        event = {"type": "reaction_added", "user": user, "reaction": name, "item": item}
        return self.hears(event, now=now)
