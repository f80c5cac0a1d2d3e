"""The kind `line` is driven here for the suite of all kinds."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import ClassVar

from local.simulators.providers.line import LineServer
from tests.functions.channels.driver import Driver, Event, Refusal

NO_ECHOES = "LINE sends no webhook for messages of the account itself"


class LineDriver(Driver):
    """A LINE channel."""

    KIND = "line"
    DOCUMENTS: ClassVar = {
        "Messaging API reference": "https://developers.line.biz/en/reference/messaging-api/",
        "Receiving messages": "https://developers.line.biz/en/docs/messaging-api/receiving-messages/",
    }
    FIELDS: ClassVar = {"channel_secret": "secret-1", "channel_access_token": "token-1"}
    NEXT_FIELDS: ClassVar = {"channel_secret": "secret-2", "channel_access_token": "token-2"}
    CUSTOMERS = ("U00000000000000000000000000000001", "U00000000000000000000000000000002")
    CANNOT: ClassVar = {
        "test_an_old_request_is_refused": "LINE's signature has no time; message ids guard replays",
        "test_a_contact_is_not_lost": "LINE's Messaging API has no contact messages",
        "test_an_echo_of_ours_is_ignored": NO_ECHOES,
        "test_a_person_in_the_providers_app_silences_the_bot": NO_ECHOES,
        "test_an_edit_is_read": "LINE's customers cannot edit a message",
        "test_a_closed_window_is_told": "LINE pushes to a friend at any time",
        "test_a_changed_address_keeps_the_thread": "a user id of LINE stays within a provider",
        "test_stop_and_start_are_heeded": "the law's STOP is for SMS; LINE's customers block",
        "test_a_reaction_is_no_message": "LINE's Messaging API tells of no reactions",
        "test_every_file_of_a_message_is_fetched": "each file is a message of its own at LINE",
        "test_a_text_that_is_lost_later_is_listed": "LINE tells nothing of a message after its 200",
    }
    REFUSED_MESSAGE: ClassVar[Refusal] = (
        400,
        {"message": "1 error", "details": [{"property": "messages[0].text"}]},
    )
    REFUSED_RECIPIENT: ClassVar[Refusal] = (
        400,
        {"message": "The property, 'to', in the request body is invalid"},
    )
    REFUSED_ACCOUNT: ClassVar[Refusal] = (401, {"message": "Authentication failed"})
    SPENT_QUOTA: ClassVar[Refusal] = (429, {"message": "You have reached your monthly limit."})
    THROTTLED: ClassVar[Refusal] = (429, {"message": "The API rate limit has been exceeded."})
    TEAM = "C" + "4" * 32
    ONE_MESSAGE = 5_000
    MOST_BUTTONS = 13

    server: LineServer

    def new_server(self) -> LineServer:
        return LineServer(**self.FIELDS)

    def text(self, user: str, text: str) -> Event:
        return self.server.text(user, text, now=self.home.clock.now())

    def deleted(self, event: Event) -> Event:
        """Return the unsending of a message, which LINE asks to show no more."""
        base = {**self.text(self.CUSTOMERS[0], ""), "type": "unsend"}
        del base["message"], base["replyToken"]
        return {**base, "source": event["source"], "unsend": {"messageId": event["message"]["id"]}}

    def events(self, user: str) -> Mapping[str, Event]:
        base = self.text(user, "")

        def message(kind: str, **fields: object) -> Event:
            return {**self.text(user, ""), "message": {"id": f"9{kind}", "type": kind, **fields}}

        return {
            "picture": message("image", contentProvider={"type": "line"}),
            "sticker": message("sticker", packageId="1", stickerId="2", keywords=["thanks"]),
            "place": message("location", title="Office", latitude=37.5, longitude=127.0),
            "quote": message("text", text="And this one?", quotedMessageId="1"),
            "unknown message": message("hologram"),
            "button": {**base, "type": "postback", "postback": {"data": "opening hours"}},
            "group": {**base, "source": {"type": "group", "groupId": "C1", "userId": user}},
            "other module": {**base, "mode": "standby"},
            "read receipt": {**base, "type": "delivery"},
            "no sender": {**base, "source": {"type": "user"}},
            "unknown event": {**base, "type": "somethingNew"},
            "left": {**base, "type": "unfollow"},
            "joined": {**base, "type": "follow", "follow": {"isUnblocked": True}},
        }

    def repeated(self, event: Event) -> Event:
        changed = {"webhookEventId": "01KAGAIN", "deliveryContext": {"isRedelivery": True}}
        return {**event, **changed}

    def request(
        self, events: list[Event], fields: Mapping[str, str]
    ) -> tuple[bytes, dict[str, str]]:
        signer = LineServer(fields["channel_secret"], fields["channel_access_token"])
        return signer.signed(events, now=self.home.clock.now())

    def resigned(self, body: bytes) -> dict[str, str]:
        digest = hmac.digest(self.FIELDS["channel_secret"].encode(), body, hashlib.sha256)
        return {"x-line-signature": base64.b64encode(digest).decode()}
