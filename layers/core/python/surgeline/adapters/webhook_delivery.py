"""A delivery is posted here as a signed webhook, and its reply is read as all webhooks are."""

from surgeline.application.deliveries.envelope import envelope
from surgeline.application.ports.deliveries import Delivery, Reply, SendFailed, Webhooks
from surgeline.application.ports.targets import Delivered, Refused, SendResult

GONE, THROTTLED, SERVER_ERRORS = 410, 429, 500


def post_delivery(
    webhooks: Webhooks, delivery: Delivery, *, url: str, secret: str, timeout_seconds: float
) -> tuple[SendResult, bytes]:
    """Post the delivery once. Return the meaning of the reply, and its body."""
    try:
        reply = webhooks.post(
            url,
            secret=secret,
            webhook_id=delivery.id,
            body=envelope(delivery),
            timeout_seconds=timeout_seconds,
        )
    except SendFailed as error:
        refused = Refused(
            outcome=error.reason,
            milliseconds=error.milliseconds,
            unhealthy=True,
            attempted=error.attempted,
        )
        return refused, b""
    return _meaning(reply), reply.body


def _meaning(reply: Reply) -> SendResult:
    """Return the meaning of a reply by its status, as Standard Webhooks has it."""
    if 200 <= reply.status < 300:  # noqa: PLR2004 # what Standard Webhooks calls success
        return Delivered(reply.status, reply.milliseconds)
    return Refused(
        outcome=f"status {reply.status}",
        status=reply.status,
        milliseconds=reply.milliseconds,
        wait_seconds=reply.retry_after_seconds,
        final=reply.status == GONE,
        gone=reply.status == GONE,
        unhealthy=reply.status >= SERVER_ERRORS or reply.status == THROTTLED,
    )
