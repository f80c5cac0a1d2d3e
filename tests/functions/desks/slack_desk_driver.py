"""The kind `slack` is driven here for the suite of all desks."""

from typing import Any, ClassVar

from local.simulators.desks.slack import SlackTeam
from local.simulators.providers.slack import APP, seen_of
from local.virtual.network import Answer, Post
from tests.functions.desks.desk_driver import KIM, LEE, PDF, Event
from tests.functions.desks.tool_driver import ToolDriver

API = "http://127.0.0.1:9002"
FILES = "https://files.slack.com/files-pri"
FIELDS = {"signing_secret": "secret-1", "bot_token": "xoxb-1"}
PEOPLE = {KIM: "U0KIM", LEE: "U0LEE"}


class SlackDeskDriver(ToolDriver):
    """A pool that works in a channel of Slack."""

    KIND = "slack"
    API = API
    FAULT: ClassVar = {"ok": False, "error": "service_unavailable"}
    FORGED: ClassVar = {"x-slack-signature": f"v0={'0' * 64}"}

    def open_tool(self) -> None:
        self.serve(SlackTeam(**FIELDS, people={"U0KIM": "Kim", "U0LEE": "Lee"}))
        self.asked: list[Post] = []
        self.given: list[Answer] = []
        self.home.network.serve(FILES, self._file)

    def new_pool(self) -> dict[str, Any]:
        settings = {"channel": self.server.channel, "api_base": API}
        return {"reached_by": "slack", **settings, "fields": FIELDS, "priority": 10}

    def places(self) -> list[dict[str, Any]]:
        return self.server.threads()

    def seen(self) -> list[str]:
        return [seen_of(each) for each in self.server.posted]

    def accept(self, place: Any, person: str = KIM) -> Event:
        return self.server.press(place, "accept", PEOPLE[person], now=self.now)

    def decline(self, place: Any, person: str = KIM) -> Event:
        return self.server.press(place, "decline", PEOPLE[person], now=self.now)

    def write(self, place: Any, text: str, person: str = KIM) -> Event:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return self.server.reply(place["ts"], PEOPLE[person], escaped, now=self.now)

    def resolve(self, place: Any, person: str = KIM) -> Event:
        return self.server.press(place, "resolve", PEOPLE[person], now=self.now)

    def edit(self, event: Event, text: str) -> Event:
        return self.server.edit(event, text, now=self.now)

    def delete(self, event: Event) -> Event:
        before = event["event"]
        changed = {"subtype": "message_deleted", "hidden": True, "deleted_ts": before["ts"]}
        told = {"type": "message", "ts": before["ts"], "previous_message": before, **changed}
        return self.server.hears(told, now=self.now)

    def with_file(self, event: Event) -> Event:
        where = {"url_private_download": f"{FILES}/T0-F0FILE/download/a.pdf"}
        return self.with_files(event, {"id": "F0FILE", "name": "a.pdf", "size": len(PDF), **where})

    def with_lost_file(self, event: Event) -> Event:
        return self.with_files(event, {"id": "F0FILE", "name": "a.doc", "mode": "external"})

    def with_files(self, event: Event, *files: dict[str, Any]) -> Event:
        shared = {"subtype": "file_share", "files": list(files)}
        return {**event, "event": {**event["event"], **shared}}

    def _file(self, post: Post) -> Answer:
        """Give a file to whoever has the bot's token, as Slack does, and others a page."""
        self.asked.append(post)
        known = post.headers.get("authorization") == f"Bearer {FIELDS['bot_token']}"
        return self.given.pop(0) if self.given else Answer(200, PDF if known else b"<html>")

    def echo(self) -> Event:
        newest = self.server.posted[-1]
        ours = {"bot_id": "B0OURS", "app_id": APP, "user": "U0SURGELINE"}
        told = {"type": "message", "text": newest["text"], "ts": newest["ts"], **ours}
        return self.server.hears({**told, "thread_ts": newest.get("thread_ts")}, now=self.now)

    def said(self, post: Post, path: str) -> tuple[int, Any]:
        return self.server.answer(path, post.headers, post.body, now=post.at)

    def _request(self, event: Event) -> tuple[bytes, dict[str, str]]:
        return super()._request(event if isinstance(event, bytes) else [event])
