"""`surgeline deploy check`, `surgeline secret`, `surgeline cost` and `surgeline capacity`."""

import base64
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from surgeline.adapters.signing.field_sets import write_fields
from surgeline.application.ports.refusals import Absent
from surgeline.errors import Unprocessable

from cli import deploy as commands
from cli.cost import capacity, cost
from infra.deployment import (
    AwsAccount,
    Finding,
    check,
    check_account,
    check_secret_reads,
    checked_secret,
    creates,
    init_secrets,
    rotate,
)
from infra.environments import ENVIRONMENTS
from infra.packages.build import MANIFEST
from infra.packages.layout import TARGET_PYTHON, Packages, platform_of
from infra.packages.sources import digest_of_all
from infra.topology import SURGELINE
from tests.contract.aws_home import moto_account
from tests.contract.embedded import VirtualClock

ROOT = Path(__file__).parents[2]
DEV = ENVIRONMENTS["dev"]
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()


class FakeAccount:
    """Answers from what it was given; what it has not, it can't say."""

    def __init__(
        self, parameters: dict[str, str], *, number: str | None = "123456789012", limit: int = 1000
    ) -> None:
        self._parameters = parameters
        self._number = number
        self._limit = limit

    def identity(self) -> str:
        if self._number is None:
            raise LookupError("Unable to locate credentials")
        return self._number

    def parameter(self, name: str) -> str:
        return self._parameters[name]

    def concurrency(self) -> int:
        return self._limit

    def reads_secrets_fast(self) -> bool:
        return self._limit > 10


READY = {
    "/cdk-bootstrap/hnb659fds/version": "21",
    "/surgeline-dev/ids": "…",
    "/surgeline-dev/admin": "…",
}


@pytest.fixture
def packages(tmp_path: Path) -> Packages:
    """Return packages that were built of these sources, and compiled."""
    manifest = {
        "compiled": True,
        "python": TARGET_PYTHON,
        "platform": platform_of(DEV.tier),
        "tier": DEV.tier,
        "inputs": digest_of_all(SURGELINE, DEV.tier, TARGET_PYTHON),
    }
    (tmp_path / MANIFEST).write_text(json.dumps(manifest))
    return Packages(tmp_path)


def levels(findings: Iterator[Finding]) -> list[str]:
    """Return the levels other than ok, with the first words of what was found."""
    return [f"{each.level}: {each.what}"[:40] for each in findings if each.level != "ok"]


def test_an_account_that_is_ready_has_nothing_to_do(packages: Packages) -> None:
    """A ready account has nothing to do, because every part that a deployment needs is there."""
    assert levels(check(DEV, FakeAccount(READY), "us-east-1", packages=packages)) == []


def test_what_is_missing_is_said_with_what_to_do(packages: Packages, tmp_path: Path) -> None:
    """No bootstrap, a new account's ten functions, no secrets, no packages, no Node."""
    account = FakeAccount({}, limit=10)
    empty = Packages(tmp_path / "none")
    found = list(check(DEV, account, "us-east-1", packages=empty, node=tmp_path / "node"))
    assert levels(iter(found)) == [
        "warn: no Node for the CDK CLI yet",
        "warn: the packages are not built; run: p",
        "stop: the account is not bootstrapped fo",
        "warn: only 10 functions at a time: a ste",
        "warn: the secret 'ids' is not set; witho",
        "warn: the secret 'admin' is not set; wit",
    ]
    todo = {each.todo for each in found}
    assert "make bootstrap, with the same credentials and region" in todo
    assert "surgeline secret init --env dev" in todo


@pytest.mark.parametrize(
    ("account", "region", "said"),
    [
        (FakeAccount(READY, number=None), "us-east-1", "no credentials"),
        (FakeAccount(READY), None, "no region"),
        (FakeAccount(READY | {"/cdk-bootstrap/hnb659fds/version": "3"}), "eu-west-1", "too old"),
    ],
)
def test_a_deployment_that_would_fail_is_stopped(
    packages: Packages, account: FakeAccount, region: str | None, said: str
) -> None:
    """A deployment that would fail is stopped in plain words before CDK stops it."""
    found = list(check(DEV, account, region, packages=packages))
    assert any(each.level == "stop" and said in each.what for each in found)


