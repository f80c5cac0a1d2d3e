"""The IAM actions and resources that a call to AWS needs, as AWS's references tell them."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.names import Names

NAMES = Names("surgeline-test", "123456789012", "us-east-1")
API_ID = "socketsapi"
LISTINGS = {"ListObjectsV2": "ListBucket", "ListObjectVersions": "ListBucketVersions"}


def needs(service: str, operation: str, asked: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the IAM actions of a call, each with its resource (AWS's service authorization
    reference).
    """
    if service == "dynamodb" and operation == "TransactWriteItems":
        for action in asked["TransactItems"]:
            [(kind, each)] = action.items()
            yield f"dynamodb:{kind}Item", NAMES.arn("dynamodb", f"table/{each['TableName']}")
    elif service == "dynamodb":
        tables = asked.get("RequestItems") or {asked.get("TableName"): None}
        for table in tables:
            yield f"dynamodb:{operation}", NAMES.arn("dynamodb", f"table/{table}")
    elif service == "sqs":
        name = str(asked.get("QueueUrl", "")).rpartition("/")[2]
        yield f"sqs:{operation.removesuffix('Batch')}", NAMES.arn("sqs", name)
    elif service == "s3":
        yield needs_of_bucket(operation, asked)
    elif service == "sesv2":
        yield from needs_of_mails(operation, asked)
    elif service == "ssm":
        yield f"ssm:{operation}", NAMES.arn("ssm", f"parameter{asked['Name']}")
    else:
        connection = f"{API_ID}/live/POST/@connections/{asked['ConnectionId']}"
        yield "execute-api:ManageConnections", NAMES.arn("execute-api", connection)


def needs_of_bucket(operation: str, asked: Mapping[str, Any]) -> tuple[str, str]:
    """Return the IAM action of a call to S3, with its resource."""
    bucket = f"arn:aws:s3:::{asked['Bucket']}"
    if operation in LISTINGS:
        return f"s3:{LISTINGS[operation]}", bucket
    version = "Version" if asked.get("VersionId") else ""
    return f"s3:{operation}{version}", f"{bucket}/{asked['Key']}"


def needs_of_mails(operation: str, asked: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the IAM actions of a call to SES. A whole mail needs two."""
    domain = asked.get("EmailIdentity", "shop.example")
    identity = NAMES.arn("ses", f"identity/{domain}")
    yield f"ses:{operation}", identity
    if operation == "SendEmail":
        yield "ses:SendRawEmail", identity
