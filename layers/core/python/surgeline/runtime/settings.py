"""The environment of each function is read once, into a frozen model.

A missing name fails the start. Each function has one class. Its field `events_queue` is the
variable `SURGELINE_EVENTS_QUEUE`. The tests compare the classes with the topology, both ways. No
other module reads the environment.
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import TypeVar

PREFIX = "SURGELINE_"


class MissingSetting(Exception):
    """Raised for an environment variable that a function can't start without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings that every function has: its adapters' module and the log level.

    `retention` is how long data is kept, where that is not as usual (ports.retention.days_of).
    """

    backend: str = "surgeline.adapters.aws.backend"
    log_level: str = "INFO"
    retention: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWebhook(Settings):
    """The settings of the intake of signed channels."""

    events_queue: str
    secrets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebChat(Settings):
    """The settings of the chat page and its API."""

    events_queue: str
    table: str
    bucket: str
    secrets: str
    sockets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffWeb(Settings):
    """The settings of the pages of the company's own people.

    `issuer` proves people's accounts, if there is one: its address, the client that tokens are made
    for, and the origin at which codes are exchanged for tokens.
    """

    events_queue: str
    table: str
    bucket: str
    secrets: str
    sockets: str
    issuer: str = ""
    issuer_client: str = ""
    issuer_login: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolCallback(Settings):
    """The settings of the intake of pools."""

    events_queue: str
    deliveries_queue: str
    timers_queue: str
    table: str
    bucket: str
    secrets: str
    sockets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationWorker(Settings):
    """The settings of the writer of threads.

    `weights` is the folder of the encoders' images, if any. `picker` is the model that picks among
    candidates, if one is turned on, and `picks_a_month` the most that it may be asked. `embedder`
    is the model that turns texts into vectors, and `tokens_a_month` the most that it may be given.
    """

    events_queue: str
    deliveries_queue: str
    timers_queue: str
    table: str
    bucket: str
    weights: str
    secrets: str
    picker: str = ""
    picks_a_month: str = "0"
    embedder: str = ""
    tokens_a_month: str = "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryWorker(Settings):
    """The settings of the sender of deliveries."""

    events_queue: str
    deliveries_queue: str
    timers_queue: str
    table: str
    bucket: str
    secrets: str
    sockets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerForwarder(Settings):
    """The settings of the forwarder of due timers and of deliveries that are tried again."""

    events_queue: str
    deliveries_queue: str
    timers_queue: str
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBuild(Settings):
    """The settings of the builder of an index of the `tier`.

    `weights` holds the encoders' images. The models and what they may be asked are the worker's.
    """

    table: str
    bucket: str
    tier: str
    weights: str
    picker: str = ""
    picks_a_month: str = "0"
    embedder: str = ""
    tokens_a_month: str = "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailIntake(Settings):
    """The settings of the intake of mails."""

    events_queue: str
    deliveries_queue: str
    timers_queue: str
    table: str
    bucket: str
    secrets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chores(Settings):
    """The settings of the work that the clock wakes."""

    table: str
    bucket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute(Settings):
    """The settings of the work of each minute."""

    events_queue: str
    deliveries_queue: str
    timers_queue: str
    table: str
    bucket: str
    secrets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminApi(Settings):
    """The settings of the operators' API. `weights` and `embedder` are the worker's."""

    events_queue: str
    deliveries_queue: str
    timers_queue: str
    table: str
    bucket: str
    secrets: str
    weights: str
    embedder: str = ""
    tokens_a_month: str = "0"


Model = TypeVar("Model", bound=Settings)


def started_by_lambda(environ: Mapping[str, str] | None = None) -> bool:
    """Return whether Lambda starts this process."""
    return "AWS_LAMBDA_INITIALIZATION_TYPE" in (os.environ if environ is None else environ)


def read(model: type[Model], environ: Mapping[str, str] | None = None) -> Model:
    """Return the model filled from the environment.

    Raises MissingSetting naming all absent ones.
    """
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
