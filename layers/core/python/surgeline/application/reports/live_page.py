"""The live state is kept as a page of the notebook each minute, and read from there at once."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final

from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.refusals import Changed
from surgeline.application.reports.live_state import LiveState
from surgeline.application.reports.pool_stands import Stand
from surgeline.domain.times import rfc3339

PAGE: Final = "live"


def as_json(live: LiveState) -> dict[str, Any]:
    """Return the state in the API's words."""
    return {
        "as_of": rfc3339(live.at),
        "at": live.at,
        "waiting": live.waiting,
        "budget": None if live.budget is None else asdict(live.budget),
        "pools": [_shown(each, live.at) for each in live.pools],
        "last_hour": dict(live.last_hour),
    }


def keep_page(notebook: Notebook, live: LiveState) -> None:
    """Keep the state for whoever asks next. Another minute's page does as well."""
    with suppress(Changed):
        notebook.write(PAGE, json.dumps(as_json(live)).encode(), after=notebook.read(PAGE))


def read_page(notebook: Notebook, *, now: int, within_seconds: int) -> dict[str, Any] | None:
    """Return the kept state with its age, or None if there is none that is young enough."""
    body = notebook.read(PAGE).body
    if not body:
        return None
    found: dict[str, Any] = json.loads(body)
    age = now - int(found["at"])
    return found if 0 <= age <= within_seconds * 1000 else None


def state_of(stand: Stand) -> dict[str, object]:
    """Return a pool's state in the API's words, with its reason and its end where one is known."""
    until = None if stand.until is None else rfc3339(stand.until)
    return {"state": stand.state, "why": stand.why, "until": until}


def _shown(stand: Stand, now: int) -> Mapping[str, object]:
    waits = None if stand.waits_since is None else max(0, now - stand.waits_since) // 1000
    return {
        "id": stand.pool_id,
        **state_of(stand),
        "seats": stand.seats,
        "taken": stand.taken,
        "free": stand.free,
        "waiting": stand.waiting,
        "longest_wait_seconds": waits,
        "newcomer_waits_seconds": None
        if stand.newcomer is None
        else {"low": stand.newcomer.low, "high": stand.newcomer.high},
        "used_today": stand.used_today,
        "daily_limit": stand.daily_limit,
        "line": [
            {
                "place": place,
                "conversation_id": each.conversation_id,
                "waits_since": rfc3339(each.since),
                "priority": each.priority,
            }
            for place, each in enumerate(stand.line, 1)
        ],
    }
