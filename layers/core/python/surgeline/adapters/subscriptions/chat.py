"""A chat is told by a message of its channel, or by a word to the people of its pool."""

from dataclasses import replace

from surgeline.application.ports.deliveries import Delivery
from surgeline.application.subscriptions.messages import TEAM_TOLD
from surgeline.domain.alerts.subscription import Subscription

MESSAGE = "message.created"


def in_chat(delivery: Delivery, subscription: Subscription) -> Delivery:
    """Return what a chat is told, as its channel or pool sends it, under the same id."""
    message: dict[str, object] = {
        "id": delivery.id,
        "speaker": "system",
        "text": str(delivery.payload["text"]),
        "in_reply_to": None,
        "article_id": None,
        "choices": [],
        "agent": None,
    }
    to_pool = bool(subscription.pool)
    return replace(
        delivery,
        target="pool" if to_pool else "channel",
        target_id=subscription.pool if to_pool else subscription.channel,
        event=TEAM_TOLD if to_pool else MESSAGE,
        payload={"sender": subscription.to, "message": message},
        speaker="system",
    )
