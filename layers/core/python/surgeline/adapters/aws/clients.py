"""boto3's clients: made on first use, kept, with timeouts that fit inside a function's.

Nothing here is made before a port needs it: a client costs the reading of its service's model.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

CONNECT_SECONDS = 1

Client = TypeVar("Client")


class Clients:
    """The clients of one process. Ask from one thread; what is returned may be used by many."""

    def __init__(self, session: Callable[[], boto3.Session] = boto3.Session) -> None:
        self._new_session = session
        self._session: boto3.Session | None = None
        self._made: dict[str, Any] = {}

    def dynamodb(self) -> "DynamoDBClient":
        """The table's."""
        config = _config(read_seconds=2, tries=3)
        return self._kept("dynamodb", lambda session: session.client("dynamodb", config=config))

    def sqs(self) -> "SQSClient":
        """The queues'."""
        config = _config(read_seconds=2, tries=3)
        return self._kept("sqs", lambda session: session.client("sqs", config=config))

    def s3(self) -> "S3Client":
        """The bucket's; an index of several megabytes may take a while."""
        config = _config(read_seconds=10, tries=3)
        return self._kept("s3", lambda session: session.client("s3", config=config))

    def ssm(self) -> "SSMClient":
        """The secrets'."""
        config = _config(read_seconds=2, tries=2)
        return self._kept("ssm", lambda session: session.client("ssm", config=config))

    def pushes(self, endpoint: str) -> "ApiGatewayManagementApiClient":
        """The WebSocket API's; `endpoint` is that of its stage. A lost push is not tried again."""
        config = _config(read_seconds=1, tries=1)
        return self._kept(
            endpoint,
            lambda session: session.client(
                "apigatewaymanagementapi", endpoint_url=endpoint, config=config
            ),
        )

    def _kept(self, name: str, make: Callable[[boto3.Session], Client]) -> Client:
        if name not in self._made:
            self._session = self._session or self._new_session()
            self._made[name] = make(self._session)
        client: Client = self._made[name]
        return client


def _config(*, read_seconds: int, tries: int) -> Config:
    return Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": tries},
        tcp_keepalive=True,
    )
