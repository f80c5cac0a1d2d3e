"""The whole system loses no acknowledged message through kill -9 under traffic."""

import os
import random
import threading
import time

import pytest

from local.load.traffic import Mix
from tests.instance import Instance
from tests.often import often
from tests.scenarios.traffic import Start, run, traffic

KILLS = int(os.environ.get("ROUNDS") or often(2, 3))
BETWEEN_KILLS_SECONDS = 3.0


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
    for number in range(1, KILLS + 1):
        time.sleep(chance.uniform(0.2, BETWEEN_KILLS_SECONDS))
        instance.kill9()
        print(f"killed {number} of {KILLS} times", flush=True)  # noqa: T201 - a person watches
        instance.start()
    over.wait()
