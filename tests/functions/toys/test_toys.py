"""What is new to the system is a file like those beside this one, and a line in one registry.

Each toy is given to a virtual home, and a message goes through the production handlers. Channels
and other ways out have their toy in `test_ways_out`.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from surgeline.adapters.codec import RecordFormat
from surgeline.adapters.configuration.kinds import POOLS, Kinds
from surgeline.application.answers.readers import RECOGNISERS
from surgeline.application.conversations.effects import CARRIERS
from surgeline.domain.decide import TABLES
from surgeline.domain.ids import thread_id
from surgeline.domain.reading import SmallTalk

from functions.conversation_worker import handler as conversation_worker
from infra import topology
from local.home.plan import Plan
from local.virtual.network import Answer
from local.virtual.shop import CHANNEL, KEY, POOL, Shop
from tests.functions.toys import bell, call_back, morning_bell

Open = Callable[..., Shop]
WITH_CALLS = (*RECOGNISERS, call_back.RECOGNISER)


def test_a_pool_that_is_reached_in_a_new_way_takes_a_conversation(opened: Open) -> None:
    """The offer goes out over the toy, whose answer makes the pool the owner."""
    kinds = Kinds(pools={**POOLS, "intercom": "tests.functions.toys.intercom"})
    home, shop = opened(kinds=kinds)
    desk = {"id": POOL, "kind": "in_house", "reached_by": "intercom", "room": "attic"}
    shop.configure(pools=[desk])
    shop.write("I want to talk to a person")
    thread_id_of_c1 = thread_id(KEY, CHANNEL, "c1")
    home.backend.sockets().join(thread_id_of_c1, "s1", expires_at=home.clock.now() + 60_000)
    home.drain()
    thread = shop.thread()
    assert thread is not None
    assert thread.conversation is not None
    assert str(thread.conversation.owner) == f"pool:{POOL}"
    rings = [text for _, text in home.pushed if "attic" in text]
    assert rings == ['{"attic":"handoff.offered"}']


def test_what_is_wrong_with_a_new_way_to_reach_a_pool_is_told_by_its_field(opened: Open) -> None:
    """The toy's own check of its settings speaks in the answer to whoever publishes them."""
    kinds = Kinds(pools={**POOLS, "intercom": "tests.functions.toys.intercom"})
    _, shop = opened(kinds=kinds)
    desk = {"kind": "in_house", "reached_by": "intercom", "room": ""}
    answered = shop.admin("PUT", "/v1/admin/pools/desk", desk)
    assert answered.status == 422
    assert "give the room's name" in answered.text


def test_a_reading_and_a_timer_that_are_new_have_a_rule_each(opened: Open) -> None:
    """The customer's words are read in the new way, and the new timer acts when it is due."""
    tables = TABLES.with_(timers=call_back.TIMERS)
    build = partial(conversation_worker.build, tables=tables, recognisers=WITH_CALLS)
    home, shop = opened(builds={"conversation_worker": build})
    shop.write("call me in 20 minutes")
    home.run_for(19 * 60)
    assert shop.said()[-1] == ("bot", "We call you in 20 minutes.")
    home.run_for(60)
    assert shop.said()[-1] == ("bot", "Ring, ring.")


def test_a_timer_that_only_another_release_knows_is_ignored(opened: Open) -> None:
    """A release that has no rule for the timer says so on record, and nothing else happens."""
    build = partial(conversation_worker.build, recognisers=WITH_CALLS)
    home, shop = opened(builds={"conversation_worker": build})
    shop.write("call me in 20 minutes")
    home.run_for(3_600)
    assert shop.said()[-1] == ("bot", "We call you in 20 minutes.")
    assert home.backend.dead_letters().list() == []


def test_an_effect_that_is_new_has_a_class_and_a_carrier(opened: Open) -> None:
    """A new kind of effect is kept with its record, carried out, shown, and repeated under one
    id.
    """
    readings = {**TABLES.readings, SmallTalk: bell.greet_and_ring}
    build = partial(
        conversation_worker.build,
        tables=replace(TABLES, readings=readings),
        carriers=(*CARRIERS, bell.BellCarrier),
    )
    home, shop = opened(builds={"conversation_worker": build}, records=RecordFormat(bell.RingBell))
    rung: list[Any] = []
    home.network.serve("http://127.0.0.1:9/", lambda post: rung.append(post) or Answer())
    shop.configure(pools=[{"id": "vendor", "kind": "outsourced", "url": "http://127.0.0.1:9/"}])
    shop.write("hello")
    home.drain()
    assert shop.said()[-1] == ("bot", "Ding dong.")
    [body] = [json.loads(each.body) for each in rung]
    assert (body["type"], body["data"]["times"]) == ("bell.rung", 2)
    thread = shop.thread()
    assert thread is not None
    assert thread.conversation is not None
    shown = shop.admin("GET", f"/v1/admin/conversations/{thread.conversation.id}")
    effects = [each for entry in shown.json["entries"] for each in entry["effects"]]
    assert {"do": "ring_bell", "pool": "vendor", "times": 2}.items() <= effects[0].items()


def test_a_function_that_the_clock_wakes_is_a_row_of_the_topology(opened: Open) -> None:
    """A function is woken at its own times while a customer's message goes its way beside it."""
    plan = Plan(functions=(*topology.FUNCTIONS, morning_bell.BELL))
    home, shop = opened(plan=plan, builds={"morning_bell": morning_bell.build})
    shop.write("When are you open?")
    home.run_for(2 * 3_600)
    assert shop.said()[-1][0] == "bot"
    assert home.backend.blobs().keys("rung/") == [
        "rung/2026-03-01T13:00:00Z",
        "rung/2026-03-01T14:00:00Z",
    ]


def test_contributing_names_every_toy() -> None:
    """The guide to contributing names every small example and no other."""
    toys = Path(__file__).parent
    guide = (toys.parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\| `(\w+\.py)` \|", guide))
    assert named == {each.name for each in toys.glob("*.py") if not each.name.startswith("test_")}
