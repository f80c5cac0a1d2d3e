"""The CDK app: `cdk deploy --all -c env=dev`. Environments differ by these arguments alone.

Context: `env` (dev, prod), `retain` (yes or no: whether the state outlives `destroy`),
`alarm_email` (who is told), `tier` (what compares texts: lexical, static or sentence), `packages`
(a folder, or `stub` for a template that nobody deploys), `compiled=no` (deploy without bytecode).
Account and region are those of the CLI's credentials; `make deploy REGION=…` names another region.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import aws_cdk as cdk

from infra.environments import Environment, environment_of
from infra.names import Names
from infra.packages import BUILT, Packages, stubs
from infra.stacks.monitoring import MonitoringStack
from infra.stacks.service import ServiceStack
from infra.stacks.state import StateStack
from infra.topology import SURGELINE, Topology

NO_ACCOUNT = "000000000000"
NO_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Stacks:
    """One deployment's."""

    state: StateStack
    service: ServiceStack
    monitoring: MonitoringStack


def add_stacks(
    app: cdk.App,
    environment: Environment,
    packages: Packages,
    *,
    account: str,
    region: str,
    system: Topology = SURGELINE,
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
        queues=system.queues,
        retain=environment.retain,
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
        env=env,
    )
    for stack in (state, service, monitoring):
        cdk.Tags.of(stack).add("app", environment.deployment)
    return Stacks(state, service, monitoring)


def packages_of(app: cdk.App, tier: str) -> Packages:
    """The packages that the context names. Raises PackagesMissing."""
    asked = app.node.try_get_context("packages")
    if asked == "stub":
        return stubs(Path(tempfile.mkdtemp(prefix="surgeline-stub-")))
    packages = Packages(Path(asked) if asked else BUILT)
    packages.check(compiled=app.node.try_get_context("compiled") != "no", tier=tier)
    return packages


def main() -> None:
    """Synthesise what the CLI asks for."""
    app = cdk.App()
    names = ("env", "retain", "alarm_email", "tier")
    environment = environment_of({name: app.node.try_get_context(name) for name in names})
    add_stacks(
        app,
        environment,
        packages_of(app, environment.tier),
        account=os.environ.get("CDK_DEFAULT_ACCOUNT") or NO_ACCOUNT,
        region=os.environ.get("CDK_DEFAULT_REGION") or NO_REGION,
    )
    app.synth()


if __name__ == "__main__":
    main()