NOBODY = {
    "AWS_ACCESS_KEY_ID": None,
    "AWS_SECRET_ACCESS_KEY": None,
    "AWS_PROFILE": None,
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
    "AWS_CONFIG_FILE": "/nowhere",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.mark.parametrize("arguments", [[], ["--only", "account"], ["--only", "credentials"]])
def test_without_credentials_every_check_says_so_and_fails(arguments: list[str]) -> None:
    """Every check without credentials says what to set and makes make stop."""
    done = CliRunner().invoke(commands.deploy, ["check", *arguments], env=NOBODY)
    assert done.exit_code == 1
    assert "STOP  no credentials" in done.output
    assert "AWS_PROFILE=…" in done.output


def test_an_account_without_a_bootstrap_stops_what_needs_one() -> None:
    """Removing a deployment needs none, changing one does."""
    found = list(check_account(FakeAccount({}), "us-east-1"))
    assert [each.level for each in found] == ["ok", "stop"]
    found = list(check_account(FakeAccount({}), "us-east-1", bootstrapped=False))
    assert [each.level for each in found] == ["ok"]


@pytest.mark.parametrize("target", ["bootstrap", "deploy", "diff", "destroy"])
def test_make_asks_before_it_calls_the_cdk(target: str) -> None:
    """The account is asked first, and the CLI is the pinned one, never fetched on the way."""
    said = subprocess.run(  # noqa: S603 - our own Makefile
        ["make", "-n", target],  # noqa: S607 - the make that everything here is run with
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    asked, called = said.index("surgeline deploy check"), said.index(f"bin/cdk {target}")
    assert asked < called
    assert "npx" not in said


def test_the_tools_are_pinned() -> None:
    """Exact versions, and the lockfile has the same."""
    folder = ROOT / "infra" / "tools"
    wanted = json.loads((folder / "package.json").read_text())["dependencies"]
    locked = json.loads((folder / "package-lock.json").read_text())["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_what_comes_is_counted() -> None:
    """A deployment's parts are counted from the template's summary."""
    assert creates()["functions"] == len(SURGELINE.functions)
    assert creates()["queues"] == 6


# ---------------------------------------------------------------- secrets


class Kept(dict[str, str]):
    """Secrets in memory."""

    def latest(self, name: str) -> str | None:
        return self.get(name)

    def put(self, name: str, value: str) -> None:
        self[name] = value

    def swap(self, name: str, value: str, *, was: str | None) -> None:
        assert self.get(name) == was
        self[name] = value


def test_the_first_secrets_are_made_once() -> None:
    """A key of ids and a hashed admin key are made once, and a second run changes nothing."""
    kept = Kept()
    key = init_secrets(kept)
    assert key is not None
    assert len(base64.b64decode(kept["ids"])) == 32
    assert key not in kept["admin"]
    assert checked_secret("admin", kept["admin"]) == kept["admin"]
    before = dict(kept)
    assert init_secrets(kept) is None
    assert kept == before


def test_a_secret_is_rotated_with_an_overlap() -> None:
    """F46: a new secret stands before the old one, is told once, and stands alone after the end."""
    kept = Kept({"pools/vendor": SECRET})
    told = rotate(kept, "pools/vendor", finish=False)
    new, old = kept["pools/vendor"].split()
    assert old == SECRET
    assert f"shown only now: {new}" in told
    assert new not in rotate(kept, "pools/vendor", finish=True)
    assert kept == {"pools/vendor": new}
    for name in ("ids", "admin", "pools/../ids", "rubbish"):
        with pytest.raises(Unprocessable):
            rotate(kept, name, finish=False)
    with pytest.raises(Absent):
        rotate(kept, "pools/other", finish=False)


def test_a_provider_s_fields_are_not_replaced_by_a_key_of_ours() -> None:
    """With the end of such a rotation the fields would be gone, and the channel with them."""
    kept = Kept({"channels/line": write_fields("line", {"channel_secret": "s"})})
    for finish in (False, True):
        with pytest.raises(Unprocessable, match="surgeline channel rotate line"):
            rotate(kept, "channels/line", finish=finish)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ids", base64.b64encode(b"k" * 32).decode()),
        ("channels/shop", SECRET),
        ("pools/vendor-2", f"{SECRET} {SECRET}\n"),
        ("admin", json.dumps([{"name": "a", "sha256": "0" * 64, "scopes": ["read"]}])),
    ],
)
def test_a_good_secret_is_kept_as_it_is(name: str, value: str) -> None:
    """A good secret is kept without the newline that a pipe adds."""
    assert checked_secret(name, value) == value.strip()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ids", "short"),
        ("ids", base64.b64encode(b"k" * 31).decode()),
        ("channels/shop", "not a webhook secret"),
        ("channels/../ids", SECRET),
        ("channels/", SECRET),
        ("other", SECRET),
        ("admin", "[]x"),
        ("admin", '[{"name": "a", "sha256": "00", "scopes": []}]'),
        ("admin", '[{"name": "a", "sha256": "' + "0" * 64 + '", "scopes": ["root"]}]'),
    ],
)
def test_a_useless_secret_is_refused(name: str, value: str) -> None:
    """A useless secret is refused before it is kept, so that no function meets it."""
    with pytest.raises(Unprocessable):
        checked_secret(name, value)


