"""One table turns AWS's errors into ours, decided by code and never by text.

The queue retries Unavailable and Throttled. NotAllowed and AwsRefused are mistakes in our code or
in the deployment. botocore has made its own few tries before an error gets here.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as NoConnection

from surgeline.application.ports.refusals import Absent, Throttled, TooLarge
from surgeline.errors import Conflict, Unavailable

P = ParamSpec("P")
R = TypeVar("R")

SERVER_ERRORS = 500


class ConditionFailed(Conflict):
    """A conditional write found another item.

    `item` is the item as found, if the call asked for it.
    """

    def __init__(self, item: Mapping[str, Any] | None = None) -> None:
        super().__init__("the item is not as expected")
        self.item = item


class Cancelled(Conflict):
    """A transaction wrote nothing. `codes` has each action's reason, "None" for no reason."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__("the items are not as expected")
        self.codes = tuple(codes)

    @property
    def contended(self) -> bool:
        """Return whether only another write at the same moment was in the way, so a retry helps."""
        return "ConditionalCheckFailed" not in self.codes


class Gone(Exception):
    """The other side of a web socket has closed it."""


class NotAllowed(Exception):
    """The function's role lacks an action. The topology's grants or a policy have a mistake."""


class AwsRefused(Exception):
    """AWS found the request wrong, or its target is missing. This is a bug or half a deployment."""


def call(operation: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a client's method and translate every error that the call raises."""
    try:
        return operation(*args, **kwargs)
    except ClientError as error:
        raise _of_answer(error) from error
    except (NoConnection, HTTPClientError, IncompleteReadError) as error:
        raise Unavailable(f"no answer from AWS: {type(error).__name__}") from error
    except BotoCoreError as error:
        raise AwsRefused(f"the call could not be made: {type(error).__name__}") from error


def of_code(code: str, operation: str) -> Exception:
    """Return the error for a code inside an answer, such as the codes of a batch's entries."""
    if code in _THROTTLED:
        return Throttled(f"{operation}: {code}")
    if code in _UNAVAILABLE:
        return Unavailable(f"{operation}: {code}")
    if code in _OTHERS:
        return _OTHERS[code](f"{operation}: {code}")
    return AwsRefused(f"{operation}: {code}")


def _of_answer(error: ClientError) -> Exception:
    answer: Mapping[str, Any] = error.response
    code = answer.get("Error", {}).get("Code", "")
    operation = error.operation_name
    if code in _UNMET:
        return ConditionFailed()
    if code == "ConditionalCheckFailedException":
        return ConditionFailed(answer.get("Item"))
    if code == "TransactionCanceledException":
        return Cancelled([str(each.get("Code")) for each in answer.get("CancellationReasons", [])])
    if code in _DENIED:
        return NotAllowed(f"the role of this function may not call {operation}")
    known = of_code(code, operation)
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if isinstance(known, AwsRefused) and status >= SERVER_ERRORS:
        return Unavailable(f"{operation}: {code}")
    return known


_THROTTLED = {
    # DynamoDB
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionConflictException",
    "ReplicatedWriteConflictException",
    # SQS
    "AWS.SimpleQueueService.OverLimit",
    "OverLimit",
    "RequestThrottled",
    "KmsThrottled",
    # S3, SSM, the WebSocket API
    "SlowDown",
    "Throttling",
    "ThrottledException",
    "TooManyUpdates",
    "TooManyRequestsException",
    "LimitExceededException",
}

_UNAVAILABLE = {
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "RequestTimeout",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "TransactionInProgressException",
}

# These codes refuse a conditional put to S3. The second means that another put is under way.
_UNMET = {"PreconditionFailed", "ConditionalRequestConflict"}

_DENIED = {
    "AccessDenied",
    "AccessDeniedException",
    "ForbiddenException",
    "KmsAccessDenied",
    "UnauthorizedOperation",
}

_OTHERS: Mapping[str, Callable[[str], Exception]] = {
    "GoneException": Gone,
    "NoSuchKey": Absent,
    "ParameterNotFound": Absent,
    "AWS.SimpleQueueService.BatchRequestTooLong": TooLarge,
    "BatchRequestTooLong": TooLarge,
    "EntityTooLarge": TooLarge,
    "ItemCollectionSizeLimitExceededException": TooLarge,
    "PayloadTooLargeException": TooLarge,
    "RequestEntityTooLargeException": TooLarge,
}
