"""A desk kind is driven by these means, so that one suite holds every kind to one list.

A kind that cannot do something says so in `CANNOT`, with the reason.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from surgeline.application.media.kept import FOLDER

from local.virtual.home import VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.shop import CHANNEL_URL, POOL_URL, Shop

DESK = "team"
KIM, LEE = "kim", "lee"
WISH = "I want to talk to a person"
SYSTEM_URL = "https://crm.test/surgeline"
PDF = b"%PDF-1.7 a bill"
Event = Any
Place = Any


class DeskDriver:
    """A pool of one kind in a virtual home, with its tool, its people and another pool.

    `beside` is a desk of another kind in the same home, whose customers and other pool it shares.
    """

    KIND: ClassVar[str]
    CANNOT: ClassVar[Mapping[str, str]] = {}
    """The behaviours that the tool does not have, by the name of their test."""
    CALLS_BEFORE_ITS_PLACE: ClassVar[int] = 0
    """The calls of an offer before the one that makes its place in the tool."""

    def __init__(
        self, home: VirtualHome, *, pool_id: str = DESK, beside: "DeskDriver | None" = None
    ) -> None:
        self.home, self.pool_id = home, pool_id
        self.replies: list[dict[str, Any]] = beside.replies if beside else []
        self.vendor: list[dict[str, Any]] = beside.vendor if beside else []
        self.shop = beside.shop if beside else Shop(home)
        if beside is None:
            self.shop.publish()
            home.network.serve(CHANNEL_URL, self._customer)
            home.network.serve(POOL_URL, self._vendor)
        self.open_tool()
        self.added = self.shop.admin("PUT", f"/v1/admin/pools/{pool_id}", self.new_pool())
        assert self.added.status == 200, self.added.body

    # ------------------------------------------------------------ what a kind brings

    def open_tool(self) -> None:
        """Start the stand-in for the tool."""
        raise NotImplementedError

    def new_pool(self) -> dict[str, Any]:
        """Return what an operator gives to add the pool. It is asked before the vendor."""
        raise NotImplementedError

    def places(self) -> list[Place]:
        """Return the places of offers in the tool, the oldest first."""
        raise NotImplementedError

    def seen(self) -> list[str]:
        """Return every text in the tool, as it stands there now."""
        raise NotImplementedError

    def accept(self, place: Place, person: str = KIM) -> Event:
        """Return the event by which a person takes an offer."""
        raise NotImplementedError

    def decline(self, place: Place, person: str = KIM) -> Event:
        """Return the event by which a person refuses an offer."""
        raise NotImplementedError

    def write(self, place: Place, text: str, person: str = KIM) -> Event:
        """Return the event of a person's words in a place. They may have commands."""
        raise NotImplementedError

    def resolve(self, place: Place, person: str = KIM) -> Event:
        """Return the event by which a person closes a conversation."""
        raise NotImplementedError

    def edit(self, event: Event, text: str) -> Event:
        """Return the event by which a person changed earlier words."""
        raise NotImplementedError

    def delete(self, event: Event) -> Event:
        """Return the event by which a person deleted earlier words."""
        raise NotImplementedError

    def with_file(self, event: Event) -> Event:
        """Return the event of a person's words with a file beside them."""
        raise NotImplementedError

    def with_lost_file(self, event: Event) -> Event:
        """Return the event of a person's words with a file that can't go beside them."""
        return self.with_file(event)

    def echo(self) -> Event:
        """Return the event by which the tool tells us of our own newest text."""
        raise NotImplementedError

    def forged(self, place: Place, text: str) -> Event:
        """Return words in a place that nobody of the pool wrote."""
        raise NotImplementedError

    def deliver(self, event: Event) -> int:
        """Bring an event to the system, and return the status of the answer."""
        raise NotImplementedError

    def break_tool(self, answers: int, *, before: int = 0) -> None:
        """Let the tool fail for so many calls: the next ones, or those after so many."""
        raise NotImplementedError

    def stand_before(self, answers: int) -> None:
        """Let a page answer so many calls in the tool's place. Mail servers have none, and fail."""
        self.break_tool(answers)

    def refuse_field(self) -> None:
        """Let the tool refuse the next call's credentials."""
        raise NotImplementedError

    def lose_answer(self, before: int = 0) -> None:
        """Let the tool do a call and lose its answer: the next, or the one after so many."""
        raise NotImplementedError

    # ------------------------------------------------------------ what happens

    def ask(self, text: str = WISH, sender: str = "c1") -> Place:
        """Let a customer ask for a person, and return the newest place."""
        self.customer(text, sender)
        return self.places()[-1]

    def customer(self, text: str, sender: str = "c1") -> None:
        """Let a customer write, and let everything happen that is due now."""
        assert self.shop.write(text, sender=sender).status == 202
        self.home.drain()

    def connect_system(self, file: Mapping[str, Any]) -> None:
        """Connect a system that knows every customer by this file."""
        self.home.network.serve(SYSTEM_URL, lambda _: Answer(200, json.dumps(file).encode()))
        connected = self.shop.admin("PUT", "/v1/admin/customer-data", {"url": SYSTEM_URL})
        assert connected.status == 200, connected.text
        self.home.run_for(10)

    def do(self, *events: Event) -> None:
        """Deliver the events, and let everything happen that is due within some seconds."""
        for each in events:
            assert self.deliver(each) in (200, 202)
        self.home.run_for(5)

    def taken(self, text: str = WISH, sender: str = "c1") -> Place:
        """Let a customer ask for a person, and Kim take it. Return the place."""
        place = self.ask(text, sender)
        self.do(self.accept(place))
        assert self.owner(sender) == f"pool:{DESK}"
        return place

    def owner(self, sender: str = "c1") -> str:
        thread = self.shop.thread(sender)
        assert thread is not None
        assert thread.conversation is not None
        return str(thread.conversation.owner) if thread.conversation.is_open else "closed"

    def said(self, sender: str = "c1") -> list[str]:
        """Return what people said to the customer, in order."""
        return [text for speaker, text in self.shop.said(sender) if speaker == "person"]

    def sent(self) -> list[str]:
        """Return the persons' texts that reached the customer's channel, in order."""
        found = [each["data"]["message"] for each in self.replies]
        return [each["text"] for each in found if each["speaker"] == "person"]

    def files(self) -> list[bytes]:
        """Return the files that persons sent to the customer's channel, as they open."""
        found = [each["data"]["message"] for each in self.replies]
        links = [file["path"] for each in found for file in each.get("attached") or ()]
        opened = [self.shop.request("GET", each, b"", {}) for each in links]
        assert all(each.status == 200 for each in opened)
        return [self._bytes_of(each.text) for each in opened]

    def kept_files(self) -> list[str]:
        """Return the names under which files are kept."""
        return list(self.home.backend.blobs().keys(FOLDER))

    def _bytes_of(self, text: str) -> bytes:
        return text.encode() if text.startswith("%") else base64.b64decode(text)

    def newest(self, count: int = 1) -> str:
        """Return the newest texts in the tool."""
        return "\n".join(self.seen()[-count:])

    def offered(self) -> list[str]:
        """Return the conversations that the vendor was offered."""
        return [
            each["data"]["conversation_id"]
            for each in self.vendor
            if each["type"] == "handoff.offered"
        ]

    def _customer(self, post: Post) -> Answer:
        self.replies.append(post.json)
        return Answer()

    def _vendor(self, post: Post) -> Answer:
        self.vendor.append(post.json)
        return Answer()
