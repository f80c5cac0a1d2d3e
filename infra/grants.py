"""Grants of the topology become IAM's permissions here: exact actions on exact resources.

A resource ends in `*` only where its last part is made at run time. It then says why.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from infra import topology
from infra.names import SOCKETS_STAGE, Names
from infra.parts import MAILS
from infra.prices.picks import plain_model
from infra.topology import SURGELINE, Function, Grant, Messages, Queue, Topology

LOGS = "log streams are made by Lambda as it needs them"
ENDPOINTS = "one secret for each channel and pool that is connected at run time"
OBJECTS = "one object for each published version"
IDENTITIES = "one identity for each domain that channels write from, added at run time"
ROUTED = "the profile sends a request to whichever region of its area has room"
CONNECTIONS = "connections are opened at run time, and their ids are the API's"

_TABLE = {
    "read": ("dynamodb:GetItem", "dynamodb:Query"),
    "find": ("dynamodb:GetItem",),
    "list": ("dynamodb:Query",),
    "look": ("dynamodb:BatchGetItem",),
    "commit": ("dynamodb:BatchWriteItem", "dynamodb:PutItem"),
    "settle": ("dynamodb:PutItem", "dynamodb:UpdateItem"),
    "withdraw": ("dynamodb:UpdateItem",),
    "enable": ("dynamodb:UpdateItem",),
    "seat": ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
    "note": ("dynamodb:UpdateItem",),
    "join": ("dynamodb:PutItem", "dynamodb:DeleteItem"),
    "admit": ("dynamodb:PutItem",),
    "sign": ("dynamodb:PutItem", "dynamodb:DeleteItem"),
    "jot": ("dynamodb:PutItem",),
    "desk": ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
    "ask": ("dynamodb:UpdateItem",),
}
_REDRIVE = (
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
)
_OBJECTS = {
    "read": ("s3:GetObject",),
    "list": (),
    "write": ("s3:PutObject",),
    "delete": ("s3:DeleteObjectVersion",),  # the bucket keeps versions, and each is deleted
}
# SES asks for the second action where a whole mail is given.
_MAILS = {"send": ("ses:SendEmail", "ses:SendRawEmail"), "check": ("ses:GetEmailIdentity",)}
_SECRETS = {
    "read": "ssm:GetParameter",
    "write": "ssm:PutParameter",
    "delete": "ssm:DeleteParameter",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """Allowed actions on resources. `reason` says why where a resource is a pattern."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    reason: str = ""


def statements(
    function: Function, names: Names, *, sockets_api: str, system: Topology = SURGELINE
) -> list[Statement]:
    """Return each permission of the function's role once.

    `sockets_api` is the id of the WebSocket API. `system` has the queues that are granted.
    """
    found = (
        _logs(function, names),
        *(
            _consume(system.queue(wake.queue), names)
            for wake in function.wakes
            if isinstance(wake, Messages)
        ),
        *(
            statement
            for grant in function.grants
            for statement in _statements(grant, names, sockets_api, system)
        ),
    )
    return list(dict.fromkeys(found))


def picking(model: str, names: Names) -> Statement:
    """Return the permission to ask one model of Amazon Bedrock, or one profile of an area."""
    action = ("bedrock:InvokeModel",)
    start = f"arn:{names.partition}:bedrock"
    plain = plain_model(model)
    if plain == model:
        return Statement(action, (f"{start}:{names.region}::foundation-model/{model}",))
    profile = names.arn("bedrock", f"inference-profile/{model}")
    return Statement(action, (profile, f"{start}:*::foundation-model/{plain}"), ROUTED)


def embedding(model: str, names: Names) -> Statement:
    """Return the permission to ask one model of Amazon Bedrock for vectors."""
    resource = f"arn:{names.partition}:bedrock:{names.region}::foundation-model/{model}"
    return Statement(("bedrock:InvokeModel",), (resource,))


