"""The kind `chatwoot` is driven here for the suite of all desks."""

from typing import Any, ClassVar

from local.simulators.desks.chatwoot import OUTGOING, ChatwootServer
from local.virtual.network import Answer
from tests.functions.desks.desk_driver import KIM, LEE, PDF, Event
from tests.functions.desks.tool_driver import ToolDriver

API = "http://127.0.0.1:9003"
FILE = "https://files.test/rails/active_storage/blobs/a.pdf?disposition=attachment"
FIELDS = {"inbox_identifier": "inbox-1", "api_access_token": "token-1", "webhook_secret": "s-1"}
PEOPLE = {KIM: 3, LEE: 4}


class ChatwootDeskDriver(ToolDriver):
    """A pool that works in Chatwoot."""

    KIND = "chatwoot"
    API = API
    CALLS_BEFORE_ITS_PLACE: ClassVar = 2
    FAULT: ClassVar = {"error": "unavailable"}
    FORGED: ClassVar = {"x-chatwoot-signature": f"sha256={'0' * 64}"}
    CANNOT: ClassVar = {
        "test_the_people_of_a_pool_are_told_of_alerts": "Chatwoot has conversations only",
        "test_of_two_people_one_takes_it": "Chatwoot assigns a conversation to one person itself; "
        "a second assignment is a colleague's, and changes nothing here",
        "test_an_offer_that_ran_out_is_told": "Chatwoot's own page shows the note that it is over, "
        "and an assignment after that changes nothing here",
        "test_changed_words_are_corrected": "Chatwoot has no edits, only deletions",
    }

    def open_tool(self) -> None:
        self.serve(ChatwootServer(**FIELDS, people={3: "Kim", 4: "Lee"}))
        self.home.network.serve(FILE, lambda _: Answer(200, PDF))

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

    def delete(self, event: Event) -> Event:
        return self.server.deleted(event)

    def with_file(self, event: Event) -> Event:
        return {**event, "attachments": [{"id": 1, "file_type": "file", "data_url": FILE}]}

    def with_lost_file(self, event: Event) -> Event:
        large = {"id": 1, "file_type": "file", "data_url": FILE, "file_size": 10**9}
        return {**event, "attachments": [large]}

    def echo(self) -> Event:
        written = [each for each in self.server.messages if not each.get("by_person")]
        ours = [each for each in written if each["message_type"] == OUTGOING][-1]
        owner = {"id": 1, "name": "Surgeline", "type": "user"}
        return self.server.told_message("message_created", ours, owner)
