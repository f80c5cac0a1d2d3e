"""The emulator starts here, in an interpreter of its own, with two of its faults mended.

Each mend names what AWS does instead. Nothing in the product bends to the emulator. It also notes
each call that it judges by a role, as CloudTrail would.
"""

import json
import os
from contextvars import ContextVar
from pathlib import Path

from ministack import app
from ministack.core import iam_actions, iam_evaluator

NOTED = Path(os.environ["SURGELINE_CALLS"])

# AWS has no action for a batch: whoever may send one message may send ten.
IN_BATCHES = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
}
action_of = iam_actions._action_from_target


def action_as_on_aws(headers: dict[str, str]) -> str | None:
    """Return the action that AWS's policies name."""
    action = action_of(headers)
    if action is None:
        return None
    service, colon, name = action.rpartition(":")
    return f"{service}{colon}{IN_BATCHES.get(name, name)}"


iam_actions._action_from_target = action_as_on_aws
# It also listens on port 443 where it can, which is not a test's to take.
app._port_is_bindable = lambda *_: False

enforce, judge = iam_evaluator.enforce, iam_evaluator.evaluate
asks_the_role: ContextVar[bool] = ContextVar("asks_the_role", default=False)


def enforced(*arguments: object, **named: object) -> object:
    """Enforce as ever. The first question is to the caller's role, others are to resources."""
    asks_the_role.set(True)
    return enforce(*arguments, **named)


def judged(context: iam_evaluator.EvalContext, *policies: object) -> iam_evaluator.EvalResult:
    """Judge a call, and note who made it on what, and whether the role allows it."""
    result = judge(context, *policies)
    if not asks_the_role.get():
        return result
    asks_the_role.set(False)
    call = [context.principal_arn, context.action, context.resource_arn, result.decision]
    with NOTED.open("a") as notes:
        notes.write(json.dumps(call) + "\n")
    return result


iam_evaluator.enforce, iam_evaluator.evaluate = enforced, judged

app.main()
