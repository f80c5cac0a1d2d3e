"""Routes are chosen here as an HTTP API does, by method and path.

No other path has a route (404).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import unquote

from infra.topology import MAX_BODY_BYTES, Function, Route
from local.home.plan import of_kind

# Channels and pools send to a few paths again and again.
_MOST_KNOWN: Final = 256
_SHORT: Final = 200


@dataclass(frozen=True, slots=True)
class Match:
    """The function to call, its route key, the decoded path parameters, and the largest body."""

    function: str
    route_key: str
    parameters: Mapping[str, str]
    max_body_bytes: int = MAX_BODY_BYTES


class Routes:
    """Every route of the topology's functions. Fixed paths win over parameters."""

    def __init__(self, functions: Iterable[Function]) -> None:
        found = [
            (route, function.name) for function in functions for route in of_kind(function, Route)
        ]
        found.sort(key=lambda pair: pair[0].path.count("{"))
        self._patterns = [(route, pattern_of(route.path), name) for route, name in found]
        self._known: dict[tuple[str, str], Match] = {}

    def match(self, method: str, raw_path: str) -> Match | None:
        """Return the route of a request. An encoded slash never starts a new segment."""
        known = self._known.get((method, raw_path))
        if known is not None:
            return known
        for route, pattern, name in self._patterns:
            if route.method == method and (hit := pattern.fullmatch(raw_path)):
                found = Match(name, route.key, decoded(hit), route.max_body_bytes)
                if len(self._known) < _MOST_KNOWN and len(raw_path) < _SHORT:
                    self._known[method, raw_path] = found
                return found
        return None


@cache
def pattern_of(path: str) -> re.Pattern[str]:
    """Return the pattern of a path. Each `{name}` in the path is one segment that is not empty."""
    parts = re.split(r"\{(\w+)\}", path)
    fixed = [
        re.escape(part) if i % 2 == 0 else f"(?P<{part}>[^/]+)" for i, part in enumerate(parts)
    ]
    return re.compile("".join(fixed))


def decoded(hit: re.Match[str]) -> dict[str, str]:
    """Return the path parameters, percent-decoded."""
    return {name: unquote(value, errors="replace") for name, value in hit.groupdict().items()}
