"""All providers of channels stand here behind one port. A share of the calls to each fails."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

from local.simulators.providers import SERVERS
from local.simulators.providers.kakao import KakaoServer
from local.simulators.providers.server import NamesItsUrl, ProviderServer

FIELDS: Mapping[str, Mapping[str, str]] = {
    "instagram": {"app_secret": "s" * 32, "verify_token": "v" * 32, "access_token": "token"},
    "kakao": {"skill_secret": "s" * 32},
    "line": {"channel_secret": "s" * 32, "channel_access_token": "token"},
    "messenger": {"app_secret": "s" * 32, "verify_token": "v" * 32, "access_token": "token"},
    "slack": {"signing_secret": "s" * 32, "bot_token": "xoxb-token"},
    "telegram": {"bot_token": "6000000001:token", "secret_token": "s" * 32},
    "twilio": {"account_sid": "AC" + "0" * 32, "auth_token": "t" * 32, "from": "+15550100"},
    "whatsapp": {
        "app_secret": "s" * 32,
        "verify_token": "v" * 32,
        "access_token": "token",
        "phone_number_id": "200000000000001",
    },
}
"""The fields of each channel of the run."""
OK, SERVER_ERROR = 200, 500


class Providers:
    """The providers' servers. `calls` counts what they were asked, and `failed` what failed."""

    def __init__(self, failing: float, seed: int) -> None:
        self.servers: dict[str, ProviderServer] = {
            kind: SERVERS[kind](**fields) for kind, fields in FIELDS.items()
        }
        kakao = self.servers["kakao"]
        if isinstance(kakao, KakaoServer):
            kakao.language = "en"  # what all customers of a run write
        self.calls: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self._failing = failing
        self._chance = random.Random(seed)  # noqa: S311 - plays faults

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Serve on loopback, and yield the address below which each kind has its own."""
        app = web.Application()
        app.router.add_post("/{kind}/{path:.*}", self._answer)
        app.router.add_get("/{kind}/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        server = await asyncio.get_running_loop().create_server(
            runner.server or web.Server(self._answer), "127.0.0.1", 0, backlog=1024
        )
        base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for kind, each in self.servers.items():
            if isinstance(each, NamesItsUrl):
                each.own_url = f"{base}/{kind}"
        try:
            yield base
        finally:
            server.close()
            await runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        kind = request.path.split("/")[1]
        self.calls[kind] += 1
        if self._chance.random() < self._failing:
            self.failed[kind] += 1
            throttled = self._chance.random() < 0.5  # noqa: PLR2004 # as often as a server error
            status, said = self.servers[kind].throttled() if throttled else (SERVER_ERROR, {})
            return web.json_response(said, status=status)
        headers = {name.lower(): value for name, value in request.headers.items()}
        path, body = request.path_qs.removeprefix(f"/{kind}"), await request.read()
        if request.method == "GET" and (file := self.servers[kind].file(path, headers)):
            return web.Response(status=file[0], body=file[1])
        now = round(asyncio.get_running_loop().time() * 1000)
        status, said = self.servers[kind].answer(path, headers, body, now=now)
        return web.json_response(said, status=status)
