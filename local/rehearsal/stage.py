"""The stage of a rehearsal is a virtual home with a shop, a channel, and the day's pools."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from surgeline.application.conversations.intake import Intake
from surgeline.errors import Unprocessable

from local.home.plan import Plan, unwatched
from local.rehearsal.day import Day, People, WrongDay
from local.virtual.front import Answered
from local.virtual.home import VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.shop import CHANNEL, CHANNEL_URL, KEY, SECRET, Shop

SAMPLES: Final = Path(__file__).parents[2] / "samples"
QUIET: Final = {"LOG_LEVEL": "CRITICAL"}
UNWATCHED = unwatched(Plan())
EVENTS_QUEUE: Final = "events"


class _Uncapped:
    """A bound on senders that lets everybody leave."""

    def take(self, thread_id: str, now: int) -> None:
        """Let everybody leave."""


class Stage:
    """The home in which a day is played. Moments are in milliseconds since the day's midnight.

    `policy` leads the day's surge. Raises WrongDay for a day whose pools, routing or rules are no
    configuration.
    """

    def __init__(
        self, folder: Path, day: Day, seed: int, policy: dict[str, Any] | None = None
    ) -> None:
        self.midnight = round(
            datetime.fromisoformat(day.date).replace(tzinfo=UTC).timestamp() * 1000
        )
        plan = UNWATCHED if policy is None else Plan()  # the controller is a job of each minute
        self.home = VirtualHome(
            folder, plan=plan, begins_at=self.midnight, seed=seed, variables=QUIET, alone=True
        )
        self.shop = Shop(self.home)
        for pool in day.pools:
            self.home.backend.secrets().put(f"pools/{pool.id}", SECRET)
        try:
            self.shop.configure(**_configuration(day, policy))
        except Unprocessable as error:
            self.home.close()
            raise WrongDay(f"the configuration: {'; '.join(error.problems)}") from error
        self.shop.publish((SAMPLES / "shop.jsonl").read_bytes())
        backend = self.home.backend
        queue = backend.queue(EVENTS_QUEUE)
        gate = backend.intake_gate(EVENTS_QUEUE)
        self._intake = Intake(queue, backend.clock, _Uncapped(), gate, lambda: KEY)

    @property
    def now(self) -> int:
        """Return the moment of the day."""
        return self.home.clock.now() - self.midnight

    @property
    def minute(self) -> float:
        """Return the minute of the day."""
        return self.now / 60_000

    def later(self, seconds: float, act: Callable[[], object]) -> None:
        """Do something after a time."""
        self.home.agenda.at(self.home.clock.now() + round(seconds * 1000), act)

    def at(self, moment: int, act: Callable[[], object]) -> None:
        """Do something at a moment of the day."""
        self.home.agenda.at(self.midnight + moment, act)

    def hears_replies(self, hear: Callable[[Mapping[str, Any]], None]) -> None:
        """Let customers read what they are sent."""

        def shown(post: Post) -> Answer:
            hear(post.json["data"])
            return Answer()

        self.home.network.serve(CHANNEL_URL, shown)

    def hears_events(self, pool: str, hear: Callable[[Mapping[str, Any]], Answer]) -> None:
        """Let a pool take its events."""
        self.home.network.serve(url_of(pool), lambda post: hear(post.json))

    def write(self, sender: str, text: str, number: int) -> Answered:
        """Send a customer's message over the signed channel. The number makes it one of its own."""
        body = {"sender": sender, "text": text}
        path = f"/v1/channels/{CHANNEL}/messages"
        return self.shop.signed(path, body, webhook_id=f"{sender}-{number}")

    def leave(self, sender: str) -> None:
        """Tell that a customer ended the chat, as a provider of a channel tells it."""
        self._intake.leave(CHANNEL, sender)

    def say(self, pool: str, kind: str, data: Mapping[str, Any], event: str) -> Answered:
        """Send an event of a pool under an id of its own."""
        body = {"type": kind, "timestamp": "2026-03-01T12:00:00Z", "data": dict(data)}
        return self.shop.signed(f"/v1/pools/{pool}/events", body, webhook_id=event)


def url_of(pool: str) -> str:
    """Return the address of a pool's endpoint."""
    return f"https://{pool}.pools.test/"


def texts_of(day: Day) -> tuple[tuple[str, ...], ...]:
    """Return the questions that customers ask, in groups. A customer stays in one group."""
    if day.customers.texts:
        return (day.customers.texts,)
    groups: dict[str, list[str]] = {}
    for article in _lines("shop.jsonl"):
        groups.setdefault(article["language"], []).extend(article["questions"])
    return tuple(tuple(texts) for _, texts in sorted(groups.items()))


def unfamiliar_texts() -> tuple[str, ...]:
    """Return questions that no article has in these words, and some that none answers."""
    return tuple(each["text"] for each in _lines("questions.jsonl"))


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLES / name).read_text("utf-8").splitlines()]


def _configuration(day: Day, policy: dict[str, Any] | None) -> dict[str, Any]:
    found: dict[str, Any] = {"pools": [_pool(pool) for pool in day.pools]}
    for name, part in (("routing", day.routing), ("rules", day.rules)):
        if part is not None:
            found[name] = dict(part)
    if policy is not None:
        found["surge"] = policy
    return found


def _pool(pool: People) -> dict[str, Any]:
    seats: dict[str, Any] = {"seats": pool.most}
    if pool.growth is not None:
        seats = {"minimum_seats": 0, "maximum_seats": pool.most}
    cost: dict[str, Any] = {}
    if pool.cost_per_conversation:
        cost = {"cost_per_conversation": pool.cost_per_conversation}
    elif pool.cost_per_hour and pool.growth is not None:
        minutes = max(0.1, min(1_440.0, pool.handle_seconds[-1] / 60))
        cost = {"cost_per_hour": pool.cost_per_hour, "handle_minutes": minutes}
    chats = {"chats_per_seat": len(pool.handle_seconds)}
    about = {"id": pool.id, "kind": pool.kind, "url": url_of(pool.id)}
    return about | seats | chats | cost | dict(pool.configuration)
