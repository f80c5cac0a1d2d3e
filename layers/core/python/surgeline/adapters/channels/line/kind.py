"""The kind `line` is put together here, for the configuration and for the sender of deliveries."""

from collections.abc import Iterable

from surgeline.adapters.channels.line.check import check
from surgeline.adapters.channels.line.send import LineMessages
from surgeline.adapters.channels.line.settings import FIELDS, STEPS, LineChannel
from surgeline.adapters.configuration.kinds import Kind, url_problems
from surgeline.adapters.configuration.providers import Provider
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.targets import Target


def _problems(settings: LineChannel, allow_loopback: bool) -> Iterable[str]:  # as Kind has it
    yield from url_problems("api_base", settings.api_base, allow_loopback)
    if settings.api_base.endswith("/"):
        yield "api_base: leave the slash at its end out"


def _target(parts: TargetParts) -> Target:
    return LineMessages(parts)


KIND = Kind(
    LineChannel,
    _problems,
    secret=False,
    target=_target,
    provider=Provider(fields=FIELDS, steps=STEPS, check=check),
)
