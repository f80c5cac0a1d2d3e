"""The backend of functions that the emulator runs: AWS's own, and endpoints on this machine.

This module travels in the test's packages only. The pool and the channel of the test listen on
127.0.0.1, which the guard of a real deployment refuses. The WebSocket API's own name leads nowhere
here, so that pushes go to the emulator's one entrance.
"""

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from surgeline.adapters.aws.backend import AwsBackend
from surgeline.adapters.aws.clients import Clients
from surgeline.runtime.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient


class EmulatedClients(Clients):
    """AWS's clients, which find the WebSocket API by the path that needs no name service."""

    def pushes(self, endpoint: str) -> "ApiGatewayManagementApiClient":
        """See Clients."""
        named = urlsplit(endpoint)
        api = named.netloc.partition(".")[0]
        entrance = os.environ["AWS_ENDPOINT_URL"]
        return super().pushes(f"{entrance}/_aws/execute-api/{api}{named.path}")


class EmulatedBackend(AwsBackend):
    """AWS's backend with loopback endpoints allowed."""

    allows_loopback = True


def connect(settings: Settings) -> EmulatedBackend:
    """Return the backend of this function."""
    return EmulatedBackend(settings, EmulatedClients())
