"""Lambda hands this `context` to a handler beside the event."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from infra.topology import Function

REGION = "local"
ACCOUNT = "000000000000"


@dataclass(frozen=True, slots=True)
class Context:
    """An invocation with its function, its memory on AWS and the time that is left."""

    function_name: str
    memory_limit_in_mb: str
    deadline: float
    now: Callable[[], float]
    aws_request_id: str
    function_version: str = "$LATEST"

    @property
    def invoked_function_arn(self) -> str:
        """Return the name that AWS would give to the function."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """Return the place where AWS would keep the function's log."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        """Return a fixed name, because the embedded home has one log a process."""
        return "local"

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until AWS would end this invocation, never below zero."""
        return max(0, int((self.deadline - self.now()) * 1000))


def context_of(
    function: Function,
    *,
    now: Callable[[], float] = time.monotonic,
    request_id: str | None = None,
) -> Context:
    """Return a fresh context for an invocation that starts now. `now` returns seconds."""
    return Context(
        function_name=function.name,
        memory_limit_in_mb=str(function.memory_mb),
        deadline=now() + function.timeout_seconds,
        now=now,
        aws_request_id=request_id or os.urandom(16).hex(),
    )
