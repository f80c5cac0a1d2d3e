"""This is the CDK app of `cdk deploy --all -c env=dev`. Environments differ by arguments alone.

The context has these arguments: `env` (dev, prod), `retain` (yes or no: the state outlives
`destroy`), `alarm_email` (the address that alarms tell), `tier` (lexical, static or sentence: how
texts are compared), `budget` (USD a month, of which `alarm_email` is told), `domain` and
`certificate` (an own name for the HTTP API), `retention` (how long data is kept), `picker` and
`picker_budget` (a model of Amazon Bedrock, and USD a month), `embedder` and `embedder_budget` (one
that turns texts into vectors), `oidc_issuer` and `oidc_client` (who
proves people's accounts; by default a pool of the stack, and `none` for nobody), `packages` (a
folder, or `stub` for a template to read), and `compiled=no` (deploy without bytecode).

The CLI's credentials name the account and the region. `make deploy REGION=…` names another region.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from surgeline.application.ports.retention import days_of

from infra.constructs.acknowledgements import acknowledge
from infra.environments import Environment, environment_of
from infra.names import Names
from infra.packages.chosen import Chosen, choose
from infra.packages.layout import Packages
from infra.remembered import REMEMBERED
from infra.stacks.monitoring import MonitoringStack
from infra.stacks.service import ServiceStack
from infra.stacks.state import StateStack
from infra.topology import SURGELINE, Topology

ARGUMENTS = ("env", *REMEMBERED)
CDK_JSON = Path(__file__).parent.parent / "cdk.json"
NO_ACCOUNT = "000000000000"
NO_REGION = "us-east-1"
_BUNDLING = "aws:cdk:bundling-stacks"
"""The CLI names here the stacks whose code it needs: none for `ls`, `destroy` and their like."""
_UNDEPLOYABLE = "PackagesAreNotFitToDeploy"


@dataclass(frozen=True, slots=True)
class Stacks:
    """The stacks of one deployment."""

    state: StateStack
    service: ServiceStack
    monitoring: MonitoringStack

    @property
    def all(self) -> tuple[cdk.Stack, ...]:
        """Return the three, in the order in which they are deployed."""
        return (self.state, self.service, self.monitoring)


def new_app(**options: Any) -> cdk.App:  # noqa: ANN401 - what cdk.App takes
    """Return an app with the feature flags of cdk.json, whoever starts it."""
    return cdk.App(context=json.loads(CDK_JSON.read_text())["context"], **options)


def add_stacks(
    app: cdk.App,
    environment: Environment,
    packages: Packages,
    *,
    account: str,
    region: str,
    system: Topology = SURGELINE,
    told: Mapping[str, str] | None = None,
) -> Stacks:
    """Return the three stacks of a deployment, added to the app; `told` are its arguments."""
    names = Names(environment.deployment, account, region)
    env = cdk.Environment(account=account, region=region)
    state = StateStack(
        app,
        f"{environment.deployment}-state",
        names=names,
        queues=system.queues,
        retain=environment.retain,
        mail_days=days_of(environment.retention).mails,
        told=told or {},
        env=env,
    )
    service = ServiceStack(
        app,
        f"{environment.deployment}-service",
        names=names,
        environment=environment,
        packages=packages,
        system=system,
        env=env,
    )
    service.add_stack_dependency(state)
    monitoring = MonitoringStack(
        app,
        f"{environment.deployment}-monitoring",
        names=names,
        queues=system.queues,
        functions=system.functions,
        http_api_id=service.http.api.api_id,
        alarm_email=environment.alarm_email,
        budget=environment.budget,
        env=env,
    )
    stacks = Stacks(state, service, monitoring)
    for stack in stacks.all:
        cdk.Tags.of(stack).add("app", environment.deployment)
        cdk.Tags.of(stack).add("environment", environment.name)
    return stacks


def refuse_to_deploy(stacks: Stacks, chosen: Chosen) -> None:
    """Make templates that can be read but not deployed, where the packages are not fit.

    A parameter without a value stops the CLI, and CloudFormation, before anything is changed.
    """
    for stack in stacks.all:
        cdk.CfnParameter(stack, _UNDEPLOYABLE, description=chosen.unfit)
        acknowledge(stack, "CloudFormation-Validate::W2001", "it is there to have no value")
    if chosen.told:
        warning = f"not fit to deploy: {chosen.unfit}"
        cdk.Annotations.of(stacks.service).add_warning_v2("surgeline:packages", warning)


def synthesise() -> None:
    """Synthesise what the CLI asks for. Raises Refused for arguments that make no sense."""
    app = new_app()
    given = app.node.try_get_context
    environment = environment_of({name: given(name) for name in ARGUMENTS})
    chosen = choose(
        given("packages"),
        tier=environment.tier,
        compiled=given("compiled") != "no",
        needed=given(_BUNDLING) != [],
        say=_say,
    )
    stacks = add_stacks(
        app,
        environment,
        chosen.packages,
        account=os.environ.get("CDK_DEFAULT_ACCOUNT") or NO_ACCOUNT,
        region=os.environ.get("CDK_DEFAULT_REGION") or NO_REGION,
        told={name: str(given(name)) for name in REMEMBERED if given(name)},
    )
    if chosen.unfit:
        refuse_to_deploy(stacks, chosen)
    app.synth()


def _say(text: str) -> None:
    print(f"surgeline: {text}", file=sys.stderr)  # noqa: T201 - the CLI shows it
