"""The calls that the emulator judged, held against the grants of each function."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from infra import topology
from infra.grants import statements
from infra.names import Names
from tests.deploy.deployment import Deployment
from tests.deploy.emulator import ACCOUNT, CALLS, REGION

NAMES = Names("surgeline-dev", ACCOUNT, REGION)


@dataclass(frozen=True, order=True)
class Call:
    """A call of a function, and whether its role allowed it."""

    function: str
    action: str
    resource: str
    decision: str


@dataclass(frozen=True, order=True)
class Granted:
    """One action of a function on a resource or on a pattern of resources."""

    function: str
    action: str
    resource: str

    def allows(self, call: Call) -> bool:
        """Return whether the call is of this function, action and resource."""
        return (self.function, self.action) == (call.function, call.action) and fnmatchcase(
            call.resource, self.resource
        )


def calls(deployment: Deployment) -> set[Call]:
    """Return every call that a function of the deployment made."""
    roles = _roles(deployment)
    notes = (deployment.emulator.folder / CALLS).read_text().splitlines()
    found = set()
    for principal, action, resource, decision in map(json.loads, notes):
        function = roles.get(_role_of(principal))
        if function:
            found.add(Call(function, action, resource, decision))
    return found


def grants(deployment: Deployment) -> list[Granted]:
    """Return everything that the template grants."""
    api = deployment.socket_url.split("/")[-2]
    return [
        Granted(function.name, action, resource)
        for function in topology.FUNCTIONS
        for each in statements(function, NAMES, sockets_api=api)
        for action in each.actions
        for resource in each.resources
    ]


def unused(granted: Iterable[Granted], made: Iterable[Call]) -> list[Granted]:
    """Return the grants that no call used."""
    seen = list(made)
    return sorted(each for each in granted if not any(map(each.allows, seen)))


def _roles(deployment: Deployment) -> dict[str, str]:
    client = deployment.client("lambda")
    found = {}
    for function in topology.FUNCTIONS:
        told = client.get_function_configuration(FunctionName=NAMES.function(function.name))
        found[_role_of(told["Role"])] = function.name
    return found


def _role_of(arn: str) -> str:
    """Return the role's name in the ARN of a role, or of a session of one."""
    parts = arn.rpartition(":")[2].split("/")
    return parts[1] if len(parts) > 1 else ""
