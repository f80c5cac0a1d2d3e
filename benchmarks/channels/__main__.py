"""`python -m benchmarks channels` writes over all kinds of channels at once, and counts answers.

It starts an instance of its own. A message is lost if its answer is on no screen in the end. It is
doubled if its answer is there twice. Both are our doing, because the stand-ins show nothing of a
call that fails.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import astuple
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.channels.customers import Found, Letter, judged, letters, questions_of
from benchmarks.channels.mails import PostOffice
from benchmarks.channels.providers import FIELDS, OK, Providers
from benchmarks.load.instance import Running, free_port, surgeline
from local.simulators.providers.server import SignsItsUrl

SHOP = Path("samples/shop.jsonl")
TRIES = 5
AGAIN_SECONDS = 1.0
LOOK_SECONDS = 2.0
EMAIL = "email"
Bring = Callable[[], Awaitable[bool]]
"""Tries to bring one message to Surgeline, and returns whether it was taken."""
_WRONG = ("lost", "otherwise", "doubled", "out_of_order")


class Run:
    """One run. `taken` are the messages that a hook acknowledged, in the order of their times."""

    def __init__(
        self, providers: Providers, post_office: PostOffice, http: aiohttp.ClientSession
    ) -> None:
        self.taken: list[Letter] = []
        self.refused = 0
        self._providers = providers
        self._post_office = post_office
        self._http = http
        self._hooks: dict[str, str] = {}

    async def add_channels(self, instance: Running, base: str, mailbox: dict[str, str]) -> None:
        """Add a channel of each kind, whose provider is the stand-in."""
        for kind, fields in FIELDS.items():
            channel = {"fields": dict(fields), "api_base": f"{base}/{kind}"}
            self._hooks[kind] = await self._add(instance, kind, channel)
            server = self._providers.servers[kind]
            if isinstance(server, SignsItsUrl):
                server.hook_url = self._hooks[kind]
        await self._add(instance, EMAIL, {"fields": mailbox})

    async def _add(self, instance: Running, kind: str, channel: dict[str, Any]) -> str:
        """Add a channel, and return the URL of its hook, which only e-mail has none of."""
        key = {"authorization": f"Bearer {instance.admin_key}"}
        url = f"{instance.url}/v1/admin/channels/bench-{kind}"
        whole = {"kind": kind, "knowledge_base": "shop", **channel}
        async with self._http.put(url, json=whole, headers=key) as answer:
            said = await answer.json()
            if answer.status != OK:
                raise SystemExit(f"the channel {kind} was refused: {said}")
        return str(said.get("hook_url", ""))

    async def write(self, planned: Sequence[Letter]) -> None:
        """Send every message at its time, however slowly the others are taken."""
        begin = time.monotonic()
        under_way = []
        for each in planned:
            if (wait := begin + each.at - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            under_way.append(asyncio.create_task(self._post(each)))
        await asyncio.gather(*under_way)
        self.taken.sort(key=lambda each: each.at)

    async def _post(self, letter: Letter) -> None:
        """Post one message as its provider does, which tries again after a refusal."""
        bring = self._mailed(letter) if letter.kind == EMAIL else self._hooked(letter)
        for _ in range(TRIES):
            if await bring():
                self.taken.append(letter)
                return
            self.refused += 1
            await asyncio.sleep(AGAIN_SECONDS)

    def _mailed(self, letter: Letter) -> Bring:
        mail = self._post_office.mail(letter.user, letter.question.text)
        return partial(asyncio.to_thread, self._post_office.bring, letter.user, mail)

    def _hooked(self, letter: Letter) -> Bring:
        server, now = self._providers.servers[letter.kind], round(time.time() * 1000)
        event = server.text(letter.user, letter.question.text, now=_loop_ms())
        body, headers = server.signed([event], now=now)

        async def bring() -> bool:
            try:
                async with self._http.post(
                    self._hooks[letter.kind], data=body, headers=headers
                ) as answer:
                    return answer.status == OK
            except (aiohttp.ClientError, TimeoutError):
                return False  # a provider asks again

        return bring

    def found(self) -> dict[str, Found]:
        """Return what the screens show now, by kind."""
        shown = {kind: server.shown for kind, server in self._providers.servers.items()}
        found = {}
        for kind, messages in (*shown.items(), (EMAIL, self._post_office.shown)):
            screens: defaultdict[str, list[str]] = defaultdict(list)
            for each in messages:
                screens[each.user].append(each.text)
            found[kind] = judged([each for each in self.taken if each.kind == kind], screens)
        return found


async def measure(asked: argparse.Namespace, instance: Running, door: int) -> dict[str, Any]:
    """Write at the rate, wait for the answers, and return the figures."""
    providers = Providers(asked.failing, asked.seed)
    post_office = PostOffice(door, asked.failing, asked.seed)
    planned = letters(questions_of(SHOP), asked.rate, asked.seconds)
    timeout = aiohttp.ClientTimeout(total=30)
    connector = aiohttp.TCPConnector(limit=200)
    async with (
        aiohttp.ClientSession(timeout=timeout, connector=connector) as http,
        providers.listening() as base,
        post_office.listening() as mailbox,
    ):
        run = Run(providers, post_office, http)
        await run.add_channels(instance, base, mailbox)
        began = time.monotonic()
        await run.write(planned)
        written_in = time.monotonic() - began
        until = time.monotonic() + asked.wait
        while time.monotonic() < until:
            await asyncio.sleep(LOOK_SECONDS)
            if not sum(each.lost + each.otherwise for each in run.found().values()):
                break
        await asyncio.sleep(LOOK_SECONDS)  # for answers that come twice
        found = run.found()
    calls = providers.calls + Counter({EMAIL: post_office.calls})
    failed = providers.failed + Counter({EMAIL: post_office.failed})
    return {
        "planned": len(planned),
        "rate": round(len(planned) / written_in, 1),
        "refused_webhooks": run.refused,
        "calls": sum(calls.values()),
        "failed_calls": sum(failed.values()),
        "kinds": {
            kind: _figures(each) | {"calls": calls[kind], "failed_calls": failed[kind]}
            for kind, each in found.items()
        },
        **_figures(Found(*map(sum, zip(*map(_numbers, found.values()), strict=True)))),
    }


def main() -> int:
    """Run, print a table or JSON, and return 1 if anything was lost, doubled or out of order."""
    parser = argparse.ArgumentParser("benchmarks channels", description=__doc__)
    parser.add_argument("--rate", type=float, default=150, help="messages a second")
    parser.add_argument("--seconds", type=float, default=300, help="how long it writes")
    parser.add_argument("--failing", type=float, default=0.05, help="share of calls that fail")
    parser.add_argument("--wait", type=float, default=600, help="longest wait for the answers")
    parser.add_argument("--seed", type=int, default=1, help="seed of the faults")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    door = free_port()
    with (
        tempfile.TemporaryDirectory() as folder,
        surgeline(Path(folder) / "home", "--smtp-port", str(door)) as instance,
    ):
        figures = asyncio.run(measure(asked, instance, door))
    print(json.dumps(figures, indent=1) if asked.json else _table(figures))
    whole = figures["written"] == figures["planned"]
    return int(not whole or any(figures[name] for name in _WRONG))


def _figures(found: Found) -> dict[str, int]:
    return dict(zip(("written", *_WRONG), _numbers(found), strict=True))


def _numbers(found: Found) -> tuple[int, int, int, int, int]:
    return astuple(found)


def _table(figures: dict[str, Any]) -> str:
    head = (
        f"{figures['planned']:,} messages at {figures['rate']} a second, "
        f"{figures['failed_calls']:,} of {figures['calls']:,} calls of providers failed"
    )
    rows = [(kind, each) for kind, each in [*figures["kinds"].items(), ("all", figures)]]
    lines = [
        f"{kind:<10} {each['written']:>8,} {each['lost']:>6} {each['otherwise']:>10} "
        f"{each['doubled']:>8} {each['out_of_order']:>13} {each['failed_calls']:>13,}"
        for kind, each in rows
    ]
    return "\n".join(
        [head, "             taken   lost  otherwise  doubled  out of order  failed calls", *lines]
    )


def _loop_ms() -> int:
    """Return the time by which the stand-ins count windows, in milliseconds."""
    return round(asyncio.get_running_loop().time() * 1000)


if __name__ == "__main__":
    sys.exit(main())
