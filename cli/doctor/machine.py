"""This machine: its Python, its disk, its clock, its ports, and the weights of the best tier."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cli.doctor.finding import Finding, fail, ok, warn
from local.home.condition import LEAST_FREE_BYTES

OLDEST_PYTHON = (3, 11)
LITTLE_FREE_BYTES = 1_000_000_000
AHEAD_SECONDS = 120
HOST = "127.0.0.1"
SIMULATORS = ("the front", "the simulated pool", "the simulated channel")
_PATIENCE_SECONDS = 5


def look_at_machine(home: Path, port: int, *, runs: bool) -> Iterator[Finding]:
    """Yield the findings about this machine. The ports are the instance's own if it runs."""
    yield python(sys.version_info[:3])
    there = next(each for each in (home.resolve(), *home.resolve().parents) if each.exists())
    yield disk(there, shutil.disk_usage(there).free)
    yield clock(home, time.time(), synchronised=_synchronised())
    if not runs:
        yield from ports(port)
    yield weights()
    yield from embedder(os.environ.get("SURGELINE_EMBEDDER", ""))


def embedder(model: str) -> Iterator[Finding]:
    """Yield whether the model of vectors can be asked, where this environment names one."""
    if not model:
        return
    from surgeline.adapters.aws.clients import lacking_for_an_account
    from surgeline.adapters.aws.embedder import SHAPES

    if model not in SHAPES:
        told = f"SURGELINE_EMBEDDER={model!r} names no model of vectors"
        yield fail("embedder", told, f"name one of {', '.join(SHAPES)}, or none")
    elif lacking := lacking_for_an_account():
        yield fail("embedder", f"{model} is asked in an AWS account, and {lacking}", "set it")
    else:
        yield ok("embedder", f"{model} is asked for vectors, in the AWS account that is set")


def python(found: tuple[int, ...]) -> Finding:
    """Return whether this Python can run Surgeline."""
    version = ".".join(map(str, found))
    if found[:2] < OLDEST_PYTHON:
        return fail("python", f"Python {version} is too old", "install Python 3.11 or newer")
    return ok("python", f"Python {version}")


def disk(place: Path, free: int) -> Finding:
    """Return whether the disk has room for what is coming."""
    megabytes = f"{free // 1_000_000:,} MB"
    if free < LEAST_FREE_BYTES:
        told = f"the disk of {place} has only {megabytes} left: messages are refused soon"
        return fail("disk", told, "make room, for example by moving old backups away")
    if free < LITTLE_FREE_BYTES:
        return warn(
            "disk", f"the disk of {place} has {megabytes} left", "make room for 1 GB at least"
        )
    return ok("disk", f"the disk of {place} has {megabytes} left")


def clock(home: Path, now: float, *, synchronised: bool | None) -> Finding:
    """Return whether the clock was set back, or runs without a time service."""
    written = 0.0
    for each in home.rglob("*.sqlite*"):
        with suppress(FileNotFoundError):  # a log that was emptied meanwhile
            written = max(written, each.stat().st_mtime)
    if written - now > AHEAD_SECONDS:
        told = f"the clock is {written - now:.0f} s behind the last write to {home}"
        return fail("clock", told, "set the clock: signatures and deadlines hang on it")
    if synchronised is False:
        told = "no time service sets this clock, and signatures are refused 5 minutes off"
        return warn("clock", told, "turn one on, for example: timedatectl set-ntp true")
    return ok(
        "clock", "the clock did not go back" + (", a time service sets it" * bool(synchronised))
    )


def _synchronised() -> bool | None:
    """Return whether the system says that its clock is set, or None where it says nothing."""
    told = shutil.which("timedatectl")
    if told is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - the system's own command
            [told, "show", "--property", "NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
            check=True,
            timeout=_PATIENCE_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return {"yes": True, "no": False}.get(done.stdout.strip())


def ports(first: int) -> Iterator[Finding]:
    """Yield whether the ports of an instance that does not run are free."""
    for port, name in enumerate(SIMULATORS, first):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                told = f"port {port} of {name} is taken by another program"
                yield fail("ports", told, "stop that program, or choose others with --port")
            else:
                yield ok("ports", f"port {port} is free for {name}")


def weights() -> Finding:
    """Return whether the best tier can answer on this machine."""
    from weights import fetch

    wanted = fetch.meant(fetch.BEST)
    if wanted == "lexical":
        told = "this machine has no library for a better tier than lexical"
        return warn("weights", told, "that is fine; make setup says what is missing")
    if not fetch.here(wanted):
        told = f"the weights of tier {wanted} are not here, so lexical answers"
        return warn("weights", told, "`surgeline up` fetches them; or start it with --tier lexical")
    return ok("weights", f"the weights of tier {wanted} are here")
