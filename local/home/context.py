"""The `context` that Lambda hands to a handler beside the event."""

import time
import uuid
from dataclasses import dataclass, field

from infra.topology import Function

REGION = "local"
ACCOUNT = "000000000000"


@dataclass(frozen=True, slots=True)
class Context:
    """One invocation: who runs, how much memory it has on AWS, how long it may still take."""

    function_name: str
    memory_limit_in_mb: str
    deadline: float
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"

    @property
    def invoked_function_arn(self) -> str:
        """The name that AWS would give to the function."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """Where AWS would keep the function's log."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        """The embedded home has one log a process."""
        return "local"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until AWS would end this invocation; never negative."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


def context_of(function: Function) -> Context:
    """A fresh context for an invocation that starts now."""
    return Context(
        function_name=function.name,
        memory_limit_in_mb=str(function.memory_mb),
        deadline=time.monotonic() + function.timeout_seconds,
    )
