"""A profile of messages says how traffic comes, and what each message takes of each function."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from surgeline.adapters.wrong_values import wrong_values

HERE: Final = Path(__file__).parent
PROFILES: Final = {"one": HERE / "profile-one.json", "full": HERE / "profile-full.json"}

_STRICT: Final = ConfigDict(extra="forbid")
_Some = Annotated[float, Field(ge=0, le=1e9)]
_Rate = Annotated[float, Field(ge=0.001, le=1e9)]


class WrongProfile(Exception):
    """The file is no profile. The message says where, and what is accepted."""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class OfEach:
    """A number for each function that every message passes."""

    channel_webhook: _Some
    conversation_worker: _Some
    delivery_worker: _Some

    def by_name(self) -> Mapping[str, float]:
        """Return the numbers by the functions' names."""
        return asdict(self)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Profile:
    """A profile of messages.

    Times are in milliseconds, and all of them are assumptions until measured. `billed_milliseconds`
    is the time that a message takes of its function, without waiting for the channel.
    `reply_milliseconds` is the time of the channel, which the deliveries of a batch share.
    `messages_per_conversation` share the writes at a conversation's opening and at its end.
    """

    name: str
    about: str
    batch: Annotated[int, Field(ge=1, le=10)]
    reply_milliseconds: _Some
    billed_milliseconds: OfEach
    log_bytes: OfEach
    messages_per_process_second: _Rate
    messages_per_conversation: _Rate = 1


def read_profile(name_or_path: str) -> Profile:
    """Return the profile `one`, `full` or of a file. Raises OSError, WrongProfile."""
    raw = PROFILES.get(name_or_path, Path(name_or_path)).read_bytes()
    try:
        return TypeAdapter(Profile).validate_json(raw)
    except ValidationError as error:
        raise WrongProfile("; ".join(_problems(error))) from error


def _problems(error: ValidationError) -> list[str]:
    if [each["type"] for each in error.errors()] == ["json_invalid"]:
        return ["it is no JSON"]
    named = (
        ("".join(f"{part}." for part in place)[:-1], why) for place, why in wrong_values(error)
    )
    return [f"{place or 'the file'}: {why}" for place, why in named]
