"""The deployments that `cdk deploy -c env=…` knows are here, with what differs between them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from surgeline.knowledge.answering.index import TIERS

from infra.refusal import Refused


@dataclass(frozen=True, slots=True)
class Environment:
    """A deployment by its arguments. With `retain`, `cdk destroy` leaves the table and the bucket.

    `alarm_email` may be empty. The edge answers 429 above `requests_per_second` and `burst`. `tier`
    compares texts.
    """

    name: str
    retain: bool
    log_days: int
    requests_per_second: int = 1000
    burst: int = 2000
    alarm_email: str = ""
    log_level: str = "INFO"
    tier: str = "lexical"

    @property
    def deployment(self) -> str:
        """Return what every name begins with."""
        return f"surgeline-{self.name}"


ENVIRONMENTS = {
    each.name: each
    for each in (
        Environment("dev", retain=False, log_days=7),
        Environment("prod", retain=True, log_days=30),
    )
}


RETAIN = {"yes": True, "no": False}


def environment_of(arguments: Mapping[str, Any]) -> Environment:
    """Return the environment of a deployment's arguments: `env`, and the changes to it.

    `retain` is `yes` or `no`, `tier` is one of TIERS, and `alarm_email` is an address. Absent or
    empty arguments change nothing. Raises Refused, which says what is accepted.
    """
    given = {name: str(value) for name, value in arguments.items() if value}
    environment = ENVIRONMENTS[_one_of("env", given.get("env", "dev"), ENVIRONMENTS)]
    if "retain" in given:
        retain = RETAIN[_one_of("retain", given["retain"], RETAIN)]
        environment = replace(environment, retain=retain)
    if "tier" in given:
        environment = replace(environment, tier=_one_of("tier", given["tier"], TIERS))
    return replace(environment, alarm_email=given.get("alarm_email", environment.alarm_email))


def _one_of(name: str, value: str, known: Mapping[str, object]) -> str:
    if value not in known:
        raise Refused(f"{name}={value!r}: choose one of {', '.join(known)}")
    return value
