"""A deployment is told again what it was told before, and its bucket is emptied before it goes."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from moto import mock_aws

from infra.emptied import empty, kept
from infra.environments import ENVIRONMENTS
from infra.packages.build import stubs
from infra.remembered import OUTPUT, missing, told_to
from infra.topology import SURGELINE, Topology
from tests.infra.conftest import ACCOUNT, REGION
from tests.often import often

TOLD = {"alarm_email": "ops@shop.example", "tier": "lexical"}


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Yield a session of an account that is made up."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield botocore.session.get_session()


def test_the_stack_holds_what_it_was_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The arguments are an output of the stack of state, and a plain deployment has none."""
    from aws_cdk.assertions import Template

    from infra.app import add_stacks, new_app

    app, packages = new_app(), stubs(tmp_path_factory.mktemp("stubs"))
    where = {"account": ACCOUNT, "region": REGION}
    system = often(Topology(SURGELINE.queues, SURGELINE.functions[:1]), SURGELINE)
    made = add_stacks(app, ENVIRONMENTS["dev"], packages, **where, told=TOLD, system=system)
    outputs = Template.from_stack(made.state).to_json()["Outputs"]
    assert json.loads(outputs[OUTPUT]["Value"]) == TOLD


class Cloud:
    """CloudFormation with one stack, which says what it was told."""

    def describe_stacks(self, **named: str) -> Any:
        """Return the stack that is named."""
        assert named == {"StackName": "surgeline-dev-state"}
        return {"Stacks": [{"Outputs": [{"OutputKey": OUTPUT, "OutputValue": json.dumps(TOLD)}]}]}


def test_an_argument_of_before_is_missed() -> None:
    """Whoever leaves one out is told its name and value; another value of it is a change."""
    told = told_to(Cloud(), "surgeline-dev")
    assert told == TOLD
    assert missing(told, ["env=dev", "tier=best"]) == {"ALARM_EMAIL": "ops@shop.example"}
    assert missing(told, ["alarm_email=lead@shop.example", "tier=best"]) == {}


@pytest.mark.parametrize(("words", "named"), [((), False), (("TIER=best",), True)])
def test_make_names_the_tier_only_if_somebody_did(words: tuple[str, ...], named: bool) -> None:
    """The default tier is no choice, which the deployment of before may contradict."""
    command = ("make", "-n", "deploy", "ENV=dev", "DOMAIN=chat.shop.example", *words)
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own Makefile
    [line] = [each for each in lines.splitlines() if "infra.remembered" in each]
    assert "domain=chat.shop.example" in line
    assert ("tier=" in line) is named


def test_an_upgrade_shows_what_would_change_before_it_deploys() -> None:
    """One command shows the difference, then asks, then deploys with the same arguments."""
    command = ("make", "-n", "upgrade", "ENV=prod", "DOMAIN=chat.shop.example")
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own Makefile
    shown, asked = said.index("bin/cdk diff -c env=prod"), said.index("Deploy these changes")
    assert shown < asked < said.index("bin/cdk deploy --all -c env=prod")
    assert said.count("domain=chat.shop.example") == 4


def test_every_version_is_deleted_before_the_bucket(session: Any) -> None:
    """Old versions and marks of deleted objects go as well, as CloudFormation asks."""
    s3 = session.create_client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"one", b"two"):
        s3.put_object(Bucket="bucket", Key="k", Body=body)
    s3.delete_object(Bucket="bucket", Key="k")
    assert empty(s3, "bucket") == 3
    s3.delete_bucket(Bucket="bucket")


@pytest.mark.parametrize(
    ("policy", "stays"), [("Delete", False), ("RetainExceptOnCreate", True), (None, True)]
)
def test_a_bucket_that_is_kept_is_not_emptied(policy: str | None, stays: bool) -> None:
    """Only the word Delete in the deployed template lets articles go."""
    bucket = {"Properties": {"BucketName": "b"}, "DeletionPolicy": policy}
    template = {"Resources": {"Bucket": bucket}}
    assert kept(template, "b") is stays
    assert kept(json.dumps(template), "b") is stays
    assert kept(template, "another")
