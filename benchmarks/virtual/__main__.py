"""`python -m benchmarks virtual` measures how much of a shop's day the virtual home can run.

It prints messages a second of processor time, by the messages' outcome. It writes no file.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from local.virtual.home import VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.shop import CHANNEL_URL, POOL_URL, Shop

RAM = Path("/dev/shm")  # noqa: S108 - only where it is faster; any folder does
QUESTIONS = ("When are you open?", "How long can I return an item?")
VARIABLES = {"LOG_LEVEL": "CRITICAL"}


def main() -> int:
    """Measure each kind of message, and print a line for each."""
    parser = argparse.ArgumentParser("benchmarks virtual", description=__doc__)
    parser.add_argument("--messages", type=int, default=2_000, help="of each kind")
    messages = parser.parse_args().messages
    print(f"{'a message that is':28}{'ms':>8}{'a second':>10}")
    for kind, (text, last_speaker) in KINDS.items():
        with shop() as (home, sample):
            spent = seconds_of(home, sample, text, messages)
            assert {sample.said(f"c{n}")[-1][0] for n in range(messages)} == {last_speaker}, kind
        print(f"{kind:28}{spent / messages * 1000:>8.2f}{messages / spent:>10.0f}")
    return 0


KINDS: dict[str, tuple[Callable[[int], str], str]] = {
    "asked before": (lambda number: QUESTIONS[number % len(QUESTIONS)], "bot"),
    "asked for the first time": (lambda number: f"Until when can I return order {number}?", "bot"),
    "handed to a person": (lambda _number: "I want to talk to a person", "system"),
}
"""The text of each kind of message by its number, and who has the last word."""


@contextmanager
def shop() -> Iterator[tuple[VirtualHome, Shop]]:
    """Make the sample shop, whose servers answer at once, in an empty folder."""
    with tempfile.TemporaryDirectory(dir=RAM if RAM.is_dir() else None) as folder:
        home = VirtualHome(Path(folder), variables=VARIABLES)
        home.network.serve(CHANNEL_URL, lambda _post: Answer())
        home.network.serve(POOL_URL, accepts)
        sample = Shop(home)
        sample.publish()
        yield home, sample
        home.close()


def accepts(post: Post) -> Answer:
    """Accept each offer in the answer to it."""
    offered = post.json["type"] == "handoff.offered"
    return Answer(body=b'{"accepted":true,"agent":{"name":"Kim"}}' if offered else b"{}")


def seconds_of(home: VirtualHome, sample: Shop, text: Callable[[int], str], messages: int) -> float:
    """Return the processor time of so many messages, ten a second of the virtual clock."""
    began = time.process_time()
    for number in range(messages):
        assert sample.write(text(number), sender=f"c{number}").status == 202  # noqa: PLR2004 # HTTP
        home.run_for(0.1)
    home.run_for(10)
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
