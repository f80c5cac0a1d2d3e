"""A function that no release has: the clock wakes it each hour, and it says so in the bucket."""

from dataclasses import dataclass
from typing import Any

from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent
from surgeline.runtime.settings import Settings

from infra.topology import BUCKET, Function, Grant, Schedule

BELL = Function(
    "morning_bell",
    "rings each hour",
    wakes=(Schedule(3_600),),
    grants=(Grant(BUCKET, ("read", "write"), "rung/"),),
    timeout_seconds=60,
    memory_mb=256,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningBell(Settings):
    """The bucket is all it needs."""

    bucket: str


def build(backend: Backend, settings: MorningBell) -> Handler:
    """Return the handler over a backend."""
    blobs = backend.blobs()

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        del context
        blobs.put(f"rung/{event['time']}", settings.bucket.encode())
        return {}

    return handle
