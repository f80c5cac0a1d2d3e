"""Each measure runs against an instance of its own in an empty folder. See `__main__`."""

import json
import signal
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.load.attempt import attempt, command
from benchmarks.load.instance import Running, free_port, started, surgeline
from benchmarks.load.offers import handoffs
from benchmarks.load.sampling import Sample, growth, sampled
from benchmarks.load.search import Report, highest, holds
from benchmarks.load.stages import stages
from cli.load import mix_of
from local.load.traffic import Mix

MIXES = {"distinct": "", "repeated": "repeated=0.8"}
NOISY_RATE = 1_000
CHUNK_MESSAGES = 20_000
FLAT = 0.10
OFFERED_WITHIN_MS = 300
_COUNTED = (
    *("sent", "replied", "kept_for_a_person", "lost"),
    *("duplicated", "out_of_order", "refused"),
)

Result = dict[str, Any]
Measure = Callable[[Namespace], Result]


def measure_sustained(how: Namespace) -> Result:
    """Measure distinct questions at one rate for long."""
    with _warm() as running, sampled(running, 5) as samples:
        report = attempt(running, how.rate, how.seconds, how.mix)
    return {
        "report": report,
        "samples": samples,
        "reached": holds(report) and report["ack_ms"]["p99"] < 1_000,  # noqa: PLR2004 # a second
    }


def measure_highest(how: Namespace) -> Result:
    """Measure the highest rate of each mix by bisection, then a longer run, and a bare baseline."""
    found: Result = {"rates": {}}
    with _warm() as running:
        for name in how.mixes:
            found["rates"][name] = _highest(running, MIXES[name], how)
    with _baseline() as bare:
        found["baseline"] = _highest(bare, "", how)
    for each in found["rates"].values():
        each["of_baseline"] = round(each["rate"] / max(1.0, found["baseline"]["rate"]), 2)
    return found


def measure_step(how: Namespace) -> Result:
    """Measure a step from nothing to a rate that is far too high, and the quiet after it."""
    wait = max(120.0, how.rate * how.seconds / how.drained_at * 1.5)
    with _warm() as running, sampled(running, 2) as samples:
        report = attempt(running, how.rate, how.seconds, how.mix, wait=wait)
    drained_at = report["replied"] / max(0.001, how.seconds + report["drain_seconds"])
    return {
        "report": report,
        "samples": samples,
        "answered_per_second_until_drained": round(drained_at, 1),
        "reached": not (report["lost"] or report["duplicated"] or report["out_of_order"])
        and report["ack_ms"]["p99"] < 1_000  # noqa: PLR2004 # a second
        and drained_at >= how.drained_at,
        "nothing_refused": report["refused"] == 0,
    }


