"""One function has its code, a role with exactly its statements, and its log group."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge
from infra.grants import Statement

RUNTIME = lambda_.Runtime.PYTHON_3_14


class Function(Construct):
    """A Lambda function and its own parts.

    `loops` lets a chain of calls come back to the function.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        purpose: str,
        code: lambda_.Code,
        handler: str,
        layers: Sequence[lambda_.ILayerVersion],
        environment: Mapping[str, str],
        statements: Sequence[Statement],
        timeout_seconds: int,
        memory_mb: int,
        log_group: str,
        log_days: int,
        architecture: lambda_.Architecture,
        loops: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=log_group,
            retention=_retention(log_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.role = _role(self, name, statements)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            description=purpose,
            runtime=RUNTIME,
            architecture=architecture,
            code=code,
            handler=handler,
            layers=list(layers),
            role=self.role.without_policy_updates(),
            environment=dict(environment),
            timeout=Duration.seconds(timeout_seconds),
            memory_size=memory_mb,
            log_group=self.log_group,
            # The default is Terminate: Lambda drops a message after about 16 rounds.
            recursive_loop=lambda_.RecursiveLoop.ALLOW if loops else None,
            # Lambda's own lines about each start and end would cost more than ours.
            logging_format=lambda_.LoggingFormat.JSON,
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
        )


def _role(scope: Construct, name: str, statements: Sequence[Statement]) -> iam.Role:
    """Make a role with the statements, word for word, as one inline policy."""
    document = iam.PolicyDocument(
        minimize=False,
        statements=[
            iam.PolicyStatement(actions=list(each.actions), resources=list(each.resources))
            for each in statements
        ],
    )
    role = iam.Role(
        scope,
        "Role",
        description=f"What {name} may do",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        inline_policies={"own": document},
    )
    for each in statements:
        for resource in each.resources:
            if "*" in resource:
                _acknowledge_pattern(role, resource, each.reason)
    return role


def _acknowledge_pattern(role: iam.Role, resource: str, reason: str) -> None:
    finding = role.stack.resolve(resource)
    shown = finding if isinstance(finding, str) else _as_nag_shows(finding)
    acknowledge(role, f"AwsSolutions-IAM5[Resource::{shown}]", reason)


def _as_nag_shows(joined: Mapping[str, list[object]]) -> str:
    """Return a pattern with references in it as the checker writes it: <LogicalId>."""
    parts = joined["Fn::Join"][1]
    assert isinstance(parts, list)
    return "".join(f"<{part['Ref']}>" if isinstance(part, dict) else str(part) for part in parts)


def _retention(days: int) -> logs.RetentionDays:
    return {
        7: logs.RetentionDays.ONE_WEEK,
        14: logs.RetentionDays.TWO_WEEKS,
        30: logs.RetentionDays.ONE_MONTH,
        90: logs.RetentionDays.THREE_MONTHS,
    }[days]
