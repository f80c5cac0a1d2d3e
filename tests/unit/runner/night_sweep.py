"""A toy function that the clock wakes: it says in the bucket when that was."""

from dataclasses import dataclass
from typing import Any

from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.settings import Settings

from infra.topology import BUCKET, Function, Grant, Schedule

SWEEP = Function(
    "night_sweep",
    "a toy that the clock wakes",
    wakes=(Schedule(86_400),),
    grants=(Grant(BUCKET, ("read", "write"), "swept/"),),
    timeout_seconds=60,
    memory_mb=256,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSweep(Settings):
    """What the toy reads of its environment."""

    bucket: str


def build(backend: Backend, settings: NightSweep) -> Handler:
    """Return the handler over a backend."""
    blobs = backend.blobs()

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        del context
        if event["detail-type"] != "Scheduled Event":
            raise ValueError(event["detail-type"])
        blobs.put(f"swept/{event['time']}", settings.bucket.encode())
        return {}

    return handle


handler = entry(NightSweep, build)
