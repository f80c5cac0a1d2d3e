"""A deployment is checked here before it is made, and its secrets are kept.

Nothing here changes an account but `init_secrets` and `rotate`, which write parameters.
"""

import base64
import binascii
import hashlib
import json
import re
import secrets as random
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from surgeline.adapters.signing.field_sets import has_fields
from surgeline.adapters.signing.rotation import begin_rotation, finish_rotation
from surgeline.adapters.signing.standard_webhooks import decode_secrets, new_secret
from surgeline.application.ports.secrets import Secrets
from surgeline.application.staff.keys import KEY_BYTES, REACHES, entry_of, key_of
from surgeline.domain.ids import NAME
from surgeline.errors import Unprocessable
from surgeline.knowledge.answering.index import LEXICAL

from infra.cost.capacity import step
from infra.cost.cost import TEMPLATE, per_million, tiers
from infra.cost.profile import read_profile
from infra.environments import BEST_DEPLOYED, Environment
from infra.packages.build import PackagesMissing
from infra.packages.build import check as check_packages
from infra.packages.layout import BUILT, Packages

BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
OLDEST_BOOTSTRAP = 6
WANTED_CONCURRENCY = 200
FAST_SECRETS = "/ssm/parameter-store/high-throughput-enabled"
ADMIN_NAME = "operator"

_NAME = re.compile(f"ids|admin|(?:channels|pools)/{NAME}")


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of the check. With `stop` the deployment would fail, or not work afterwards."""

    level: Literal["ok", "warn", "stop"]
    what: str
    todo: str = ""


class Account(Protocol):
    """The questions to an account. Each raises LookupError where there is no answer."""

    def identity(self) -> str:
        """Return the account's number."""

    def parameter(self, name: str) -> str:
        """Return a parameter of SSM, as it is kept."""

    def concurrency(self) -> int:
        """Return how many functions may run at a time."""

    def reads_secrets_fast(self) -> bool:
        """Return whether SSM gives more than 40 values a second, by its setting."""


# ---------------------------------------------------------------- deploy check


def check(
    environment: Environment,
    account: Account,
    region: str | None,
    *,
    packages: Packages | None = None,
    node: Path | None = None,
) -> Iterator[Finding]:
    """Yield the findings before `make deploy`, in the order in which they would matter."""
    yield _node(node or Path(sys.executable).with_name("node"))
    yield _packages(packages or Packages(BUILT), environment.tier)
    found = list(check_account(account, region))
    yield from found
    if found[0].level == "ok":
        yield check_concurrency(account)
        yield check_secret_reads(account)
        yield from _secrets(environment, account)
        yield from _embedder(environment)


def check_account(
    account: Account, region: str | None, *, bootstrapped: bool = True
) -> Iterator[Finding]:
    """Yield whether an account and a region are known.

    If asked, yield whether CDK is prepared there.
    """
    try:
        number = account.identity()
    except LookupError as error:
        todo = "AWS_PROFILE=…, or AWS_ACCESS_KEY_ID=… and AWS_SECRET_ACCESS_KEY=…"
        yield Finding("stop", f"no credentials: {error}", todo)
        return
    if not region:
        yield Finding(
            "stop", f"account {number}, but no region", "AWS_DEFAULT_REGION=…, or in the profile"
        )
        return
    yield Finding("ok", f"account {number}, region {region}")
    if bootstrapped:
        yield _bootstrap(account)


def creates(tier: str = BEST_DEPLOYED, embedder: str = "") -> dict[str, object]:
    """Return what a deployment with a tier creates and costs, and what the lexical tier would.

    `embedder` is the model whose vectors come on top, if there is one.
    """
    template = json.loads(TEMPLATE.read_text())
    profile = read_profile("one")
    costs, million = tiers(profile), per_million(profile, tier, embedder=embedder)
    lexical = {} if tier == LEXICAL else costs[LEXICAL]
    return {
        "functions": template["functions"],
        "queues": template["queues"],
        "tables": 1,
        "buckets": 1,
        "alarms": template["alarms"],
        "dashboards": template["dashboards"],
        "tier": tier,
        **costs[tier],
        **({"per_million_usd": round(million.total, 2)} if embedder else {}),
        **{f"{name}_lexical": usd for name, usd in lexical.items()},
    }


