"""The supervisor tells its children what they need in these environment variables.

The handlers' own variables belong to the topology (`Function.settings`). These variables belong to
the runner.
"""

HOME = "SURGELINE_HOME"
LOGS = "SURGELINE_LOGS"
PLAN = "SURGELINE_RUNNER_PLAN"
SYNCHRONOUS = "SURGELINE_SYNCHRONOUS"
BEHIND_PROXY = "SURGELINE_BEHIND_PROXY"
READY_FD = "SURGELINE_READY_FD"
LISTEN_FD = "SURGELINE_LISTEN_FD"
LIFELINE_FD = "SURGELINE_LIFELINE_FD"
PUSHES_FD = "SURGELINE_PUSHES_FD"
PUSHES_READ_FD = "SURGELINE_PUSHES_READ_FD"
_DOORBELL_FD = "SURGELINE_DOORBELL_{}_FD"


def doorbell_fd(queue_name: str) -> str:
    """Return the variable that names the write end of a queue's doorbell."""
    return _DOORBELL_FD.format(queue_name.upper())
