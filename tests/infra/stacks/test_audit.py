"""The template as an auditor reads it: cdk-nag with a canary, cfn-lint, no wildcard unexplained."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra import topology
from infra.grants import Statement, statements
from infra.names import Names
from tests.infra.conftest import ACCOUNT, CANARY, REGION, Synthesised
from tests.infra.stacks.test_template import plain

NAMES = Names("surgeline-prod", ACCOUNT, REGION)


@pytest.fixture(scope="module")
def findings(synthesised: Synthesised) -> dict[str, list[str]]:
    """Return what AwsSolutions says, by stack."""
    report = json.loads((synthesised.folder / "validation-report.json").read_text())
    found: dict[str, list[str]] = {}
    for plugin in report["pluginReports"]:
        for violation in plugin["violations"]:
            for construct in violation["violatingConstructs"]:
                stack = construct["constructPath"].partition("/")[0]
                found.setdefault(stack, []).append(violation["ruleName"])
    return found


def test_cdk_nag_is_running(findings: dict[str, list[str]]) -> None:
    """The canary in the same app is found fault with."""
    found = " ".join(findings[CANARY])
    assert "SQS3" in found
    assert "IAM5[Action::s3:*]" in found


def test_cdk_nag_finds_nothing_that_is_not_acknowledged(findings: dict[str, list[str]]) -> None:
    """Every finding of AwsSolutions is mended, or accepted on its construct with a reason."""
    assert {stack: rules for stack, rules in findings.items() if stack != CANARY} == {}


def test_cfn_lint_is_clean(synthesised: Synthesised) -> None:
    """CloudFormation's linter, without the one warning about what CDK itself writes twice."""
    templates = sorted(str(path) for path in synthesised.folder.glob("surgeline-*.template.json"))
    linter = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run(  # noqa: S603 - our own arguments
        [linter, "--ignore-checks", "W3005", "--", *templates],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("function", topology.FUNCTIONS, ids=lambda function: function.name)
def test_a_role_has_exactly_the_statements_of_the_topology(
    synthesised: Synthesised, function: topology.Function
) -> None:
    """A role has the topology's statements word for word and in order, without a managed policy."""
    resources = synthesised.resources
    found = synthesised.named("AWS::Lambda::Function", "FunctionName")[
        NAMES.function(function.name)
    ]
    role = resources[found["Role"]["Fn::GetAtt"][0]]["Properties"]
    assert "ManagedPolicyArns" not in role
    [policy] = role["Policies"]
    assert [
        (_listed(each["Action"]), _listed(plain(each["Resource"])))
        for each in policy["PolicyDocument"]["Statement"]
    ] == [
        (list(each.actions), list(each.resources))
        for each in statements(function, NAMES, sockets_api=sockets_api(synthesised))
    ]
    policies = [kind for kind in resources.values() if kind["Type"] == "AWS::IAM::Policy"]
    assert policies == []


def sockets_api(synthesised: Synthesised) -> str:
    """Return the logical id of the WebSocket API, which stands for its id here."""
    [found] = [
        name
        for name, each in synthesised.resources.items()
        if each["Type"] == "AWS::ApiGatewayV2::Api"
        and each["Properties"]["ProtocolType"] == "WEBSOCKET"
    ]
    return found


def _listed(value: Any) -> list[str]:
    return [plain(each) for each in value] if isinstance(value, list) else [value]


@pytest.mark.parametrize("function", topology.FUNCTIONS, ids=lambda function: function.name)
def test_no_wildcard_without_a_reason(function: topology.Function) -> None:
    """No action is a pattern; a resource is one only in its last part, and says why."""
    for each in statements(function, NAMES, sockets_api="api"):
        assert not any("*" in action for action in each.actions)
        for resource in each.resources:
            assert "*" not in resource[:-1]
            assert ("*" in resource) <= bool(each.reason)
            assert resource.count(":") >= 5, "an ARN of something, never '*'"


def test_a_reason_is_given_for_patterns_alone() -> None:
    """A reason on a plain statement would be a pattern that was forgotten."""
    for function in topology.FUNCTIONS:
        for each in statements(function, NAMES, sockets_api="api"):
            assert isinstance(each, Statement)
            assert bool(each.reason) == any("*" in resource for resource in each.resources)