def _node(node: Path) -> Finding:
    if node.exists():
        return Finding("ok", "Node for the CDK CLI")
    return Finding("warn", "no Node for the CDK CLI yet", "make deploy installs it")


def _packages(packages: Packages, tier: str) -> Finding:
    try:
        check_packages(packages, tier=tier)
    except PackagesMissing as error:
        return Finding("warn", str(error), "make deploy does that")
    return Finding("ok", "the packages are built and compiled")


def _bootstrap(account: Account) -> Finding:
    todo = "make bootstrap, with the same credentials and region"
    try:
        version = int(account.parameter(BOOTSTRAP))
    except (LookupError, ValueError):
        return Finding("stop", "the account is not bootstrapped for CDK in this region", todo)
    if version < OLDEST_BOOTSTRAP:
        return Finding("stop", f"the bootstrap stack has version {version}, too old", todo)
    return Finding("ok", f"bootstrapped (version {version})")


def check_concurrency(account: Account) -> Finding:
    """Return whether the account lets enough functions run at a time for a surge."""
    try:
        limit = account.concurrency()
    except LookupError as error:
        return Finding("warn", f"the concurrency limit can't be read: {error}")
    surge = step(150, 0.2, concurrency=limit)
    if limit >= WANTED_CONCURRENCY:
        return Finding("ok", f"{limit:,} functions at a time")
    told = "would never be caught up with" if surge.peak_backlog is None else "is taken"
    return Finding(
        "warn",
        f"only {limit} functions at a time: a step to 150 messages a second {told}",
        "raise Lambda's quota 'Concurrent executions' to 1,000 (Service Quotas, L-B99A9384)",
    )


def check_secret_reads(account: Account) -> Finding:
    """Return how fast new functions get their secrets. No shop is stopped by it."""
    try:
        fast = account.reads_secrets_fast()
    except LookupError as error:
        return Finding("warn", f"SSM's throughput can't be read: {error}")
    if fast:
        return Finding("ok", "SSM gives secrets at high throughput")
    return Finding(
        "ok",
        "SSM gives 40 values a second: a step to 150 messages a second from nothing is answered "
        "503 for some seconds, and sent again (SSM's setting 'high-throughput' lifts that)",
    )


def _secrets(environment: Environment, account: Account) -> Iterator[Finding]:
    for name in ("ids", "admin"):
        try:
            account.parameter(f"/{environment.deployment}/{name}")
        except LookupError:
            yield Finding(
                "warn",
                f"the secret {name!r} is not set; without it callers are answered 503 or 401",
                f"surgeline secret init --env {environment.name}",
            )
        else:
            yield Finding("ok", f"the secret {name!r} is set")


def _embedder(environment: Environment) -> Iterator[Finding]:
    """Yield what the account must allow, where a model's vectors are turned on."""
    if environment.embedder:
        yield Finding(
            "warn",
            f"{environment.embedder} is asked for vectors; whether this account may use it in this"
            f" region can't be seen from here, and without it tier {environment.tier} answers",
            "Bedrock's console, Model access",
        )


# ---------------------------------------------------------------- secrets


def checked_secret(name: str, value: str) -> str:
    """Return the value as it is kept. Raises Unprocessable for an invalid name or value."""
    if not _NAME.fullmatch(name):
        raise Unprocessable("no secret has this name: name ids, admin, channels/<id> or pools/<id>")
    value = value.strip()
    if name == "ids":
        _check_ids(value)
    elif name == "admin":
        _check_admin(value)
    else:
        decode_secrets(value)
    return value


