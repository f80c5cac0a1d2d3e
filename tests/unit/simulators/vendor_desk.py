"""What the desk's tests speak in: Surgeline's events, shortened to what a vendor reads."""

from collections.abc import Mapping, Sequence
from typing import Any

from local.simulators.desk import Answer, Behaviour, Callback, Desk

NOW = 1_750_000_000.0
EXPIRES_AT = "2025-06-15T15:07:10.000Z"  # half a minute after NOW

CONVERSATION = "tconversation-1"


class Vendor:
    """A desk, and short ways to tell it things; every event has its own webhook id."""

    def __init__(self, **behaviour: Any) -> None:
        self.desk = Desk(Behaviour(**behaviour))
        self.number = 0

    def told(
        self, kind: str, data: Mapping[str, Any], webhook_id: str | None = None
    ) -> tuple[Answer, Sequence[Callback]]:
        self.number += 1
        return self.desk.take(webhook_id or f"n{self.number}", kind, data, now=NOW)

    def offered(
        self, *, offer: str = "o1", epoch: int = 3, language: str | None = "en", text: str = "help"
    ) -> tuple[Answer, Sequence[Callback]]:
        return self.told("handoff.offered", an_offer(offer, epoch, language, text))

    def wrote(self, text: str, *, seq: int = 1, epoch: int = 3) -> Sequence[Callback]:
        message = {"id": f"m{seq}", "text": text, "at": EXPIRES_AT}
        data = {"conversation_id": CONVERSATION, "epoch": epoch, "seq": seq, "message": message}
        return self.told("conversation.message", data)[1]

    def takes(self, **offer: Any) -> Sequence[Callback]:
        """Offer a conversation that the desk accepts, and return the desk's next acts."""
        _, callbacks = self.offered(**offer)
        return self.desk.answered(callbacks[0], 200, {"accepted": True, "epoch": 3})


def an_offer(offer: str, epoch: int, language: str | None, text: str) -> dict[str, Any]:
    transcript = [{"seq": 1, "speaker": "customer", "text": text, "at": EXPIRES_AT}]
    return {
        "schema": 1,
        "conversation_id": CONVERSATION,
        "offer_id": offer,
        "epoch": epoch,
        "expires_at": EXPIRES_AT,
        "reason": "customer_asked",
        "language": language,
        "context": {"transcript": transcript, "candidates": [], "rejected": []},
    }


def about(kind: str, **data: Any) -> tuple[str, dict[str, Any]]:
    return kind, {"conversation_id": CONVERSATION, "epoch": 3, "seq": 1, **data}


def types(callbacks: Sequence[Callback]) -> list[str]:
    return [callback.type for callback in callbacks]


def spoken(callbacks: Sequence[Callback]) -> str:
    return " ".join(str(c.data["text"]) for c in callbacks if c.type == "message.sent")
