"""The stack of the service has the topology's functions, what wakes each, and the two APIs."""

import re
from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from constructs import Construct
from surgeline.application.staff.accounts import Issuer

from infra import topology
from infra.constructs.accounts import StaffPool
from infra.constructs.apis import RestApi, SocketApi, Tokens
from infra.constructs.function import RUNTIME, Function
from infra.environments import NO_ISSUER, Environment
from infra.grants import embedding, picking, statements
from infra.names import SOCKETS_STAGE, Names
from infra.packages.layout import WEIGHTS, Packages, architecture_of, handler_of, layers_of
from infra.topology import (
    MINUTE_SECONDS,
    SURGELINE,
    Messages,
    Route,
    Schedule,
    Topology,
    Uploads,
    WebSocket,
)

ARCHITECTURES = {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}
PREFIX = "SURGELINE_"
EVENT_RETRIES = 2
EVENT_SECONDS = 3600
_AS_THE_BUCKET_SAYS = (
    '{"Records":[{"eventTime":<time>,"s3":{"bucket":{"name":<bucket>},"object":{"key":<key>}}}]}'
)
"""An upload reaches its function in the shape of the bucket's own notification."""
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
        system: Topology = SURGELINE,
        env: cdk.Environment,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description=f"{names.deployment}: what runs: functions, what wakes them, the two APIs",
            env=env,
        )
        self._names, self._environment, self._packages = names, environment, packages
        self._system = system
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
        self.http = RestApi(
            self,
            "Http",
            name=names.deployment,
            domain=environment.domain,
            certificate=environment.certificate,
            **limits,
        )
        self._issuer = self._issuer_of()
        self.functions = {each.name: self._function(each) for each in system.functions}
        routes = {
            wake: self.functions[each.name].function
            for each in system.functions
            for wake in each.wakes
            if isinstance(wake, Route)
        }
        self.http.connect(
            {route.key: function for route, function in routes.items()},
            {route.key for route in routes if route.issued},
            Tokens(self._issuer.url, self._issuer.client) if self._issuer else None,
        )
        for each in system.functions:
            self._wake(each)
        CfnOutput(
            self, "Url", value=self.http.api.api_endpoint, description="the chat page, the API"
        )
        if self.http.domain:
            CfnOutput(
                self,
                "DomainTarget",
                value=self.http.domain.regional_domain_name,
                description=f"the CNAME that {environment.domain} needs",
            )

    def _function(self, function: topology.Function) -> Function:
        names = self._names
        return Function(
            self,
            _construct_id(function.name),
            name=names.function(function.name),
            purpose=function.purpose,
            code=lambda_.Code.from_asset(str(self._packages.function(function.name))),
            handler=handler_of(function.name),
            layers=[self._layer(name) for name in layers_of(function, self._environment.tier)],
            environment=self._variables(function),
            statements=[
                *statements(
                    function, names, sockets_api=self.sockets.api.api_id, system=self._system
                ),
                *([picking(self._environment.picker, names)] if self._picks(function) else []),
                *([embedding(self._environment.embedder, names)] if self._embeds(function) else []),
            ],
            timeout_seconds=function.timeout_seconds,
            memory_mb=function.memory_mb,
            log_group=names.log_group(function.name),
            log_days=self._environment.log_days,
            architecture=self._architecture,
            loops=function.loops,
        )

    def _picks(self, function: topology.Function) -> bool:
        return function.picks and bool(self._environment.picker)

    def _embeds(self, function: topology.Function) -> bool:
        return function.encodes and bool(self._environment.embedder)

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
        """Return the variables that the function's settings model reads."""
        names = self._names
        urls = {
            f"{queue.name.upper()}_QUEUE": names.queue_url(names.queue(queue.name, fifo=queue.fifo))
            for queue in self._system.queues
        }
        values = urls | {
            "TABLE": names.table,
            "BUCKET": names.bucket,
            "SECRETS": names.secrets,
            "SOCKETS": names.sockets_url(self.sockets.api.api_id),
            "TIER": self._environment.tier,
            "WEIGHTS": f"/opt/{WEIGHTS}",
        }
        own = {f"{PREFIX}{name}": values[name] for name in function.settings}
        kept = self._environment.retention
        how_long = {f"{PREFIX}RETENTION": kept} if kept and "TABLE" in function.settings else {}
        picker = {
            f"{PREFIX}PICKER": self._environment.picker,
            f"{PREFIX}PICKS_A_MONTH": str(self._environment.picks_a_month),
        }
        level = {f"{PREFIX}LOG_LEVEL": self._environment.log_level}
        embedder = {
            f"{PREFIX}EMBEDDER": self._environment.embedder,
            f"{PREFIX}TOKENS_A_MONTH": str(self._environment.tokens_a_month),
        }
        asked = picker if self._picks(function) else {}
        asked |= embedder if self._embeds(function) else {}
        proved = self._proved() if _checks_tokens(function) else {}
        return own | level | how_long | asked | proved | _QUIET_LIBRARIES

    def _proved(self) -> dict[str, str]:
        """Return the variables of the issuer, where there is one."""
        if self._issuer is None:
            return {}
        return {
            f"{PREFIX}ISSUER": self._issuer.url,
            f"{PREFIX}ISSUER_CLIENT": self._issuer.client,
            f"{PREFIX}ISSUER_LOGIN": self._issuer.login,
        }

    def _issuer_of(self) -> Issuer | None:
        """Return who proves people's accounts: a pool of this stack, another issuer, or nobody."""
        environment, names = self._environment, self._names
        if environment.oidc_issuer == NO_ISSUER:
            return None
        if not environment.makes_accounts:
            url = environment.oidc_issuer
            return Issuer(url, environment.oidc_client, url)
        hosts = [environment.domain] if environment.domain else []
        pool = StaffPool(
            self,
            "Staff",
            name=names.accounts,
            prefix=names.login,
            issuer_host=names.issuer_host,
            login_host=names.login_host,
            pages=[
                f"{origin}/sign-in"
                for origin in (self.http.api.api_endpoint, *(f"https://{each}" for each in hosts))
            ],
            retain=environment.retain,
        )
        return Issuer(pool.issuer, pool.client, pool.login)

    # ------------------------------------------------------------ what wakes a function

    def _wake(self, function: topology.Function) -> None:
        for wake in function.wakes:
            if isinstance(wake, Messages):
                self._wake_by_messages(function, wake)
            elif isinstance(wake, Uploads):
                self._wake_by_uploads(function, wake)
            elif isinstance(wake, Schedule):
                self._wake_by_the_clock(function, wake)
            elif isinstance(wake, WebSocket):
                target = self.functions[function.name].function
                self.sockets.connect(target, _construct_id(function.name), wake.routes)

    def _wake_by_messages(self, function: topology.Function, wake: Messages) -> None:
        """Map a queue. No maximum concurrency is set, because that would keep idle pollers."""
        queue = self._system.queue(wake.queue)
        name = self._names.queue(queue.name, fifo=queue.fifo)
        lambda_.CfnEventSourceMapping(
            self,
            f"{_construct_id(queue.name)}Messages",
            function_name=self.functions[function.name].function.function_name,
            event_source_arn=self._names.queue_arn(name),
            batch_size=wake.batch,
            function_response_types=["ReportBatchItemFailures"],
        )

    def _wake_by_uploads(self, function: topology.Function, wake: Uploads) -> None:
        """Add a rule of EventBridge that sends the shape of the bucket's own notification."""
        self._rule(
            function,
            f"Uploads{_construct_id(wake.prefix)}",
            description=f"objects below {wake.prefix} wake {function.name}",
            event_pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {
                    "bucket": {"name": [self._names.bucket]},
                    "object": {"key": [{"prefix": wake.prefix}]},
                },
            },
            transformer=events.CfnRule.InputTransformerProperty(
                input_paths_map={
                    "bucket": "$.detail.bucket.name",
                    "key": "$.detail.object.key",
                    "time": "$.time",
                },
                input_template=_AS_THE_BUCKET_SAYS,
            ),
        )

    def _wake_by_the_clock(self, function: topology.Function, wake: Schedule) -> None:
        minutes = wake.seconds // MINUTE_SECONDS
        self._rule(
            function,
            f"Every{minutes}Minutes",
            description=f"wakes {function.name} every {minutes} minute(s)",
            schedule_expression=f"rate({minutes} minute{'' if minutes == 1 else 's'})",
        )

    def _rule(
        self,
        function: topology.Function,
        name: str,
        *,
        description: str,
        event_pattern: Mapping[str, object] | None = None,
        schedule_expression: str | None = None,
        transformer: events.CfnRule.InputTransformerProperty | None = None,
    ) -> None:
        """Make a rule of EventBridge that may invoke the function and does."""
        target = self.functions[function.name].function
        construct_id = f"{_construct_id(function.name)}{name}"
        rule = events.CfnRule(
            self,
            construct_id,
            description=description,
            event_pattern=event_pattern,
            schedule_expression=schedule_expression,
            targets=[
                events.CfnRule.TargetProperty(
                    id=function.name,
                    arn=target.function_arn,
                    input_transformer=transformer,
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_retry_attempts=EVENT_RETRIES,
                        maximum_event_age_in_seconds=EVENT_SECONDS,
                    ),
                )
            ],
        )
        lambda_.CfnPermission(
            self,
            f"{construct_id}MayInvoke",
            action="lambda:InvokeFunction",
            function_name=target.function_name,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
        )


def _checks_tokens(function: topology.Function) -> bool:
    """Return whether people prove themselves to this function by tokens of the issuer."""
    return any(isinstance(wake, Route) and wake.issued for wake in function.wakes)


def _construct_id(name: str) -> str:
    """Return a name of the topology as CDK's ids are written: `web_chat` is `WebChat`."""
    return "".join(part.capitalize() for part in re.split(r"[^a-zA-Z0-9]+", name))
