"""A channel kind is driven by these means, so that one suite holds every kind to one list.

A kind that cannot do something says so in `CANNOT`, with the reason that its provider documents.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Protocol

import pytest
from surgeline.adapters.outbound.sender import NoReply
from surgeline.domain.ids import thread_id

from local.virtual.front import Answered
from local.virtual.home import VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.shop import CHANNEL_URL, KEY, POOL, POOL_URL, Shop

API = "http://127.0.0.1:9001"
HOURS = "We are open from Monday to Saturday, 9 to 18."
RETURNS = "You can return an item within 30 days."
Event = dict[str, Any]
Refusal = tuple[int, dict[str, Any]]


class Server(Protocol):
    """The stand-in for the provider's server."""

    shown: list[Any]
    faults: list[Refusal]

    def answer(self, path: str, headers: Mapping[str, str], body: bytes, *, now: int) -> Refusal:
        """Answer one call of the provider's API."""

    def screen(self, user: str) -> list[str]:
        """Return the texts on a customer's screen."""

    def file(self, path: str, headers: Mapping[str, str]) -> tuple[int, bytes] | None:
        """Answer a GET that asks for a customer's file, or None for any other."""


class Driver:
    """A channel `mine` of one kind in a virtual home, with its provider and a pool."""

    KIND: ClassVar[str]
    MODULE: ClassVar[str] = ""
    """The package with the `hook` and the `kind` of a channel that no registry names."""
    DOCUMENTS: ClassVar[Mapping[str, str]] = {}
    """The pages in which the provider would document what `CANNOT` and `ABSENT` name, by title."""
    FIELDS: ClassVar[Mapping[str, str]]
    NEXT_FIELDS: ClassVar[Mapping[str, str]]
    """Other values of all fields, for a rotation."""
    CUSTOMERS: ClassVar[tuple[str, str]]
    CANNOT: ClassVar[Mapping[str, str]] = {}
    """The behaviours that the provider does not have, by the name of their test."""
    ABSENT: ClassVar[Mapping[str, str]] = {}
    """The events that the provider does not have, by our word for each, with the reason."""
    REFUSED_MESSAGE: ClassVar[Refusal]
    REFUSED_RECIPIENT: ClassVar[Refusal]
    REFUSED_ACCOUNT: ClassVar[Refusal]
    SPENT_QUOTA: ClassVar[Refusal]
    THROTTLED: ClassVar[Refusal]
    TEAM: ClassVar[str] = ""
    """The place of the company's own people at the provider, as an operator writes it."""
    TEAM_SCREEN: ClassVar[str] = ""
    """The stand-in's name of that place, where it is another one."""
    ONE_MESSAGE: ClassVar[int]
    """The units of one message, and `MOST_BUTTONS` the buttons below it."""
    MOST_BUTTONS: ClassVar[int]
    TROUBLE: ClassVar[Refusal] = (500, {})
    """What the provider answers in trouble of its own."""
    ADDRESSES: ClassVar[str] = ""
    """What stands in the path of a question for a file's address, where the provider has one."""
    BATCHES: ClassVar[bool] = True
    """Whether one request of the provider may have several events."""

    def __init__(self, home: VirtualHome) -> None:
        self.home, self.shop = home, Shop(home)
        self.shop.publish()
        self.server = self.new_server()
        self.calls: list[Post] = []
        self.told: list[dict[str, Any]] = []
        self.lost: list[str] = []
        """The reasons for which the next answers are lost. An empty one loses nothing."""
        self.words = 0
        self.no_file: tuple[int, bytes] | None = None
        """The answer to every request for a file, in place of the provider's own."""
        home.network.serve(API, self._provider)
        home.network.serve(CHANNEL_URL, lambda _post: Answer())
        home.network.serve(POOL_URL, self._pool)
        self.added = self.shop.admin("PUT", self.admin_path, self.new_channel())
        assert self.added.status == 200

    admin_path = "/v1/admin/channels/mine"

    # ------------------------------------------------------------ what a kind brings

    def new_server(self) -> Any:
        """Return a new stand-in for the provider."""
        raise NotImplementedError

    def new_channel(self) -> dict[str, Any]:
        """Return what an operator gives to add the channel."""
        return {"kind": self.KIND, "fields": dict(self.FIELDS), "api_base": API}

    def text(self, user: str, text: str) -> Event:
        """Return the event of a text."""
        raise NotImplementedError

    def edited(self, event: Event, text: str) -> Event:
        """Return the event by which the customer changed the text of an earlier event."""
        raise NotImplementedError

    def deleted(self, event: Event) -> Event:
        """Return the event by which the customer took the message of an earlier event back."""
        raise NotImplementedError

    def events(self, user: str) -> Mapping[str, Event]:
        """Return an event of each kind that the provider has, by our word for it."""
        raise NotImplementedError

    def repeated(self, event: Event) -> Event:
        """Return the event as the provider sends it once more, under another event id."""
        raise NotImplementedError

    def request(
        self, events: list[Event], fields: Mapping[str, str]
    ) -> tuple[bytes, dict[str, str]]:
        """Return one request with the events, signed with those fields."""
        raise NotImplementedError

    def resigned(self, body: bytes) -> dict[str, str]:
        """Return the headers that sign any body."""
        raise NotImplementedError

    def speaks_korean(self) -> None:
        """Let the provider tell that the customer's app is in Korean."""
        known = self.server.known  # type: ignore[attr-defined] # the servers that have profiles
        for user, each in known.items():
            known[user] = replace(each, language="ko")

    def moved(self) -> list[Event]:
        """Return events of one customer under each address that the provider may give."""
        raise NotImplementedError

    def lost_later(self) -> Event:
        """Return the event which tells that our last text was not delivered after all."""
        raise NotImplementedError

    def press(self, user: str, label: str) -> Event:
        """Return the event of a pressed button below a message. Most providers write its words."""
        return self.text(user, label)

    def picture(self, user: str) -> Event:
        """Return the event of a picture that the provider gives out."""
        event: Event = self.server.picture(user, now=self.home.clock.now())  # type: ignore[attr-defined] # of most kinds
        return event

    # ------------------------------------------------------------ what happens

    def send(self, *events: Event, fields: Mapping[str, str] | None = None) -> Answered:
        """Send the events to the hook, and return the worst answer.

        A provider that sends each event alone makes one request for each.
        """
        batches = [list(events)] if self.BATCHES or not events else [[each] for each in events]
        answers = [self.post(*self.request(each, fields or self.FIELDS)) for each in batches]
        return max(answers, key=lambda answer: answer.status)

    def post(
        self, body: bytes, headers: Mapping[str, str], *, kind: str = "", channel: str = "mine"
    ) -> Answered:
        path = f"/v1/hooks/{kind or self.KIND}/{channel}"
        return self.shop.request("POST", path, body, headers)

    def need(self, kind: str) -> None:
        """Skip the test where the provider does not have that."""
        if reason := self.ABSENT.get(kind):
            pytest.skip(f"{self.KIND} has none: {reason}")

    def event(self, kind: str) -> Event:
        """Return the first customer's event of a kind, or skip the test where there is none."""
        self.need(kind)
        return self.events(self.CUSTOMERS[0])[kind]

    def write(self, *texts: str, user: str = "") -> None:
        """Write as a customer, and let everything happen that is due now."""
        sender = user or self.CUSTOMERS[0]
        assert self.send(*(self.text(sender, each) for each in texts)).status == 200
        self.home.drain()

    def screen(self, user: str = "") -> list[str]:
        return self.server.screen(user or self.CUSTOMERS[0])  # type: ignore[no-any-return] # a stand-in of any kind

    def said(self, user: str = "") -> list[str]:
        """Return the customer's texts on record, in order."""
        store = self.home.backend.store()
        thread = thread_id(KEY, "mine", user or self.CUSTOMERS[0])
        found = [each.event for each in store.records(thread, after_seq=0)]
        return [each.text for each in found if each.type == "customer_wrote"]

    def wanted_files(self) -> set[tuple[str, str]]:
        """Return the name and the address of each file that the log says to fetch."""
        thread = thread_id(KEY, "mine", self.CUSTOMERS[0])
        records = self.home.backend.store().records(thread, after_seq=0)
        effects = [each for record in records for each in record.effects]
        return {(e.media.name, e.media.ref) for e in effects if e.type == "fetch_media"}

    def queued(self) -> int:
        return self.home.backend.queue("events").depth().visible

    def ends(self) -> list[tuple[str | None, list[str]]]:
        """Return the end of each delivery and the outcomes of its tries, oldest first."""
        logged = reversed(self.shop.logged("channel:mine"))
        return [(each.end, [a.outcome for a in each.attempts]) for each in logged]

    def transcript(self) -> list[dict[str, Any]]:
        """Return the transcript, as the pool reads it now."""
        offer = next(each for each in self.told if each["type"] == "handoff.offered")
        asked = {"conversation_id": offer["data"]["conversation_id"]}
        page = self.shop.signed(f"/v1/pools/{POOL}/transcripts", asked).json
        lines: list[dict[str, Any]] = page["transcript"]
        return lines

    def shown_files(self) -> list[dict[str, Any]]:
        """Return the files in the transcript, as the pool reads it now."""
        return [each for line in self.transcript() for each in line.get("media", [])]

    def person_says(self, text: str, **more: object) -> None:
        """Let the pool's person write to the customer."""
        offer = next(each for each in self.told if each["type"] == "handoff.offered")
        place = {key: offer["data"][key] for key in ("conversation_id", "epoch")}
        self.words += 1
        words = {"seq": self.words, "text": text, "agent": {"name": "Kim"}, **more}
        assert self.shop.pool("message.sent", place | words).status == 202
        self.home.drain()

    def person_resolves(self) -> None:
        """Let the pool's person end the conversation."""
        offer = next(each for each in self.told if each["type"] == "handoff.offered")
        place = {key: offer["data"][key] for key in ("conversation_id", "epoch")}
        assert self.shop.pool("conversation.resolved", place | {"outcome": "solved"}).status == 202
        self.home.drain()

    def _provider(self, post: Post) -> Answer:
        self.calls.append(post)
        path = post.url.removeprefix(API)
        if post.method == "GET" and (file := self.server.file(path, post.headers)):
            is_address = bool(self.ADDRESSES) and self.ADDRESSES in path
            status, body = file if is_address else self.no_file or file
            return Answer(status, body)
        status, said = self.server.answer(path, post.headers, post.body, now=post.at)
        if self.lost and (reason := self.lost.pop(0)):
            raise NoReply(reason, sent=True)  # type: ignore[arg-type] # a reason of the sender
        return Answer(status, json.dumps(said).encode())

    def _pool(self, post: Post) -> Answer:
        self.told.append(post.json)
        accepted = post.json["type"] == "handoff.offered"
        return Answer(body=json.dumps({"accepted": True} if accepted else {}).encode())
