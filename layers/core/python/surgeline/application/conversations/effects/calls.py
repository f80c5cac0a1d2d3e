"""People on call are called for a conversation here, by the calls that leads open too."""

import hashlib
from collections.abc import Mapping
from typing import ClassVar

from surgeline.application.books import id_of
from surgeline.application.conversations.effects.carrier import Carrier, Carry, Means, Post
from surgeline.application.on_call.lead_calls import call_of
from surgeline.application.ports.conversations import Record
from surgeline.domain.effects import CallPeople
from surgeline.domain.on_call.rota import on_call
from surgeline.domain.thread import Thread

BY = "emergency"
_DIGITS = 10


class CallCarrier(Carrier):
    """Carries out CallPeople. A repeat finds its call, which has the name of the effect."""

    def __init__(self, means: Means, post: Post) -> None:
        del post
        self._configuration = means.configuration
        self._books = means.calls
        self._alarm = means.alarm

    def call(self, thread: Thread, record: Record, effect: CallPeople) -> None:
        """Open the call. The clock's minute asks the people. Nobody to call is an alarm."""
        settings = self._configuration.current().on_call
        rota = settings.rota(effect.rota)
        order = on_call(rota, record.at, self._books.swaps_at(record.at)) if rota else ()
        if rota is None or not order or not settings.address:
            self._alarm(
                "emergency_not_called", conversation_id=effect.conversation_id, rule=effect.rule
            )
            return
        digest = hashlib.sha256(effect.id.encode()).hexdigest()[:_DIGITS]
        call = call_of(
            rota,
            order,
            min(effect.people, len(order)),
            name=f"{id_of(record.at)}-{digest}",
            why=f"An emergency ({effect.rule}) on the channel {thread.channel_id}: "
            f"conversation {effect.conversation_id}.",
            who=f"{BY} {effect.rule}",
            now=record.at,
            emergency=True,
        )
        self._books.calls.write(call.id, call, after=0, now=record.at)

    CARRIES: ClassVar[Mapping[type, Carry]] = {CallPeople: call}
