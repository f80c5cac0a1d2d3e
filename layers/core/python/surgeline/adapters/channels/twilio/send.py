"""Replies to customers of Twilio's numbers are sent here.

Twilio knows no repeats. So after a lost answer Twilio's list of messages is looked through for the
text, before anything is sent again.
"""

from collections.abc import Mapping
from functools import partial

from surgeline.adapters.channels.attached import attached_to
from surgeline.adapters.channels.calls import SERVER_ERRORS, THROTTLED, Calls, held, in_parts
from surgeline.adapters.channels.twilio.api import (
    asked_for,
    form_of_template,
    form_of_text,
    headers_of,
    is_there,
    messages_url,
)
from surgeline.adapters.channels.twilio.judge import judge
from surgeline.adapters.channels.twilio.render import Text, render
from surgeline.adapters.channels.twilio.settings import FIELDS, KIND_NAME, TwilioChannel
from surgeline.adapters.signing.field_sets import Fields, field_sets
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Refused, SendResult


class TwilioMessages:
    """Sends each delivery as one text, or as several. Many threads may send at once."""

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        channel = self._parts.configuration.channel(delivery.target_id)
        if channel is None:
            return Refused(outcome="unknown channel", final=True, attempted=False)
        sets = field_sets(self._parts.secrets, channel.id, KIND_NAME)
        if not sets or not all(sets[0].get(name) for name in FIELDS):
            return Refused(outcome="no_secret", unhealthy=True, attempted=False)
        message = delivery.payload["message"]
        assert isinstance(message, Mapping)
        calls = Calls(self._parts.posts, timeout_seconds)
        twilio = _Twilio(calls, channel.own(TwilioChannel), sets[0], delivery)
        texts = render(message, twilio.sender, attached_to(message, sets[0]))
        return in_parts(
            delivery,
            [partial(twilio.post, each) for each in texts],
            arrived=lambda number: twilio.has(texts[number].body),
        )


def again_of(delivery: Delivery) -> object:
    """Return how a text goes out that was lost at the provider, or nothing for a new one."""
    message = delivery.payload["message"]
    return message.get("again") if isinstance(message, Mapping) else None


class _Twilio:
    """The calls of one delivery."""

    def __init__(
        self, calls: Calls, settings: TwilioChannel, fields: Fields, delivery: Delivery
    ) -> None:
        self.sender = str(delivery.payload["sender"])
        self._calls = calls
        self._url = messages_url(settings.api_base, fields)
        self._content_sid = settings.content_sid
        self._fields = fields
        self._since = delivery.at
        self._text_id = delivery.id
        self._again = again_of(delivery)

    def post(self, text: Text) -> SendResult:
        """Send one text. If Twilio does not take its file, the words for the file go out."""
        is_template = self._again == "template" and bool(self._content_sid)
        result = None if is_template else self._post(text.body, text.media_url)
        if result is None or self._is_late(result):
            form = form_of_template(
                self._fields,
                self.sender,
                text.words or text.body,
                self._content_sid,
                self._text_id,
            )
            return judge(self._calls.post(self._url, headers_of(self._fields), form))
        is_refused = isinstance(result, Refused) and result.outcome.startswith("message")
        return self._post(text.words) if is_refused and text.words else result

    def _is_late(self, result: SendResult) -> bool:
        """Return whether WhatsApp takes only templates now, and there is one."""
        late = isinstance(result, Refused) and result.outcome.startswith("window")
        return late and bool(self._content_sid)

    def _post(self, body: str, media_url: str = "") -> SendResult:
        form = form_of_text(self._fields, self.sender, body, media_url, self._text_id)
        return judge(self._calls.post(self._url, headers_of(self._fields), form))

    def has(self, text: str) -> bool | Refused:
        """Return whether Twilio lists the text among those to the customer since the decision."""
        url = f"{self._url}?{asked_for(self.sender, self._since)}"
        reply = self._calls.get(url, headers_of(self._fields))
        if reply.status == THROTTLED or reply.status >= SERVER_ERRORS:
            wait = reply.retry_after_seconds
            return held(reply, f"later: status {reply.status}", wait_seconds=wait)
        return is_there(reply.body, text, self._since)
