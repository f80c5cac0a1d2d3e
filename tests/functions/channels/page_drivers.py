"""The kinds `messenger` and `instagram` are driven here for the suite of all kinds."""

from collections.abc import Mapping
from typing import Any, ClassVar

from local.simulators.providers.meta import refused
from local.simulators.providers.page import InstagramServer, MessengerServer, PageServer
from tests.functions.channels.driver import HOURS, Driver, Event, Refusal


class PageDriver(Driver):
    """A channel of one of Meta's pages."""

    FIELDS: ClassVar = {
        "app_secret": "app-secret-1",
        "verify_token": "verify-1",
        "access_token": "access-1",
    }
    NEXT_FIELDS: ClassVar = {
        "app_secret": "app-secret-2",
        "verify_token": "verify-2",
        "access_token": "access-2",
    }
    CUSTOMERS = ("700000000000001", "700000000000002")
    CANNOT: ClassVar[Mapping[str, str]] = {
        "test_an_old_request_is_refused": (
            "Meta's signature has no time; message ids guard replays"
        ),
        "test_a_contact_is_not_lost": "Meta's pages get no contact messages",
        "test_the_companys_people_are_told": (
            "a page writes only within 24 hours of a person's words"
        ),
        "test_blocking_ends_the_conversation": (
            "Meta sends no webhook when a person blocks the page"
        ),
        "test_the_language_of_the_profile_counts": "Meta tells a language with a permission only",
        "test_a_changed_address_keeps_the_thread": "a page-scoped id of Meta stays within a page",
        "test_stop_and_start_are_heeded": "the law's STOP is for SMS; Meta's customers block",
        "test_a_customer_who_left_gets_no_late_answer": (
            "Meta sends no webhook when a person blocks the page"
        ),
        "test_a_text_that_is_lost_later_is_listed": "Meta's pages get no webhook for a failed text",
    }
    ABSENT: ClassVar[Mapping[str, str]] = {"group": "Meta's pages take part in no groups"}
    REFUSED_MESSAGE: ClassVar[Refusal] = refused(400, 100)
    REFUSED_RECIPIENT: ClassVar[Refusal] = refused(400, 551)
    REFUSED_ACCOUNT: ClassVar[Refusal] = refused(401, 190)
    SPENT_QUOTA: ClassVar[Refusal] = refused(403, 200)
    THROTTLED: ClassVar[Refusal] = refused(429, 613)
    MOST_BUTTONS = 13

    SERVER: ClassVar[type[PageServer]]
    server: PageServer

    def new_server(self) -> PageServer:
        return self.SERVER(**self.FIELDS)

    def text(self, user: str, text: str) -> Event:
        return self.server.text(user, text, now=self.home.clock.now())

    def press(self, user: str, label: str) -> Event:
        picked = {"text": label, "quick_reply": {"payload": label}}
        return self.server.message(user, picked, now=self.home.clock.now())

    def edited(self, event: Event, text: str) -> Event:
        edit = {"mid": event["message"]["mid"], "text": text, "num_edit": 1}
        user = event["sender"]["id"]
        return self.server.event(user, {"message_edit": edit}, now=self.home.clock.now())

    def deleted(self, event: Event) -> Event:
        """Return the unsending of a message."""
        gone = {"mid": event["message"]["mid"], "is_deleted": True}
        return self.server.event(
            event["sender"]["id"], {"message": gone}, now=self.home.clock.now()
        )

    def events(self, user: str) -> Mapping[str, Event]:
        now = self.home.clock.now()

        def message(**said: Any) -> Event:
            return self.server.message(user, said, now=now)

        def event(**told: Any) -> Event:
            return self.server.event(user, told, now=now)

        def attached(kind: str, **payload: Any) -> Event:
            return message(attachments=[{"type": kind, "payload": payload}])

        two = [
            {"type": "image", "payload": {"url": f"https://cdn.example/{each}.jpg"}}
            for each in "ab"
        ]
        nobody = {"message": {"mid": "m_X", "text": "hi"}, "timestamp": now}
        return {
            "picture": attached("image", url="https://cdn.example/a.jpg"),
            "sticker": attached("image", url="https://cdn.example/s.png", sticker_id=1),
            "place": attached("location", coordinates={"lat": 37.5, "long": 127.0}),
            "quote": message(text="And this one?", reply_to={"mid": "m_1"}),
            "unknown message": attached("hologram"),
            "button": event(postback={"mid": "m_P", "title": "opening hours", "payload": "HOURS"}),
            "other module": event(pass_thread_control={"new_owner_app_id": "1"}),
            "read receipt": event(read={"watermark": now}),
            "reaction": event(reaction={"mid": "m_1", "action": "react", "emoji": "👍"}),
            "two pictures": message(attachments=two),
            "no sender": nobody,
            "unknown event": event(something_new={}),
            "joined": event(postback={"mid": "m_S", "title": "Get started", "payload": "start"}),
            "echo": self.server.echo(user, {"text": HOURS}, now=now),
            "person": self.server.echo(user, {"text": "Kim here."}, now=now),
        }

    def repeated(self, event: Event) -> Event:
        return {**event, "timestamp": event["timestamp"] + 1}

    def request(
        self, events: list[Event], fields: Mapping[str, str]
    ) -> tuple[bytes, dict[str, str]]:
        return self.SERVER(**fields).signed(events, now=self.home.clock.now())

    def resigned(self, body: bytes) -> dict[str, str]:
        return self.server.proof(body)


class MessengerDriver(PageDriver):
    """A Messenger channel."""

    KIND = "messenger"
    DOCUMENTS: ClassVar[Mapping[str, str]] = {
        "webhook events": "https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events",
    }
    CANNOT: ClassVar[Mapping[str, str]] = {
        **PageDriver.CANNOT,
        "test_a_deleted_text_is_forgotten": "Meta documents is_deleted for Instagram only",
    }
    SERVER = MessengerServer
    ONE_MESSAGE = 2_000


class InstagramDriver(PageDriver):
    """An Instagram channel."""

    KIND = "instagram"
    DOCUMENTS: ClassVar[Mapping[str, str]] = {
        "webhook examples": "https://developers.facebook.com/documentation/instagram-platform/webhooks/examples",
        "webhook events": "https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events",
    }
    SERVER = InstagramServer
    CANNOT: ClassVar[Mapping[str, str]] = {
        **PageDriver.CANNOT,
        "test_an_edit_is_read": "Meta sends message_edits for Messenger only",
    }
    ABSENT: ClassVar[Mapping[str, str]] = {
        **PageDriver.ABSENT,
        "place": "Instagram's messages have no places",
    }
    ONE_MESSAGE = 1_000
