"""What the template costs while nobody writes: nothing by the hour, and few parts to own."""

from surgeline.application.media.kept import UPLOAD_DAYS
from surgeline.application.ports.retention import MAIL_DAYS

from infra import topology
from tests.infra.conftest import ACCOUNT, REGION, Synthesised

# Each bills by request, by the stored byte, or not at all.
FREE_WHEN_IDLE = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudWatch::Alarm",  # 0.10 $ a month each, ten are free
    "AWS::CloudWatch::Dashboard",  # 3 $ a month each, three are free
    "AWS::Cognito::UserPool",  # by the person who signs in; the first ten thousand are free
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::DynamoDB::Table",
    "AWS::Events::Rule",
    "AWS::IAM::Role",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
}


def test_nothing_bills_by_the_hour(synthesised: Synthesised) -> None:
    """S3: only resources that cost nothing while unused are built, and none is provisioned."""
    kinds = {each["Type"] for each in synthesised.resources.values()}
    assert kinds <= FREE_WHEN_IDLE
    for each in synthesised.of_type("AWS::DynamoDB::Table"):
        assert each["BillingMode"] == "PAY_PER_REQUEST"
        assert "ProvisionedThroughput" not in each
        assert "GlobalSecondaryIndexes" not in each
    for each in synthesised.of_type("AWS::Lambda::EventSourceMapping"):
        assert "ProvisionedPollerConfig" not in each


def test_alarms_and_dashboards_cost_a_dime(synthesised: Synthesised) -> None:
    """There are at most eleven alarms on a metric each, of which ten are free, and a dashboard."""
    alarms = synthesised.of_type("AWS::CloudWatch::Alarm")
    assert 0 < len(alarms) <= 11
    for each in alarms:
        assert "Metrics" not in each, "each metric of an expression is billed"
        assert each["TreatMissingData"] == "notBreaching"
        assert each["AlarmDescription"]
    assert len(synthesised.of_type("AWS::CloudWatch::Dashboard")) == 1


def test_logs_end(synthesised: Synthesised) -> None:
    """Every function logs into a group with a retention, and Lambda's own lines are left out."""
    groups = synthesised.named("AWS::Logs::LogGroup", "LogGroupName")
    assert all(each["RetentionInDays"] <= 30 for each in groups.values())
    for each in synthesised.of_type("AWS::Lambda::Function"):
        group = synthesised.resources[each["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
        assert group["LogGroupName"] == f"/aws/lambda/{each['FunctionName']}"
        assert each["LoggingConfig"]["SystemLogLevel"] == "WARN"


def test_there_are_few_parts(synthesised: Synthesised) -> None:
    """There are at most 12 functions, 6 queues with their dead letters, and 4 tables."""
    assert len(synthesised.of_type("AWS::Lambda::Function")) == len(topology.FUNCTIONS) <= 12
    assert len(synthesised.of_type("AWS::SQS::Queue")) <= 6
    assert len(synthesised.of_type("AWS::DynamoDB::Table")) <= 4


def test_every_queue_has_a_dead_letter(synthesised: Synthesised) -> None:
    """A queue is drained into another, or is one that others are drained into."""
    queues = {
        name: each["Properties"]
        for name, each in synthesised.resources.items()
        if each["Type"] == "AWS::SQS::Queue"
    }
    targets = {
        each["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for each in queues.values()
        if "RedrivePolicy" in each
    }
    for name, each in queues.items():
        assert "RedrivePolicy" in each or name in targets


def test_queues_and_bucket_are_encrypted_and_closed(synthesised: Synthesised) -> None:
    """Managed keys at rest, TLS on the way, no public access."""
    for each in synthesised.of_type("AWS::SQS::Queue"):
        assert each["SqsManagedSseEnabled"] is True
    policies = synthesised.of_type("AWS::SQS::QueuePolicy")
    policies += synthesised.of_type("AWS::S3::BucketPolicy")
    assert len(policies) == 7
    for each in policies:
        statement, *others = each["PolicyDocument"]["Statement"]
        assert [other["Principal"] for other in others] in ([], [{"Service": "ses.amazonaws.com"}])
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    [bucket] = synthesised.of_type("AWS::S3::Bucket")
    assert all(bucket["PublicAccessBlockConfiguration"].values())


def test_only_the_accounts_own_ses_may_store_mails(synthesised: Synthesised) -> None:
    """Receipt rules of this account may write below `mail/`, and nobody else may write anything."""
    [policy] = synthesised.of_type("AWS::S3::BucketPolicy")
    [_, statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    assert (statement["Effect"], statement["Action"]) == ("Allow", "s3:PutObject")
    assert statement["Resource"].endswith("/mail/*")
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:receipt-rule-set/*"},
    }


def test_mails_and_files_are_not_kept_for_ever(synthesised: Synthesised) -> None:
    """Stored mails and files end after the days of one machine, with their former versions."""
    [bucket] = synthesised.of_type("AWS::S3::Bucket")
    rules = [each for each in bucket["LifecycleConfiguration"]["Rules"] if "Prefix" in each]
    assert {each["Prefix"]: each["ExpirationInDays"] for each in rules} == {
        "mail/": MAIL_DAYS,
        "mail-kept/": MAIL_DAYS,
        "media/": MAIL_DAYS,
        "uploads/": UPLOAD_DAYS,
    }
    assert all(each["NoncurrentVersionExpiration"]["NoncurrentDays"] == 1 for each in rules)
