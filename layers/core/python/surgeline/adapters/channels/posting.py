"""Replies leave here for providers whose servers take plain posts, one call after the other.

A provider brings pure functions: the calls that say a reply, and the meaning of each answer.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from surgeline.adapters.channels.calls import (
    SERVER_ERRORS,
    THROTTLED,
    Calls,
    delivered,
    held,
    in_parts,
    said,
)
from surgeline.adapters.channels.uploads import file_name, form_with_file
from surgeline.adapters.signing.field_sets import Fields, field_sets
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.media.kept import key_of, type_of
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.deliveries import Delivery, Reply
from surgeline.application.ports.targets import Delivered, Refused, SendResult
from surgeline.domain.media.files import MediaPlace


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that we keep, on its way to a provider.

    `form` are the fields beside it. `with_id(body, answer)` returns the call's body with the id
    that the provider gave the file.
    """

    path: str
    file: str
    name: str
    form: Mapping[str, str]
    with_id: Callable[[Mapping[str, object], Mapping[str, object]], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class ProviderCall:
    """One post to a provider. `is_aside`: a refusal of it has no consequence.

    `in_words` is the call that says the same as a text, where the provider does not take this one.
    `upload` is a file that is brought to the provider first.
    """

    path: str
    body: Mapping[str, object]
    headers: Mapping[str, str] = field(default_factory=dict)
    is_aside: bool = False
    in_words: "ProviderCall | None" = None
    upload: Upload | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that was refused, with all that another way of saying it depends on.

    `answer` is what the provider said.
    """

    call: ProviderCall
    delivery: Delivery
    settings: Any
    refused: Refused
    answer: Mapping[str, Any] = field(default_factory=dict)


def _no_other(refusal: Refusal) -> ProviderCall | None:
    del refusal
    return None


@dataclass(frozen=True, slots=True)
class LookUp:
    """The pure functions by which a call whose answer was lost is looked for at its provider.

    `asked_for(delivery)` is the path of a GET. `is_there` tells from its answer if the call worked.
    """

    asked_for: Callable[[Delivery], str]
    is_there: Callable[[Mapping[str, Any], ProviderCall, Delivery], bool]


@dataclass(frozen=True, slots=True)
class Speech:
    """The pure functions by which a kind of channel speaks to its provider.

    `credential` is the field without which nothing is sent. `calls(delivery, settings, fields)`
    returns the calls that say a delivery, in order. `judge` returns the meaning of an answer.
    `instead` returns another call that says the same as a refused one, or None. `look_up` finds
    what was sent, at a provider that keeps it.
    """

    kind: str
    credential: str
    calls: Callable[[Delivery, Any, Fields], Sequence[ProviderCall]]
    judge: Callable[[Reply], SendResult]
    instead: Callable[[Refusal], ProviderCall | None] = _no_other
    look_up: LookUp | None = None


class PostedReplies:
    """Sends each delivery in the calls that its provider needs. Many threads may send at once."""

    def __init__(self, parts: TargetParts, speech: Speech) -> None:
        self._given = parts
        self._speech = speech

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        channel = self._given.configuration.channel(delivery.target_id)
        if channel is None:
            return Refused(outcome="unknown channel", final=True, attempted=False)
        sets = field_sets(self._given.secrets, channel.id, self._speech.kind)
        if not sets or not sets[0].get(self._speech.credential):
            return Refused(outcome="no_secret", unhealthy=True, attempted=False)
        settings: Any = channel.settings
        sending = _Said(
            self._speech,
            Calls(self._given.posts, timeout_seconds),
            settings,
            delivery,
            sets[0],
            self._given.blobs,
        )
        calls = sending.all_calls()
        return in_parts(
            delivery,
            [partial(sending.call, each) for each in calls],
            arrived=lambda number: sending.arrived(calls[number]),
        )


@dataclass(frozen=True, slots=True)
class _Said:
    """One delivery on its way to a provider."""

    speech: Speech
    calls: Calls
    settings: Any
    delivery: Delivery
    fields: Fields
    blobs: Blobs

    def all_calls(self) -> Sequence[ProviderCall]:
        return self.speech.calls(self.delivery, self.settings, self.fields)

    def arrived(self, call: ProviderCall) -> bool | Refused:
        """Return whether the provider has what a call said, or why that can't be told now."""
        look_up = self.speech.look_up
        if look_up is None:
            return False
        url = f"{self.settings.api_base}{look_up.asked_for(self.delivery)}"
        reply = self.calls.get(url, call.headers)
        if reply.status == THROTTLED or reply.status >= SERVER_ERRORS:
            wait = reply.retry_after_seconds
            return held(reply, f"later: status {reply.status}", wait_seconds=wait)
        return look_up.is_there(said(reply), call, self.delivery)

    def call(self, call: ProviderCall) -> SendResult:
        """Make one call, and the other one where the provider refuses the first way."""
        if call.upload:
            brought = self._bring(call, call.upload)
            return brought if isinstance(brought, Refused) else self.call(brought)
        reply = self._post(call)
        if call.is_aside:
            return delivered(reply)
        result = self.speech.judge(reply)
        if isinstance(result, Delivered):
            return result
        if call.in_words and result.final and result.outcome.startswith("message"):
            return self.call(call.in_words)
        other = self.speech.instead(
            Refusal(call, self.delivery, self.settings, result, said(reply))
        )
        return self.speech.judge(self._post(other)) if other else result

    def _bring(self, call: ProviderCall, upload: Upload) -> ProviderCall | Refused:
        """Bring the call's file to the provider, and return the call with its id.

        A file that is gone, or that the provider does not take, is told in words.
        """
        body = bytes_of(self.blobs, key_of(MediaPlace(self.delivery.thread_id, upload.file)))
        kind = type_of(body) if body else None
        words = call.in_words or replace(call, upload=None)
        if body is None or kind is None:
            return words
        name = f"{file_name(upload.name)}.{kind.extension}"
        content_type, form = form_with_file(upload.form, name, kind.media_type, body)
        headers = {**call.headers, "content-type": content_type}
        reply = self.calls.post(f"{self.settings.api_base}{upload.path}", headers, form)
        result = self.speech.judge(reply)
        if isinstance(result, Refused):
            return words if result.final and result.outcome.startswith("message") else result
        return replace(call, upload=None, body=upload.with_id(call.body, said(reply)))

    def _post(self, call: ProviderCall) -> Reply:
        url = f"{self.settings.api_base}{call.path}"
        headers = {"content-type": "application/json", **call.headers}
        return self.calls.post(url, headers, json.dumps(call.body).encode())
