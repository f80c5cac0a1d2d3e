"""A deployment that was used is as its template says, logs no text, and can be removed."""

import pytest

from tests.deploy.deployment import Deployment

pytestmark = [pytest.mark.deploy, pytest.mark.enable_socket, pytest.mark.timeout(600)]


def test_nothing_would_change(deployment: Deployment) -> None:
    """`cdk diff` finds no difference, and deploying again changes no stack."""
    said = deployment.cdk("diff", *deployment.context)
    assert "Number of stacks with differences: 0" in said, said
    again = deployment.deploy()
    assert again.count("(no changes)") == 3, again


def test_no_log_line_holds_a_customers_word(deployment: Deployment) -> None:
    """I14: no text of the tests above is in any function's log."""
    logs = deployment.logs()
    (deployment.emulator.folder / "functions.log").write_text(logs)
    assert logs
    assert "xylophone" not in logs


def test_destroying_leaves_nothing(deployment: Deployment) -> None:
    """The three stacks, the table and the queues are gone."""
    deployment.cdk("destroy", "--all", "--force", *deployment.context)
    assert deployment.stacks() == ["CDKToolkit"]
    assert deployment.client("dynamodb").list_tables()["TableNames"] == []
    assert not deployment.client("sqs").list_queues().get("QueueUrls")
