"""`python -m benchmarks console` measures a full desk of the console on an instance of its own.

By default 20 people, four of them in real browsers, have ten conversations each. Customers write
ten messages a second, and every second one is replied to. It prints JSON and a table.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import aiohttp

from benchmarks.console.browsers import BrowserAgent, browsers, calm
from benchmarks.console.people import POOL, WISH, Agent, Customer, Instance
from benchmarks.load.instance import surgeline
from local.load.ledger import percentiles

PROMISED: Final[Mapping[str, float]] = {"offer_seen_ms": 300, "update_ms": 500}
SETTLED_SECONDS: Final = 5.0
WIDGET_TIMES: Final = 5
MOST_BLOCKED_MS: Final = 50

Result = dict[str, Any]


class Desk:
    """One run: who sits there, who writes, and when what was read."""

    def __init__(self, asked: argparse.Namespace, instance: Instance, pages: Sequence[Any]) -> None:
        self._asked = asked
        self._instance = instance
        self._pages = [BrowserAgent(each, instance.url) for each in pages]
        self._agents = [
            Agent(instance, f"Agent {number}") for number in range(asked.agents - len(pages))
        ]
        self._each = asked.conversations // asked.agents
        self._owners: dict[int, Agent | BrowserAgent] = {}
        self._customers: list[Customer] = []
        self._alone: list[tuple[Customer, float]] = []
        self._posted: dict[str, tuple[Customer, float]] = {}
        self._replied: dict[str, Customer] = {}

    async def run(self) -> Result:
        """Fill the desk, let customers write, and count what came of it."""
        wanted = {"kind": "in_house", "reached_by": "console", "priority": 5}
        await self._instance.admin("PUT", f"pools/{POOL}", wanted | {"chats_per_seat": self._each})
        for number, page in enumerate(self._pages):
            await page.sit_down(await self._instance.link(f"Browser {number}"))
        for agent in self._agents:
            await agent.sit_down()
        await self._fill()
        await self._write()
        await asyncio.sleep(SETTLED_SECONDS)
        return await self._counted()

    async def _fill(self) -> None:
        """Let each person take their conversations, one after the other in browsers."""
        for round_ in range(1, self._each + 1):
            for page in self._pages:
                await page.is_quiet()
                customer = await self._wishes(page)
                await page.accept(round_)
                self._alone.append((customer, time.time()))
            takes = [self._take(each) for each in self._agents]
            await asyncio.gather(*takes)

    async def _take(self, agent: Agent) -> None:
        customer = await self._wishes(agent)
        await agent.accept(customer.conversation_id)

    async def _wishes(self, owner: "Agent | BrowserAgent") -> Customer:
        customer = Customer(self._instance, len(self._customers))
        self._customers.append(customer)
        self._owners[customer.number] = owner
        await customer.come()
        await customer.write(WISH)
        return customer

    async def _write(self) -> None:
        """Post at each tick, whether the posts before were answered or not."""
        begin, tasks = time.monotonic(), []
        for number in range(round(self._asked.rate * self._asked.seconds)):
            due = begin + number / self._asked.rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            customer = self._customers[number * 7 % len(self._customers)]
            tasks.append(asyncio.create_task(self._say(customer, number)))
        await asyncio.gather(*tasks)

    async def _say(self, customer: Customer, number: int) -> None:
        text = f"m-{number}"
        self._posted[text] = customer, time.time()
        await customer.write(text)
        owner = self._owners[customer.number]
        if number % 2 and isinstance(owner, Agent):
            self._replied[f"r-{number}"] = customer
            await owner.reply(customer.conversation_id, f"r-{number}")

    async def _counted(self) -> Result:
        shown = {page: await page.shown_at() for page in self._pages}
        seen: dict[Agent | BrowserAgent, Mapping[str, float]] = dict(shown)
        seen |= {agent: agent.seen for agent in self._agents}
        waits: dict[type, list[float]] = {Agent: [], BrowserAgent: []}
        lost = wrong = 0
        for text, (customer, at) in self._posted.items():
            owner = self._owners[customer.number]
            if text in seen[owner]:
                waits[type(owner)].append(seen[owner][text] - at)
            else:
                lost += 1
            wrong += sum(text in each for who, each in seen.items() if who is not owner)
        kept = await self._kept()
        offers = await self._offers()
        every = [each for found in waits.values() for each in found]
        return {
            "agents": self._asked.agents,
            "browsers": len(self._pages),
            "conversations": len(self._customers),
            "messages": len(self._posted),
            "replies": len(self._replied),
            "lost": lost + kept["lost"],
            "doubled": kept["doubled"],
            "wrong": wrong + kept["wrong"],
            "offers_seen": len(offers),
            "offer_seen_ms": percentiles(offers),
            "update_ms": percentiles(every),
            "update_in_browsers_ms": percentiles(waits[BrowserAgent]),
        }

    async def _offers(self) -> list[float]:
        """Return how long after its decision each browser showed each offer that stood alone."""
        shown = [at for page in self._pages for at in await page.offered_at()]
        decided = self._agents[0].decided
        spans = [(decided[who.conversation_id], taken) for who, taken in self._alone]
        return [at - begin for begin, end in spans for at in shown if begin <= at <= end]

    async def _kept(self) -> Counter[str]:
        """Return how many texts are missing, there twice, or with another customer."""
        found: Counter[str] = Counter(lost=0, doubled=0, wrong=0)
        reader = self._agents[0]
        for customer in self._customers:
            said = Counter(await reader.transcript(customer.conversation_id))
            heard = Counter(await customer.texts("person"))
            own = Counter({text for text, (who, _) in self._posted.items() if who is customer})
            replies = Counter({text for text, who in self._replied.items() if who is customer})
            for there, wanted in ((said - Counter({WISH: 1}), own), (heard, replies)):
                found["lost"] += len(wanted.keys() - there.keys())
                found["doubled"] += sum(count - 1 for count in there.values())
                found["wrong"] += len(there.keys() - wanted.keys())
        return found

    async def end(self) -> None:
        """Let everybody without a browser go home."""
        for each in self._agents:
            await each.leave()


async def measured(asked: argparse.Namespace, home: Path) -> Result:
    """Return the run's numbers, and those of the widget's page if there is a browser."""
    with surgeline(home, "--behind-proxy") as running, browsers(asked.browsers) as pages:
        limits = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(
            connector=limits, cookie_jar=aiohttp.DummyCookieJar()
        ) as http:
            desk = Desk(asked, Instance(running.url, running.admin_key, http), pages)
            try:
                found = await desk.run()
            finally:
                await desk.end()
        if pages:
            found["widget"] = await asyncio.to_thread(calm, pages[0], running.url, WIDGET_TIMES)
    return found


def missed(found: Result) -> list[str]:
    """Return the promises that were not kept."""
    wrong = [f"{name}: {found[name]}" for name in ("lost", "doubled", "wrong") if found[name]]
    late = [
        f"{name}: p95 {found[name]['p95']}, and {most:g} is promised"
        for name, most in PROMISED.items()
        if found[name]["p95"] is not None and found[name]["p95"] >= most
    ]
    calmness = found.get("widget", {"layout_shift": 0, "blocked_ms": 0})
    moved = ["the widget moves the page"] if calmness["layout_shift"] else []
    blocked = ["the widget blocks the page"] if calmness["blocked_ms"] >= MOST_BLOCKED_MS else []
    return [*wrong, *late, *moved, *blocked]


def table(found: Result) -> str:
    """Return the numbers in lines for people."""

    def times(name: str) -> str:
        return "   ".join(f"{share} {value}" for share, value in found[name].items())

    people = f"{found['agents']} people ({found['browsers']} in browsers)"
    counts = [f"{found[name]} {name}" for name in ("conversations", "messages", "replies")]
    lines = [
        ", ".join([people, *counts]),
        f"  lost {found['lost']}   doubled {found['doubled']}   wrong {found['wrong']}",
        f"  offer seen in a browser, ms  {times('offer_seen_ms')}   of {found['offers_seen']}",
        f"  message seen, ms             {times('update_ms')}",
        f"  the same in browsers, ms     {times('update_in_browsers_ms')}",
    ]
    if "widget" in found:
        told = "   ".join(f"{name} {value}" for name, value in found["widget"].items())
        lines.append(f"  a page with the widget       {told}")
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and return 1 if a promise was not kept."""
    parser = argparse.ArgumentParser("benchmarks console", description=__doc__)
    parser.add_argument("--agents", type=int, default=20, help="people at the desk")
    parser.add_argument("--browsers", type=int, default=4, help="so many of them in browsers")
    parser.add_argument("--conversations", type=int, default=200, help="open at once")
    parser.add_argument("--rate", type=float, default=10.0, help="messages of customers a second")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long they write")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measured(asked, Path(folder) / "home"))
    print(json.dumps(found, indent=2))
    print(table(found))
    problems = missed(found)
    for each in problems:
        print(f"NOT KEPT: {each}", file=sys.stderr)
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
