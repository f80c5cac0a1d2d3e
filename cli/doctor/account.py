"""A deployment on AWS: its account, stacks, parameters, alarms, queues, table and clock.

Only reads are made, and no secret's value is asked for.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from cli.doctor.finding import REDRIVE, Finding, Level, fail, ok, warn
from infra.deployment import AwsAccount, check_account, check_concurrency, check_secret_reads
from infra.environments import Environment
from infra.names import Names
from infra.topology import QUEUES

STACKS = ("state", "service", "monitoring")
DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
SECRET_DAYS = 365
"""Whoever left within a year may still know a secret."""
RENEWED: Mapping[str, str] = {
    "channels": "`surgeline channel rotate {}` makes a new one",
    "pools": "`surgeline pool rotate {}` makes a new one",
    "subscriptions": "`surgeline subscription remove {}`, and add it again: it gets a new one",
    "customers": "`surgeline customer disconnect`, and connect it again with a new one",
    "admin": "`surgeline key add` makes a new key, and `surgeline key remove` ends the old one",
}
"""How each kind of secret is replaced, by the first part of its name."""
SKEW_SECONDS = 60
SIGNED_SECONDS = 300
_LEVELS: Mapping[str, Level] = {"ok": "ok", "warn": "warn", "stop": "fail"}


class Cloud(Protocol):
    """The questions to an account. Each raises LookupError where there is no answer."""

    def identity(self) -> str:
        """Return the account's number."""

    def parameter(self, name: str) -> str:
        """Return a parameter of SSM, as it is kept."""

    def concurrency(self) -> int:
        """Return how many functions may run at a time."""

    def reads_secrets_fast(self) -> bool:
        """Return whether SSM gives more than 40 values a second, by its setting."""

    def has_parameter(self, name: str) -> bool:
        """Return whether there is such a parameter, without its value."""

    def stack(self, name: str) -> str:
        """Return the state of a stack."""

    def ringing(self, prefix: str) -> list[str]:
        """Return the alarms of that prefix that ring."""

    def waiting(self, queue: str) -> int:
        """Return how many messages are in a queue."""

    def ages(self, prefix: str) -> Mapping[str, int]:
        """Return how many days ago each parameter below the prefix was set."""

    def restores(self, table: str) -> bool:
        """Return whether the table can be restored to any moment of the last weeks."""

    def skew_seconds(self) -> float:
        """Return how far this machine's clock is ahead of AWS's."""


def look_at_account(
    environment: Environment, cloud: Cloud, region: str | None
) -> Iterator[Finding]:
    """Yield the findings about a deployment, in the order in which they would matter."""
    found = list(check_account(cloud, region))
    for each in found:
        yield Finding("account", _LEVELS[each.level], each.what, each.todo)
    if found[0].level == "stop" or not region:
        return
    names = Names(environment.deployment, cloud.identity(), region)
    for look in (_clock, _stacks, _parameters, _secrets, _alarms, _dead_letters, _table):
        try:
            yield from look(cloud, names, environment)
        except LookupError as error:
            what = look.__name__.strip("_").replace("_", " ")
            yield fail(what, f"AWS did not say: {error}", "allow these credentials to read it")
    for limit in (check_concurrency(cloud), check_secret_reads(cloud)):
        yield Finding("quotas", _LEVELS[limit.level], limit.what, limit.todo)


def _clock(cloud: Cloud, names: Names, environment: Environment) -> Iterator[Finding]:
    del names, environment
    skew = cloud.skew_seconds()
    told = f"this machine's clock is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} AWS's"
    if abs(skew) > SIGNED_SECONDS:
        yield fail("clock", told, "set the clock: AWS refuses signatures of 5 minutes off")
    elif abs(skew) > SKEW_SECONDS:
        yield warn("clock", told, "turn a time service on")
    else:
        yield ok("clock", "this machine's clock agrees with AWS's")


def _stacks(cloud: Cloud, names: Names, environment: Environment) -> Iterator[Finding]:
    for each in STACKS:
        stack = f"{names.deployment}-{each}"
        try:
            state = cloud.stack(stack)
        except LookupError:
            yield fail("stacks", f"{stack} is not there", f"make deploy ENV={environment.name}")
            continue
        if state in DONE:
            yield ok("stacks", f"{stack} is deployed")
        elif state.endswith("_IN_PROGRESS"):
            yield warn("stacks", f"{stack} is being changed ({state})", "ask again when it is done")
        else:
            todo = "read its events in CloudFormation, then: make deploy ENV=" + environment.name
            yield fail("stacks", f"{stack} is {state}", todo)


