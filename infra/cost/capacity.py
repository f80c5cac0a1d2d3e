"""A queue that wakes Lambda takes a step of traffic by AWS's published scaling rules.

An event source mapping starts with 5 batches at a time and adds 300 a minute, up to the account's
concurrency. Until it has caught up, messages wait. The rules are continuous here: nothing random.
"""

import math
from dataclasses import asdict, dataclass

STARTING_CONCURRENCY = 5
ADDED_PER_SECOND = 300 / 60
ACCOUNT_CONCURRENCY = 1000
MOST_A_SECOND = 10_000_000
LONGEST_SECONDS = 900
"""Lambda ends every invocation after this time."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step from no traffic to a rate. All but the last are None for a rate that is too high.

    `drained_seconds` is None also where the rate is caught up with and nothing is left to work the
    backlog off.
    """

    peak_backlog: int | None
    worst_wait_seconds: float | None
    drained_seconds: float | None
    concurrency_needed: int

    def as_json(self) -> dict[str, object]:
        """Return what `surgeline capacity --json` prints."""
        return asdict(self)


def step(
    rate: float,
    service_seconds: float,
    *,
    batch: int = 1,
    concurrency: int = ACCOUNT_CONCURRENCY,
) -> Step:
    """Return how a step is taken from 0 to `rate` messages a second, at `service_seconds` a batch.

    Raises ValueError for an invalid rate, time, batch or concurrency.
    """
    most = MOST_A_SECOND if batch > 0 and concurrency > 0 else 0
    if not (0 < rate <= most and 0 < service_seconds <= LONGEST_SECONDS):
        raise ValueError(
            "rate, time, batch and concurrency must be above zero, the rate at most "
            f"{MOST_A_SECOND:,} a second and the time at most {LONGEST_SECONDS} seconds"
        )
    each = batch / service_seconds  # messages a second of one concurrent invocation
    needed = rate / each
    if needed > concurrency:
        return Step(None, None, None, math.ceil(needed))
    start = min(STARTING_CONCURRENCY, concurrency)
    if needed <= start:
        return Step(0, 0.0, 0.0, math.ceil(needed))
    caught_up = (needed - start) / ADDED_PER_SECOND  # when it is as fast as what comes in
    served = each * (start * caught_up + ADDED_PER_SECOND * caught_up**2 / 2)
    # The backlog and the wait are longest at that moment: they grow before it and fall after it.
    backlog = rate * caught_up - served
    # From then on it is faster by this much more each second, until it may grow no further.
    gain = ADDED_PER_SECOND * each
    growing = (concurrency - start) / ADDED_PER_SECOND - caught_up
    after = _falling(backlog, gain, growing)
    return Step(
        round(backlog),
        round(caught_up - served / rate, 1),
        None if after is None else round(caught_up + after, 1),
        math.ceil(needed),
    )


def _falling(backlog: float, gain: float, growing: float) -> float | None:
    """Return how long a backlog lasts that falls faster by `gain` a second while `growing`.

    None means for ever.
    """
    alone = math.sqrt(2 * backlog / gain)
    if alone <= growing:
        return alone
    left = backlog - gain * growing**2 / 2
    return growing + left / (gain * growing) if growing > 0 else None
