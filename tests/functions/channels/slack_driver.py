"""The kind `slack` is driven here for the suite of all kinds."""

from collections.abc import Mapping
from typing import Any, ClassVar

from local.simulators.providers.server import SAM
from local.simulators.providers.slack import APP, SlackServer
from tests.functions.channels.driver import Driver, Event, Refusal

TS = "1772366399.000100"


class SlackDriver(Driver):
    """A Slack channel."""

    KIND = "slack"
    DOCUMENTS: ClassVar = {
        "message event": "https://docs.slack.dev/reference/events/message",
        "chat.postMessage": "https://docs.slack.dev/reference/methods/chat.postMessage",
    }
    FIELDS: ClassVar = {"signing_secret": "secret-1", "bot_token": "xoxb-1"}
    NEXT_FIELDS: ClassVar = {"signing_secret": "secret-2", "bot_token": "xoxb-2"}
    CUSTOMERS = ("T0SIMULATED/D0AAAAAA1", "T0SIMULATED/D0AAAAAA2")
    CANNOT: ClassVar = {
        "test_a_contact_is_not_lost": "Slack has no contact messages",
        "test_a_person_in_the_providers_app_silences_the_bot": (
            "only the app and its customer write in their direct conversation"
        ),
        "test_blocking_ends_the_conversation": (
            "Slack tells an app nothing when a person hides or mutes it"
        ),
        "test_a_closed_window_is_told": "an app may write to its direct conversation at any time",
        "test_a_changed_address_keeps_the_thread": "a direct conversation of Slack keeps its id",
        "test_stop_and_start_are_heeded": "the law's STOP is for SMS (47 CFR 64.1200)",
        "test_a_customer_who_left_gets_no_late_answer": (
            "Slack tells an app nothing when a person hides or mutes it"
        ),
        "test_a_text_that_is_lost_later_is_listed": "Slack shows a message once it answers ok",
    }
    ABSENT: ClassVar = {
        "sticker": "Slack has emoji only, which are text",
        "place": "Slack has no places",
    }
    REFUSED_MESSAGE: ClassVar[Refusal] = (200, {"ok": False, "error": "msg_too_long"})
    REFUSED_RECIPIENT: ClassVar[Refusal] = (200, {"ok": False, "error": "channel_not_found"})
    REFUSED_ACCOUNT: ClassVar[Refusal] = (200, {"ok": False, "error": "token_revoked"})
    SPENT_QUOTA: ClassVar[Refusal] = (200, {"ok": False, "error": "message_limit_exceeded"})
    THROTTLED: ClassVar[Refusal] = (429, {"ok": False, "error": "ratelimited"})
    ONE_MESSAGE = 4_000
    MOST_BUTTONS = 25
    BATCHES = False
    TEAM, TEAM_SCREEN = "C0ALERTS", "T0SIMULATED/C0ALERTS"

    server: SlackServer

    def new_server(self) -> SlackServer:
        return SlackServer(**self.FIELDS, known={"D0AAAAAA1": SAM})

    def text(self, user: str, text: str) -> Event:
        return self.server.text(user, text, now=self.home.clock.now())

    def press(self, user: str, label: str) -> Event:
        return self.server.pressed(user, label, now=self.home.clock.now())

    def deleted(self, event: Event) -> Event:
        """Return the deletion of a direct message."""
        before = event["event"]
        said = {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "channel": before["channel"],
            "ts": "1791000000.000900",
            "deleted_ts": before["ts"],
            "previous_message": before,
        }
        return {**event, "event_id": "EvDeleted", "event": said}

    def events(self, user: str) -> Mapping[str, Event]:
        now = self.home.clock.now()

        def event(**fields: Any) -> Event:
            said = {"type": "message", "user": "U0CUSTOMER", "text": "", "ts": TS, "event_ts": TS}
            return self.server.event(user, said | fields, now=now)

        files = [{"id": "F0", "mimetype": "image/png", "url_private": "https://files.slack.com/a"}]
        two = [*files, {**files[0], "url_private": "https://files.slack.com/b"}]
        return {
            "picture": event(subtype="file_share", files=files),
            "quote": event(text="&gt; Hello\nAnd this one?"),
            "unknown message": event(attachments=[{"text": "somebody else's"}]),
            "button": self.press(user, "opening hours"),
            "group": event(channel="C0AAAAAAA", channel_type="channel", text="hello"),
            "other module": event(bot_id="B0OTHER", app_id="A0OTHER", text="hello"),
            "read receipt": event(type="im_close"),
            "reaction": event(type="reaction_added", reaction="thumbsup"),
            "two pictures": event(subtype="file_share", files=two),
            "no sender": event(user=None, text="hello"),
            "unknown event": event(type="something_new"),
            "joined": event(type="app_home_opened", tab="messages"),
            "echo": event(bot_id="B0OURS", app_id=APP, text="It arrives tomorrow."),
        }

    def edited(self, event: Event, text: str) -> Event:
        before = event["event"]
        message = {**before, "text": text, "edited": {"ts": before["ts"]}}
        changed = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": before["channel"],
            "channel_type": before["channel_type"],
            "ts": before["ts"],
            "event_ts": before["ts"],
            "message": message,
            "previous_message": before,
        }
        return {**event, "event_id": "Ev0EDITED", "event": changed}

    def repeated(self, event: Event) -> Event:
        mention = {**event["event"], "type": "app_mention"}
        return {**event, "event_id": "Ev0AGAIN", "event": mention}

    def request(
        self, events: list[Event], fields: Mapping[str, str]
    ) -> tuple[bytes, dict[str, str]]:
        known = ("event_callback", "block_actions")
        whole = [
            each
            if isinstance(each, Mapping) and each.get("type") in known
            else {"type": "event_callback", "team_id": "T0SIMULATED", "event": each}
            for each in events
        ]
        return SlackServer(**fields).signed(whole, now=self.home.clock.now())

    def resigned(self, body: bytes) -> dict[str, str]:
        return self.server.proof(body, now=self.home.clock.now())
