"""A message to a person on call is a message of the channel on which the person can be reached."""

from surgeline.application.ports.deliveries import Delivery
from surgeline.domain.ids import thread_id
from surgeline.domain.on_call.settings import Reach


def message_to(delivery_id: str, at: int, reach: Reach, text: str, key: bytes) -> Delivery:
    """Return the delivery of a text over one of the ways to reach a person."""
    message: dict[str, object] = {
        "id": delivery_id,
        "speaker": "system",
        "text": text,
        "in_reply_to": None,
        "article_id": None,
        "choices": [],
        "agent": None,
    }
    return Delivery(
        id=delivery_id,
        thread_id=thread_id(key, reach.channel, reach.sender),
        conversation_id="",
        target="channel",
        target_id=reach.channel,
        event="message.created",
        epoch=0,
        at=at,
        payload={
            "sender": reach.sender,
            "message": message,
            "conversation": {"state": "open", "owner": "system"},
        },
        speaker="system",
    )
