"""The kind `slack` is driven here for the suite of all desks."""

import json
from typing import Any, ClassVar

from surgeline.adapters.outbound.sender import NoReply

from local.simulators.desks.slack import SlackTeam
from local.simulators.providers.slack import APP, seen_of
from local.virtual.network import Answer, Post
from tests.functions.desks.desk_driver import DESK, KIM, LEE, DeskDriver, Event

API = "http://127.0.0.1:9002"
FIELDS = {"signing_secret": "secret-1", "bot_token": "xoxb-1"}
PEOPLE = {KIM: "U0KIM", LEE: "U0LEE"}


class SlackDeskDriver(DeskDriver):
    """A pool that works in a channel of Slack."""

    KIND = "slack"
    CANNOT: ClassVar = {}

    def open_tool(self) -> None:
        self.team = SlackTeam(**FIELDS, people={"U0KIM": "Kim", "U0LEE": "Lee"})
        self.lost = 0
        self.home.network.serve(API, self._answer)

    def new_pool(self) -> dict[str, Any]:
        settings = {"channel": self.team.channel, "api_base": API}
        return {"reached_by": "slack", **settings, "fields": FIELDS, "priority": 10}

    def places(self) -> list[dict[str, Any]]:
        return self.team.threads()

    def seen(self) -> list[str]:
        return [seen_of(each) for each in self.team.posted]

    def accept(self, place: Any, person: str = KIM) -> Event:
        return self.team.press(place, "accept", PEOPLE[person], now=self.now)

    def decline(self, place: Any, person: str = KIM) -> Event:
        return self.team.press(place, "decline", PEOPLE[person], now=self.now)

    def write(self, place: Any, text: str, person: str = KIM) -> Event:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return self.team.reply(place["ts"], PEOPLE[person], escaped, now=self.now)

    def resolve(self, place: Any, person: str = KIM) -> Event:
        return self.team.press(place, "resolve", PEOPLE[person], now=self.now)

    def edit(self, event: Event, text: str) -> Event:
        before = event["event"]
        message = {**before, "text": text, "edited": {"user": before["user"], "ts": before["ts"]}}
        changed = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "ts": before["ts"],
            "event_ts": before["ts"],
            "message": message,
            "previous_message": before,
        }
        return self.team.told(changed, now=self.now)

    def echo(self) -> Event:
        newest = self.team.posted[-1]
        ours = {"bot_id": "B0OURS", "app_id": APP, "user": "U0SURGELINE"}
        told = {"type": "message", "text": newest["text"], "ts": newest["ts"], **ours}
        return self.team.told({**told, "thread_ts": newest.get("thread_ts")}, now=self.now)

    def forged(self, place: Any, text: str) -> Event:
        body, headers = self._request(self.write(place, text))
        return body, {**headers, "x-slack-signature": f"v0={'0' * 64}"}

    def deliver(self, event: Event) -> int:
        body, headers = self._request(event) if not isinstance(event, tuple) else event
        path = f"/v1/desks/slack/{DESK}"
        return self.shop.request("POST", path, body, headers).status

    def break_tool(self, answers: int) -> None:
        self.team.faults += [(503, {"ok": False, "error": "service_unavailable"})] * answers

    def lose_answer(self) -> None:
        self.lost += 1

    @property
    def now(self) -> int:
        return self.home.clock.now()

    def _request(self, event: Event) -> tuple[bytes, dict[str, str]]:
        if isinstance(event, bytes):
            proof = self.team.proof(event, now=self.now)
            return event, {"content-type": "application/json", **proof}
        return self.team.signed([event], now=self.now)

    def _answer(self, post: Post) -> Answer:
        path = post.url.removeprefix(API)
        status, said = self.team.answer(path, post.headers, post.body, now=post.at)
        if self.lost:
            self.lost -= 1
            raise NoReply("timeout", sent=True)
        return Answer(status, json.dumps(said).encode())
