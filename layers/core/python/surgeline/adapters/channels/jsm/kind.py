"""The kind `jsm` is put together here. Nothing comes in over it.

A call is an alert of the integration events API of Jira Service Management, which Opsgenie had
before under an address of its own. A repeat has the same `alias`, and rings once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from surgeline.adapters.channels.posting import ProviderCall, Speech
from surgeline.adapters.channels.ringing import (
    CHOOSE_PEOPLE,
    NOBODYS,
    judge_by,
    pager,
    try_key,
    words_of,
)
from surgeline.adapters.configuration.providers import Checked, Finding, Provider
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.deliveries import Delivery

API_BASE = "https://api.atlassian.com/jsm/ops/integration"
PATH = "/v2/alerts"
FIELD = "api_key"
SOURCE = "Surgeline"
MOST_MESSAGE, MOST_DESCRIPTION, MOST_ENTITY = 130, 15_000, 512
"""JSM refuses more."""
TAKEN = (202,)
_KEY = re.compile(r"[A-Za-z0-9_-]{8,256}")


@dataclass(frozen=True, slots=True)
class JsmChannel:
    """The settings of a JSM channel. Opsgenie has the `api_base` https://api.opsgenie.com."""

    api_base: str = API_BASE
    priority: Literal["P1", "P2", "P3", "P4", "P5"] = "P1"


def calls(delivery: Delivery, settings: JsmChannel, fields: Fields) -> Sequence[ProviderCall]:
    """Return the one call that says a delivery. See posting.Speech."""
    message, description = words_of(delivery)
    if not message:
        return ()
    body = {
        "message": message[:MOST_MESSAGE],
        "alias": delivery.id,
        "description": description[:MOST_DESCRIPTION],
        "priority": settings.priority,
        "source": SOURCE,
        "entity": str(delivery.payload["sender"])[:MOST_ENTITY],
    }
    return (ProviderCall(PATH, body, _headers(fields)),)


def check(checked: Checked) -> list[Finding]:
    """Close an alert that nobody opened."""
    path = f"{PATH}/{NOBODYS}/close?identifierType=alias"
    return [try_key(checked, FIELD, path, _headers(checked.fields), {"source": SOURCE}, *TAKEN)]


def wrong_fields(fields: Mapping[str, str]) -> Iterator[str]:
    """Yield the problems of the fields together. No problem repeats a value."""
    if not _KEY.fullmatch(fields.get(FIELD, "")):
        yield f"fields.{FIELD}: give the key of an integration 'API', such as 36 characters"


def _headers(fields: Fields) -> dict[str, str]:
    return {"authorization": f"GenieKey {fields[FIELD]}"}


SPEECH = Speech("jsm", FIELD, calls, judge_by(*TAKEN))

KIND = pager(
    JsmChannel,
    SPEECH,
    Provider(
        fields={
            FIELD: "Jira Service Management, the team, 'Operations', 'Integrations', 'API', the key"
        },
        steps=(
            "The team's operations: choose an escalation that rings the right people.",
            CHOOSE_PEOPLE,
        ),
        check=check,
        together=wrong_fields,
        has_hook=False,
    ),
)
