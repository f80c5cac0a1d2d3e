"""The kind `zendesk` is driven here for the suite of all desks."""

from typing import Any, ClassVar

from local.simulators.desks.zendesk import ZendeskServer
from local.virtual.network import Post
from tests.functions.desks.desk_driver import KIM, LEE, Event
from tests.functions.desks.tool_driver import ToolDriver

API = "http://127.0.0.1:9004"
FIELDS = {"email": "agent@shop.example", "api_token": "token-1", "webhook_secret": "secret-1"}
PEOPLE = {KIM: 3, LEE: 4}


class ZendeskDeskDriver(ToolDriver):
    """A pool that works in Zendesk."""

    KIND = "zendesk"
    API = API
    FAULT: ClassVar = {"error": "unavailable"}
    FORGED: ClassVar = {"x-zendesk-webhook-signature": "A" * 43 + "="}
    CANNOT: ClassVar = {
        "test_the_people_of_a_pool_are_told_of_alerts": "Zendesk has notes on tickets only",
        "test_of_two_people_one_takes_it": "Zendesk assigns a ticket to one person itself; a "
        "second assignment is a colleague's, and changes nothing here",
        "test_an_offer_that_ran_out_is_told": "Zendesk's own page shows the note that it is over, "
        "and an assignment after that changes nothing here",
        "test_a_file_reaches_the_customer": "its files are not fetched, and the person is told so",
        "test_changed_words_are_corrected": "a comment of a ticket can't be changed "
        "once it is written",
        "test_words_that_are_deleted_stay": "a comment of a ticket can't be changed "
        "once it is written",
    }

    def open_tool(self) -> None:
        self.serve(ZendeskServer(**FIELDS, people={3: "Kim", 4: "Lee", 1: "Surgeline"}))
        self.people: set[int] = set()

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

    def with_file(self, event: Event) -> Event:
        event["event"]["comment"]["attachments"] = [{"id": "1", "filename": "a.pdf"}]
        return event

    def echo(self) -> Event:
        ours = [each for each in self.server.comments if each["id"] not in self.people][-1]
        return self.server.told_comment(ours, 1)

    def said(self, post: Post, path: str) -> tuple[int, Any]:
        return self.server.answer(post.method, path, post.headers, post.body)
