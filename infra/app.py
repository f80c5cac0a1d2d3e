"""The CDK app: `cdk deploy --all -c env=dev`. Environments differ by these arguments alone.

Context: `env` (dev, prod), `tier` (what compares texts: lexical, static or sentence), `packages` (a
folder, or `stub` for a template that nobody deploys), `compiled=no` (deploy without bytecode).
Account and region are those of the CLI's credentials.
"""

import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import aws_cdk as cdk
from surgeline.knowledge.index import LEXICAL, TIERS

from infra import topology
from infra.environments import ENVIRONMENTS, Environment
from infra.names import Names
from infra.packages import BUILT, Packages, stubs
from infra.stacks.monitoring import MonitoringStack
from infra.stacks.service import ServiceStack
from infra.stacks.state import StateStack

NO_ACCOUNT = "000000000000"
NO_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Stacks:
    """One deployment's."""

    state: StateStack
    service: ServiceStack
    monitoring: MonitoringStack


def add_stacks(
    app: cdk.App, environment: Environment, packages: Packages, *, account: str, region: str
) -> Stacks:
    """The three stacks of a deployment."""
    # Said aloud because CDK asks: monitoring holds on to the one value that it takes from service.
    app.node.set_context("@aws-cdk/core:defaultCrossStackReferences", "strong")
    names = Names(environment.deployment, account, region)
    env = cdk.Environment(account=account, region=region)
    state = StateStack(
        app,
        f"{environment.deployment}-state",
        names=names,
        queues=topology.QUEUES,
        retain=environment.retain,
        env=env,
    )
    service = ServiceStack(
        app,
        f"{environment.deployment}-service",
        names=names,
        environment=environment,
        packages=packages,
        env=env,
    )
    service.add_stack_dependency(state)
    monitoring = MonitoringStack(
        app,
        f"{environment.deployment}-monitoring",
        names=names,
        queues=topology.QUEUES,
        functions=topology.FUNCTIONS,
        http_api_id=service.http.api.api_id,
        alarm_email=environment.alarm_email,
        env=env,
    )
    for stack in (state, service, monitoring):
        cdk.Tags.of(stack).add("app", environment.deployment)
    return Stacks(state, service, monitoring)


def packages_of(app: cdk.App) -> Packages:
    """The packages that the context names. Raises PackagesMissing."""
    asked = app.node.try_get_context("packages")
    if asked == "stub":
        return stubs(Path(tempfile.mkdtemp(prefix="surgeline-stub-")))
    packages = Packages(Path(asked) if asked else BUILT)
    packages.check(compiled=app.node.try_get_context("compiled") != "no", tier=tier_of(app))
    return packages


def tier_of(app: cdk.App) -> str:
    """The tier that the context names. Raises ValueError for one that there is not."""
    tier: str = app.node.try_get_context("tier") or LEXICAL
    if tier not in TIERS:
        raise ValueError(f"tier {tier!r}: choose one of {', '.join(TIERS)}")
    return tier


def main() -> None:
    """Synthesise what the CLI asks for."""
    app = cdk.App()
    environment = ENVIRONMENTS[app.node.try_get_context("env") or "dev"]
    add_stacks(
        app,
        replace(environment, tier=tier_of(app)),
        packages_of(app),
        account=os.environ.get("CDK_DEFAULT_ACCOUNT") or NO_ACCOUNT,
        region=os.environ.get("CDK_DEFAULT_REGION") or NO_REGION,
    )
    app.synth()


if __name__ == "__main__":
    main()
