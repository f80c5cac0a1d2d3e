"""The kind `chatwoot` is driven here for the suite of all desks."""

import json
from typing import Any, ClassVar

from surgeline.adapters.outbound.sender import NoReply

from local.simulators.desks.chatwoot import OUTGOING, ChatwootServer
from local.virtual.network import Answer, Post
from tests.functions.desks.desk_driver import DESK, KIM, LEE, DeskDriver, Event

API = "http://127.0.0.1:9003"
FIELDS = {"inbox_identifier": "inbox-1", "api_access_token": "token-1", "webhook_secret": "s-1"}
PEOPLE = {KIM: 3, LEE: 4}


class ChatwootDeskDriver(DeskDriver):
    """A pool that works in Chatwoot."""

    KIND = "chatwoot"
    CANNOT: ClassVar = {
        "test_of_two_people_one_takes_it": "Chatwoot assigns a conversation to one person itself; "
        "a second assignment is a colleague's, and changes nothing here",
        "test_an_offer_that_ran_out_is_told": "Chatwoot's own page shows the note that it is over, "
        "and an assignment after that changes nothing here",
    }

    def open_tool(self) -> None:
        self.server = ChatwootServer(**FIELDS, people={3: "Kim", 4: "Lee"})
        self.lost = 0
        self.home.network.serve(API, self._answer)

    def new_pool(self) -> dict[str, Any]:
        settings = {"account_id": 1, "api_base": API}
        return {"reached_by": "chatwoot", **settings, "fields": FIELDS, "priority": 10}

    def places(self) -> list[int]:
        return [each["id"] for each in self.server.conversations]

    def seen(self) -> list[str]:
        return [each["content"] for each in self.server.messages if not each.get("by_person")]

    def accept(self, place: int, person: str = KIM) -> Event:
        return self.server.assigned(place, PEOPLE[person])

    def decline(self, place: int, person: str = KIM) -> Event:
        return self.write(place, "#decline", person)

    def write(self, place: int, text: str, person: str = KIM) -> Event:
        said = self.server.reply(place, PEOPLE[person], text, now=self.now)
        self.server.messages[-1]["by_person"] = True
        return said

    def resolve(self, place: int, person: str = KIM) -> Event:
        return self.server.resolved(place, PEOPLE[person])

    def edit(self, event: Event, text: str) -> Event:
        del text
        return self.server.deleted(event)

    def echo(self) -> Event:
        written = [each for each in self.server.messages if not each.get("by_person")]
        ours = [each for each in written if each["message_type"] == OUTGOING][-1]
        owner = {"id": 1, "name": "Surgeline", "type": "user"}
        return self.server.told_message("message_created", ours, owner)

    def forged(self, place: int, text: str) -> Event:
        body, headers = self._request(self.write(place, text))
        return body, {**headers, "x-chatwoot-signature": f"sha256={'0' * 64}"}

    def deliver(self, event: Event) -> int:
        body, headers = self._request(event) if not isinstance(event, tuple) else event
        path = f"/v1/desks/chatwoot/{DESK}"
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
        status, said = self.server.answer(post.method, path, post.headers, post.body, now=post.at)
        if self.lost:
            self.lost -= 1
            raise NoReply("timeout", sent=True)
        return Answer(status, json.dumps(said).encode())
