"""Answers are given in AWS's place here: errors of a service, and pages behind a socket."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from surgeline.adapters.aws.clients import Clients

SOCKETS_ENDPOINT = "https://surgeline.execute-api.us-east-1.amazonaws.com/live"

Answer = Callable[[str, Mapping[str, Any]], tuple[int, str] | None]
"""From an operation and its parameters to an error (status, code), or None to let it through."""


def refuse(code: str, status: int = 400) -> Answer:
    """Return an answer for `answering`: every call fails with the code."""

    def answer(operation: str, params: Mapping[str, Any]) -> tuple[int, str]:
        del operation, params
        return status, code

    return answer


@contextmanager
def answering(client: Any, answer: Answer) -> Iterator[None]:
    """Give an error in place of AWS's answer, before anything is sent."""

    def before_call(model: Any, params: Any, context: Any, **_: Any) -> Any:
        error = answer(model.name, context.get("asked", {}))
        if error is None:
            return None
        status, code = error
        parsed = {
            "Error": {"Code": code, "Message": code},
            "ResponseMetadata": {"HTTPStatusCode": status, "RetryAttempts": 0},
        }
        return mock.Mock(status_code=status, headers={}), parsed

    def remember(params: Any, context: Any, **_: Any) -> None:
        context["asked"] = params

    client.meta.events.register("before-parameter-build", remember)
    client.meta.events.register_first("before-call", before_call)
    try:
        yield
    finally:
        client.meta.events.unregister("before-parameter-build", remember)
        client.meta.events.unregister("before-call", before_call)


def refuse_writes(operation: str, params: Mapping[str, Any]) -> tuple[int, str] | None:
    """As an overloaded table does."""
    del params
    return None if operation in {"GetItem", "Query"} else (400, "ThrottlingException")


class Pushes:
    """The other side of the web sockets: keeps what arrives, and answers for who is gone."""

    def __init__(self, clients: Clients, endpoint: str = SOCKETS_ENDPOINT) -> None:
        self.pushed: list[tuple[str, str]] = []
        self.gone: set[str] = set()
        self._stack = ExitStack()
        self._stack.enter_context(answering(clients.pushes(endpoint), self._answer))

    def close(self) -> None:
        self._stack.close()

    def _answer(self, operation: str, params: Mapping[str, Any]) -> tuple[int, str] | None:
        del operation
        if params["ConnectionId"] in self.gone:
            return 410, "GoneException"
        self.pushed.append((params["ConnectionId"], params["Data"].decode()))
        return None
