"""The check's data of Surgeline's events and of a vendor's answers are made here."""

import json
import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from local.conformance.handoff import Handoff


@dataclass(frozen=True, slots=True)
class Answer:
    """A vendor's answer. The status is 0 where no answer came."""

    status: int
    seconds: float
    body: dict[str, Any]

    @property
    def ok(self) -> bool:
        """Return whether Surgeline counts the event as taken."""
        return 200 <= self.status < 300  # noqa: PLR2004 # what success is

    @property
    def refused(self) -> bool:
        """Return whether the vendor refused the request itself."""
        return 400 <= self.status < 500  # noqa: PLR2004 # the caller's fault


def offer_of(handoff: Handoff) -> dict[str, Any]:
    """Return an offer that is open for half a minute."""
    now = datetime.now(UTC)
    line = {"seq": 1, "speaker": "customer", "text": "A person, please", "at": rfc3339(now)}
    return about(handoff) | {
        "offer_id": handoff.offer_id,
        "expires_at": rfc3339(now + timedelta(seconds=30)),
        "reason": "customer_asked",
        "language": "en",
        "context": {
            "schema": 1,
            "transcript": [line],
            "transcript_is_complete": True,
            "tried": [],
            "rejected": [],
            "candidates": [],
            "customer": {"channel_id": "check", "language": "en", "attributes": {}},
            "past_conversations": [],
        },
    }


def object_of(raw: bytes) -> dict[str, Any]:
    """Return the JSON object, or an empty object where there is none."""
    try:
        value = json.loads(raw)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def about(handoff: Handoff) -> dict[str, Any]:
    """Return the fields that every event of a conversation has."""
    return {"schema": 1, "conversation_id": handoff.conversation_id, "epoch": handoff.epoch}


def message_of(handoff: Handoff, seq: int, text: str) -> dict[str, Any]:
    """Return a customer's message."""
    message = {"id": new_id("m"), "text": text, "at": rfc3339(datetime.now(UTC))}
    return about(handoff) | {"seq": seq, "message": message}


def new_id(prefix: str) -> str:
    """Return an id in the form of Surgeline's ids."""
    return prefix + b32encode(secrets.token_bytes(17)).decode().lower()[:26]


def rfc3339(moment: datetime) -> str:
    """Return the time in the form of Surgeline's times."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
