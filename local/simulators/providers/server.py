"""The stand-in for a provider's server has this form. It has no network of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable

from local.simulators.providers.files import File

Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on a customer's screen. `by` names the call that brought it.

    `media` is the address of a picture or a file that it shows.
    """

    user: str
    by: str
    text: str
    labels: tuple[str, ...]
    media: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Describes a customer as a provider knows them."""

    first: str
    last: str
    language: str

    @property
    def name(self) -> str:
        """Return the whole name."""
        return f"{self.first} {self.last}".strip()


SAM = Known("Sam", "Sample", "en")
"""Whoever types is this customer."""


@runtime_checkable
class SignsItsUrl(Protocol):
    """A server whose signature covers the URL that it calls."""

    hook_url: str


@runtime_checkable
class NamesItsUrl(Protocol):
    """A server that tells its own URL in its requests."""

    own_url: str


@runtime_checkable
class Numbers(Protocol):
    """A server that numbers its messages, of which `number` is the last."""

    number: int


@runtime_checkable
class HasAWindow(Protocol):
    """A server that takes texts only for a while after the customer wrote."""

    def closed(self, path: str, body: bytes) -> Answer | None:
        """Return the answer to a text that comes too late, or None for any other call."""


@runtime_checkable
class TellsOfOurs(Protocol):
    """A server that also tells of the messages that the account itself sends."""

    def echo_of(self, shown: Shown, *, now: int) -> dict[str, Any]:
        """Return the event which tells that a message of ours is on a customer's screen."""


class ProviderServer(Protocol):
    """A provider's server without a network.

    It is made with the channel's `FIELDS`. `CUSTOMER` is who writes the lines that are typed.
    """

    FIELDS: ClassVar[tuple[str, ...]]
    CUSTOMER: ClassVar[str]
    shown: list[Shown]

    def answer(self, path: str, headers: Mapping[str, str], body: bytes, *, now: int) -> Answer:
        """Answer one call of the provider's API."""

    def text(self, user: str, text: str, *, now: int) -> dict[str, Any]:
        """Return the event of a customer's text."""

    def signed(
        self, events: Sequence[Mapping[str, Any]], *, now: int
    ) -> tuple[bytes, dict[str, str]]:
        """Return a webhook's body and its headers.

        A provider that sends each event alone gets at most one of them here.
        """

    def file(self, path: str, headers: Mapping[str, str]) -> File | None:
        """Answer a GET that asks for a customer's file, or for its address. None for any other."""

    def picture(self, user: str, *, now: int) -> dict[str, Any]:
        """Return the event of a customer's picture."""

    def throttled(self) -> Answer:
        """Return the answer to one call too many."""

    def is_hook_test(self, path: str) -> bool:
        """Return whether the call asks the provider to try the hook."""

    def hook_tested(self, status: int | None) -> Answer:
        """Return the answer once the hook was tried. Without a status nothing answered there."""
