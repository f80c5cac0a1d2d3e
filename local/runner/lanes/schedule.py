"""The clock starts this process, which calls one function once and then ends (scale to zero).

    python -m local.runner.lanes.schedule FUNCTION SECONDS AT

The supervisor starts the process when a schedule is due. The exit code says whether the function
failed.
"""

import logging
import sys
from importlib import import_module

from surgeline.runtime.bootstrap import Handler

from infra.topology import Function
from local.home.context import context_of
from local.home.lambda_events import schedule_event
from local.home.plan import Plan
from local.runner.processes import child

log = logging.getLogger(__name__)


def wake(plan: Plan, function: Function, seconds: int, at: int) -> bool:
    """Call the function with the clock's event, and return whether it did its work."""
    event = schedule_event(function.name, seconds, at=at)
    try:
        handler: Handler = import_module(plan.handler_module(function.name)).handler
        handler(event, context_of(function))
    except Exception:
        log.exception("%s failed on its schedule", function.name)
        return False
    return True


def main(function_name: str, seconds: str, at: str) -> None:
    """Call the function, then end with code 1 if it failed."""
    this = child.begin(function_name)
    function = this.plan.function(function_name)
    if not wake(this.plan, function, int(seconds), int(at)):
        child.end(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
    child.end()
