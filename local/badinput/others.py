"""The chat page's API and a pool's callbacks of a running instance are aimed at here."""

import contextlib
import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
from surgeline.adapters.signing.standard_webhooks import decode_secrets

from local.badinput.entrances import PoolAim, WebAim, pool_cases, web_cases
from local.badinput.rows import Case
from local.badinput.wire import Answer, fire
from local.load.channel import CannotDrive, Instance, RunChannel

VISITORS = 200
_CREATED = 201

Answered = list[tuple[Case, Answer]]


async def at_web_chat(
    instance: Instance, channel: RunChannel, http: aiohttp.ClientSession, mark: str
) -> tuple[Answered, Mapping[str, str]]:
    """Return the answer to each case and each sender's token, or nothing without a chat page.

    Raises CannotDrive.
    """
    configured = (await channel.admin("GET", "configuration"))["configuration"]["channels"]
    web = next((each["id"] for each in configured if each["kind"] == "web"), None)
    if web is None:
        return [], {}
    url = f"{instance.url}/v1/web/{web}/visitors"
    tokens = []
    for _ in range(VISITORS):
        async with http.post(url, json={}) as answer:
            if answer.status != _CREATED:
                raise CannotDrive(f"POST {url}: HTTP {answer.status}")
            tokens.append((await answer.json())["token"])
    aim = WebAim(f"/v1/web/{web}/messages", (), mark, tokens=tokens)
    answered = [(case, await fire(instance.url, case.shot)) for case in web_cases(aim)]
    return answered, {
        sender: f"{instance.url}{aim.path} {token}" for sender, token in aim.visitors.items()
    }


async def replies_to(http: aiohttp.ClientSession, visitors: Mapping[str, str]) -> dict[str, int]:
    """Return how many replies each visitor sees. A visitor who sees none is absent."""
    seen: dict[str, int] = {}
    for sender, where in visitors.items():
        url, _, token = where.partition(" ")
        async with http.get(url, headers={"authorization": f"Bearer {token}"}) as answer:
            chat: dict[str, Any] = await answer.json()
        if lines := sum(line["in_reply_to"] is not None for line in chat["lines"]):
            seen[sender] = lines
    return seen


async def at_pool(instance: Instance, channel: RunChannel, mark: str) -> Answered:
    """Return the answer to each case, at a pool of the run's own. Raises CannotDrive."""
    async with _pool(channel) as (pool_id, secret):
        aim = PoolAim(f"/v1/pools/{pool_id}/events", decode_secrets(secret), mark)
        return [(case, await fire(instance.url, case.shot)) for case in pool_cases(aim)]


@contextlib.asynccontextmanager
async def _pool(channel: RunChannel) -> AsyncIterator[tuple[str, str]]:
    """Add a paused pool, to which nothing is ever offered."""
    pool_id = f"bad-{secrets.token_hex(4)}"
    body = {"kind": "outsourced", "url": "http://127.0.0.1:9/", "paused": True}
    made = await channel.admin("PUT", f"pools/{pool_id}", body)
    try:
        yield pool_id, str(made["secret"])
    finally:
        await channel.admin("DELETE", f"pools/{pool_id}")