def rotate(
    secrets: Secrets,
    name: str,
    *,
    finish: bool,
    draw: Callable[[int], bytes] = random.token_bytes,
) -> str:
    """Begin to replace an endpoint's secret, or finish the replacement.

    Return what to tell a person. Raises Unprocessable for a name of another kind, Absent,
    Disagrees.
    """
    if not _NAME.fullmatch(name) or "/" not in name:
        raise Unprocessable(
            "only an endpoint's secret is rotated: name channels/<id> or pools/<id>"
        )
    if has_fields(secrets.latest(name) or ""):
        command = f"`surgeline {name.partition('s/')[0]} rotate {name.partition('/')[2]}`"
        raise Unprocessable(f"{name} holds a provider's fields: use {command} --field …")
    if finish:
        dropped = finish_rotation(secrets, name)
        return f"only the newest secret of {name} is valid now, and {dropped} were dropped"
    new = new_secret(draw(KEY_BYTES))
    good = begin_rotation(secrets, name, new)
    return f"the new secret, shown only now: {new}\n{good} are good until --finish"


def init_secrets(secrets: Secrets, draw: Callable[[int], bytes] = random.token_bytes) -> str | None:
    """Make the missing key of ids and the missing first admin key.

    Return the admin key if it is new. The admin key is kept only as a hash, so the reader of the
    answer has to keep the key.
    """
    if not secrets.get("ids"):
        secrets.put("ids", base64.b64encode(draw(KEY_BYTES)).decode())
    if json.loads(secrets.get("admin") or "[]"):
        return None
    key = key_of(draw(KEY_BYTES))
    secrets.put("admin", json.dumps([entry_of(ADMIN_NAME, REACHES["write"], key)]))
    return key


def _check_ids(value: str) -> None:
    try:
        key = base64.b64decode(value, validate=True)
    except binascii.Error:
        key = b""
    if len(key) < KEY_BYTES:
        raise Unprocessable(f"ids must be a key of at least {KEY_BYTES} random bytes, in base64")


def _check_admin(value: str) -> None:
    try:
        entries = json.loads(value)
        good = all(
            isinstance(each["name"], str)
            and len(bytes.fromhex(each["sha256"])) == hashlib.sha256().digest_size
            and set(each["scopes"]) <= {"read", "lead", "write"}
            for each in entries
        )
    except (ValueError, TypeError, KeyError):
        good = False
    if not good:
        raise Unprocessable(
            'admin must be [{"name": …, "sha256": …, "scopes": ["read", "write"]}, …]'
        )


# ---------------------------------------------------------------- a real account


class AwsAccount:
    """An account over a session of botocore. No call is made before a question is asked."""

    def __init__(self, session: Any) -> None:  # noqa: ANN401 - botocore's, imported by the caller
        self._session = session

    def identity(self) -> str:
        """See Account."""
        return str(self._ask("sts", "get_caller_identity")["Account"])

    def parameter(self, name: str) -> str:
        """See Account."""
        return str(self._ask("ssm", "get_parameter", Name=name)["Parameter"]["Value"])

    def reads_secrets_fast(self) -> bool:
        """See Account."""
        found = self._ask("ssm", "get_service_setting", SettingId=FAST_SECRETS)
        return bool(found["ServiceSetting"]["SettingValue"] == "true")

    def concurrency(self) -> int:
        """See Account."""
        limits = self._ask("lambda", "get_account_settings")["AccountLimit"]
        return int(limits["ConcurrentExecutions"])

    def _ask(self, service: str, operation: str, **arguments: object) -> Mapping[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow, rarely used

        try:
            answer: Mapping[str, Any] = getattr(self._session.create_client(service), operation)(
                **arguments
            )
        except (BotoCoreError, ClientError) as error:
            raise LookupError(str(error)) from error
        return answer
