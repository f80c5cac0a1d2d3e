"""The stand-ins for Meta's servers share this: the access token, the signature, and the window.

They are pure, with the time as an argument. A web server and the virtual network both drive them.
"""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.simulators.providers.files import PICTURE, File, json_file
from local.simulators.providers.server import Answer, Shown

WINDOW_SECONDS = 86_400


def refused(status: int, code: int, subcode: int | None = None) -> Answer:
    """Return one of Meta's refusals."""
    error: dict[str, Any] = {"message": "refused", "type": "OAuthException", "code": code}
    return status, {"error": error | ({"error_subcode": subcode} if subcode else {})}


@dataclass
class MetaServer:
    """One account at Meta.

    `faults` are answers that the next calls get in place of the usual one, in their order.
    """

    app_secret: str
    verify_token: str
    access_token: str
    faults: list[Answer] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    opened: dict[str, int] = field(default_factory=dict)
    number: int = 100
    own_url: str = "http://127.0.0.1:9001"
    """The address of this server, which stands in the addresses of files."""

    def answer(self, path: str, headers: Mapping[str, str], body: bytes, *, now: int) -> Answer:
        """Answer one call at `now` (UTC epoch ms). Header names are lower-case."""
        if headers.get("authorization") != f"Bearer {self.access_token}":
            return refused(401, 190)
        self.counts[path.rpartition("/")[2]] += 1
        if self.faults:
            return self.faults.pop(0)
        if (taken := self.take(path, body)) is not None:
            return taken
        try:
            asked: Any = json.loads(body)
        except ValueError:
            return refused(400, 100)
        return self.called(path, asked, now)

    def take(self, path: str, body: bytes) -> Answer | None:
        """Take a file, or return None for any other call."""
        del path, body
        return None

    def called(self, path: str, asked: Any, now: int) -> Answer:  # noqa: ANN401 # any JSON
        """Answer a call whose token is right."""
        raise NotImplementedError

    def is_open(self, user: str, now: int) -> bool:
        """Return whether any text may be sent to the customer."""
        return now - self.opened.get(user, now) <= WINDOW_SECONDS * 1000

    def file(self, path: str, headers: Mapping[str, str]) -> File | None:
        """Answer a request for a file's address, which needs the token, or for the file."""
        if path.startswith("/files/"):
            return 200, PICTURE
        place, _, name = path.rpartition("/")
        if place != "/v25.0":
            return None
        about = self.about(name)
        if about is None and not name.startswith("media-"):
            return None
        if headers.get("authorization") != f"Bearer {self.access_token}":
            return json_file(*refused(401, 190))
        return json_file(*(about or (200, {"url": f"{self.own_url}/files/{name}", "id": name})))

    def about(self, asked: str) -> Answer | None:
        """Answer a question for a profile, or return None for any other."""
        del asked
        return None

    def throttled(self) -> Answer:
        """Return the answer to one call too many."""
        return refused(429, 4)

    def is_hook_test(self, path: str) -> bool:
        """Return False, because Meta never tries a hook on demand."""
        del path
        return False

    def hook_tested(self, status: int | None) -> Answer:
        """Return the answer to a test that Meta does not have."""
        del status
        return refused(404, 100)

    def whole(self, events: Sequence[Any]) -> dict[str, Any]:
        """Return the body of a request with the events."""
        raise NotImplementedError

    def signed(
        self, events: Sequence[Mapping[str, Any]], *, now: int
    ) -> tuple[bytes, dict[str, str]]:
        """Return a webhook's body with the events, and its headers."""
        del now
        body = json.dumps(self.whole(events)).encode()
        return body, {"content-type": "application/json", **self.proof(body)}

    def proof(self, body: bytes) -> dict[str, str]:
        """Return the header that signs a body."""
        digest = hmac.digest(self.app_secret.encode(), body, hashlib.sha256)
        return {"x-hub-signature-256": f"sha256={digest.hex()}"}

    def screen(self, user: str) -> list[str]:
        """Return the texts on a customer's screen, in order."""
        return [each.text for each in self.shown if each.user == user]

    def next_number(self) -> int:
        """Return the next number, for ids."""
        self.number += 1
        return self.number