# ---------------------------------------------------------------- the commands


def test_how_fast_secrets_are_read_is_told_and_stops_nothing() -> None:
    """The setting of SSM that lifts the limit is named where it is not on."""
    slow, fast = (check_secret_reads(FakeAccount(READY, limit=each)) for each in (10, 1000))
    assert (slow.level, fast.level) == ("ok", "ok")
    assert "high-throughput" in slow.what
    assert "40 values" not in fast.what


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    """Yield an empty account in this process, in the environment's name."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    # moto knows no settings of SSM.
    monkeypatch.setattr(AwsAccount, "reads_secrets_fast", lambda _: False)
    with moto_account(VirtualClock()):
        yield CliRunner()


def test_secrets_are_set_over_standard_input(account: CliRunner) -> None:
    """Secrets are kept as SecureStrings below the deployment's path and are never an argument."""
    done = account.invoke(commands.secret, ["set", "pools/vendor"], input=SECRET)
    assert (done.exit_code, done.output) == (0, "pools/vendor is set\n")
    import boto3

    kept = boto3.client("ssm").get_parameter(Name="/surgeline-dev/pools/vendor")["Parameter"]
    assert kept["Type"] == "SecureString"
    refused = account.invoke(commands.secret, ["set", "pools/vendor"], input="nonsense")
    assert refused.exit_code == 1
    assert "nonsense" not in refused.output


def test_the_admin_key_is_shown_once(account: CliRunner) -> None:
    """Init makes what is missing, and says so the second time."""
    first = account.invoke(commands.secret, ["init", "--env", "prod"])
    assert "sk_" in first.output
    again = account.invoke(commands.secret, ["init", "--env", "prod"])
    assert again.output == "everything was set before\n"


def test_deploy_check_speaks_to_people_and_programs(account: CliRunner) -> None:
    """An account without bootstrap fails the check, with the line to run."""
    people = account.invoke(commands.deploy, ["check"])
    assert people.exit_code == 1
    assert "make bootstrap" in people.output
    assert "idle_month_usd" in people.output
    assert "per_million_usd_lexical" in people.output
    assert "TIER=lexical" in people.output
    lexical = account.invoke(commands.deploy, ["check", "--tier", "lexical"])
    assert "per_million_usd_lexical" not in lexical.output
    programs = account.invoke(commands.deploy, ["check", "--json"])
    told = json.loads(programs.output)
    assert {each["level"] for each in told["findings"]} >= {"ok", "stop"}


def test_cost_prints_both(tmp_path: Path) -> None:
    """A table for people, JSON for programs, a clear word for a wrong profile."""
    people = CliRunner().invoke(cost, ["--messages", "1000000"])
    assert people.exit_code == 0
    assert "an idle month: 0.72 USD" in people.output
    told = json.loads(
        CliRunner().invoke(cost, ["--messages", "1", "--profile", "full", "--json"]).output
    )
    assert told["per_million_usd"] <= 7.5
    wrong = CliRunner().invoke(cost, ["--messages", "1", "--profile", str(tmp_path)])
    assert wrong.exit_code == 1
    assert "can't be read" in wrong.output


def test_capacity_prints_both() -> None:
    """The three figures, or that it never ends."""
    told = CliRunner().invoke(capacity, ["--rate", "150", "--service-ms", "1000", "--json"])
    assert json.loads(told.output)["peak_backlog"] == 2102
    people = CliRunner().invoke(capacity, ["--rate", "150", "--service-ms", "1000"])
    assert "2,102 messages wait" in people.output
    never = CliRunner().invoke(capacity, ["--rate", "9000", "--service-ms", "1000"])
    assert "never caught up" in never.output
    assert CliRunner().invoke(capacity, ["--rate", "0", "--service-ms", "1"]).exit_code == 2
