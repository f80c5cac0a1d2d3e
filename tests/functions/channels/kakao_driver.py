"""The kind `kakao` is driven here for the suite of all kinds."""

from collections.abc import Mapping
from typing import ClassVar

from local.simulators.providers.kakao import KakaoServer
from tests.functions.channels.driver import API, Driver, Event, Refusal

NO_CREDENTIAL = "a callback needs no credential, and is gone after a minute"
NO_NAME = "Kakao gives a skill a key of the customer, and no name"
NO_OTHERS = "a skill hears only what a customer writes to the bot"


class KakaoDriver(Driver):
    """A Kakao channel."""

    KIND = "kakao"
    DOCUMENTS: ClassVar = {
        "skill payload and answers": "https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format",
        "callbacks": "https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/ai_chatbot_callback_guide",
    }
    FIELDS: ClassVar = {"skill_secret": "secret-1"}
    NEXT_FIELDS: ClassVar = {"skill_secret": "secret-2"}
    CUSTOMERS = ("bot-user-key-1", "bot-user-key-2")
    CANNOT: ClassVar = {
        "test_the_companys_people_are_told": "a skill can only answer (decision 0161)",
        "test_a_deleted_text_is_forgotten": "a skill hears only what a customer writes to the bot",
        "test_a_changed_body_is_refused": "Kakao signs nothing; a header proves the sender only",
        "test_an_old_request_is_refused": "the header has no time; a callback is used once",
        "test_a_contact_is_not_lost": "Kakao gives a skill words and pictures only",
        "test_an_echo_of_ours_is_ignored": NO_OTHERS,
        "test_a_person_in_the_providers_app_silences_the_bot": NO_OTHERS,
        "test_an_edit_is_read": "KakaoTalk's customers cannot edit a message",
        "test_blocking_ends_the_conversation": "Kakao tells a skill of no blocking",
        "test_a_long_text_is_whole": "a callback takes one template of at most 3,000 characters",
        "test_a_persons_words_arrive": "the handoff's notice takes the only callback",
        "test_a_persons_file_arrives": "the handoff's notice takes the only callback",
        "test_a_refused_account_keeps_its_replies": NO_CREDENTIAL,
        "test_a_reply_that_is_given_up_can_be_sent_again": NO_CREDENTIAL,
        "test_the_newest_fields_send": NO_CREDENTIAL,
        "test_people_see_the_customers_name": NO_NAME,
        "test_a_missing_profile_holds_nothing_up": NO_NAME,
        "test_an_erasure_forgets_the_name": NO_NAME,
        "test_a_changed_address_keeps_the_thread": "a bot user key stays within a bot",
        "test_stop_and_start_are_heeded": "the law's STOP is for SMS; KakaoTalk's customers block",
        "test_a_reaction_is_no_message": NO_OTHERS,
        "test_a_customer_who_left_gets_no_late_answer": "Kakao tells a skill of no blocking",
        "test_no_character_is_cut": "a callback takes one template of at most 3,000 characters",
        "test_markup_stays_as_it_was_written": "the handoff's notice takes the only callback",
        "test_a_text_that_is_lost_later_is_listed": "Kakao tells nothing of a reply after its 200",
    }
    ABSENT: ClassVar = {
        "sticker": "Kakao gives a skill words and pictures only",
        "place": "Kakao gives a skill words and pictures only",
        "unknown message": "Kakao gives a skill words and pictures only",
        "group": NO_OTHERS,
        "other module": NO_OTHERS,
        "read receipt": NO_OTHERS,
        "joined": NO_OTHERS,
        "late reply": "a callback is gone after a minute",
        "refused recipient": "a callback names no recipient",
    }
    REFUSED_MESSAGE: ClassVar[Refusal] = (400, {"status": "FAIL", "message": "not valid"})
    REFUSED_ACCOUNT: ClassVar[Refusal] = (500, {})
    THROTTLED: ClassVar[Refusal] = (429, {"status": "ERROR"})
    ONE_MESSAGE = 1_000
    MOST_BUTTONS = 10
    BATCHES = False

    server: KakaoServer

    def new_server(self) -> KakaoServer:
        return KakaoServer(**self.FIELDS, own_url=API)

    def text(self, user: str, text: str) -> Event:
        return self.server.text(user, text, now=self.home.clock.now())

    def events(self, user: str) -> Mapping[str, Event]:
        def asked(text: str = "", **fields: object) -> Event:
            event = self.text(user, text)
            return {**event, "userRequest": event["userRequest"] | fields}

        picture = "https://talk.kakaocdn.net/dna/1/a.jpg"
        return {
            "picture": asked(picture, params={"media": {"type": "image", "url": picture}}),
            "quote": asked("And this one?"),
            "button": asked("opening hours"),
            "two pictures": self.secure(user, f"List({picture},{picture}?2)"),
            "no sender": asked("hello", user={"type": "botUserKey"}),
            "unknown event": {"event": {"name": "something_new"}},
        }

    def secure(self, user: str, urls: str) -> Event:
        """Return the request of a block that asks for pictures by a secure parameter."""
        event = self.text(user, "")
        params = {"secureimage": f'{{"secureUrls": "{urls}"}}'}
        return {**event, "action": {**event["action"], "params": params}}

    def speaks_korean(self) -> None:
        self.server.language = "ko"

    def repeated(self, event: Event) -> Event:
        return {**event, "contexts": [{"name": "again"}]}

    def request(
        self, events: list[Event], fields: Mapping[str, str]
    ) -> tuple[bytes, dict[str, str]]:
        return KakaoServer(**fields).signed(events, now=self.home.clock.now())

    def resigned(self, body: bytes) -> dict[str, str]:
        del body
        return self.server.proof()
