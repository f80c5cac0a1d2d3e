"""An attempt is one run of `surgeline load` on an instance, with every process's processor time."""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.load.instance import Running

WAIT_SECONDS = 60


def command(
    running: Running, rate: float, seconds: float, mix: str = "", *more: str, wait: float = 0
) -> list[str]:
    """Return the load generator's command.

    It is a process of its own, as a person would start it.
    """
    words = [str(Path(sys.executable).with_name("surgeline")), "load", "--json"]
    words += ["--url", running.url, "--admin-key", running.admin_key, "--mix", mix]
    words += ["--rate", str(rate), "--seconds", str(seconds)]
    return [*words, "--wait", str(wait or WAIT_SECONDS), *more]


def attempt(
    running: Running, rate: float, seconds: float, mix: str = "", *more: str, wait: float = 0
) -> dict[str, Any]:
    """Return the report, the processor milliseconds a message by process, and the busy cores.

    Raises RuntimeError with the load generator's words where it gave no report.
    """
    before, own, began = running.processor_seconds(), _children_seconds(), time.monotonic()
    done = subprocess.run(  # noqa: S603 # our own program
        command(running, rate, seconds, mix, *more, wait=wait),
        check=False,
        capture_output=True,
        text=True,
    )
    if not done.stdout:
        raise RuntimeError(done.stderr)
    report: dict[str, Any] = json.loads(done.stdout)
    used = {
        name: seconds - before.get(name, 0) for name, seconds in running.processor_seconds().items()
    }
    used["load generator"] = _children_seconds() - own
    messages = max(1, report["sent"])
    stages = {name: round(seconds * 1000 / messages, 2) for name, seconds in used.items()}
    report["processor_ms_a_message"] = {name: ms for name, ms in stages.items() if ms}
    report["cores_busy"] = round(sum(used.values()) / (time.monotonic() - began), 2)
    report["load_average"] = os.getloadavg()[0]
    return report


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
