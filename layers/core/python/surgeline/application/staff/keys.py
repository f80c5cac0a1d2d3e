"""Admin keys are made, listed and removed here, each with a name and what it may do.

A key is 256 bits of chance that is told once. Only its hash is kept, in the secret `admin`.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from surgeline.application.ports.refusals import Absent, Changed
from surgeline.application.ports.secrets import Secrets
from surgeline.errors import Disagrees

Reach = Literal["read", "lead", "write"]
REACHES: Final[Mapping[Reach, tuple[str, ...]]] = {
    "read": ("read",),
    "lead": ("read", "lead"),
    "write": ("read", "write"),
}
"""The scopes that a key is kept with. Each reach may do what those before it may."""
SECRET: Final = "admin"  # noqa: S105 - the name of the secret
KEY_BYTES: Final = 32
MOST_KEYS: Final = 20
"""All keys stand in one parameter of 4 kB on AWS."""
TRIES: Final = 5

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AdminKey:
    """A key without anything that would open something: its name and its scopes."""

    name: str
    scopes: tuple[str, ...]


class AdminKeys:
    """The admin keys of a deployment. Two people who change them at once lose nothing."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def all(self) -> Sequence[AdminKey]:
        """Return all keys, in the order in which they were made."""
        return [_shown(each) for each in entries_of(self._secrets.latest(SECRET))]

    def add(self, name: str, reach: Reach, drawn: bytes) -> str:
        """Keep a new key and return it. Raises Disagrees if the name is taken."""
        key = key_of(drawn)

        def added(known: Sequence[Entry]) -> Sequence[Entry]:
            if any(each["name"] == name for each in known):
                raise Disagrees(f"there is a key {name!r} already: remove it, or use another name")
            if len(known) >= MOST_KEYS:
                raise Disagrees(f"there are {MOST_KEYS} keys already: remove one that nobody uses")
            return [*known, entry_of(name, REACHES[reach], key)]

        self._change(added)
        return key

    def remove(self, name: str, *, by: str) -> None:
        """Forget a key, so that it opens nothing. `by` is the key that asks, or somebody's name.

        Raises Absent, and Disagrees for the key that asks, so that nobody locks themselves out.
        """

        def left(known: Sequence[Entry]) -> Sequence[Entry]:
            rest = [each for each in known if each["name"] != name]
            if len(rest) == len(known):
                raise Absent(f"there is no key {name!r}")
            if by == holder_of(name):
                raise Disagrees(f"you use the key {name!r} just now: remove it with another one")
            return rest

        self._change(left)

    def _change(self, wanted: Callable[[Sequence[Entry]], Sequence[Entry]]) -> None:
        for _ in range(TRIES):
            stored = self._secrets.latest(SECRET)
            changed = json.dumps(list(wanted(entries_of(stored))))
            try:
                self._secrets.swap(SECRET, changed, was=stored)
            except Changed:
                continue
            return
        raise Disagrees("others are changing the keys; nothing was changed, try again")


def holder_of(name: str) -> str:
    """Return how the record of acts names the holder of a key."""
    return f"the key {name!r}"


def entries_of(stored: str | None) -> list[Entry]:
    """Return the keys as they are kept."""
    known: list[Entry] = json.loads(stored or "[]")
    return known


def key_of(drawn: bytes) -> str:
    """Return the key of some bytes of chance, as its holder writes it."""
    return "sk_" + base64.urlsafe_b64encode(drawn).decode().rstrip("=")


def entry_of(name: str, scopes: Sequence[str], key: str) -> Entry:
    """Return how a key is kept."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    return {"name": name, "scopes": list(scopes), "sha256": digest}


def _shown(entry: Entry) -> AdminKey:
    return AdminKey(str(entry["name"]), tuple(entry["scopes"]))
