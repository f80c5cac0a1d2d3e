"""AWS's clients: made on first use, kept, with timeouts that fit inside a function's.

Nothing here is made before a port needs it: a client costs the reading of its service's model. They
are botocore's own: boto3 adds resources and transfers to them, and an eighth of a cold start.
"""

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

CONNECT_SECONDS = 1


class Clients:
    """The clients of one process; any thread may ask, and all use the same."""

    def __init__(
        self, session: Callable[[], botocore.session.Session] = botocore.session.get_session
    ) -> None:
        self._new_session = session
        self._session: botocore.session.Session | None = None
        self._made: dict[str, Any] = {}
        self._lock = Lock()  # a session makes one client at a time

    def dynamodb(self) -> "DynamoDBClient":
        """The table's."""
        client: DynamoDBClient = self._kept("dynamodb", read_seconds=2, tries=3)
        return client

    def sqs(self) -> "SQSClient":
        """The queues'."""
        client: SQSClient = self._kept("sqs", read_seconds=2, tries=3)
        return client

    def s3(self) -> "S3Client":
        """The bucket's; an index of several megabytes may take a while."""
        client: S3Client = self._kept("s3", read_seconds=10, tries=3)
        return client

    def ssm(self) -> "SSMClient":
        """The secrets'."""
        client: SSMClient = self._kept("ssm", read_seconds=2, tries=2)
        return client

    def pushes(self, endpoint: str) -> "ApiGatewayManagementApiClient":
        """The WebSocket API's; `endpoint` is that of its stage. A lost push is not tried again."""
        client: ApiGatewayManagementApiClient = self._kept(
            "apigatewaymanagementapi", endpoint, read_seconds=1, tries=1
        )
        return client

    def _kept(
        self, service: str, endpoint: str | None = None, *, read_seconds: int, tries: int
    ) -> Any:  # noqa: ANN401 - a client's class is made at run time
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=read_seconds,
            retries={"mode": "standard", "total_max_attempts": tries},
            tcp_keepalive=True,
        )
        with self._lock:
            if service not in self._made:
                self._session = self._session or self._new_session()
                self._made[service] = self._session.create_client(
                    service, endpoint_url=endpoint, config=config
                )
            return self._made[service]
