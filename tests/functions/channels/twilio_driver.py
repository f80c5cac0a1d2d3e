"""The kind `twilio` is driven here for the suite of all kinds. One customer is on WhatsApp."""

from collections.abc import Mapping
from typing import Any, ClassVar

from local.simulators.providers.twilio import TwilioServer
from local.virtual.front import Answered
from tests.functions.channels.driver import Driver, Event, Refusal

SCOPED = "US.1500001"
HOOK_URL = "http://shop.test/v1/hooks/twilio/mine"
NO_ECHOES = "Twilio tells of a text that was sent only by its status"


class TwilioDriver(Driver):
    """A Twilio channel."""

    KIND = "twilio"
    DOCUMENTS: ClassVar = {
        "incoming message webhook": "https://www.twilio.com/docs/messaging/guides/webhook-request",
        "Message resource": "https://www.twilio.com/docs/messaging/api/message-resource",
    }
    FIELDS: ClassVar = {"account_sid": "AC1", "auth_token": "token-1", "from": "+15550100"}
    NEXT_FIELDS: ClassVar = {"account_sid": "AC2", "auth_token": "token-2", "from": "+15550109"}
    CUSTOMERS = ("whatsapp:+15550111", "+15550112")
    CANNOT: ClassVar = {
        "test_a_deleted_text_is_forgotten": "an SMS stays, and Twilio tells of none on WhatsApp",
        "test_an_old_request_is_refused": (
            "Twilio's signature has no time; message ids guard replays"
        ),
        "test_an_echo_of_ours_is_ignored": NO_ECHOES,
        "test_a_person_in_the_providers_app_silences_the_bot": NO_ECHOES,
        "test_an_edit_is_read": "an SMS cannot be edited, and Twilio tells of no edit on WhatsApp",
        "test_a_missing_profile_holds_nothing_up": "a WhatsApp message has its sender's name",
        "test_the_language_of_the_profile_counts": "Twilio tells no language of a customer",
    }
    ABSENT: ClassVar = {
        "group": "Twilio's numbers take part in no groups",
        "other module": "a number has one webhook",
        "reaction": "Twilio sends no webhook for a reaction",
    }
    REFUSED_MESSAGE: ClassVar[Refusal] = (400, {"code": 21617})
    REFUSED_RECIPIENT: ClassVar[Refusal] = (400, {"code": 21610})
    REFUSED_ACCOUNT: ClassVar[Refusal] = (401, {"code": 20003})
    SPENT_QUOTA: ClassVar[Refusal] = (429, {"code": 63038})
    THROTTLED: ClassVar[Refusal] = (429, {"code": 20429})
    TEAM = "+33612345678"
    ONE_MESSAGE = 1_600
    MOST_BUTTONS = 0
    BATCHES = False

    server: TwilioServer

    def new_server(self) -> TwilioServer:
        return TwilioServer(**self.FIELDS, hook_url=HOOK_URL)

    def text(self, user: str, text: str) -> Event:
        return self.server.text(user, text, now=self.home.clock.now())

    def events(self, user: str) -> Mapping[str, Event]:
        def message(**fields: str) -> Event:
            return self.server.message(user, fields, now=self.home.clock.now())

        def media(kind: str, **fields: str) -> Event:
            url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
            return message(NumMedia="1", MediaContentType0=kind, MediaUrl0=url, **fields)

        receipt: dict[str, Any] = {"MessageStatus": "read", "SmsStatus": "read"}
        return {
            "picture": media("image/jpeg"),
            "two pictures": media("image/jpeg")
            | {
                "NumMedia": "2",
                "MediaContentType1": "image/png",
                "MediaUrl1": "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME2",
            },
            "contact": media("text/vcard"),
            "sticker": media("image/webp"),
            "place": message(Latitude="37.5", Longitude="127.0", Label="Office"),
            "quote": message(Body="And this one?", OriginalRepliedMessageSid="SM1"),
            "unknown message": message(MessageType="hologram"),
            "button": message(Body="opening hours", ButtonText="opening hours", ButtonPayload="h"),
            "read receipt": message() | receipt,
            "no sender": message(Body="hello") | {"From": ""},
            "unknown event": {"EventType": "onMessageAdded", "ConversationSid": "CH1"},
            "left": message(Body="Stop"),
            "joined": message(Body="START"),
        }

    def hidden(self, text: str) -> Event:
        """Return the event of a text from the first customer, who hides the number now."""
        return self.text(f"whatsapp:{SCOPED}", text) | {"ExternalUserId": SCOPED}

    def shown(self, text: str) -> Event:
        """Return the event of a text from the first customer, whose number Twilio tells."""
        return self.text(self.CUSTOMERS[0], text) | {"ExternalUserId": SCOPED}

    def moved(self) -> list[Event]:
        return [self.shown("one"), self.hidden("two"), self.shown("three")]

    def lost_later(self) -> Event:
        return self.server.failed(30008)

    def post(
        self, body: bytes, headers: Mapping[str, str], *, kind: str = "", channel: str = "mine"
    ) -> Answered:
        """Post a form. A status goes to the address that the text was sent with."""
        if b"MessageStatus=undelivered" not in body:
            return super().post(body, headers, kind=kind, channel=channel)
        query = self.server.sent[-1]["status_callback"].removeprefix(HOOK_URL)
        signed = self.server.proof(body, query=query)
        return self.shop.request("POST", f"/v1/hooks/twilio/mine{query}", body, signed)

    def repeated(self, event: Event) -> Event:
        return {**event, "ApiVersion": "2010-04-01 again"}

    def request(
        self, events: list[Event], fields: Mapping[str, str]
    ) -> tuple[bytes, dict[str, str]]:
        signer = TwilioServer(**fields, hook_url=HOOK_URL)
        return signer.signed(events, now=self.home.clock.now())

    def resigned(self, body: bytes) -> dict[str, str]:
        return self.server.proof(body)
