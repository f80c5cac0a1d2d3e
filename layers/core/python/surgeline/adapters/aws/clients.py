"""AWS's clients are made here on first use and kept, with timeouts that fit inside a function's.

No client is made before a port needs it, because making one reads its service's model. The clients
are botocore's own. boto3 would add resources, transfers and an eighth of a cold start.
"""

import logging
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

CONNECT_SECONDS = 1


class Clients:
    """The clients of one process. Every thread uses the same clients."""

    def __init__(
        self, session: Callable[[], botocore.session.Session] = botocore.session.get_session
    ) -> None:
        self._new_session = session
        # Where credentials were found is told at each cold start, and is always the same here.
        logging.getLogger("botocore").setLevel(logging.WARNING)
        self._session: botocore.session.Session | None = None
        self._made: dict[str, Any] = {}
        self._lock = Lock()  # a session makes one client at a time

    def dynamodb(self) -> "DynamoDBClient":
        """Return the client of the table."""
        client: DynamoDBClient = self._kept("dynamodb", read_seconds=2, tries=3)
        return client

    def sqs(self) -> "SQSClient":
        """Return the client of the queues."""
        client: SQSClient = self._kept("sqs", read_seconds=2, tries=3)
        return client

    def s3(self) -> "S3Client":
        """Return the client of the bucket. Its timeout allows for an index of several megabytes."""
        client: S3Client = self._kept("s3", read_seconds=10, tries=3)
        return client

    def sesv2(self) -> "SESV2Client":
        """Return the client of SES. A send is not repeated here, because it has no key."""
        client: SESV2Client = self._kept("sesv2", read_seconds=8, tries=1)
        return client

    def bedrock_runtime(self) -> Any:  # noqa: ANN401 - its types are not among the stubs
        """Return the client of Bedrock's models. A slow model is not asked twice."""
        return self._kept("bedrock-runtime", read_seconds=2, tries=1)

    def bedrock_batches(self) -> Any:  # noqa: ANN401 - as above
        """Return the client of Bedrock's models for work that nobody waits for."""
        return self._kept("bedrock-runtime", read_seconds=20, tries=5, kept_as="bedrock-batches")

    def ssm(self) -> "SSMClient":
        """Return the client of the secrets."""
        client: SSMClient = self._kept("ssm", read_seconds=2, tries=2)
        return client

    def pushes(self, endpoint: str) -> "ApiGatewayManagementApiClient":
        """Return the client of the WebSocket API's stage at `endpoint`.

        A lost push is not tried again.
        """
        client: ApiGatewayManagementApiClient = self._kept(
            "apigatewaymanagementapi", endpoint, read_seconds=1, tries=1
        )
        return client

    def _kept(
        self,
        service: str,
        endpoint: str | None = None,
        *,
        read_seconds: int,
        tries: int,
        kept_as: str = "",
    ) -> Any:  # noqa: ANN401 - a client's class is made at run time
        name = kept_as or service
        with self._lock:
            if name not in self._made:
                self._session = self._session or self._new_session()
                config = Config(
                    connect_timeout=CONNECT_SECONDS,
                    read_timeout=read_seconds,
                    retries={"mode": "standard", "total_max_attempts": tries},
                    tcp_keepalive=True,
                )
                self._made[name] = self._session.create_client(
                    service, endpoint_url=endpoint, config=config
                )
            return self._made[name]


def lacking_for_an_account() -> str:
    """Return what this environment lacks to ask an AWS account, or an empty text."""
    session = botocore.session.get_session()
    if not session.get_config_variable("region"):
        return "no region is set: AWS_DEFAULT_REGION=…, or in the AWS profile"
    if session.get_credentials() is None:
        return "no credentials are set: AWS_PROFILE=…, or AWS_ACCESS_KEY_ID=… and its secret"
    return ""
