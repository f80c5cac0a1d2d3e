"""A way out that is new is a file and a line in a registry; slow ones are sent to once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from surgeline.adapters.codec import RecordFormat, encode_delivery
from surgeline.adapters.configuration.kinds import CHANNELS, TARGETS, Kinds
from surgeline.application.conversations.effects import CARRIERS
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.decide import TABLES
from surgeline.domain.ids import thread_id
from surgeline.domain.reading import SmallTalk
from surgeline.runtime.bootstrap import Backend, Handler
from surgeline.runtime.settings import DeliveryWorker

from functions.conversation_worker import handler as conversation_worker
from functions.delivery_worker import handler as delivery_worker
from infra import topology
from local.virtual.home import VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.shop import CHANNEL, CHANNEL_URL, KEY, Shop
from tests.functions.toys import bell

LOFT_URL = "https://loft.test/"
PIGEONS = "tests.functions.toys.carrier_pigeon"
KINDS = Kinds(channels={**CHANNELS, "pigeon": PIGEONS}, targets={**TARGETS, "bell": PIGEONS})
Open = Callable[..., Shop]


def with_a_loft(shop: Shop) -> None:
    """Let the shop's channel be reached by pigeon."""
    shop.configure(channels=[{"id": CHANNEL, "kind": "pigeon", "loft": LOFT_URL}])


def test_a_message_is_answered_over_a_kind_that_a_test_brings(opened: Open) -> None:
    """A customer's message goes through the real handlers and ends in the new target."""
    home, shop = opened(kinds=KINDS)
    notes: list[str] = []

    def hear(post: Post) -> Answer:
        notes.append(post.json["note"])
        return Answer()

    home.network.serve(LOFT_URL, hear)
    with_a_loft(shop)
    assert shop.write("When are you open?").status == 202
    home.drain()
    assert notes == ["We are open from Monday to Saturday, 9 to 18."]
    [logged] = shop.logged(f"channel:{CHANNEL}")
    assert (logged.end, [each.outcome for each in logged.attempts]) == ("delivered", ["ok"])


def test_what_a_target_calls_final_holds_up_nothing(opened: Open) -> None:
    """A reply that was refused for good is tried once, and the next one of its thread goes out."""
    home, shop = opened(kinds=KINDS)
    weather = ["storm", "fine"]
    notes: list[str] = []

    def hear(post: Post) -> Answer:
        notes.append(post.json["note"])
        return Answer(body=f'{{"weather": "{weather.pop(0)}"}}'.encode())

    home.network.serve(LOFT_URL, hear)
    with_a_loft(shop)
    shop.write("When are you open?")
    shop.write("How long can I return an item?")
    home.drain()
    assert len(notes) == 2
    ends = {each.end: each.attempts[-1].outcome for each in shop.logged(f"channel:{CHANNEL}")}
    assert ends == {"failed": "storm", "delivered": "ok"}


class TowerCarrier(bell.BellCarrier):
    """Rings a bell that is neither a channel's nor a pool's."""

    target = "bell"


def ring(home: VirtualHome, target: str) -> None:
    """Put a delivery to that target into the queue."""
    delivery = Delivery(
        "d1", "tower", "", target, "noon", "bell.rung", 0, home.clock.now(), {"loud": True}
    )
    message = Outgoing(encode_delivery(delivery), group=delivery.group, dedup_id="d1")
    home.backend.queue("deliveries").send([message])


def test_a_message_reaches_a_target_that_is_neither_channel_nor_pool(opened: Open) -> None:
    """A customer's message is carried to the new target, past the same guards and log."""
    readings = {**TABLES.readings, SmallTalk: bell.greet_and_ring}
    tables = replace(TABLES, readings=readings)
    carriers = (*CARRIERS, TowerCarrier)
    build = partial(conversation_worker.build, tables=tables, carriers=carriers)
    records = RecordFormat(bell.RingBell)
    home, shop = opened(kinds=KINDS, builds={"conversation_worker": build}, records=records)
    tower = thread_id(KEY, CHANNEL, "c1")
    home.backend.sockets().join(tower, "s1", expires_at=home.clock.now() + 60_000)
    shop.write("hello")
    home.drain()
    assert ("s1", '{"rings":"vendor"}') in home.pushed
    assert [each.end for each in shop.logged("bell:vendor")] == ["delivered"]


def test_i1_a_target_that_only_another_release_has_waits_for_that_release(opened: Open) -> None:
    """A send to a newer target is neither buried nor counted, and the release that knows it
    sends it.
    """
    home, shop = opened()
    ring(home, "bell")
    home.run_for(7_200)
    assert home.backend.dead_letters().list() == []
    assert shop.logged("bell:noon") == []
    assert home.backend.queue("deliveries").depth().in_flight == 1


@pytest.mark.parametrize(("replies", "seconds"), [(9, 9.4), (10, 6.0), (7, 8.6)])
def test_i6_slow_replies_are_each_sent_once(opened: Open, replies: int, seconds: float) -> None:
    """No send is begun that the function may not live to finish, so none is repeated."""
    overruns: list[int] = []
    limit = topology.function("delivery_worker").timeout_seconds * 1000

    def build(backend: Backend, settings: DeliveryWorker) -> Handler:
        handler = delivery_worker.build(backend, settings)

        def timed(event: Any, context: object) -> dict[str, Any]:
            began = backend.clock.now()
            answer = handler(event, context)
            if backend.clock.now() - began >= limit:
                overruns.append(backend.clock.now() - began)
            return answer

        return timed

    home, shop = opened(builds={"delivery_worker": build})
    sent: Counter[str] = Counter()

    def hear(post: Post) -> Answer:
        sent[post.headers["webhook-id"]] += 1
        return Answer()

    home.network.serve(CHANNEL_URL, hear, latency_milliseconds=round(seconds * 1000))
    for _ in range(replies):
        shop.write("When are you open?")
    home.run_for(1_200)
    assert overruns == []
    assert (len(sent), set(sent.values())) == (replies, {1})