def _statements(
    grant: Grant, names: Names, sockets_api: str, system: Topology
) -> Iterator[Statement]:
    if grant.resource == topology.TABLE:
        actions = tuple(dict.fromkeys(a for access in grant.access for a in _TABLE[access]))
        yield Statement(actions, (names.arn("dynamodb", f"table/{names.table}"),))
    elif grant.resource == topology.BUCKET:
        yield from _of_bucket(grant, names)
    elif grant.resource == "secrets":
        yield _of_secrets(grant, names)
    elif grant.resource == MAILS:
        yield _of_mails(grant, names)
    elif grant.resource == "sockets":
        yield from _of_sockets(names, sockets_api)
    else:
        yield from _of_queue(grant, system.queue(grant.resource), names)


def _logs(function: Function, names: Names) -> Statement:
    group = names.arn("logs", f"log-group:{names.log_group(function.name)}")
    return Statement(("logs:CreateLogStream", "logs:PutLogEvents"), (f"{group}:*",), LOGS)


def _consume(queue: Queue, names: Names) -> Statement:
    """Allow the calls that Lambda's event source mapping makes in the function's name."""
    actions = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
    return Statement(actions, (names.queue_arn(names.queue(queue.name, fifo=queue.fifo)),))


def _of_queue(grant: Grant, queue: Queue, names: Names) -> Iterator[Statement]:
    """Allow calls on a queue.

    A list of dead letters also returns them, and a redrive deletes them.
    """
    own = names.queue_arn(names.queue(queue.name, fifo=queue.fifo))
    dead = names.queue_arn(names.dead_letters(queue.name, fifo=queue.fifo))
    for access in grant.access:
        if access == "send":
            yield Statement(("sqs:SendMessage",), (own,))
        elif access == "hold":
            yield Statement(("sqs:ChangeMessageVisibility",), (own,))
        elif access == "bury":
            yield Statement(("sqs:SendMessage",), (dead,))
        elif access == "count":
            yield Statement(("sqs:GetQueueAttributes",), (own, dead))
        elif access == "redrive":
            yield Statement(_REDRIVE, (dead,))
            yield Statement(("sqs:GetQueueAttributes",), (own,))
            yield Statement(("sqs:SendMessage",), (own,))


def _of_bucket(grant: Grant, names: Names) -> Iterator[Statement]:
    objects = f"{names.bucket_arn}/{grant.prefix}*"
    actions = tuple(action for access in grant.access for action in _OBJECTS[access])
    if actions:
        yield Statement(actions, (objects,), OBJECTS)
    if "delete" in grant.access:
        yield Statement(("s3:ListBucketVersions",), (names.bucket_arn,))
    if {"read", "list", "delete"} & set(grant.access):
        # Without it S3 answers AccessDenied, not NoSuchKey, where nothing was published yet.
        yield Statement(("s3:ListBucket",), (names.bucket_arn,))


def _of_mails(grant: Grant, names: Names) -> Statement:
    actions = tuple(action for access in grant.access for action in _MAILS[access])
    return Statement(actions, (names.arn("ses", "identity/*"),), IDENTITIES)


def _of_secrets(grant: Grant, names: Names) -> Statement:
    path = names.arn("ssm", f"parameter{names.secrets}/{grant.prefix}")
    actions = tuple(_SECRETS[access] for access in grant.access)
    if grant.prefix.endswith("/"):
        return Statement(actions, (f"{path}*",), ENDPOINTS)
    return Statement(actions, (path,))


def _of_sockets(names: Names, sockets_api: str) -> Iterator[Statement]:
    """Allow pushes, which find a thread's connections and forget those that are gone."""
    table = names.arn("dynamodb", f"table/{names.table}")
    yield Statement(("dynamodb:Query", "dynamodb:DeleteItem"), (table,))
    connections = f"{sockets_api}/{SOCKETS_STAGE}/POST/@connections/*"
    connection = names.arn("execute-api", connections)
    yield Statement(("execute-api:ManageConnections",), (connection,), CONNECTIONS)
