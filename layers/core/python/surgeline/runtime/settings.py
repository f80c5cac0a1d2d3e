"""The environment of each function, read once into a frozen model; a missing name fails the start.

One class per function; a field `events_queue` is the variable `SURGELINE_EVENTS_QUEUE`. The tests
compare these with the topology, both ways. No other module reads the environment.
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import TypeVar

PREFIX = "SURGELINE_"


class MissingSetting(Exception):
    """An environment variable that a function can't start without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What every function has: the module that provides its adapters, and the log level."""

    backend: str = "surgeline.adapters.aws.backend"
    log_level: str = "INFO"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWebhook(Settings):
    """Intake of signed channels."""

    events_queue: str
    secrets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebChat(Settings):
    """The chat page and its API."""

    events_queue: str
    table: str
    bucket: str
    secrets: str
    sockets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolCallback(Settings):
    """Intake of pools."""

    events_queue: str
    table: str
    bucket: str
    secrets: str
    sockets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationWorker(Settings):
    """The writer of threads; `weights` is the folder of the encoders' images, if there is one."""

    events_queue: str
    deliveries_queue: str
    timers_queue: str
    table: str
    bucket: str
    weights: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryWorker(Settings):
    """The sender."""

    events_queue: str
    deliveries_queue: str
    timers_queue: str
    table: str
    bucket: str
    secrets: str
    sockets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerForwarder(Settings):
    """From due timers to thread events, and to deliveries that are tried again."""

    events_queue: str
    deliveries_queue: str
    timers_queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBuild(Settings):
    """From articles to an index of the `tier`; `weights` is the folder of the encoders' images."""

    bucket: str
    tier: str
    weights: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminApi(Settings):
    """The operators' API; `weights` as the worker has them."""

    events_queue: str
    deliveries_queue: str
    timers_queue: str
    table: str
    bucket: str
    secrets: str
    weights: str


Model = TypeVar("Model", bound=Settings)


def read(model: type[Model], environ: Mapping[str, str] | None = None) -> Model:
    """The model filled from the environment. Raises MissingSetting, naming all that is absent."""
    env = os.environ if environ is None else environ
    found = {
        f.name: env[PREFIX + f.name.upper()]
        for f in fields(model)
        if PREFIX + f.name.upper() in env
    }
    missing = [f.name for f in fields(model) if f.name not in found and f.default is MISSING]
    if missing:
        names = ", ".join(PREFIX + name.upper() for name in missing)
        raise MissingSetting(f"{model.__name__} needs the environment variable(s) {names}")
    return model(**found)
