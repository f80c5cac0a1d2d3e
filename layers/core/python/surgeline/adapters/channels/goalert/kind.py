"""The kind `goalert` is put together here. Nothing comes in over it.

A call is an alert of GoAlert's generic integration. A repeat has the same `dedup`, and rings once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

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

PATH = "/api/v2/generic/incoming"
FIELD = "integration_key"
MOST_SUMMARY, MOST_DETAILS = 1_000, 6_000
TAKEN = (200, 204)
_KEY = re.compile(r"[A-Za-z0-9_.=-]{8,512}")


@dataclass(frozen=True, slots=True)
class GoAlertChannel:
    """The settings of a GoAlert channel. `api_base` is the address of your own GoAlert."""

    api_base: str


def calls(delivery: Delivery, settings: GoAlertChannel, fields: Fields) -> Sequence[ProviderCall]:
    """Return the one call that says a delivery. See posting.Speech."""
    del settings
    summary, details = words_of(delivery)
    if not summary:
        return ()
    body = {
        "summary": summary[:MOST_SUMMARY],
        "details": details[:MOST_DETAILS],
        "dedup": delivery.id,
    }
    return (ProviderCall(PATH, body, _headers(fields)),)


def check(checked: Checked) -> list[Finding]:
    """Close an alert that nobody opened."""
    body = {"summary": "Surgeline", "action": "close", "dedup": NOBODYS}
    return [try_key(checked, FIELD, PATH, _headers(checked.fields), body, *TAKEN)]


def wrong_fields(fields: Mapping[str, str]) -> Iterator[str]:
    """Yield the problems of the fields together. No problem repeats a value."""
    if not _KEY.fullmatch(fields.get(FIELD, "")):
        yield f"fields.{FIELD}: give the part behind `token=` of the key's address"


def _headers(fields: Fields) -> dict[str, str]:
    return {"authorization": f"Bearer {fields[FIELD]}"}


SPEECH = Speech("goalert", FIELD, calls, judge_by(*TAKEN))

KIND = pager(
    GoAlertChannel,
    SPEECH,
    Provider(
        fields={
            FIELD: "GoAlert, the service, 'Integration Keys', type 'Generic API': behind `token=`"
        },
        steps=(
            "GoAlert, the service: choose an escalation policy that rings the right people.",
            CHOOSE_PEOPLE,
        ),
        check=check,
        together=wrong_fields,
        has_hook=False,
    ),
)
