"""The kind `telegram` is driven here for the suite of all kinds."""

from collections.abc import Mapping
from typing import Any, ClassVar

from local.simulators.providers.telegram import TelegramServer
from tests.functions.channels.driver import Driver, Event, Refusal

NO_ECHOES = "the Bot API has no updates about the bot's own messages"
NO_BODY = "Telegram sends a secret token, which proves the sender and not the body"
NO_KEY = "the Bot API has neither an idempotency key nor a way to look for a sent message"


def refused(status: int, description: str) -> Refusal:
    return status, {"ok": False, "error_code": status, "description": description}


class TelegramDriver(Driver):
    """A Telegram channel."""

    KIND = "telegram"
    DOCUMENTS: ClassVar = {
        "Bot API": "https://core.telegram.org/bots/api",
    }
    FIELDS: ClassVar = {"bot_token": "601:token-1", "secret_token": "secret-1"}
    NEXT_FIELDS: ClassVar = {"bot_token": "601:token-2", "secret_token": "secret-2"}
    CUSTOMERS = ("5000000001", "5000000002")
    CANNOT: ClassVar = {
        "test_a_changed_body_is_refused": NO_BODY,
        "test_an_old_request_is_refused": "the secret token has no time; message ids guard replays",
        "test_an_echo_of_ours_is_ignored": NO_ECHOES,
        "test_a_person_in_the_providers_app_silences_the_bot": NO_ECHOES,
        "test_a_deleted_text_is_forgotten": "the Bot API tells bots of no deleted messages",
        "test_a_lost_answer_doubles_nothing": NO_KEY,
        "test_a_closed_window_is_told": "bots write at any time to whoever has not blocked them",
        "test_a_missing_profile_holds_nothing_up": "each message has its sender's first name",
        "test_a_changed_address_keeps_the_thread": "a private chat of Telegram keeps its id",
        "test_stop_and_start_are_heeded": "the law's STOP is for SMS; Telegram's customers block",
        "test_every_file_of_a_message_is_fetched": "each file of an album is an update of its own",
        "test_a_text_that_is_lost_later_is_listed": "the Bot API tells nothing after its answer",
    }
    REFUSED_MESSAGE: ClassVar[Refusal] = refused(400, "Bad Request: message is too long")
    REFUSED_RECIPIENT: ClassVar[Refusal] = refused(403, "Forbidden: bot was blocked by the user")
    REFUSED_ACCOUNT: ClassVar[Refusal] = refused(401, "Unauthorized")
    SPENT_QUOTA: ClassVar[Refusal] = refused(404, "Not Found")
    THROTTLED: ClassVar[Refusal] = (
        429,
        {**refused(429, "Too Many Requests: retry after 2")[1], "parameters": {"retry_after": 2}},
    )
    TEAM = "-1001234567890"
    ONE_MESSAGE = 4_096
    MOST_BUTTONS = 20
    BATCHES = False
    ADDRESSES = "/getFile"

    server: TelegramServer

    def new_server(self) -> TelegramServer:
        return TelegramServer(**self.FIELDS)

    def text(self, user: str, text: str) -> Event:
        return self.server.text(user, text, now=self.home.clock.now())

    def press(self, user: str, label: str) -> Event:
        shown = self.server.shown[-1]
        return self.server.pressed(user, shown, label, now=self.home.clock.now())

    def events(self, user: str) -> Mapping[str, Event]:
        def message(**fields: Any) -> Event:
            update = self.text(user, "")
            del update["message"]["text"]
            return {**update, "message": {**update["message"], **fields}}

        asked = self.text(user, "When are you open?")
        private = asked["message"]["chat"]
        member = {"chat": private, "from": asked["message"]["from"], "date": 1}
        number = asked["update_id"]

        def became(status: str) -> Event:
            changed = {**member, "new_chat_member": {"status": status, "user": {"id": 1}}}
            return {"update_id": number, "my_chat_member": changed}

        return {
            "picture": message(photo=[{"file_id": "f1"}, {"file_id": "f2"}]),
            "sticker": message(sticker={"file_id": "s", "emoji": "👍"}),
            "place": message(location={"latitude": 37.5, "longitude": 127.0}),
            "contact": message(contact={"phone_number": "+15550100", "first_name": "Kim"}),
            "quote": message(text="And this one?", reply_to_message={"message_id": 1}),
            "unknown message": message(hologram={"id": 1}),
            "button": message(text="/opening_hours"),
            "group": message(text="hi", chat={"id": -100, "type": "supergroup"}),
            "other module": {"update_id": number, "business_message": asked["message"]},
            "read receipt": {"update_id": number, "chat_boost": {"chat": private}},
            "reaction": {"update_id": number, "message_reaction": {"chat": private}},
            "no sender": {"update_id": number, "message": {"message_id": 5, "text": "hi"}},
            "unknown event": {"update_id": number, "something_new": {}},
            "left": became("kicked"),
            "joined": became("member"),
        }

    def edited(self, event: Event, text: str) -> Event:
        """Return the edit of a text message."""
        message = {**event["message"], "edit_date": event["message"]["date"] + 9, "text": text}
        return {"update_id": event["update_id"] + 500, "edited_message": message}

    def speaks_korean(self) -> None:
        self.server.language = "ko"

    def repeated(self, event: Event) -> Event:
        return {**event, "update_id": event["update_id"] + 700}

    def request(
        self, events: list[Event], fields: Mapping[str, str]
    ) -> tuple[bytes, dict[str, str]]:
        return TelegramServer(**fields).signed(events, now=self.home.clock.now())

    def resigned(self, body: bytes) -> dict[str, str]:
        del body
        return {"x-telegram-bot-api-secret-token": self.FIELDS["secret_token"]}
