"""The stack of state outlives every deployment: table, bucket, and queues with their messages."""

import json
from collections.abc import Mapping, Sequence

from aws_cdk import CfnOutput, Duration, Environment, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct
from surgeline.application.media.kept import UPLOAD_DAYS, UPLOADS

from infra.constructs.acknowledgements import acknowledge
from infra.constructs.queue import QueueWithDeadLetters
from infra.names import Names
from infra.remembered import OUTPUT
from infra.topology import Queue

NO_BUCKET_LOG = (
    "published articles and configuration, and mails and files that few functions read; the "
    "functions log every publication and every mail, and versions are kept"
)


class StateStack(Stack):
    """The state of a deployment. With `retain`, a deleted stack leaves its data behind.

    `told` are the arguments of the deployment, which `infra.remembered` reads from it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: Names,
        queues: Sequence[Queue],
        retain: bool,
        mail_days: int,
        told: Mapping[str, str],
        env: Environment,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description=f"{names.deployment}: what outlives it: table, bucket, queues",
            env=env,
        )
        # A first deployment that fails takes back what it made, so that the next can make it anew.
        kept = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        policy = kept if retain else RemovalPolicy.DESTROY
        table = self._table(names, policy, protected=retain)
        bucket = self._bucket(names, policy, mail_days)
        if told:
            CfnOutput(
                self,
                OUTPUT,
                value=json.dumps(told, sort_keys=True),
                description="what this deployment was told, for the next one to be told again",
            )
        pairs = [self._queue(names, queue, policy) for queue in queues]
        # No rollback deletes a protected table, so it is made behind all other names. It waits for
        # no policies, because `cdk import` takes them out of the template.
        for each in (bucket, *(part for pair in pairs for part in (pair.queue, pair.dead_letters))):
            assert each.node.default_child
            table.node.add_dependency(each.node.default_child)

    def _queue(self, names: Names, queue: Queue, policy: RemovalPolicy) -> QueueWithDeadLetters:
        return QueueWithDeadLetters(
            self,
            queue.name.capitalize(),
            name=names.queue(queue.name, fifo=queue.fifo),
            dead_name=names.dead_letters(queue.name, fifo=queue.fifo),
            fifo=queue.fifo,
            visibility_seconds=queue.visibility_seconds,
            max_receive_count=queue.max_receive_count,
            retention_days=queue.retention_days,
            removal_policy=policy,
        )

    def _table(self, names: Names, policy: RemovalPolicy, *, protected: bool) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            "Table",
            table_name=names.table,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=protected,
            removal_policy=policy,
        )

    def _mails_by_ses(self, names: Names) -> iam.PolicyStatement:
        """Let the receipt rules of this account's SES store mails, and nothing else."""
        rules = names.arn("ses", "receipt-rule-set/*")
        return iam.PolicyStatement(
            principals=[iam.ServicePrincipal("ses.amazonaws.com")],
            actions=["s3:PutObject"],
            resources=[f"{names.bucket_arn}/mail/*"],
            conditions={
                "StringEquals": {"aws:SourceAccount": self.account},
                "ArnLike": {"aws:SourceArn": rules},
            },
        )

    def _bucket(self, names: Names, policy: RemovalPolicy, mail_days: int) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Artifacts",
            bucket_name=names.bucket,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    noncurrent_version_expiration=Duration.days(30),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                ),
                *(
                    s3.LifecycleRule(
                        prefix=prefix,
                        expiration=Duration.days(days),
                        noncurrent_version_expiration=Duration.days(1),
                    )
                    for prefix, days in (
                        *((each, mail_days) for each in ("mail/", "mail-kept/", "media/")),
                        (UPLOADS, UPLOAD_DAYS),
                    )
                ),
            ],
            removal_policy=policy,
        )
        bucket.add_to_resource_policy(self._mails_by_ses(names))
        # The L2 switch for this adds a function of CDK's own, and the property needs none.
        own = bucket.node.default_child
        assert isinstance(own, s3.CfnBucket)
        own.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )
        acknowledge(bucket, "AwsSolutions-S1", NO_BUCKET_LOG)
        return bucket
