"""The simulated server of a channel's provider: a web server, with faults, around a pure stand-in.

Whoever types a line writes as a customer, and the replies are printed.
"""

import asyncio
import random
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
from aiohttp import web

from local.simulators.providers import SERVERS
from local.simulators.providers.server import (
    Answer,
    HasAWindow,
    NamesItsUrl,
    Numbers,
    ProviderServer,
    Shown,
    SignsItsUrl,
    TellsOfOurs,
)
from local.simulators.webhooks import MAX_BODY_BYTES, Say, refusals, stamp

SECONDS = 10
PICTURE = "/picture"
"""The line by which whoever types sends a picture."""
OVERTAKEN_SECONDS = 0.5
"""How long a webhook is held back, so that the next one overtakes it."""


def server_of(kind: str, fields: Mapping[str, str]) -> ProviderServer:
    """Return the stand-in for a kind's provider. Raises KeyError for an unknown kind or field."""
    server = SERVERS[kind]
    return server(**{name: fields[name] for name in server.FIELDS})


@dataclass(frozen=True, slots=True)
class Faults:
    """The shares of calls that are refused, and of webhooks that come twice or too late.

    `closed` is the share of texts that are refused as too late, and `echoed` that of our own
    messages of which the provider tells.
    """

    throttled: float = 0.0
    duplicated: float = 0.0
    reordered: float = 0.0
    closed: float = 0.0
    echoed: float = 0.0


class ProviderSimulator:
    """One provider on loopback, which posts customers' messages to a hook."""

    def __init__(  # its surroundings
        self,
        server: ProviderServer,
        *,
        hook_url: str,
        say: Say,
        own_url: str = "",
        faults: Faults | None = None,
        seed: int = 0,
        typed: Iterable[str] = (),
        last_number: int = 0,
    ) -> None:
        """Begin after `last_number`, because a message of a number that was there is a repeat."""
        self._server = server
        if isinstance(server, Numbers):
            server.number = max(server.number, last_number)
        self._hook_url = hook_url
        if isinstance(server, SignsItsUrl):
            server.hook_url = hook_url
        if isinstance(server, NamesItsUrl):
            server.own_url = own_url
        self._say = say
        self._faults = faults or Faults()
        self._chance = random.Random(seed)  # noqa: S311 - plays faults
        self._typed = typed
        self._session: aiohttp.ClientSession | None = None
        self._late: set[asyncio.Task[int | None]] = set()
        self._told = 0

    def app(self) -> web.Application:
        """Return the web application: the provider's API, `/say`, `/screen` and `/health`."""
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[refusals])
        app.router.add_get("/health", self._health)
        app.router.add_get("/screen", self._screen)
        app.router.add_post("/say", self._say_as)
        app.router.add_post("/{path:.*}", self._api)
        app.router.add_get("/{path:.*}", self._api)
        app.cleanup_ctx.append(self._run)
        return app

    async def write(self, user: str, text: str) -> int | None:
        """Write as a customer. Return the hook's status, or None if the webhook comes late."""
        make = self._server.picture if text == PICTURE else partial(self._server.text, text=text)
        body, headers = self._server.signed([make(user, now=_now())], now=_now())
        if self._happens(self._faults.duplicated):
            await self._post(body, headers)
        if not self._happens(self._faults.reordered):
            return await self._post(body, headers)
        self._begin(self._post_late(body, headers))
        return None

    async def _run(self, app: web.Application) -> AsyncIterator[None]:
        del app
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as self._session:
            loop = asyncio.get_running_loop()
            threading.Thread(target=self._read, args=(loop,), daemon=True).start()
            yield

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        """Write each line that is typed, in a thread of its own, because reading blocks."""
        for line in self._typed:
            if text := line.strip():
                asyncio.run_coroutine_threadsafe(self._write_typed(text), loop)

    async def _write_typed(self, text: str) -> None:
        status = await self.write(self._server.CUSTOMER, text)
        if status not in (None, 200):
            self._say(f"{stamp(time.time())} the hook answered {status}")

    async def _post_late(self, body: bytes, headers: Mapping[str, str]) -> int | None:
        await asyncio.sleep(OVERTAKEN_SECONDS)
        return await self._post(body, headers)

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> int | None:
        assert self._session is not None
        try:
            async with self._session.post(self._hook_url, data=body, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            self._say(f"{stamp(time.time())} nothing answers at {self._hook_url}")
            return None

    async def _api(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.read()
        if request.method == "GET" and (found := self._server.file(request.path_qs, headers)):
            return web.Response(status=found[0], body=found[1])
        if self._happens(self._faults.throttled):
            status, said = self._server.throttled()
        elif late := self._too_late(request, body):
            status, said = late
        else:
            status, said = self._server.answer(request.path_qs, headers, body, now=_now())
        if status == 200 and self._server.is_hook_test(request.path):  # noqa: PLR2004 # success
            status, said = self._server.hook_tested(
                await self._post(*self._server.signed([], now=_now()))
            )
        self._tell()
        return web.json_response(said, status=status)

    def _too_late(self, request: web.Request, body: bytes) -> Answer | None:
        """Return the refusal of a text for which the window is closed."""
        server = self._server
        if request.method == "GET" or not isinstance(server, HasAWindow):
            return None
        return server.closed(request.path, body) if self._happens(self._faults.closed) else None

    def _echo(self, shown: Shown) -> None:
        """Tell the hook of a message of ours, as the provider may."""
        if isinstance(self._server, TellsOfOurs) and self._happens(self._faults.echoed):
            event = self._server.echo_of(shown, now=_now())
            self._begin(self._post(*self._server.signed([event], now=_now())))

    def _begin(self, post: Coroutine[Any, Any, int | None]) -> None:
        """Post beside everything else, and hold on to the task until its end."""
        task = asyncio.create_task(post)
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    def _tell(self) -> None:
        """Print what came onto customers' screens since the last time, and echo it."""
        for each in self._server.shown[self._told :]:
            self._echo(each)
            labels = "".join(f" [{label}]" for label in each.labels)
            media = f" <{each.media}>" if each.media else ""
            self._say(f"{stamp(time.time())} {each.by:<5} {each.text}{media}{labels}")
        self._told = len(self._server.shown)

    async def _say_as(self, request: web.Request) -> web.Response:
        """Write as a customer: `{"text": …, "user": …}`."""
        asked = await request.json()
        status = await self.write(str(asked.get("user", self._server.CUSTOMER)), str(asked["text"]))
        return web.json_response({"hook_status": status})

    async def _screen(self, request: web.Request) -> web.Response:
        """Return the texts on a customer's screen, for tests."""
        user = request.query.get("user", self._server.CUSTOMER)
        return web.json_response([each.text for each in self._server.shown if each.user == user])

    async def _health(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"status": "ok"})

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share


def _now() -> int:
    return round(time.time() * 1000)
