"""Who may publish to the topic that wakes people, and who is told."""

from typing import TYPE_CHECKING, Any

import pytest

from infra.environments import environment_of
from infra.packages.build import stubs
from infra.topology import SURGELINE, Topology
from tests.infra.conftest import ACCOUNT, REGION
from tests.often import often

if TYPE_CHECKING:
    from aws_cdk.assertions import Template


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> "Template":
    """Return the monitoring stack of a deployment whose alarms are mailed to somebody."""
    from aws_cdk.assertions import Template

    from infra.app import add_stacks, new_app

    app, packages = new_app(), stubs(tmp_path_factory.mktemp("stubs"))
    environment = environment_of({"env": "prod", "alarm_email": "ops@example.com"})
    system = often(Topology(SURGELINE.queues, SURGELINE.functions[:2]), SURGELINE)
    stacks = add_stacks(app, environment, packages, account=ACCOUNT, region=REGION, system=system)
    return Template.from_stack(stacks.monitoring)


def only(template: "Template", kind: str) -> tuple[str, dict[str, Any]]:
    """Return the one resource of a kind: its logical id and its properties."""
    [(name, resource)] = template.find_resources(kind).items()
    return name, resource["Properties"]


def test_the_accounts_own_alarms_may_publish(template: "Template") -> None:
    """The topic's policy allows CloudWatch to publish for this account, and for no other."""
    topic, _ = only(template, "AWS::SNS::Topic")
    _, policy = only(template, "AWS::SNS::TopicPolicy")
    [allowed] = [
        each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"
    ]
    assert policy["Topics"] == [{"Ref": topic}]
    assert allowed["Action"] == "sns:Publish"
    assert allowed["Resource"] == {"Ref": topic}
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_nobody_publishes_without_encryption(template: "Template") -> None:
    """The policy still refuses every call that does not come over TLS."""
    _, policy = only(template, "AWS::SNS::TopicPolicy")
    [denied] = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Deny"]
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_every_alarm_publishes_to_the_topic_and_the_address_hears_it(template: "Template") -> None:
    """Each alarm tells the topic that it began and that it is over, and the topic mails it."""
    topic, _ = only(template, "AWS::SNS::Topic")
    _, subscription = only(template, "AWS::SNS::Subscription")
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "ops@example.com")
    for alarm in template.find_resources("AWS::CloudWatch::Alarm").values():
        told = alarm["Properties"]
        assert told["AlarmActions"] == told["OKActions"] == [{"Ref": topic}]
