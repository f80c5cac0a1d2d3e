"""A tool with an API is driven here, for the suite of all desks."""

import json
from collections.abc import Mapping
from typing import Any

from surgeline.adapters.outbound.sender import NoReply

from local.virtual.network import Answer, Post
from tests.functions.desks.desk_driver import DeskDriver, Event


class ToolDriver(DeskDriver):
    """A pool that works in a tool, whose stand-in is asked and tells.

    `FAULT` is the answer of a tool that is out of order, and `FORGED` a header that proves nothing.
    """

    API: str
    FAULT: Mapping[str, object]
    FORGED: Mapping[str, str]
    server: Any

    def serve(self, server: object) -> None:
        """Let the stand-in answer for the tool."""
        self.server = server
        self.lost = self.kept = self.pages = 0
        self.later: list[int] = []
        self.home.network.serve(self.API, self._answer)

    def forged(self, place: Any, text: str) -> Event:
        body, headers = self._request(self.write(place, text))
        return body, {**headers, **self.FORGED}

    def deliver(self, event: Event) -> int:
        body, headers = self._request(event) if not isinstance(event, tuple) else event
        path = f"/v1/desks/{self.KIND}/{self.pool_id}"
        return self.shop.request("POST", path, body, headers).status

    def break_tool(self, answers: int, *, before: int = 0) -> None:
        if before:
            self.later = [before, answers]
        else:
            self.server.faults += [(503, self.FAULT)] * answers

    def stand_before(self, answers: int) -> None:
        self.pages += answers

    def refuse_field(self) -> None:
        self.server.faults.append((401, self.FAULT))

    def lose_answer(self, before: int = 0) -> None:
        self.lost += 1
        self.kept = before

    @property
    def now(self) -> int:
        """Return the time of the home."""
        return self.home.clock.now()

    def _request(self, event: Event) -> tuple[bytes, dict[str, str]]:
        if isinstance(event, bytes):
            proof = self.server.proof(event, now=self.now)
            return event, {"content-type": "application/json", **proof}
        signed: tuple[bytes, dict[str, str]] = self.server.signed(event, now=self.now)
        return signed

    def _answer(self, post: Post) -> Answer:
        if self.pages:
            self.pages -= 1
            return Answer(200, b"<html>Please log in.</html>")
        if self.later:
            before, answers = self.later
            self.later = [before - 1, answers] if before else []
            if not before:
                self.break_tool(answers)
        status, said = self.said(post, post.url.removeprefix(self.API))
        if self.kept:
            self.kept -= 1
        elif self.lost:
            self.lost -= 1
            raise NoReply("timeout", sent=True)
        return Answer(status, json.dumps(said).encode())

    def said(self, post: Post, path: str) -> tuple[int, Any]:
        """Return the stand-in's answer to a call."""
        answer: tuple[int, Any] = self.server.answer(
            post.method, path, post.headers, post.body, now=post.at
        )
        return answer
