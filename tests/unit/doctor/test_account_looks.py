"""The doctor looks at a deployment on AWS with reads alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from cli.doctor.account import look_at_account
from cli.doctor.finding import Finding
from infra.environments import ENVIRONMENTS

PROD = ENVIRONMENTS["prod"]
PARAMETERS = {"/surgeline-prod/ids", "/surgeline-prod/admin"}


@dataclass
class Deployed:
    """An account with a deployment in which all is well, until a test changes something."""

    credentials: bool = True
    parameters: set[str] = field(default_factory=lambda: set(PARAMETERS))
    state: str = "UPDATE_COMPLETE"
    alarms: list[str] = field(default_factory=list)
    dead: int = 0
    pitr: bool = True
    skew: float = 0.4
    limit: int = 1_000
    silent: bool = False
    secrets: dict[str, int] = field(default_factory=lambda: {"ids": 900, "pools/vendor": 12})

    def identity(self) -> str:
        if not self.credentials:
            raise LookupError("Unable to locate credentials")
        return "111122223333"

    def parameter(self, name: str) -> str:
        if "bootstrap" in name:
            return "21"
        raise AssertionError("no secret's value is asked for")

    def concurrency(self) -> int:
        return self.limit

    def reads_secrets_fast(self) -> bool:
        return False

    def has_parameter(self, name: str) -> bool:
        return name in self.parameters

    def stack(self, name: str) -> str:
        if not self.state:
            raise LookupError(f"Stack with id {name} does not exist")
        return self.state

    def ringing(self, prefix: str) -> list[str]:
        if self.silent:
            raise LookupError("AccessDenied")
        return [prefix + each for each in self.alarms]

    def waiting(self, queue: str) -> int:
        return self.dead if queue == "surgeline-prod-events-dead.fifo" else 0

    def ages(self, prefix: str) -> Mapping[str, int]:
        return {f"{prefix}{name}": days for name, days in self.secrets.items()}

    def restores(self, table: str) -> bool:
        assert table == "surgeline-prod"
        return self.pitr

    def skew_seconds(self) -> float:
        return self.skew


def wrong(cloud: Deployed, region: str | None = "eu-west-3") -> list[Finding]:
    return [each for each in look_at_account(PROD, cloud, region) if each.level != "ok"]


def test_a_deployment_that_is_well_has_no_finding() -> None:
    """Every look was taken, and none of them asked for a secret's value."""
    found = list(look_at_account(PROD, Deployed(), "eu-west-3"))
    assert {each.level for each in found} == {"ok"}
    assert {each.check for each in found} == {
        *("account", "clock", "stacks", "parameters", "alarms", "dead letters", "backups"),
        *("quotas", "secrets"),
    }


@pytest.mark.parametrize(
    ("change", "check", "words"),
    [
        (lambda it: setattr(it, "credentials", False), "account", "AWS_PROFILE"),
        (lambda it: it.parameters.clear(), "parameters", "ids|surgeline secret init --env prod"),
        (lambda it: setattr(it, "state", ""), "stacks", "make deploy ENV=prod"),
        (
            lambda it: setattr(it, "state", "UPDATE_ROLLBACK_FAILED"),
            "stacks",
            "UPDATE_ROLLBACK_FAILED|CloudFormation",
        ),
        (lambda it: setattr(it, "state", "UPDATE_IN_PROGRESS"), "stacks", "ask again"),
        (lambda it: it.alarms.append("EventsDead"), "alarms", "EventsDead|docs/runbook.md"),
        (lambda it: setattr(it, "dead", 4), "dead letters", "4 messages of events|surgeline dlq"),
        (lambda it: setattr(it, "pitr", False), "backups", "point-in-time"),
        (lambda it: setattr(it, "skew", -400.0), "clock", "400 s behind|set the clock"),
        (lambda it: setattr(it, "skew", 90.0), "clock", "90 s ahead"),
        (lambda it: setattr(it, "limit", 10), "quotas", "L-B99A9384"),
        (
            lambda it: it.secrets.update({"pools/vendor": 366, "channels/app": 366, "admin": 400}),
            "secrets",
            "pools/vendor is 366 days old|pool rotate vendor|channel rotate app|key add",
        ),
        (lambda it: setattr(it, "silent", True), "alarms", "AccessDenied|allow"),
    ],
)
def test_what_is_wrong_with_a_deployment_is_named(
    change: Callable[[Deployed], None], check: str, words: str
) -> None:
    """Each fault is told by its own check alone, with what to do."""
    cloud = Deployed()
    change(cloud)
    found = wrong(cloud)
    assert {each.check for each in found} == {check}
    told = " ".join(each.what + each.todo for each in found)
    assert [word for word in words.split("|") if word not in told] == []


def test_without_a_region_nothing_else_is_asked() -> None:
    """The way to name one is told."""
    [found] = wrong(Deployed(), None)
    assert "AWS_DEFAULT_REGION" in found.todo
