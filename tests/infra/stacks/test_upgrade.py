"""An upgrade keeps what is kept: the last released state against this one."""

import json
from pathlib import Path

import pytest

from tests.infra.conftest import Resource, Synthesised, Template

RELEASED = Path("infra/released")

# CloudFormation's "Update requires: Replacement", for the kinds that hold data.
REPLACED_BY = {
    "AWS::DynamoDB::Table": ("TableName", "KeySchema"),
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::SQS::Queue": ("QueueName", "FifoQueue"),
}


def stateful(template: Template) -> dict[str, Resource]:
    """Return what holds data, by logical id."""
    return {
        name: each for name, each in template["Resources"].items() if each["Type"] in REPLACED_BY
    }


def replaced(old: Template, new: Template) -> list[str]:
    """Return what an upgrade would delete or make anew."""
    after = stateful(new)
    lost = []
    for name, each in stateful(old).items():
        if name not in after or after[name]["Type"] != each["Type"]:
            lost.append(name)
            continue
        lost += [
            f"{name}.{key}"
            for key in REPLACED_BY[each["Type"]]
            if after[name]["Properties"].get(key) != each["Properties"].get(key)
        ]
    return lost


@pytest.mark.parametrize("path", sorted(RELEASED.glob("*.json")), ids=lambda path: path.stem)
def test_an_upgrade_replaces_nothing_that_holds_data(synthesised: Synthesised, path: Path) -> None:
    """An upgrade from every released version replaces nothing that holds data."""
    released = json.loads(path.read_text())
    assert len(stateful(released)) == 8
    assert replaced(released, synthesised.state) == []


def test_a_replacement_would_be_found(synthesised: Synthesised) -> None:
    """The check notices another key, another name and a missing queue."""
    changed = json.loads(json.dumps(synthesised.state))
    resources = changed["Resources"]
    [table] = [n for n, each in resources.items() if each["Type"] == "AWS::DynamoDB::Table"]
    resources[table]["Properties"]["KeySchema"].pop()
    queues = [n for n, each in resources.items() if each["Type"] == "AWS::SQS::Queue"]
    resources[queues[0]]["Properties"]["QueueName"] = "other"
    del resources[queues[1]]
    assert sorted(replaced(synthesised.state, changed)) == sorted(
        [f"{table}.KeySchema", f"{queues[0]}.QueueName", queues[1]]
    )
