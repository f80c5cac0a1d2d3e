"""The state of a pool is told here in a few words, as `pool list` and `status` show it."""

from collections.abc import Mapping
from typing import Any

from cli.api import Api, Refused

NOT_FOUND = 404
WORDS = {
    "over_its_cap": "over its cap",
    "over_budget": "over the budget",
    "draining": "drains",
}


def states_of(api: Api) -> dict[str, Mapping[str, Any]]:
    """Return how each pool stands now, or nothing if the instance is too old to tell."""
    try:
        return {each["id"]: each for each in api.get("/v1/admin/live?within=0")["pools"]}
    except Refused as refused:
        if refused.status != NOT_FOUND:
            raise
        return {}


def sentence_of(stand: Mapping[str, Any]) -> str:
    """Return the state with its reason and its end, where there are any."""
    state = stand["state"]
    words = str(WORDS.get(state, state))
    if stand["until"]:
        words += f" until {stand['until'][:16]}Z"
    if stand["why"] and state not in ("paused", "draining"):
        words += f", {stand['why']}"
    return words + _waits(stand)


def _waits(stand: Mapping[str, Any]) -> str:
    """Return how many wait for the pool, and how long somebody who came now would wait."""
    words = f", {stand['waiting']} wait" if stand.get("waiting") else ""
    if newcomer := stand.get("newcomer_waits_seconds"):
        low, high = newcomer["low"] // 60, newcomer["high"] // 60
        words += f", a newcomer {low} to {high} min"
    return words
