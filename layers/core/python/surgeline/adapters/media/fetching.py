"""One file is fetched here, by the calls that its provider wants.

A credential goes to the provider's own server only. It is left out when a redirect goes elsewhere.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from surgeline.adapters.outbound.guard import is_loopback
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.media.kept import MOST_BYTES
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.deliveries import Download, Posts, SendFailed
from surgeline.application.ports.targets import Refused

LEAST_SECONDS = 0.5
MOST_REDIRECTS = 3
MOST_JSON = 65_536
NOT_READY, WAIT_SECONDS = 202, 5
"""LINE answers so while it still converts a video."""
_REDIRECTS = (301, 302, 303, 307, 308)
_LATER = (401, 403, 404, 408, 409, 425, 429)
"""A later try may mend these: a file that is not there yet, or a credential that people mend."""
_THROTTLED, _SERVER_ERRORS = 429, 500


class CannotFetch(Exception):
    """Raised with what the failure means for the delivery."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.outcome)
        self.refused = refused


@dataclass(slots=True)
class Fetching:
    """One file on its way: what it is called, and the means to get it within `left` seconds.

    `public_only` refuses this machine's own addresses, because a stranger may name the address.
    """

    ref: str
    fields: Fields
    settings: Any
    posts: Posts
    blobs: Blobs
    left: float
    public_only: bool = True

    def stored(self, key: str) -> bytes:
        """Return bytes that this system keeps. Raises CannotFetch."""
        found = bytes_of(self.blobs, key)
        if found is None:
            raise CannotFetch(Refused(outcome="gone", attempted=False))
        return found

    def ask(self, url: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """Return the JSON object that is at a URL. Raises CannotFetch."""
        reply = self._get(url, headers, MOST_JSON)
        _check(reply)
        try:
            found = json.loads(reply.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise CannotFetch(Refused(outcome="protocol", status=reply.status))
        return found

    def download(self, url: str, headers: Mapping[str, str] | None = None) -> bytes:
        """Return the file at a URL, over a few redirects. Raises CannotFetch.

        `headers` are left out where the file is on another server than the URL.
        """
        given, first = dict(headers or {}), _server_of(url)
        for _ in range(MOST_REDIRECTS + 1):
            reply = self._get(url, given if _server_of(url) == first else {}, MOST_BYTES)
            if reply.status not in _REDIRECTS or not reply.location:
                _check(reply)
                return reply.body
            url = _joined(url, reply.location)
        raise CannotFetch(Refused(outcome="too many redirects", final=True))

    def _get(self, url: str, headers: Mapping[str, str], most: int) -> Download:
        if self.left < LEAST_SECONDS:
            raise CannotFetch(Refused(outcome="timeout"))
        try:
            reply = self.posts.download(
                url,
                headers,
                most_bytes=most,
                timeout_seconds=self.left,
                public_only=self.public_only,
            )
        except SendFailed as error:
            raise CannotFetch(
                Refused(
                    outcome=error.reason,
                    milliseconds=error.milliseconds,
                    unhealthy=True,
                    attempted=error.attempted,
                    final=error.reason == "blocked",
                )
            ) from error
        self.left -= reply.milliseconds / 1000
        return reply


def has_stand_in(settings: object) -> bool:
    """Return whether the channel's provider is a stand-in on this machine, with its files there."""
    return is_loopback(str(getattr(settings, "api_base", "")))


Fetch = Callable[[Fetching], bytes]
"""Returns the bytes of a file, or raises CannotFetch."""


def is_of(url: str, *bases: str) -> bool:
    """Return whether a URL is on the server of one of the bases."""
    return _server_of(url) in {_server_of(each) for each in bases}


def plainly(fetching: Fetching) -> bytes:
    """Fetch a file whose name is its address, without any credential. Raises CannotFetch."""
    return fetching.download(fetching.ref)


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise CannotFetch(Refused(outcome="protocol", final=True)) from error


def _server_of(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme.lower(), parts.netloc.lower()


def _check(reply: Download) -> None:
    """Raise CannotFetch unless the reply has the whole file."""
    status = reply.status
    if status == NOT_READY:
        raise CannotFetch(Refused(outcome="not ready", status=status, wait_seconds=WAIT_SECONDS))
    if status >= 300:  # noqa: PLR2004 # what HTTP does not call success
        raise CannotFetch(
            Refused(
                outcome=f"status {status}",
                status=status,
                milliseconds=reply.milliseconds,
                wait_seconds=reply.retry_after_seconds,
                final=status < _SERVER_ERRORS and status not in _LATER,
                unhealthy=status >= _SERVER_ERRORS or status == _THROTTLED,
            )
        )
    if not reply.whole:
        raise CannotFetch(Refused(outcome="too large", status=status, final=True))
    if not reply.body:
        raise CannotFetch(Refused(outcome="empty", status=status, final=True))
