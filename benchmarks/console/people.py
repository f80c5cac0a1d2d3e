"""Customers of the chat page, and people of the desk who read what the console's page reads."""

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import aiohttp

POOL: Final = "desk"
WISH: Final = "I want to talk to a person"
CHANNEL: Final = "web"
PATIENCE_SECONDS: Final = 30.0
OWN_NEWS: Final = ("message", "said")
"""Changes of a conversation that only its owner's page reads."""
REFUSED: Final = 400

Json = dict[str, Any]


class Instance:
    """The HTTP API of an instance."""

    def __init__(self, url: str, admin_key: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self.http = http
        self._admin = {"authorization": f"Bearer {admin_key}"}

    async def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Json:
        """Return the answer's body. Raises RuntimeError for a refusal."""
        how: Json = {} if body is None else {"json": body}
        async with self.http.request(method, self.url + path, headers=headers, **how) as answer:
            found: Json = await answer.json()
            if answer.status >= REFUSED:
                raise RuntimeError(f"{method} {path}: {answer.status} {found}")
            return found

    async def admin(self, method: str, path: str, body: object = None) -> Json:
        """Ask the operators' API."""
        return await self.ask(method, f"/v1/admin/{path}", body, self._admin)

    async def link(self, name: str) -> str:
        """Return the path of a link with which an agent signs in once."""
        asked = {"name": name, "role": "agent", "pools": [POOL]}
        path: str = (await self.admin("POST", "staff", asked))["path"]
        return path


@dataclass(eq=False)
class Customer:
    """A visitor of the chat page, from an address of their own."""

    instance: Instance
    number: int
    token: str = ""
    conversation_id: str = ""
    _count: int = 0

    async def come(self) -> None:
        """Become a visitor."""
        there = {"x-forwarded-for": f"198.51.{self.number // 250}.{self.number % 250 + 1}"}
        made = await self.instance.ask("POST", f"/v1/web/{CHANNEL}/visitors", {}, there)
        self.token = made["token"]

    async def write(self, text: str) -> None:
        """Post a message, and return once it was taken."""
        self._count += 1
        body = {"client_message_id": f"c-{self._count}", "text": text}
        taken = await self._ask("POST", "messages", body)
        self.conversation_id = self.conversation_id or f"{taken['thread_id']}-1"

    async def texts(self, speaker: str) -> list[str]:
        """Return all that a speaker said so far."""
        found: list[str] = []
        after = 0
        while True:
            page = await self._ask("GET", f"messages?after={after}")
            if not page["lines"]:
                return found
            found += [each["text"] for each in page["lines"] if each["speaker"] == speaker]
            after = page["last_seq"]

    async def _ask(self, method: str, path: str, body: object = None) -> Json:
        known = {"authorization": f"Bearer {self.token}"}
        return await self.instance.ask(method, f"/v1/web/{CHANNEL}/{path}", body, known)


@dataclass(eq=False)
class Agent:
    """A person at the desk, without a browser, who reads as often as the console's page does."""

    instance: Instance
    name: str
    cases: dict[str, Json] = field(default_factory=dict)
    """What lies at the desk, by conversation, as it was read last."""
    seen: dict[str, float] = field(default_factory=dict)
    """When each text of a customer was read first."""
    offered: dict[str, float] = field(default_factory=dict)
    """When each offer was read first, by conversation."""
    decided: dict[str, float] = field(default_factory=dict)
    """When the system decided to offer each conversation."""
    _headers: dict[str, str] = field(default_factory=dict)
    _last: dict[str, int] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _stale: set[str] = field(default_factory=set)

    async def sit_down(self) -> None:
        """Sign in, be here, and listen."""
        own = {"x-surgeline": "1", "origin": self.instance.url}
        token = (await self.instance.link(self.name)).partition("#")[2]
        url = f"{self.instance.url}/v1/staff/sign-in"
        async with self.instance.http.post(url, json={"token": token}, headers=own) as answer:
            cookie = answer.headers["set-cookie"].partition(";")[0]
        self._headers = own | {"cookie": cookie}
        await self._ask("PUT", "desk/presence", {"state": "here"})
        ticket = await self._ask("POST", "desk/ticket", {"pool_id": POOL})
        socket = await self.instance.http.ws_connect(
            ticket["url"], protocols=ticket["protocols"], headers=own
        )
        self._tasks = [
            asyncio.create_task(self._listen(socket)),
            asyncio.create_task(self._read()),
        ]

    async def accept(self, conversation_id: str) -> None:
        """Take the offer of a conversation, as soon as it is at the desk."""
        await self._until(lambda: conversation_id in self.offered)
        offer = self.cases[conversation_id]["offer_id"]
        await self._say("handoff.accepted", conversation_id, offer_id=offer)
        await self._until(lambda: self.cases.get(conversation_id, {}).get("mine"))

    async def reply(self, conversation_id: str, text: str) -> None:
        """Say something to the customer of a conversation."""
        epoch = self.cases[conversation_id]["epoch"]
        await self._say("message.sent", conversation_id, epoch=epoch, text=text)

    async def transcript(self, conversation_id: str) -> list[str]:
        """Return all that the customer of a conversation said, as the desk shows it."""
        found: list[str] = []
        after: int | None = 0
        while after is not None:
            path = f"pools/{POOL}/cases/{conversation_id}?after={after}"
            page = await self._ask("GET", path)
            found += [each["text"] for each in page["lines"] if each["speaker"] == "customer"]
            after = page["next_after"]
        return found

    async def leave(self) -> None:
        """Stop listening."""
        for each in self._tasks:
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            push = message.json()
            if push.get("type") != "desk":
                continue
            conversation_id = push.get("conversation_id", "")
            mine = self.cases.get(conversation_id, {}).get("mine", False)
            if push["change"] in OWN_NEWS and not mine:
                continue
            if push["change"] in OWN_NEWS:
                self._stale.add(conversation_id)
            self._news.set()

    async def _read(self) -> None:
        """Read the desk and the conversations that have news. Several pushes are one reading."""
        while True:
            self._news.clear()
            desk = await self._ask("GET", "desk")
            [pool] = desk["pools"]
            now = time.time()
            self.cases = {each["conversation_id"]: each for each in pool["cases"]}
            for id_, each in self.cases.items():
                self.decided.setdefault(id_, datetime.fromisoformat(each["since"]).timestamp())
                if each["state"] == "offered":
                    self.offered.setdefault(id_, now)
            stale, self._stale = self._stale, set()
            await asyncio.gather(*(self._read_case(each) for each in stale))
            await self._news.wait()

    async def _read_case(self, conversation_id: str) -> None:
        after = self._last.get(conversation_id, 0)
        page = await self._ask("GET", f"pools/{POOL}/cases/{conversation_id}?after={after}")
        now = time.time()
        self._last[conversation_id] = page["last_seq"]
        for each in page["lines"]:
            if each["speaker"] == "customer":
                self.seen.setdefault(each["text"], now)

    async def _until(self, holds: Any) -> None:  # noqa: ANN401 - any condition
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not holds():  # noqa: ASYNC110 - as a person looks again, and nothing is measured
                await asyncio.sleep(0.01)

    async def _say(self, kind: str, conversation_id: str, **data: object) -> None:
        body = {"id": str(uuid.uuid4()), "type": kind}
        told = body | {"data": {"conversation_id": conversation_id, **data}}
        await self._ask("POST", f"pools/{POOL}/events", told)

    async def _ask(self, method: str, path: str, body: object = None) -> Json:
        return await self.instance.ask(method, f"/v1/staff/{path}", body, self._headers)
