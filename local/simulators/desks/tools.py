"""Whoever plays the people of a tool uses every stand-in through the same acts, which stand here.

A call of ours is answered, with the texts that it brought into the tool. A person's act is an event
that the tool sends in a request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from local.simulators.desks.chatwoot import INCOMING, ChatwootServer
from local.simulators.desks.slack import SlackTeam
from local.simulators.desks.zendesk import ZendeskServer
from local.simulators.desks.zendesk_messaging import MessagingServer
from local.simulators.providers.server import Answer
from local.simulators.providers.slack import seen_of

Event = Any
OURS = "[Surgeline] "
CUSTOMER = "Customer: "
_FIRST_NUMBER = 10
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


@dataclass(frozen=True, slots=True)
class Brought:
    """A text that Surgeline wrote into a place of the tool."""

    place: str
    text: str
    is_customers: bool = False


class Acts:
    """The acts of people in a tool, at `now` (UTC epoch ms). Each returns the tool's event.

    A tool without an act of its own takes a command in a person's words.
    """

    def write(self, place: str, person: str, text: str, *, now: int) -> Event:
        """Write words, which may have commands."""
        raise NotImplementedError

    def accept(self, place: str, person: str, *, now: int) -> Event:
        """Take the offer in a place."""
        return self.write(place, person, "#accept", now=now)

    def decline(self, place: str, person: str, *, now: int) -> Event:
        """Refuse the offer in a place."""
        return self.write(place, person, "#decline", now=now)

    def resolve(self, place: str, person: str, *, now: int) -> Event:
        """Close the conversation."""
        return self.write(place, person, "#resolve", now=now)

    def edit(self, place: str, text: str, *, now: int) -> Event | None:
        """Change a person's newest words. The event is None where a tool has no edits."""
        del self, place, text, now
        return None

    def typing(self, place: str, person: str, *, now: int) -> Event | None:
        """Type. The event is None where the tool tells nobody."""
        del self, place, person, now
        return None


class Tool(Acts):
    """A tool with an API, whose people are named as the customer sees them.

    `BROKEN` is its answer while it is out of order. A tool counts from `first`, so that one that is
    started anew gives no number again.
    """

    FIELDS: ClassVar[tuple[str, ...]]
    BROKEN: ClassVar[Answer] = (503, {"error": "unavailable"})
    server: Any

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, now: int
    ) -> tuple[Answer, Sequence[Brought]]:
        """Answer one call, and return what it brought. Header names are lower-case."""
        raise NotImplementedError

    def request(self, event: Event, *, now: int) -> tuple[bytes, dict[str, str]]:
        """Return the body and the headers by which the tool sends an event."""
        signed: tuple[bytes, dict[str, str]] = self.server.signed(event, now=now)
        return signed

    def _number(self, person: str) -> int:
        """Return the number of a person, who is known in the tool from now on."""
        number = self._numbers.setdefault(person, _FIRST_NUMBER + len(self._numbers))
        self.server.people[number] = person
        return number


class SlackTool(Tool):
    """A channel of Slack. The team is in whatever channel the app writes to."""

    FIELDS = ("signing_secret", "bot_token")
    BROKEN = (503, {"ok": False, "error": "service_unavailable"})

    def __init__(self, fields: Mapping[str, str], *, first: int = 1) -> None:
        super().__init__()
        del first  # Slack names messages by their time
        self._newest: dict[str, Event] = {}
        self.server: SlackTeam = SlackTeam(fields["signing_secret"], fields["bot_token"])

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, now: int
    ) -> tuple[Answer, Sequence[Brought]]:
        """Answer a call. A changed message counts as brought again."""
        del method
        answer = self.server.answer(path, headers, body, now=now)
        time = answer[1].get("ts")
        brought = [each for each in self.server.posted if each["ts"] == time] if time else []
        for each in brought:
            self.server.channel = each["channel"]
        return answer, [_in_slack(each) for each in brought]

    def write(self, place: str, person: str, text: str, *, now: int) -> Event:
        """Reply in the thread."""
        said = self.server.reply(place, self._id(person), _escaped(text), now=now)
        self._newest[place] = said
        return said

    def edit(self, place: str, text: str, *, now: int) -> Event | None:
        """Change the newest reply in the thread, if there is one."""
        said = self._newest.get(place)
        return self.server.edit(said, _escaped(text), now=now) if said else None

    def accept(self, place: str, person: str, *, now: int) -> Event:
        """Press the button below the first message."""
        return self._press(place, "accept", person, now)

    def decline(self, place: str, person: str, *, now: int) -> Event:
        """Press the button below the first message."""
        return self._press(place, "decline", person, now)

    def resolve(self, place: str, person: str, *, now: int) -> Event:
        """Press the button below the first message."""
        return self._press(place, "resolve", person, now)

    def request(self, event: Event, *, now: int) -> tuple[bytes, dict[str, str]]:
        """Return the request of one event."""
        return self.server.signed([event], now=now)

    def _press(self, place: str, name: str, person: str, now: int) -> Event:
        [message] = [each for each in self.server.threads() if each["ts"] == place]
        return self.server.press(message, name, self._id(person), now=now)

    def _id(self, person: str) -> str:
        member = "U0" + "".join(each for each in person.upper() if each.isalnum())
        self.server.people[member] = person
        return member


