"""What runs: the functions of the topology, what wakes each, and the two APIs."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import topology
from infra.constructs.apis import RestApi, SocketApi
from infra.constructs.function import RUNTIME, Function
from infra.environments import Environment
from infra.grants import statements
from infra.names import SOCKETS_STAGE, Names
from infra.packages import WEIGHTS, Packages, architecture_of, handler_of, layers_of
from infra.topology import Messages, Route, Uploads, WebSocket

ARCHITECTURES = {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}
SOCKET_ROUTES = ("$connect", "$disconnect", "$default")
PREFIX = "SURGELINE_"
UPLOAD_RETRIES = 2
UPLOAD_SECONDS = 3600
# A function sees two processors and owns a part of one: threads of numpy's library would wait
# for each other, actively, and be billed for it.
_QUIET_LIBRARIES = {"OPENBLAS_NUM_THREADS": "1"}


class ServiceStack(Stack):
    """Everything here can be deleted and made again without losing a message."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: Names,
        environment: Environment,
        packages: Packages,
        functions: Sequence[topology.Function] = topology.FUNCTIONS,
        env: cdk.Environment,
    ) -> None:
        super().__init__(scope, construct_id, env=env)
        self._names, self._environment, self._packages = names, environment, packages
        self._layers: dict[str, lambda_.LayerVersion] = {}
        self._architecture = ARCHITECTURES[architecture_of(environment.tier)]
        limits = {
            "requests_per_second": environment.requests_per_second,
            "burst": environment.burst,
        }
        self.sockets = SocketApi(
            self,
            "Sockets",
            name=f"{names.deployment}-sockets",
            stage_name=SOCKETS_STAGE,
            **limits,
        )
        self.functions = {each.name: self._function(each) for each in functions}
        self.http = RestApi(
            self,
            "Http",
            name=names.deployment,
            routes={
                wake.key: self.functions[each.name].function
                for each in functions
                for wake in each.wakes
                if isinstance(wake, Route)
            },
            **limits,
        )
        for each in functions:
            self._wake(each, self.functions[each.name].function)
        CfnOutput(
            self, "Url", value=self.http.api.api_endpoint, description="the chat page, the API"
        )

    def _function(self, function: topology.Function) -> Function:
        names = self._names
        return Function(
            self,
            function.name.replace("_", " ").title().replace(" ", ""),
            name=names.function(function.name),
            purpose=function.purpose,
            code=lambda_.Code.from_asset(str(self._packages.function(function.name))),
            handler=handler_of(function.name),
            layers=[self._layer(name) for name in layers_of(function, self._environment.tier)],
            environment=self._variables(function),
            statements=statements(function, names, sockets_api=self.sockets.api.api_id),
            timeout_seconds=function.timeout_seconds,
            memory_mb=function.memory_mb,
            log_group=names.log_group(function.name),
            log_days=self._environment.log_days,
            architecture=self._architecture,
            loops=function.loops,
        )

    def _layer(self, name: str) -> lambda_.LayerVersion:
        if name not in self._layers:
            self._layers[name] = lambda_.LayerVersion(
                self,
                f"{name.capitalize()}Layer",
                layer_version_name=f"{self._names.deployment}-{name}",
                code=lambda_.Code.from_asset(str(self._packages.layer(name))),
                compatible_runtimes=[RUNTIME],
                compatible_architectures=[self._architecture],
            )
        return self._layers[name]

    def _variables(self, function: topology.Function) -> dict[str, str]:
        """What the function's settings model reads."""
        names = self._names
        urls = {
            f"{queue.name.upper()}_QUEUE": names.queue_url(names.queue(queue.name, fifo=queue.fifo))
            for queue in topology.QUEUES
        }
        values = urls | {
            "TABLE": names.table,
            "BUCKET": names.bucket,
            "SECRETS": names.secrets,
            "SOCKETS": names.sockets_url(self.sockets.api.api_id),
            "LOOPBACK_TARGETS": "no",
            "TIER": self._environment.tier,
            "WEIGHTS": f"/opt/{WEIGHTS}",
        }
        own = {f"{PREFIX}{name}": values[name] for name in function.settings}
        return own | {f"{PREFIX}LOG_LEVEL": self._environment.log_level} | _QUIET_LIBRARIES

    # ------------------------------------------------------------ what wakes a function

    def _wake(self, function: topology.Function, target: lambda_.Function) -> None:
        for wake in function.wakes:
            if isinstance(wake, Messages):
                self._wake_by_messages(wake, target)
            elif isinstance(wake, Uploads):
                self._wake_by_uploads(wake, target)
            elif isinstance(wake, WebSocket):
                self.sockets.connect(target, SOCKET_ROUTES)

    def _wake_by_messages(self, wake: Messages, target: lambda_.Function) -> None:
        """Partial batch responses; no maximum concurrency, which would keep idle pollers."""
        queue = topology.queue(wake.queue)
        name = self._names.queue(queue.name, fifo=queue.fifo)
        lambda_.CfnEventSourceMapping(
            self,
            f"{queue.name.capitalize()}Messages",
            function_name=target.function_name,
            event_source_arn=self._names.queue_arn(name),
            batch_size=wake.batch,
            function_response_types=["ReportBatchItemFailures"],
        )

    def _wake_by_uploads(self, wake: Uploads, target: lambda_.Function) -> None:
        """Through EventBridge, in the shape of the bucket's own notification."""
        template = '{"Records":[{"s3":{"bucket":{"name":<bucket>},"object":{"key":<key>}}}]}'
        rule = events.CfnRule(
            self,
            "Uploads",
            description=f"objects below {wake.prefix} wake {target.function_name}",
            event_pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {
                    "bucket": {"name": [self._names.bucket]},
                    "object": {"key": [{"prefix": wake.prefix}]},
                },
            },
            targets=[
                events.CfnRule.TargetProperty(
                    id="build",
                    arn=target.function_arn,
                    input_transformer=events.CfnRule.InputTransformerProperty(
                        input_paths_map={
                            "bucket": "$.detail.bucket.name",
                            "key": "$.detail.object.key",
                        },
                        input_template=template,
                    ),
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_retry_attempts=UPLOAD_RETRIES,
                        maximum_event_age_in_seconds=UPLOAD_SECONDS,
                    ),
                )
            ],
        )
        lambda_.CfnPermission(
            self,
            "UploadsMayInvoke",
            action="lambda:InvokeFunction",
            function_name=target.function_name,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
        )
