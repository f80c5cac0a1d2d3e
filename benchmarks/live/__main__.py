"""`python -m benchmarks live` times the first answer of GET /v1/admin/live in new handlers.

Each time the handlers and the files are opened anew, as after a cold start. The imports are
done before, because their time is that of the function (`python -m benchmarks imports`). It prints
milliseconds by the wall clock, from the page of the last minute and read anew. It writes no file.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from surgeline.application.ports.waitlist import Waiting
from surgeline.domain.outcome import Opened

from local.home.backend import open_home
from local.virtual.front import Front
from local.virtual.home import VirtualHome
from local.virtual.shop import ADMIN_KEY, POOL_URL, Shop

POOLS = 10
OPENED = 2_000
PROMISED_MS = 50
HEADERS = {"authorization": f"Bearer {ADMIN_KEY}"}
OK = 200


def main() -> int:
    """Fill a home, and time both ways. Return 1 if the page takes longer than promised."""
    parser = argparse.ArgumentParser("benchmarks live", description=__doc__)
    parser.add_argument("--waiting", type=int, default=10_000, help="people who wait")
    parser.add_argument("--times", type=int, default=20, help="cold answers of each kind")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = VirtualHome(Path(folder), variables={"LOG_LEVEL": "CRITICAL"})
        fill(home, asked.waiting)
        home.call("minute", {"time": "2026-03-01T12:00:00Z"})
        cold(home, "/v1/admin/live")  # which imports everything
        kept = [cold(home, "/v1/admin/live") for _ in range(asked.times)]
        anew = [cold(home, "/v1/admin/live?within=0") for _ in range(asked.times)]
        home.close()
    print(f"{asked.waiting:,} wait for {POOLS} pools; first answers of new handlers, ms")
    for name, found in (("from the page", kept), ("read anew", anew)):
        print(f"{name:16} median {median(found):7.1f}   worst {max(found):7.1f}")
    return int(max(kept) > PROMISED_MS)


def fill(home: VirtualHome, waiting: int) -> None:
    """Let so many people wait, and so many conversations begin within the hour."""
    shop, now = Shop(home), home.clock.now()
    pools = [
        {"id": f"p{number}", "kind": "outsourced", "url": POOL_URL, "seats": 5}
        for number in range(POOLS)
    ]
    shop.configure(pools=pools)
    waitlist = home.backend.waitlist()
    for number in range(waiting):
        one = Waiting(f"t{number}", f"t{number}-1", 0, now - number * 100)
        waitlist.join(one, [f"p{number % POOLS}"])
    for number in range(OPENED):
        at = now - number * 1_500
        home.backend.outcomes().add(
            Opened(
                conversation_id=f"t{number}-1",
                channel_id="shop",
                language=None,
                opened_at=at,
                at=at,
            )
        )


def cold(home: VirtualHome, path: str) -> float:
    """Return how long the first request takes in handlers and files that are opened anew."""
    backend = open_home(home.folder, home.plan, clock=home.clock, parallel_groups=1)
    handlers = home.generation(backend)
    front = Front(
        home.plan.functions,
        lambda name, event: handlers[name](event, None),
        home.clock,
        home.randomness,
    )
    began = time.perf_counter()
    answered = front.request("GET", path, headers=HEADERS)
    spent = time.perf_counter() - began
    assert answered.status == OK, answered.text
    backend.close()
    return spent * 1000


if __name__ == "__main__":
    sys.exit(main())