def _escaped(text: str) -> str:
    for character, escape in _ESCAPES:
        text = text.replace(character, escape)
    return text


def _in_slack(message: Mapping[str, Any]) -> Brought:
    text = seen_of(message)
    place = str(message.get("thread_ts") or message["ts"])
    return Brought(place, text.removeprefix(CUSTOMER), text.startswith(CUSTOMER))


class ChatwootTool(Tool):
    """An inbox of Chatwoot."""

    FIELDS = ("inbox_identifier", "api_access_token", "webhook_secret")

    def __init__(self, fields: Mapping[str, str], *, first: int = 1) -> None:
        super().__init__()
        self.server: ChatwootServer = ChatwootServer(
            fields["inbox_identifier"],
            fields["api_access_token"],
            fields["webhook_secret"],
            first=first,
        )

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, now: int
    ) -> tuple[Answer, Sequence[Brought]]:
        """Answer a call. Incoming messages are the customer's."""
        known = len(self.server.messages)
        answer = self.server.answer(method, path, headers, body, now=now)
        return answer, [
            Brought(str(each["conversation_id"]), each["content"], each["message_type"] == INCOMING)
            for each in self.server.messages[known:]
        ]

    def write(self, place: str, person: str, text: str, *, now: int) -> Event:
        """Answer in the conversation."""
        return self.server.reply(int(place), self._number(person), text, now=now)

    def accept(self, place: str, person: str, *, now: int) -> Event:
        """Take the conversation, which Chatwoot tells as an assignment."""
        del now
        return self.server.assigned(int(place), self._number(person))

    def resolve(self, place: str, person: str, *, now: int) -> Event:
        """Resolve the conversation."""
        del now
        return self.server.resolved(int(place), self._number(person))

    def typing(self, place: str, person: str, *, now: int) -> Event | None:
        """Type in the conversation."""
        del now
        return self.server.typing(int(place), self._number(person))


class ZendeskTool(Tool):
    """The tickets of a Zendesk."""

    FIELDS = ("email", "api_token", "webhook_secret")

    def __init__(self, fields: Mapping[str, str], *, first: int = 1) -> None:
        super().__init__()
        self.server: ZendeskServer = ZendeskServer(
            fields["email"], fields["api_token"], fields["webhook_secret"], first=first
        )

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, now: int
    ) -> tuple[Answer, Sequence[Brought]]:
        """Answer a call. Notes of ours tell the customer's words."""
        del now
        known = len(self.server.comments)
        answer = self.server.answer(method, path, headers, body)
        return answer, [
            _as_note(str(each["ticket_id"]), each["body"]) for each in self.server.comments[known:]
        ]

    def write(self, place: str, person: str, text: str, *, now: int) -> Event:
        """Reply publicly on the ticket."""
        del now
        return self.server.reply(int(place), self._number(person), text)

    def accept(self, place: str, person: str, *, now: int) -> Event:
        """Take the ticket, which Zendesk tells as an assignment."""
        del now
        return self.server.assigned(int(place), self._number(person))

    def resolve(self, place: str, person: str, *, now: int) -> Event:
        """Solve the ticket."""
        del now
        return self.server.solved(int(place), self._number(person))


def _as_note(place: str, body: str) -> Brought:
    """Return a note of ours, which may tell a customer's words."""
    text = body.removeprefix(OURS)
    return Brought(place, text.removeprefix(CUSTOMER), text.startswith(CUSTOMER))


class MessagingTool(Tool):
    """The messaging of a Zendesk."""

    FIELDS = ("key_id", "key_secret", "webhook_secret")
    BROKEN = (503, {"errors": [{"code": "internal_error"}]})

    def __init__(self, fields: Mapping[str, str], *, first: int = 1) -> None:
        super().__init__()
        self.server: MessagingServer = MessagingServer(
            fields["key_id"], fields["key_secret"], fields["webhook_secret"], first=first
        )

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, now: int
    ) -> tuple[Answer, Sequence[Brought]]:
        """Answer a call. What is not marked as ours is the customer's."""
        known = len(self.server.messages)
        answer = self.server.answer(method, path, headers, body, now=now)
        return answer, [
            Brought(each["conversation"], text.removeprefix(OURS), not text.startswith(OURS))
            for each in self.server.messages[known:]
            for text in [str(each["content"]["text"])]
        ]

    def write(self, place: str, person: str, text: str, *, now: int) -> Event:
        """Answer in the conversation."""
        return self.server.reply(place, person, text, now=now)

    def resolve(self, place: str, person: str, *, now: int) -> Event:
        """Close the ticket, by which control comes back."""
        del person
        return self.server.closed(place, now=now)

    def typing(self, place: str, person: str, *, now: int) -> Event | None:
        """Type in the conversation."""
        return self.server.typing(place, person, now=now)


TOOLS: Mapping[str, type[SlackTool | ChatwootTool | ZendeskTool | MessagingTool]] = {
    "slack": SlackTool,
    "chatwoot": ChatwootTool,
    "zendesk": ZendeskTool,
    "zendesk-messaging": MessagingTool,
}
"""The tools with an API, by the way to reach a pool."""
