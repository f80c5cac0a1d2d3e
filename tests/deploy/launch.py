"""The emulator starts here, in an interpreter of its own, with three of its faults mended.

Each mend names what AWS does instead. Nothing in the product bends to the emulator.
"""

from ministack import app
from ministack.core import iam_actions

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

app.main()
