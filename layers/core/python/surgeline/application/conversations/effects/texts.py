"""Texts, notices, files to fetch and words to the company's system become deliveries."""

from collections.abc import Mapping
from typing import ClassVar

from surgeline.application.conversations.effects.carrier import Carrier, Carry, Means, Post
from surgeline.application.deliveries.compose_delivery import DeliveryComposer, Send
from surgeline.application.ports.conversations import Record
from surgeline.domain.effects import (
    AskProfile,
    FetchMedia,
    ForgetMedia,
    LookUpCustomer,
    NotifyPool,
    SendText,
    TellCompany,
)
from surgeline.domain.thread import Thread


class TextCarrier(Carrier):
    """Carries out the effects that leave the system, offers left aside."""

    def __init__(self, means: Means, post: Post) -> None:
        self._composer = DeliveryComposer(
            means.store,
            means.configuration,
            means.suggestions,
            means.media_link,
            means.arrival_token,
        )
        self._post = post

    def send(self, thread: Thread, record: Record, effect: Send) -> None:
        """Hand in the delivery that the effect asks for."""
        self._post.deliver(self._composer.compose(thread, record, effect))

    CARRIES: ClassVar[Mapping[type, Carry]] = {
        SendText: send,
        NotifyPool: send,
        LookUpCustomer: send,
        TellCompany: send,
        FetchMedia: send,
        ForgetMedia: send,
        AskProfile: send,
    }
