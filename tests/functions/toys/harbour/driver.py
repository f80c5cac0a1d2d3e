"""The kind `harbour` is driven here for the suite of all kinds."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tests.functions.channels.driver import API, Driver, Event, Refusal
from tests.functions.toys.harbour.server import HarbourServer

NO_ECHOES = "Harbour tells nothing of the account's own messages"
NAMED = "each message has its sender's name"


class HarbourDriver(Driver):
    """A Harbour channel."""

    KIND = "harbour"
    MODULE = "tests.functions.toys.harbour"
    FIELDS: ClassVar = {"secret": "secret-1", "token": "token-1"}
    NEXT_FIELDS: ClassVar = {"secret": "secret-2", "token": "token-2"}
    CUSTOMERS = ("anna", "ben")
    CANNOT: ClassVar = {
        "test_an_old_request_is_refused": "Harbour's signature has no time; ids guard replays",
        "test_a_contact_is_not_lost": "Harbour has no contacts",
        "test_a_menus_button_is_read": "Harbour has no menus",
        "test_an_echo_of_ours_is_ignored": NO_ECHOES,
        "test_a_person_in_the_providers_app_silences_the_bot": NO_ECHOES,
        "test_the_companys_people_are_told": "Harbour writes to customers only",
        "test_a_closed_window_is_told": "Harbour takes messages at any time",
        "test_a_text_that_is_lost_later_is_listed": "Harbour tells nothing after its answer",
        "test_a_missing_profile_holds_nothing_up": NAMED,
        "test_the_language_of_the_profile_counts": "Harbour tells no language",
        "test_a_changed_address_keeps_the_thread": "a name of Harbour never changes",
        "test_stop_and_start_are_heeded": "the law's STOP is for SMS",
        "test_every_file_of_a_message_is_fetched": "each picture is a message of its own",
    }
    ABSENT: ClassVar = dict.fromkeys(
        ("quote", "group", "other module", "read receipt", "joined", "reaction"),
        "Harbour has no such event",
    )
    REFUSED_MESSAGE: ClassVar[Refusal] = (400, {"error": "wrong_words"})
    REFUSED_RECIPIENT: ClassVar[Refusal] = (404, {"error": "unknown_recipient"})
    REFUSED_ACCOUNT: ClassVar[Refusal] = (401, {"error": "unknown_token"})
    SPENT_QUOTA: ClassVar[Refusal] = (403, {"error": "quota"})
    THROTTLED: ClassVar[Refusal] = (429, {"error": "too_many"})
    ONE_MESSAGE = 2_000
    MOST_BUTTONS = 5

    server: HarbourServer

    def new_server(self) -> HarbourServer:
        return HarbourServer(**self.FIELDS)

    def text(self, user: str, text: str) -> Event:
        return self.server.event(user, text=text)

    def picture(self, user: str) -> Event:
        return self.server.event(user, picture={"url": f"{API}/pictures/1.png"})

    def edited(self, event: Event, text: str) -> Event:
        return {**event, "type": "edited", "text": text, "version": text}

    def deleted(self, event: Event) -> Event:
        return {"type": "deleted", "id": event["id"], "from": event["from"]}

    def events(self, user: str) -> Mapping[str, Event]:
        def message(**told: Any) -> Event:
            return self.server.event(user, **told)

        return {
            "picture": self.picture(user),
            "sticker": message(form="sticker"),
            "place": message(form="place"),
            "unknown message": message(hologram=1),
            "no sender": {"type": "message", "id": "h0", "text": "hi"},
            "unknown event": self.server.event(user, "something_new"),
            "left": self.server.event(user, "left"),
        }

    def repeated(self, event: Event) -> Event:
        return {**event, "again": True}

    def request(
        self, events: list[Event], fields: Mapping[str, str]
    ) -> tuple[bytes, dict[str, str]]:
        return HarbourServer(**fields).signed(events)

    def resigned(self, body: bytes) -> dict[str, str]:
        return self.server.proof(body)
