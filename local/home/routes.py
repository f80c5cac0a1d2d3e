"""Routes are chosen here as an HTTP API does, by method and path.

No other path has a route (404).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from infra.topology import MAX_BODY_BYTES, Function, Route
from local.home.plan import of_kind


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

    def match(self, method: str, raw_path: str) -> Match | None:
        """Return the route of a request. An encoded slash never starts a new segment."""
        for route, pattern, name in self._patterns:
            if route.method == method and (hit := pattern.fullmatch(raw_path)):
                return Match(name, route.key, decoded(hit), route.max_body_bytes)
        return None


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
