"""The kind `whatsapp` is driven here for the suite of all kinds."""

from collections.abc import Mapping
from typing import Any, ClassVar

from local.simulators.providers.meta import refused
from local.simulators.providers.whatsapp import WhatsAppServer
from tests.functions.channels.driver import Driver, Event, Refusal


class WhatsAppDriver(Driver):
    """A WhatsApp channel, whose customers have business-scoped ids."""

    KIND = "whatsapp"
    DOCUMENTS: ClassVar = {
        "messages webhook": "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages",
        "webhooks overview": "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview",
    }
    FIELDS: ClassVar = {
        "app_secret": "app-secret-1",
        "verify_token": "verify-1",
        "access_token": "access-1",
        "phone_number_id": "200000000000001",
    }
    NEXT_FIELDS: ClassVar = {
        "app_secret": "app-secret-2",
        "verify_token": "verify-2",
        "access_token": "access-2",
        "phone_number_id": "200000000000002",
    }
    CUSTOMERS = ("US.1000000000000000001", "KR.1000000000000000002")
    CANNOT: ClassVar = {
        "test_an_old_request_is_refused": (
            "Meta's signature has no time; message ids guard replays"
        ),
        "test_blocking_ends_the_conversation": (
            "the Cloud API sends no webhook when a customer blocks the number"
        ),
        "test_the_companys_people_are_told": (
            "a business writes only within 24 hours of a person's words"
        ),
        "test_a_lost_answer_doubles_nothing": (
            "the Cloud API has neither an idempotency key nor a way to look for a sent message"
        ),
        "test_a_missing_profile_holds_nothing_up": "each message has its sender's name",
        "test_the_language_of_the_profile_counts": "WhatsApp tells no language of a customer",
        "test_stop_and_start_are_heeded": "the law's STOP is for SMS; WhatsApp's customers block",
        "test_a_customer_who_left_gets_no_late_answer": (
            "the Cloud API sends no webhook when a customer blocks the number"
        ),
        "test_every_file_of_a_message_is_fetched": "each file is a message of its own",
    }
    REFUSED_MESSAGE: ClassVar[Refusal] = refused(400, 131009)
    REFUSED_RECIPIENT: ClassVar[Refusal] = refused(400, 131026)
    REFUSED_ACCOUNT: ClassVar[Refusal] = refused(401, 190)
    SPENT_QUOTA: ClassVar[Refusal] = refused(400, 131042)
    THROTTLED: ClassVar[Refusal] = refused(429, 130429)
    ONE_MESSAGE = 4_096
    MOST_BUTTONS = 10
    ADDRESSES = "/v25.0/media-"

    server: WhatsAppServer

    def new_server(self) -> WhatsAppServer:
        return WhatsAppServer(**self.FIELDS)

    def text(self, user: str, text: str) -> Event:
        return self.server.text(user, text, now=self.home.clock.now())

    def message(self, user: str, kind: str, **fields: Any) -> Event:
        return self.server.message(user, {"type": kind, **fields}, now=self.home.clock.now())

    def press(self, user: str, label: str) -> Event:
        picked = {"type": "button_reply", "button_reply": {"id": label, "title": label}}
        return self.message(user, "interactive", interactive=picked)

    def edited(self, event: Event, text: str) -> Event:
        [before] = event["value"]["messages"]
        inner = {"type": "text", "text": {"body": text}}
        edit = {"original_message_id": before["id"], "message": inner}
        return self.message(before["from_user_id"], "edit", edit=edit)

    def deleted(self, event: Event) -> Event:
        """Return the revocation of a message."""
        message = event["value"]["messages"][0]
        user = message.get("from") or message["from_user_id"]
        said = {"type": "revoke", "revoke": {"original_message_id": message["id"]}}
        return self.server.message(user, said, now=self.home.clock.now())

    def events(self, user: str) -> Mapping[str, Event]:
        def status(told: str) -> Event:
            receipt = {"id": "wamid.OUT1", "status": told, "timestamp": "1", "recipient_id": "1"}
            return self.server.change("messages", statuses=[receipt])

        said = {"id": "wamid.EC", "to_user_id": user, "type": "text", "text": {"body": "Kim here"}}
        nobody = {"id": "wamid.X", "timestamp": "1"}
        place = {"latitude": 37.5, "longitude": 127.0, "name": "Office"}
        card = [{"name": {"formatted_name": "Kim"}, "phones": [{"phone": "+15550100"}]}]
        return {
            "picture": self.message(user, "image", image={"id": "3", "mime_type": "image/jpeg"}),
            "sticker": self.message(user, "sticker", sticker={"id": "4"}),
            "place": self.message(user, "location", location=place),
            "contact": self.message(user, "contacts", contacts=card),
            "quote": self.message(user, "text", text={"body": "And?"}, context={"id": "wamid.1"}),
            "unknown message": self.message(user, "hologram"),
            "button": self.message(user, "button", button={"text": "opening hours"}),
            "group": self.message(user, "text", text={"body": "hi"}, group_id="G1"),
            "other module": {**self.text(user, "hi"), "field": "standby"},
            "read receipt": status("read"),
            "reaction": self.message(user, "reaction", reaction={"message_id": "1", "emoji": "👍"}),
            "no sender": self.server.change("messages", messages=[nobody]),
            "unknown event": self.server.change("message_template_status_update", event="APPROVED"),
            "joined": self.message(user, "request_welcome"),
            "echo": status("sent"),
            "person": self.server.change("smb_message_echoes", message_echoes=[said]),
        }

    def moved(self) -> list[Event]:
        """Return texts of a customer by the id, by both, and by the number with its contact."""
        user = self.CUSTOMERS[0]
        contacts = [{"profile": {"name": "Sam"}, "wa_id": "15550111", "user_id": user}]
        senders = ({"from_user_id": user}, {"from_user_id": user, "from": "15550111"})
        return [
            self.server.change("messages", contacts=contacts, messages=[{**each, **told}])
            for number, each in enumerate((*senders, {"from": "15550111"}))
            for told in [
                {"id": f"wamid.M{number}", "timestamp": "1", "type": "text", "text": {"body": "hi"}}
            ]
        ]

    def lost_later(self) -> Event:
        return self.server.failed(self.server.tags[-1], 131051)

    def repeated(self, event: Event) -> Event:
        return {**event, "id": "again"}

    def request(
        self, events: list[Event], fields: Mapping[str, str]
    ) -> tuple[bytes, dict[str, str]]:
        return WhatsAppServer(**fields).signed(events, now=self.home.clock.now())

    def resigned(self, body: bytes) -> dict[str, str]:
        return self.server.proof(body)
