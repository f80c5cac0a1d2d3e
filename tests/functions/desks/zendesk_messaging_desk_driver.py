"""The kind `zendesk-messaging` is driven here for the suite of all desks."""

from typing import Any, ClassVar

from local.simulators.desks.zendesk_messaging import APP_ID, MessagingServer
from local.virtual.network import Answer
from tests.functions.desks.desk_driver import KIM, LEE, PDF, Event
from tests.functions.desks.tool_driver import ToolDriver

API = "http://127.0.0.1:9005"
FILE = "https://files.test/sc/media/a.pdf"
FIELDS = {"key_id": "app_key-1", "key_secret": "secret-1", "webhook_secret": "shared-1"}
PEOPLE = {KIM: "Kim", LEE: "Lee"}


class ZendeskMessagingDeskDriver(ToolDriver):
    """A pool that works in Zendesk's messaging."""

    KIND = "zendesk-messaging"
    API = API
    FAULT: ClassVar = {"errors": [{"code": "internal_error"}]}
    FORGED: ClassVar = {"x-api-key": "shared-2"}
    CANNOT: ClassVar = {
        "test_changed_words_are_corrected": "a message of an agent can't be changed "
        "once it is sent",
        "test_words_that_are_deleted_stay": "a message of an agent can't be changed "
        "once it is sent",
        "test_the_people_of_a_pool_are_told_of_alerts": "Zendesk has conversations only",
        "test_words_before_the_place_is_known_are_not_lost": "agents have a conversation only once "
        "control was passed, which comes after the place is known",
    }

    def open_tool(self) -> None:
        self.serve(MessagingServer(**FIELDS, people=tuple(PEOPLE.values())))
        self.home.network.serve(FILE, lambda _: Answer(200, PDF))

    def new_pool(self) -> dict[str, Any]:
        settings = {"api_base": API, "app_id": APP_ID}
        return {"reached_by": self.KIND, **settings, "fields": FIELDS, "priority": 10}

    def places(self) -> list[str]:
        return self.server.offered()

    def seen(self) -> list[str]:
        ours = [each for each in self.server.messages if "metadata" in each]
        return [each["content"]["text"] for each in ours]

    def accept(self, place: str, person: str = KIM) -> Event:
        return self.write(place, "#accept", person)

    def decline(self, place: str, person: str = KIM) -> Event:
        return self.write(place, "#decline", person)

    def write(self, place: str, text: str, person: str = KIM) -> Event:
        return self.server.reply(place, PEOPLE[person], text, now=self.now)

    def resolve(self, place: str, person: str = KIM) -> Event:
        del person
        return self.server.closed(place, now=self.now)

    def with_file(self, event: Event) -> Event:
        content = event["events"][0]["payload"]["message"]["content"]
        content |= {"type": "file", "mediaUrl": FILE}
        return event

    def with_lost_file(self, event: Event) -> Event:
        self.with_file(event)["events"][0]["payload"]["message"]["content"]["mediaSize"] = 10**9
        return event

    def echo(self) -> Event:
        ours = [each for each in self.server.messages if "metadata" in each][-1]
        return self.server.hears(ours, now=self.now)