def measure_noisy(how: Namespace) -> Result:
    """Measure 200 ordinary senders alone, then beside a loud one.

    The middle one of several pairs counts.
    """
    with _warm() as running:
        pairs = [_noisy_pair(running, how) for _ in range(how.pairs)]
    pairs.sort(key=lambda pair: pair["ratio"])
    return {"pairs": pairs, "ratio": pairs[len(pairs) // 2]["ratio"]}


def measure_offers(how: Namespace) -> Result:
    """Measure how soon an offer reaches one of many pools, while people are asked for at a rate."""
    with _warm() as running:
        found = handoffs(running, rate=how.rate, seconds=how.seconds, pools=how.pools)
    whole = found["asked"] == found["offered"] and not found["refused"]
    p95 = found["offer_ms"]["p95"]
    return {**found, "reached": whole and p95 is not None and p95 <= OFFERED_WITHIN_MS}


def measure_idle(how: Namespace) -> Result:
    """Measure processor time while nothing happens, as a share of one core."""
    with _warm() as running:
        time.sleep(5)
        before, began = running.processor_seconds(), time.monotonic()
        time.sleep(how.seconds)
        wall = time.monotonic() - began
        used = running.processor_seconds()
    by_process = {name: round(used[name] - before.get(name, 0), 2) for name in used}
    share = sum(by_process.values()) / wall
    return {"seconds": how.seconds, "by_process": by_process, "percent_of_a_core": 100 * share}


def measure_memory(how: Namespace) -> Result:
    """Measure resident memory over so many messages, in runs of a few thousand each.

    An interrupted measurement returns the messages of the finished runs, and every sample.
    """
    totals = dict.fromkeys(_COUNTED, 0)
    warm_seconds = how.warm_messages / how.rate
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        _warm() as running,
        sampled(running, how.every) as samples,
        suppress(KeyboardInterrupt),
    ):
        while totals["sent"] < how.messages:
            seconds = min(CHUNK_MESSAGES, how.messages - totals["sent"]) / how.rate
            report = attempt(running, how.rate, seconds, how.mix)
            totals = {name: count + report[name] for name, count in totals.items()}
            say(_so_far(totals, how.messages, samples, warm_seconds))
    grown = growth(samples, warm_seconds=warm_seconds)
    whole = totals["sent"] >= how.messages
    return {
        "messages": totals,
        "interrupted": not whole,
        "samples": samples,
        "warm_seconds": warm_seconds,
        "growth": grown,
        "growth_of_pss": growth(samples, warm_seconds=warm_seconds, of="pss_mb"),
        "reached": whole and grown is not None and grown <= FLAT,
    }


def _so_far(totals: dict[str, int], wanted: float, samples: list[Sample], warm: float) -> str:
    done = f"{totals['sent']:9} of {wanted:.0f} sent, {totals['lost']} lost"
    grown = growth(samples, warm_seconds=warm)
    since = "still warming up" if grown is None else f"{grown:+.1%} since the warm-up"
    return f"{done}, {samples[-1]['rss_mb']} MB resident, {since}"


def measure_stages(how: Namespace) -> Result:
    """Measure each stage by itself, for either mix."""
    return {
        "stages": {name: stages(how.messages, Mix(**mix_of(mix))) for name, mix in MIXES.items()}
    }


def say(words: str) -> None:
    """Print a line to people during the run."""
    print(words, file=sys.stderr, flush=True)


@contextmanager
def _warm() -> Iterator[Running]:
    """Run an instance that has answered before, so that the knowledge base is loaded."""
    with tempfile.TemporaryDirectory() as folder, surgeline(Path(folder) / "home") as running:
        attempt(running, 50, 5)
        yield running


@contextmanager
def _baseline() -> Iterator[Running]:
    port = free_port()
    words = [sys.executable, "-m", "benchmarks.load.baseline", str(port)]
    with started(words, "the baseline is ready") as process:
        yield Running(f"http://127.0.0.1:{port}", "none", process.pid)


def _highest(running: Running, mix: str, how: Namespace) -> Result:
    def once(rate: float, seconds: float) -> Report:
        report = attempt(running, rate, seconds, mix)
        kept = "holds" if holds(report) else "does not hold"
        say(f"{mix or 'distinct':14} {rate:7.0f}/s {kept:14} {report['first_reply_ms']}")
        time.sleep(2)
        return report

    found = highest(
        lambda rate: once(rate, how.seconds),
        start=how.start,
        most=how.most,
        precision=how.precision,
    )
    rate, trials = found.rate, list(found.trials)
    confirmed = None
    while rate > how.start / 8 and confirmed is None:  # a short trial may have been lucky
        trials.append(once(rate, how.confirm))
        confirmed = trials[-1] if holds(trials[-1]) else None
        rate = rate if confirmed else rate * (1 - how.precision)
    return {"rate": rate if confirmed else 0.0, "report": confirmed, "trials": trials}


def _noisy_pair(running: Running, how: Namespace) -> Result:
    ordinary = (how.rate, how.seconds, "repeated=0.8", "--threads", "200")
    alone = attempt(running, *ordinary)
    flood = command(running, NOISY_RATE, how.seconds + 2, "repeated=1", "--threads", "1", wait=1)
    with subprocess.Popen(flood, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as loud:  # noqa: S603 # our own program
        time.sleep(1)  # the sender is loud by now
        beside = attempt(running, *ordinary)
        heard = json.loads(loud.communicate()[0])
    quiet_ms, noisy_ms = (each["first_reply_ms"]["p95"] for each in (alone, beside))
    say(f"p95 {quiet_ms} ms alone, {noisy_ms} ms beside the flood")
    time.sleep(7)  # the flood's queued messages and its bucket are over
    return {
        "p95_alone_ms": quiet_ms,
        "p95_beside_ms": noisy_ms,
        "ratio": round(noisy_ms / quiet_ms, 2),
        "p50_alone_ms": alone["first_reply_ms"]["p50"],
        "p50_beside_ms": beside["first_reply_ms"]["p50"],
        "lost_beside": beside["lost"],
        "kept_for_a_person_beside": beside["kept_for_a_person"],
        "refused_beside": beside["refused"],
        "flood_accepted": heard["accepted"],
        "flood_refused": heard["refused_why"],
    }
