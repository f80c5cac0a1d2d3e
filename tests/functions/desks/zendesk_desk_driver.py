"""The kind `zendesk` is driven here for the suite of all desks."""

import json
from typing import Any, ClassVar

from surgeline.adapters.outbound.sender import NoReply

from local.simulators.desks.zendesk import ZendeskServer
from local.virtual.network import Answer, Post
from tests.functions.desks.desk_driver import DESK, KIM, LEE, DeskDriver, Event

API = "http://127.0.0.1:9004"
FIELDS = {"email": "agent@shop.example", "api_token": "token-1", "webhook_secret": "secret-1"}
PEOPLE = {KIM: 3, LEE: 4}


class ZendeskDeskDriver(DeskDriver):
    """A pool that works in Zendesk."""

    KIND = "zendesk"
    CANNOT: ClassVar = {
        "test_of_two_people_one_takes_it": "Zendesk assigns a ticket to one person itself; a "
        "second assignment is a colleague's, and changes nothing here",
        "test_an_offer_that_ran_out_is_told": "Zendesk's own page shows the note that it is over, "
        "and an assignment after that changes nothing here",
        "test_an_edit_is_not_sent": "a comment of a ticket can't be changed once it is written",
    }

    def open_tool(self) -> None:
        self.server = ZendeskServer(**FIELDS, people={3: "Kim", 4: "Lee", 1: "Surgeline"})
        self.lost = 0
        self.people: set[int] = set()
        self.home.network.serve(API, self._answer)

    def new_pool(self) -> dict[str, Any]:
        return {"reached_by": "zendesk", "api_base": API, "fields": FIELDS, "priority": 10}

    def places(self) -> list[int]:
        return [each["id"] for each in self.server.tickets]

    def seen(self) -> list[str]:
        return [each["body"] for each in self.server.comments if each["id"] not in self.people]

    def accept(self, place: int, person: str = KIM) -> Event:
        return self.server.assigned(place, PEOPLE[person])

    def decline(self, place: int, person: str = KIM) -> Event:
        return self.write(place, "#decline", person)

    def write(self, place: int, text: str, person: str = KIM) -> Event:
        said = self.server.reply(place, PEOPLE[person], text)
        self.people.add(self.server.comments[-1]["id"])
        return said

    def resolve(self, place: int, person: str = KIM) -> Event:
        return self.server.solved(place, PEOPLE[person])

    def echo(self) -> Event:
        ours = [each for each in self.server.comments if each["id"] not in self.people][-1]
        return self.server.told_comment(ours, 1)

    def forged(self, place: int, text: str) -> Event:
        body, headers = self._request(self.write(place, text))
        return body, {**headers, "x-zendesk-webhook-signature": "A" * 43 + "="}

    def deliver(self, event: Event) -> int:
        body, headers = self._request(event) if not isinstance(event, tuple) else event
        path = f"/v1/desks/zendesk/{DESK}"
        return self.shop.request("POST", path, body, headers).status

    def break_tool(self, answers: int) -> None:
        self.server.faults += [(503, {"error": "unavailable"})] * answers

    def lose_answer(self) -> None:
        self.lost += 1

    @property
    def now(self) -> int:
        return self.home.clock.now()

    def _request(self, event: Event) -> tuple[bytes, dict[str, str]]:
        if isinstance(event, bytes):
            return event, self.server.proof(event, now=self.now)
        return self.server.signed(event, now=self.now)

    def _answer(self, post: Post) -> Answer:
        path = post.url.removeprefix(API)
        status, said = self.server.answer(post.method, path, post.headers, post.body)
        if self.lost:
            self.lost -= 1
            raise NoReply("timeout", sent=True)
        return Answer(status, json.dumps(said).encode())
