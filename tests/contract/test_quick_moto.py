"""What `quick_moto` puts in moto's place answers as moto does."""

import random
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.serialize import AttributePicker
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.sqs.models import SQSBackend

from tests.contract import quick_moto
from tests.contract.aws_home import make_table, moto_account
from tests.contract.embedded import VirtualClock

TABLE, STEPS = "t", 50
PARTITIONS, SORTS = ("p1", "p2"), ("a1", "a2", "b1", "b2")
CONDITIONS = ("attribute_not_exists(pk)", "attribute_exists(pk)", "n < :n")


def key(chance: random.Random) -> dict[str, Any]:
    return {"pk": {"S": chance.choice(PARTITIONS)}, "sk": {"S": chance.choice(SORTS)}}


def written(chance: random.Random) -> tuple[str, dict[str, Any]]:
    """Return a write of one item, which a condition may forbid."""
    value = {":n": {"N": str(chance.randrange(9))}}
    condition = {"ConditionExpression": chance.choice(CONDITIONS)} if chance.random() < 0.6 else {}
    about = {"TableName": TABLE, **condition}
    needs = value if "n < :n" in condition.values() else {}
    kind = chance.choice(("Put", "Update", "Delete"))
    if kind == "Put":
        told = about | {"Item": key(chance) | {"n": value[":n"]}}
    elif kind == "Update":
        told = about | {"Key": key(chance), "UpdateExpression": "ADD n :n, s :s"}
        needs = value | {":s": {"SS": [chance.choice("xyz")]}}
    else:
        told = about | {"Key": key(chance)}
    return kind, told | ({"ExpressionAttributeValues": needs} if needs else {})


def asked(chance: random.Random) -> tuple[str, dict[str, Any]]:
    """Return a call on the table: a write, a transaction of some, a query or a scan."""
    way = chance.random()
    if way < 0.4:
        kind, told = written(chance)
        returns = {"ReturnValues": chance.choice(("ALL_OLD", "NONE"))}
        return f"{kind.lower()}_item", told | returns
    if way < 0.65:
        lot = [dict([written(chance)]) for _ in range(chance.randint(1, 3))]
        return "transact_write_items", {"TransactItems": lot}
    told = {"TableName": TABLE, "Limit": chance.randint(1, 5)}
    if chance.random() < 0.5:
        told["ExclusiveStartKey"] = key(chance)
    if way < 0.75:
        return "scan", told
    told["ScanIndexForward"] = chance.random() < 0.5
    pk = {":pk": {"S": chance.choice((*PARTITIONS, "p3"))}}
    if "ExclusiveStartKey" in told:
        told["ExclusiveStartKey"]["pk"] = pk[":pk"]
    begins = chance.random() < 0.5
    told["KeyConditionExpression"] = "pk = :pk" + (" AND begins_with(sk, :a)" if begins else "")
    return "query", told | {
        "ExpressionAttributeValues": pk | ({":a": {"S": "a"}} if begins else {})
    }


def answers() -> list[dict[str, Any]]:
    """Return what moto answers to the same random calls on a new table."""
    chance, found = random.Random(5), list[dict[str, Any]]()
    with moto_account(VirtualClock()) as clients:
        dynamodb: Any = clients.dynamodb()
        make_table(clients, TABLE)
        for _ in range(STEPS):
            call, told = asked(chance)
            try:
                answer = getattr(dynamodb, call)(**told)
            except ClientError as error:
                answer = error.response
            found.append(
                {name: each for name, each in answer.items() if name != "ResponseMetadata"}
            )
    return found


def test_moto_answers_the_same_when_it_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Conditions, transactions that are cancelled, pages and orders are those of moto itself."""
    quick = answers()
    for name in ("query", "all_items"):
        monkeypatch.setattr(Table, name, getattr(quick_moto, f"_{name}"))
    monkeypatch.setattr(DynamoDBBackend, "update_item", quick_moto._update)
    monkeypatch.delattr(Table, "__deepcopy__")
    monkeypatch.setattr(AttributePicker, "__call__", quick_moto._pick_anew)
    assert quick == answers()
    codes = {each.get("Error", {}).get("Code") for each in quick}
    assert codes >= {None, "ConditionalCheckFailedException", "TransactionCanceledException"}


def sent() -> list[object]:
    """Return what moto answers to messages with and without a group and an id."""
    found = list[object]()
    for by_content in ("true", "false"):
        with moto_account(VirtualClock()) as clients:
            sqs: Any = clients.sqs()
            attributes = {"FifoQueue": "true", "ContentBasedDeduplication": by_content}
            url = sqs.create_queue(QueueName="q.fifo", Attributes=attributes)["QueueUrl"]
            plain = sqs.create_queue(QueueName="q")["QueueUrl"]
            group, named = {"MessageGroupId": "g"}, {"MessageDeduplicationId": "d"}
            for asked in ({}, group, named, group | named, group | {"DelaySeconds": 9}):
                try:
                    found.append(len(sqs.send_message(QueueUrl=url, MessageBody="x", **asked)))
                except ClientError as error:
                    found.append(error.response["Error"])
            sqs.send_message(QueueUrl=plain, MessageBody="y")
            kept = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            [got] = sqs.receive_message(QueueUrl=plain)["Messages"]
            found += [kept["ApproximateNumberOfMessages"], got["Body"], sorted(got), sorted(kept)]
    return found


def test_a_quick_queue_refuses_what_moto_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message of a fifo queue needs its group, and an id unless its content is one."""
    quick = sent()
    monkeypatch.setattr(SQSBackend, "_validate_message", quick_moto._validate)
    monkeypatch.setattr(AttributePicker, "__call__", quick_moto._pick_anew)
    assert quick == sent()
    assert len({str(each) for each in quick}) > len(("taken", "no group", "no id", "a delay"))
