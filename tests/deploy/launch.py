"""The emulator starts here, in an interpreter of its own, with three of its faults mended.

Each mend names what AWS does instead. Nothing in the product bends to the emulator. It also notes
each call that it judges by a role, as CloudTrail would.
"""

import json
import os
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import budgets
from ministack.services.cloudformation import provisioners

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


# It has budgets, and its CloudFormation does not know them. Properties have the API's names.
def make_budget(_logical_id: str, given: dict[str, Any], _stack: str) -> tuple[str, dict[str, Any]]:
    """Make the budget by the emulator's own service, which refuses what AWS would."""
    _changed("CreateBudget", {**given, "Budget": _as_called(given["Budget"])})
    return given["Budget"]["BudgetName"], {}


def change_budget(
    budget: str, _before: dict[str, Any], given: dict[str, Any], stack: str
) -> tuple[str, dict[str, Any]]:
    """Make the budget anew, as nothing else depends on it."""
    delete_budget(budget, given)
    return make_budget("", given, stack)


def delete_budget(budget: str, _given: dict[str, Any]) -> None:
    """Delete the budget."""
    _changed("DeleteBudget", {"BudgetName": budget})


def _as_called(budget: dict[str, Any]) -> dict[str, Any]:
    """Return the budget for the API, whose amounts are texts where CloudFormation's are numbers."""
    limit = budget["BudgetLimit"]
    return {**budget, "BudgetLimit": {**limit, "Amount": str(limit["Amount"])}}


def _changed(action: str, data: dict[str, Any]) -> None:
    status, _, body = budgets._DISPATCH[action](data)
    if status != 200:
        raise ValueError(body.decode())


provisioners._RESOURCE_HANDLERS["AWS::Budgets::Budget"] = {
    "create": make_budget,
    "update": change_budget,
    "delete": delete_budget,
}

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
