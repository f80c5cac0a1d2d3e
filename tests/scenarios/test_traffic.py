"""The whole system under traffic: nothing lost, doubled or out of order, also through kill -9."""

import asyncio
import os
import random
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from local.load.drive import Instance as Target
from local.load.drive import drive
from local.load.ledger import Ledger
from local.load.traffic import Message, Mix, arrivals, messages, questions_of
from tests.scenarios.instance import Instance

SAMPLE = Path(__file__).parents[2] / "samples" / "shop.jsonl"
Start = Callable[..., Instance]
KILLS = int(os.environ.get("ROUNDS", "3"))
BETWEEN_KILLS_SECONDS = 3.0


def traffic(rate: float, seconds: float, *, threads: int, mix: Mix, seed: int) -> list[Message]:
    times = arrivals("step", rate, seconds)
    name = f"s{secrets.token_hex(3)}"
    questions = questions_of(SAMPLE.read_bytes())
    return list(messages(questions, times, mix, threads=threads, seed=seed, name=name))


def run(instance: Instance, sent: list[Message], *, wait_seconds: float = 60) -> Ledger:
    target = Target(instance.url, instance.admin_key)
    return asyncio.run(drive(target, iter(sent), wait_seconds=wait_seconds))


@pytest.mark.timeout(240)
def test_two_thousand_conversations_are_answered_once_and_in_order(surgeline_up: Start) -> None:
    """2,000 customers write several times each, with resends: every message gets its one reply."""
    instance = surgeline_up(simulators=False)
    mix = Mix(repeated=0.92, handoff=0.03, resend=0.05)
    sent = traffic(100, 45, threads=2000, mix=mix, seed=11)
    assert len({message.sender for message in sent}) >= 2000
    report = run(instance, sent).report(100, 45)
    owed = len({message.event_id for message in sent})
    assert report["refused_why"] == {}
    assert report["replied"] == owed
    assert (report["lost"], report["duplicated"], report["out_of_order"]) == (0, 0, 0)


@pytest.mark.timeout(60 + 40 * KILLS)
def test_kill_9_loses_nothing_that_was_acknowledged(surgeline_up: Start) -> None:
    """Everything is killed at random moments while messages flow and started again: no acknowledged
    message is lost, and none gets two replies under different ids.
    """
    instance = surgeline_up(simulators=False)
    seconds = KILLS * (BETWEEN_KILLS_SECONDS + 6)
    sent = traffic(30, seconds, threads=0, mix=Mix(repeated=0.5, resend=0.1), seed=5)
    chance = random.Random(os.environ.get("SEED", "7"))
    over = threading.Event()
    killing = threading.Thread(target=kill, args=(instance, chance, over))
    killing.start()
    ledger = run(instance, sent, wait_seconds=120)
    over.set()
    killing.join()
    report = ledger.report(30, seconds)
    assert report["replied"] > 20 * KILLS, report
    assert (report["lost"], report["duplicated"]) == (0, 0), report


def kill(instance: Instance, chance: random.Random, over: threading.Event) -> None:
    """Kill -9 of every process, then a new start, so many times.

    The thread stays until all is over: an instance dies with the thread that started it.
    """
    time.sleep(2)
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.2, BETWEEN_KILLS_SECONDS))
        instance.kill9()
        instance.start()
    over.wait()
