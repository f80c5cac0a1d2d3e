"""One synthesis for all infra tests: it takes most of their time."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

# Before aws_cdk starts it: the Node of this environment, not whatever the machine has.
os.environ.setdefault("JSII_NODE", str(Path(sys.executable).with_name("node")))

ACCOUNT, REGION = "123456789012", "us-east-1"
CANARY = "canary"

Template = dict[str, Any]
Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Synthesised:
    """The templates of one deployment."""

    folder: Path
    state: Template
    service: Template
    monitoring: Template

    @property
    def resources(self) -> dict[str, Resource]:
        """Everything by logical id; the stacks share none."""
        return {
            **self.state["Resources"],
            **self.service["Resources"],
            **self.monitoring["Resources"],
        }

    def of_type(self, kind: str) -> list[Resource]:
        """Return the properties of all resources of a type."""
        found = [each for each in self.resources.values() if each["Type"] == kind]
        return [each["Properties"] for each in found]

    def named(self, kind: str, key: str) -> dict[str, Resource]:
        """Return the properties of all resources of a type, by one of them."""
        return {each[key]: each for each in self.of_type(kind)}


def canary(app: Any) -> None:
    """Add a stack whose faults must be found."""
    import aws_cdk as cdk
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_sqs as sqs

    stack = cdk.Stack(app, CANARY)
    sqs.Queue(stack, "Queue")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    role.add_to_policy(iam.PolicyStatement(actions=["s3:*"], resources=["*"]))


@pytest.fixture(scope="session")
def synthesised(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    """Return the production deployment, with packages that hold nothing, as cdk-nag checks it.

    Reading a template off an app first makes the checker silent; the canary tells whether it ran.
    """
    import aws_cdk as cdk
    from cdk_nag import AwsSolutionsChecks

    from infra.app import add_stacks, new_app
    from infra.environments import ENVIRONMENTS
    from infra.packages.build import stubs

    folder = tmp_path_factory.mktemp("cdk")
    app = new_app(outdir=str(folder / "out"), analytics_reporting=False)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    packages = stubs(folder / "packages")
    add_stacks(app, ENVIRONMENTS["prod"], packages, account=ACCOUNT, region=REGION)
    canary(app)
    with pytest.raises(RuntimeError):  # what synthesis ends with, for the canary has findings
        app.synth()
    templates = {
        name: json.loads((folder / "out" / f"surgeline-prod-{name}.template.json").read_text())
        for name in ("state", "service", "monitoring")
    }
    return Synthesised(folder / "out", **templates)
