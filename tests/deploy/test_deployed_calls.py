"""Roles are exact on the emulator: each call is granted, and each grant is used or has a reason."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

import pytest

from tests.deploy.calls import Call, Granted, calls, grants, unused
from tests.deploy.deployment import Deployment

pytestmark = [pytest.mark.deploy, pytest.mark.enable_socket, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Reason:
    """Why grants that match these patterns are not seen in use in this run."""

    function: str
    action: str
    resource: str
    why: str

    def covers(self, granted: Granted) -> bool:
        """Return whether the reason is for this grant."""
        pairs = (
            (granted.function, self.function),
            (granted.action, self.action),
            (granted.resource, self.resource),
        )
        return all(fnmatchcase(value, pattern) for value, pattern in pairs)


BY_LAMBDA = "Lambda does it in the function's name, and the emulator asks no role for that"
ABSENT = "S3 asks for it where an object is absent, and the emulator does not"
NO_STAFF = "nobody of the company signs in here, and no page of a desk is open"
NO_MAIL = "no mail arrives and none is sent: there is no SES and no channel of e-mail"
NO_FILE = "no message comes with a file"
NO_DAY = "no day ends in a few minutes, so nothing is exported"
NO_FAULT = "no queue, table or page fails here"
REASONS = (
    Reason("*", "logs:*", "*", BY_LAMBDA),
    Reason("*_worker", "sqs:ReceiveMessage", "*", BY_LAMBDA),
    Reason("*_worker", "sqs:DeleteMessage", "*", BY_LAMBDA),
    Reason("*_worker", "sqs:GetQueueAttributes", "*", BY_LAMBDA),
    Reason("timer_forwarder", "sqs:ReceiveMessage", "*", BY_LAMBDA),
    Reason("timer_forwarder", "sqs:DeleteMessage", "*", BY_LAMBDA),
    Reason("timer_forwarder", "sqs:GetQueueAttributes", "*", BY_LAMBDA),
    Reason("*", "s3:ListBucket", "*", ABSENT),
    Reason("staff_web", "*", "*", NO_STAFF),
    Reason("mail_intake", "*", "*", NO_MAIL),
    Reason("*", "ses:*", "*", NO_MAIL),
    Reason("*", "s3:*", "*/mail-kept/*", NO_MAIL),
    Reason("*", "s3:*", "*/media/*", NO_MAIL),
    Reason("*", "s3:*", "*/uploads/*", NO_FILE),
    Reason("conversation_worker", "ssm:*", "*", NO_FILE),
    Reason("delivery_worker", "s3:ListBucketVersions", "*", NO_FILE),
    Reason("knowledge_build", "dynamodb:*", "*", "no article asks to rise, and no day ends"),
    Reason("web_chat", "ssm:*", "*/channels/*", "no site proves who its visitors are"),
    Reason("chores", "*", "*", NO_DAY),
    Reason("minute", "*", "*", "a clock of a few minutes finds little that is due"),
    Reason("admin_api", "s3:GetObject", "*/spikes/*", "no spike is counted in a few minutes"),
    Reason("*", "ssm:*", "*/subscriptions/*", "nobody subscribes here"),
    Reason("*", "ssm:*", "*/customers/*", "no system of customers is asked here"),
    Reason("web_chat", "s3:GetObject", "*/knowledge/*", "no page asks for its first questions"),
    Reason("admin_api", "s3:DeleteObjectVersion", "*/exports/*", NO_DAY),
    Reason("admin_api", "s3:[GD]*", "*/knowledge-sources/*", "nobody reviews answers here"),
    Reason("admin_api", "sqs:*", "*:surgeline-dev-deliveries*", NO_FAULT),
    Reason("admin_api", "sqs:*", "*:surgeline-dev-timers*", NO_FAULT),
    Reason("admin_api", "ssm:*", "*/channels/*", "no channel is removed here"),
    Reason("admin_api", "ssm:PutParameter", "*/admin", "no admin key is made here"),
    Reason("*", "execute-api:ManageConnections", "*", "no page is open when a reply comes"),
    Reason("pool_callback", "dynamodb:*", "*", "the pool says what the sample vendor says"),
    Reason("pool_callback", "sqs:SendMessage", "*", "a pool that is a team's tool is not here"),
    Reason("conversation_worker", "dynamodb:DeleteItem", "*", "no pool has seats here"),
    Reason("conversation_worker", "sqs:*", "*:surgeline-dev-events.fifo", NO_FAULT),
    Reason("delivery_worker", "dynamodb:*", "*", "no desk and no page is open"),
    Reason("delivery_worker", "sqs:SendMessage", "*", NO_FAULT),
    Reason("timer_forwarder", "sqs:*", "*", NO_FAULT),
    Reason("timer_forwarder", "dynamodb:*", "*", "no timer here is an hour off"),
)
"""The grants that no scene here uses. `tests/functions/test_on_aws_roles.py` uses each of them."""


@pytest.fixture(scope="module")
def made(deployment: Deployment) -> set[Call]:
    """Return the calls of the scenes in `test_deployed`, which run before."""
    return calls(deployment)


def test_every_call_is_granted(deployment: Deployment, made: set[Call]) -> None:
    """No call was refused, and each is one that the topology grants to its function."""
    assert {each.function for each in made} >= {"conversation_worker", "delivery_worker"}
    assert sorted(each for each in made if each.decision != "Allow") == []
    granted = grants(deployment)
    assert sorted(call for call in made if not any(g.allows(call) for g in granted)) == []


def test_every_grant_is_used_or_has_its_reason(deployment: Deployment, made: set[Call]) -> None:
    """A grant that nothing uses is either too much, or is used where this run does not go."""
    left = unused(grants(deployment), made)
    assert [each for each in left if not any(reason.covers(each) for reason in REASONS)] == []
    needless = [reason for reason in REASONS if not any(map(reason.covers, left))]
    assert needless == [], "these are used now, so their reasons can go"


def test_a_grant_too_many_would_be_found() -> None:
    """The comparison sees another action, another resource and another function."""
    granted = [
        Granted("web_chat", "sqs:SendMessage", "arn:a"),
        Granted("web_chat", "s3:GetObject", "b/*"),
    ]
    assert unused(granted, [Call("web_chat", "sqs:SendMessage", "arn:a", "Allow")]) == [granted[1]]
    assert unused(granted[1:], [Call("web_chat", "s3:GetObject", "b/c", "Allow")]) == []
    assert unused(granted[1:], [Call("chores", "s3:GetObject", "b/c", "Allow")]) == granted[1:]
