"""The baseline has the same HTTP and signatures, and keeps, orders, decides and looks up nothing.

One aiohttp process acknowledges each message and posts a reply of the same shape. Everything that
an instance needs beyond this is the price of its promises.

    python -m benchmarks.load.baseline PORT
"""

import asyncio
import json
import secrets
import sys
import time
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web
from surgeline.adapters.signing.standard_webhooks import decode_secrets, new_secret, sign, verify


class Baseline:
    """The part of the API that a load run needs."""

    def __init__(self) -> None:
        self._secret = new_secret(secrets.token_bytes(32))
        self._keys = decode_secrets(self._secret)
        self._reply_url = ""
        self._count = 0
        self._replies: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def application(self) -> web.Application:
        """Return the routes."""
        application = web.Application()
        application.router.add_put("/v1/admin/channels/{id}", self.add_channel)
        application.router.add_delete("/v1/admin/channels/{id}", self.remove_channel)
        application.router.add_post("/v1/channels/{id}/messages", self.receive)
        application.cleanup_ctx.append(self.replying)
        return application

    async def add_channel(self, request: web.Request) -> web.Response:
        """Remember the address of replies."""
        self._reply_url = (await request.json())["reply_url"]
        return web.json_response({"secret": self._secret})

    async def remove_channel(self, request: web.Request) -> web.Response:
        """Forget nothing, because the run is over."""
        return web.json_response({"removed": request.match_info["id"]})

    async def receive(self, request: web.Request) -> web.Response:
        """Verify and acknowledge. The reply follows."""
        body = await request.read()
        message = verify(self._keys, request.headers, body, now_seconds=int(time.time()))
        sender = json.loads(body)["sender"]
        self._replies.put_nowait((message, sender))
        return web.json_response({"message_id": message, "thread_id": sender}, status=202)

    async def replying(self, _application: web.Application) -> AsyncIterator[None]:
        """Send replies from sixteen senders at once."""
        async with aiohttp.ClientSession() as http:
            tasks = [asyncio.create_task(self._reply(http)) for _ in range(16)]
            yield
            for task in tasks:
                task.cancel()

    async def _reply(self, http: aiohttp.ClientSession) -> None:
        while True:
            message, sender = await self._replies.get()
            self._count += 1
            data = {
                "thread_id": sender,
                "seq": self._count,
                "message": {"in_reply_to": message, "text": "We are open from 9 to 18."},
                "conversation": {"state": "open", "owner": "bot"},
            }
            body = json.dumps({"type": "message.created", "data": data}).encode()
            now = int(time.time())
            proof = sign(self._keys, webhook_id=f"r{self._count}", timestamp=now, body=body)
            async with http.post(self._reply_url, data=body, headers=proof) as answer:
                await answer.read()


def main() -> None:
    """Serve until killed."""
    port = int(sys.argv[1])

    def ready(_words: str) -> None:
        print("the baseline is ready", flush=True)

    web.run_app(Baseline().application(), host="127.0.0.1", port=port, print=ready, access_log=None)


if __name__ == "__main__":
    main()