def _parameters(cloud: Cloud, names: Names, environment: Environment) -> Iterator[Finding]:
    for each in ("ids", "admin"):
        if cloud.has_parameter(f"{names.secrets}/{each}"):
            yield ok("parameters", f"the parameter {names.secrets}/{each} is set")
        else:
            told = f"the parameter {names.secrets}/{each} is missing: callers get 503 or 401"
            yield fail("parameters", told, f"`surgeline secret init --env {environment.name}`")


def _secrets(cloud: Cloud, names: Names, environment: Environment) -> Iterator[Finding]:
    """Yield the secrets that are old. That of ids stays as it is, because ids follow from it."""
    del environment
    ages = cloud.ages(f"{names.secrets}/")
    known = {name.removeprefix(f"{names.secrets}/"): days for name, days in ages.items()}
    old = {name: days for name, days in known.items() if days > SECRET_DAYS and name != "ids"}
    for name, days in sorted(old.items()):
        kind, _, of = name.partition("/")
        todo = RENEWED.get(kind, "docs/runbook.md, Replace a secret, says how").format(of)
        yield warn("secrets", f"the secret {name} is {days} days old", todo)
    if not old:
        yield ok("secrets", f"no secret is older than {SECRET_DAYS} days")


def _alarms(cloud: Cloud, names: Names, environment: Environment) -> Iterator[Finding]:
    del environment
    ringing = cloud.ringing(f"{names.deployment}-")
    for each in ringing:
        name = each.removeprefix(f"{names.deployment}-")
        yield fail("alarms", f"the alarm {each} rings", f"docs/runbook.md, {name}, says what to do")
    if not ringing:
        yield ok("alarms", "no alarm rings")


def _dead_letters(cloud: Cloud, names: Names, environment: Environment) -> Iterator[Finding]:
    del environment
    found = False
    for queue in QUEUES:
        if count := cloud.waiting(names.dead_letters(queue.name, fifo=queue.fifo)):
            found = True
            yield fail("dead letters", f"{count} messages of {queue.name} were set aside", REDRIVE)
    if not found:
        yield ok("dead letters", "no message was set aside")


def _table(cloud: Cloud, names: Names, environment: Environment) -> Iterator[Finding]:
    if cloud.restores(names.table):
        yield ok("backups", f"the table {names.table} can be restored to any moment of 35 days")
    else:
        told = f"the table {names.table} has no point-in-time recovery"
        yield fail("backups", told, f"make deploy ENV={environment.name} turns it on")


class AwsCloud(AwsAccount):
    """An account over a session of botocore."""

    def has_parameter(self, name: str) -> bool:
        """See Cloud. An absent parameter is listed as invalid, so no refusal is read as one."""
        found = self._ask("ssm", "get_parameters", Names=[name])
        return bool(found["Parameters"])

    def stack(self, name: str) -> str:
        """See Cloud."""
        return str(
            self._ask("cloudformation", "describe_stacks", StackName=name)["Stacks"][0][
                "StackStatus"
            ]
        )

    def ringing(self, prefix: str) -> list[str]:
        """See Cloud."""
        found = self._ask(
            "cloudwatch", "describe_alarms", AlarmNamePrefix=prefix, StateValue="ALARM"
        )
        return sorted(each["AlarmName"] for each in found.get("MetricAlarms", ()))

    def waiting(self, queue: str) -> int:
        """See Cloud."""
        url = self._ask("sqs", "get_queue_url", QueueName=queue)["QueueUrl"]
        wanted = "ApproximateNumberOfMessages"
        found = self._ask("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=[wanted])
        return int(found["Attributes"][wanted])

    def ages(self, prefix: str) -> Mapping[str, int]:
        """See Cloud. The values are not asked for."""
        asked: dict[str, Any] = {
            "ParameterFilters": [{"Key": "Name", "Option": "BeginsWith", "Values": [prefix]}]
        }
        now, found = datetime.now(UTC), {}
        while True:
            page = self._ask("ssm", "describe_parameters", **asked)
            for each in page["Parameters"]:
                found[str(each["Name"])] = (now - each["LastModifiedDate"]).days
            if not page.get("NextToken"):
                return found
            asked["NextToken"] = page["NextToken"]

    def restores(self, table: str) -> bool:
        """See Cloud."""
        found = self._ask("dynamodb", "describe_continuous_backups", TableName=table)
        described: Mapping[str, Any] = found["ContinuousBackupsDescription"]
        recovery = described.get("PointInTimeRecoveryDescription", {})
        return bool(recovery.get("PointInTimeRecoveryStatus") == "ENABLED")

    def skew_seconds(self) -> float:
        """See Cloud."""
        headers = self._ask("sts", "get_caller_identity")["ResponseMetadata"]["HTTPHeaders"]
        if "date" not in headers:
            raise LookupError("no time in its answer")
        return (datetime.now(UTC) - parsedate_to_datetime(headers["date"])).total_seconds()
