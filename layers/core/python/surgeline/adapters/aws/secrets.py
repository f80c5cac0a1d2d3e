"""Secrets are SecureString parameters of SSM: one call a name, cached, bounded for strangers.

Anybody may ask for an unknown channel's messages route, and an account shares about 40 parameter
reads a second. So an absent name is remembered too, for a shorter time. A process also looks up
only so many unknown names a second.
"""

import random
import re
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

from surgeline.adapters.aws.errors import call
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.refusals import Absent, Changed
from surgeline.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

CACHED_SECONDS: Final = 300
CREDENTIAL_SECONDS: Final = 60
"""How long what callers prove themselves with is cached. A removed one opens nothing for longer."""
CREDENTIALS: Final = ("admin", "channels/", "pools/")
ABSENT_SECONDS: Final = 30
JITTER: Final = 0.2
RETRY_SECONDS: Final = 5
MOST_CACHED: Final = 1000
UNKNOWN_PER_SECOND: Final = 5
UNKNOWN_AT_ONCE: Final = 20

_NAME = re.compile(r"(?!.{513})[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+){0,9}")


@dataclass(frozen=True, slots=True)
class _Cached:
    value: str | None
    since: int
    until: int


class SsmSecrets:
    """ports.Secrets below a path: the secret `pools/acme` is the parameter `<path>/pools/acme`."""

    def __init__(self, client: "SSMClient", path: str, clock: Clock) -> None:
        self._client = client
        self._path = path
        self._clock = clock
        self._cache: OrderedDict[str, _Cached] = OrderedDict()
        self._lookups = float(UNKNOWN_AT_ONCE)
        self._lookups_at = clock.now()
        self._lock = Lock()

    def get(self, name: str) -> str | None:
        """Return the secret, or None. Raises Unavailable where that is unknown now."""
        if not _NAME.fullmatch(name):
            return None  # SSM would call the name invalid; it may come from a stranger's path
        cached = self._cache.get(name)
        # A clock that went back says nothing of how old the value is.
        if cached and cached.since <= self._clock.now() < cached.until:
            return cached.value
        if cached is None or cached.value is None:
            self._spend_lookup()
        try:
            return self.latest(name)
        except Unavailable:
            if cached is None or cached.value is None:
                raise
            self._keep(name, cached.value, RETRY_SECONDS)
            return cached.value

    def latest(self, name: str) -> str | None:
        """Return the secret as SSM has it now."""
        if not _NAME.fullmatch(name):
            return None
        value = self._read(name)
        self._keep(name, value, _cached_seconds(name) if value is not None else ABSENT_SECONDS)
        return value

    def put(self, name: str, value: str) -> None:
        """Set the secret. Other processes see it when their cache ends."""
        self._write(name, value)
        self._keep(name, value, _cached_seconds(name))

    def swap(self, name: str, value: str, *, was: str | None) -> None:
        """Set the secret while it is `was`. Raises Changed.

        SSM has no conditional write, but counts versions. If another version lies between the one
        read and the one written, the other version is put back. Nothing has changed then.
        """
        known, version = self._read_version(name)
        if known != was:
            raise Changed(f"the secret {name} was changed by others meanwhile")
        written = self._write(name, value)
        if written > version + 1:
            self._write(name, self._read_version(name, written - 1)[0] or value)
            self._cache.pop(name, None)
            raise Changed(f"the secret {name} was changed by others at the same time")
        self._keep(name, value, _cached_seconds(name))

    def delete(self, name: str) -> None:
        """Delete the secret. Other processes see that when their cache ends."""
        with suppress(Absent):
            call(self._client.delete_parameter, Name=f"{self._path}/{name}")
        self._keep(name, None, ABSENT_SECONDS)

    def _write(self, name: str, value: str) -> int:
        """Set the secret, and return its new version."""
        answer = call(
            self._client.put_parameter,
            Name=f"{self._path}/{name}",
            Value=value,
            Type="SecureString",
            Overwrite=True,
        )
        return answer["Version"]

    def _read(self, name: str) -> str | None:
        return self._read_version(name)[0]

    def _read_version(self, name: str, version: int | None = None) -> tuple[str | None, int]:
        """Return the value and its version. Without a named version this is the newest."""
        which = f"{self._path}/{name}" + ("" if version is None else f":{version}")
        try:
            answer = call(self._client.get_parameter, Name=which, WithDecryption=True)
        except Absent:
            return None, 0
        return answer["Parameter"]["Value"], answer["Parameter"]["Version"]

    def _keep(self, name: str, value: str | None, seconds: int) -> None:
        """Keep the value for about so long, so that processes do not all ask at once."""
        share = 1 - JITTER * random.random()  # noqa: S311 - spreads load, guards nothing
        now = self._clock.now()
        kept = _Cached(value, now, now + round(seconds * share * 1000))
        with self._lock:
            self._cache[name] = kept
            self._cache.move_to_end(name)
            while len(self._cache) > MOST_CACHED:
                self._cache.popitem(last=False)

    def _spend_lookup(self) -> None:
        """Take one of the look-ups of unknown names. Raises Unavailable when none is left."""
        now = self._clock.now()
        with self._lock:
            earned = (now - self._lookups_at) / 1000 * UNKNOWN_PER_SECOND
            self._lookups = min(float(UNKNOWN_AT_ONCE), self._lookups + max(0.0, earned))
            self._lookups_at = now
            if self._lookups < 1:
                raise Unavailable("too many unknown names are asked for")
            self._lookups -= 1


def _cached_seconds(name: str) -> int:
    return CREDENTIAL_SECONDS if name.startswith(CREDENTIALS) else CACHED_SECONDS
