"""The virtual home drives the real handlers; its clock jumps to whatever is due next."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from surgeline.application.ports.queues import Outgoing
from surgeline.runtime.bootstrap import Backend, Handler
from surgeline.runtime.settings import Settings

from infra import topology
from infra.topology import Function, Grant, Messages, Queue
from local.home.plan import Plan
from local.home.schedules import ticks_of
from local.virtual.home import NOON, VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.shop import CHANNEL_URL, POOL_URL, Shop, articles_file


class World:
    """A shop with a channel and a pool that remember what they got, and when."""

    def __init__(self, folder: Path, *, latency_milliseconds: int = 0, **how: Any) -> None:
        self.home = VirtualHome(folder, **how)
        self.got: list[tuple[int, str, dict[str, Any]]] = []
        self.home.network.serve(CHANNEL_URL, self.hear)
        self.home.network.serve(POOL_URL, self.hear, latency_milliseconds=latency_milliseconds)
        self.shop = Shop(self.home)
        self.shop.publish()

    def hear(self, post: Post) -> Answer:
        self.got.append((post.at, post.url, post.json))
        return Answer()

    def at(self, url: str, kind: str = "") -> list[int]:
        """When a server got something, in seconds from the beginning."""
        return [
            (at - NOON) // 1000
            for at, to, body in self.got
            if to.startswith(url) and body["type"].startswith(kind)
        ]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.home.close()


def test_a_question_is_answered_by_the_production_handlers(world: World) -> None:
    """The knowledge base's answer is posted to the channel and stands in the thread."""
    assert world.shop.write("When are you open?").status == 202
    world.home.drain()
    [(_, _, body)] = world.got
    assert body["data"]["message"]["text"] == "We are open from Monday to Saturday, 9 to 18."
    assert [speaker for speaker, _ in world.shop.said()] == ["customer", "bot"]


def test_an_offer_that_nobody_answers_ends_at_its_deadline(world: World) -> None:
    """An hour passes at once without waiting, and each timer acts at its own time."""
    world.shop.write("I want to talk to a person")
    world.home.run_for(3_600)
    assert world.home.clock.now() == NOON + 3_600_000
    assert world.at(POOL_URL, "handoff.withdrawn") == [30, 960, 2_790]  # a kept request rings again


def test_a_slow_server_holds_up_only_its_own(tmp_path: Path) -> None:
    """While a pool takes its time to answer, a customer's answer goes out at once."""
    world = World(tmp_path, latency_milliseconds=2_500)
    world.shop.write("I want to talk to a person", sender="ann")
    world.home.drain()
    assert world.at(POOL_URL) == [0]
    world.home.run_for(1)
    world.shop.write("When are you open?", sender="bob")
    world.home.run_for(1)
    assert world.at(CHANNEL_URL)[-1] == 1
    assert [each.end for each in world.shop.logged("pool:vendor")] == []
    world.home.run_for(10)
    assert [each.end for each in world.shop.logged("pool:vendor")] == ["delivered"]
    world.home.close()


def test_a_server_that_is_slower_than_the_timeout_gave_no_answer(tmp_path: Path) -> None:
    """The pool got the offer, but its answer comes too late, so the offer is sent again."""
    world = World(tmp_path, latency_milliseconds=20_000)
    world.shop.write("I want to talk to a person")
    world.home.run_for(25)
    assert len(world.at(POOL_URL, "handoff.offered")) > 1
    world.home.close()


def test_an_address_without_a_server_can_not_be_reached(tmp_path: Path) -> None:
    """A delivery to nobody fails as one to an unknown name does."""
    home = VirtualHome(tmp_path)
    shop = Shop(home)
    shop.publish()
    shop.write("When are you open?")
    home.drain()
    [logged] = shop.logged("channel:shop")
    assert logged.attempts[-1].outcome == "connect"
    home.close()


def test_uploaded_articles_are_built_and_answer(world: World) -> None:
    """An upload wakes the function of its prefix, as the bucket does."""
    assert world.shop.admin("PUT", "/v1/admin/knowledge/shop", articles_file()).status == 202
    world.home.drain()
    versions = world.shop.admin("GET", "/v1/admin/knowledge/shop/versions").json["versions"]
    assert len(versions) >= 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo(Settings):
    """The settings of a function that is none of ours."""

    echoes_queue: str


def test_a_function_and_a_queue_of_a_test_are_an_argument(tmp_path: Path) -> None:
    """An added row of the topology runs beside the rest with settings of its own."""
    heard: list[str] = []

    def build(backend: Backend, settings: Echo) -> Handler:
        backend.queue(settings.echoes_queue)

        def handle(event: Any, context: Any) -> dict[str, Any]:
            heard.extend(record["body"] for record in event["Records"])
            assert context.function_name == "echo"
            return {}

        return handle

    echo = Function(
        "echo",
        "repeats",
        wakes=(Messages("echoes"),),
        grants=(Grant("echoes", ("send",)),),
        timeout_seconds=10,
        memory_mb=128,
    )
    queue = Queue("echoes", fifo=False, visibility_seconds=60, max_receive_count=5)
    plan = Plan(functions=(*topology.FUNCTIONS, echo), queues=(*topology.QUEUES, queue))
    home = VirtualHome(tmp_path, plan=plan, builds={"echo": build})
    home.backend.queue("echoes").send([Outgoing("hello", delay_seconds=30)])
    home.run_for(29)
    assert heard == []
    home.run_for(1)
    assert heard == ["hello"]
    home.close()


def test_a_handler_that_raises_is_heard_of_at_once(tmp_path: Path) -> None:
    """A bug is raised out of a simulation, and its messages come again later."""

    def build(_backend: Backend, _settings: Settings) -> Handler:
        def handle(_event: Any, _context: Any) -> dict[str, Any]:
            raise ValueError("a bug")

        return handle

    home = VirtualHome(tmp_path, builds={"timer_forwarder": build})
    home.backend.queue("timers").send([Outgoing("x")])
    with pytest.raises(ValueError, match="a bug"):
        home.drain()
    assert home.next_at() == NOON + topology.queue("timers").visibility_seconds * 1000
    home.close()


def test_what_was_kept_long_enough_is_deleted_by_the_clock(tmp_path: Path) -> None:
    """A conversation's records are there after 399 days, and its whole thread is gone after 432."""
    plan = Plan()
    others = {tick.function.name for tick in ticks_of(plan)} - {"retention"}
    rest = tuple(each for each in plan.functions if each.name not in others)
    world = World(tmp_path, plan=replace(plan, functions=rest))
    world.shop.write("When are you open?")
    world.home.drain()
    sweep = world.home.backend.retention().sweep
    assert len(world.shop.said()) == 2
    world.home.run_for(399 * 86_400)
    assert len(world.shop.said()) == 2
    world.home.run_for(33 * 86_400)
    assert world.shop.said() == []
    assert sweep(world.home.clock.now()) == 0
