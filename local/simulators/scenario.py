"""A scenario is a vendor's bad day in a file, which says when each behaviour begins."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from surgeline.adapters.wrong_values import wrong_values

from local.simulators.desk import AcceptBy, Behaviour

Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]
Count = Annotated[int, Field(ge=1, le=100_000)]


class WrongScenario(Exception):
    """The file is no scenario. The message says where, and what is accepted."""


class _Step(BaseModel):
    """The behaviour of one turn. Fields that it leaves out stay as the command line says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_seconds: Seconds
    accept: AcceptBy | None = None
    agents: Count | None = None
    ring_seconds: Seconds | None = None
    reply_after_seconds: Seconds | None = None
    resolve_after_replies: Count | None = None
    resolve_after_silence_seconds: Seconds | None = None
    decline: Share | None = None
    hang: Share | None = None
    error: Share | None = None
    drop: Share | None = None
    give_back: Share | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of the scenario: from so many seconds after the start on, the vendor behaves so."""

    at_seconds: float
    behaviour: Behaviour


def read_scenario(file: Path, base: Behaviour) -> Sequence[Turn]:
    """Return the turns of a file like `[{"at_seconds": 60, "error": 1}]`, in order.

    Each turn starts from `base` anew. Raises WrongScenario, OSError.
    """
    try:
        steps = TypeAdapter(list[_Step]).validate_python(json.loads(file.read_bytes()))
    except ValueError as error:
        raise WrongScenario(f"{file}: {_why(error)}") from error
    turns = [Turn(step.at_seconds, _behaviour(base, step)) for step in steps]
    return sorted(turns, key=lambda turn: turn.at_seconds)


def _behaviour(base: Behaviour, step: _Step) -> Behaviour:
    return replace(base, **step.model_dump(exclude_none=True, exclude={"at_seconds"}))


def _why(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return f"not JSON: {error}"
    known = ", ".join(_Step.model_fields)
    places = [f"{_place(place)} {words}" for place, words in wrong_values(error)]
    return "; ".join([*places, f"steps have {known}"])


def _place(location: Sequence[int | str]) -> str:
    steps = (f"step {part + 1}" if isinstance(part, int) else part for part in location)
    return ".".join(steps) or "the file"
