"""Traffic for scenarios: messages of the sample shop, driven against an instance, accounted for."""

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path

from local.load.drive import Instance as Target
from local.load.drive import drive
from local.load.ledger import Ledger
from local.load.traffic import Message, Mix, arrivals, messages, questions_of
from tests.instance import Instance

SAMPLE = Path(__file__).parents[2] / "samples" / "shop.jsonl"
Start = Callable[..., Instance]


def traffic(rate: float, seconds: float, *, threads: int, mix: Mix, seed: int) -> list[Message]:
    times = arrivals("step", rate, seconds)
    name = f"s{secrets.token_hex(3)}"
    questions = questions_of(SAMPLE.read_bytes())
    return list(messages(questions, times, mix, threads=threads, seed=seed, name=name))


def run(instance: Instance, sent: list[Message], *, wait_seconds: float = 60) -> Ledger:
    target = Target(instance.url, instance.admin_key)
    return asyncio.run(drive(target, iter(sent), wait_seconds=wait_seconds))
