"""A reply becomes the messages of Meta's pages here, within the limits of each kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from surgeline.adapters.channels.attached import Shown, attached_to, in_words, native
from surgeline.adapters.channels.choices import labels_of, numbered_text
from surgeline.adapters.channels.meta.graph import VERSION, bearer
from surgeline.adapters.channels.meta.page import OURS
from surgeline.adapters.channels.posting import ProviderCall, Refusal
from surgeline.adapters.channels.text import Size, shortened, split
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.deliveries import Delivery

PATH = f"/{VERSION}/me/messages"
QUICK_REPLIES, TITLE, PAYLOAD = 13, 20, 1_000
HUMAN_AGENT = "human_agent"
"""The setting by which people's words go out for seven days. Meta must have allowed it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The length of a text in the units of a kind. `tags`: an echo brings our tag back.

    `files` are the kinds of files that it shows.
    """

    most: int
    size: Size
    tags: bool
    files: tuple[str, ...] = ("image", "video", "audio")


@dataclass(frozen=True, slots=True)
class PageSpeech:
    """Says deliveries within the limits of a kind."""

    limits: Limits

    def calls(self, delivery: Delivery, settings: object, fields: Fields) -> list[ProviderCall]:
        """Return the calls that say a delivery. Choices are quick replies on the last part.

        They are also numbered in the text, because quick replies go with the next message.
        """
        del settings
        message = delivery.payload["message"]
        assert isinstance(message, Mapping)
        tag = {"metadata": f"{OURS}{delivery.id}"} if self.limits.tags else {}
        recipient = {"id": delivery.payload["sender"]}

        def call(message: Mapping[str, object], words: str = "") -> ProviderCall:
            body = {
                "recipient": recipient,
                "messaging_type": "RESPONSE",
                "message": {**message, **tag},
            }
            other = call({"text": words}) if words else None
            return ProviderCall(PATH, body, bearer(fields), in_words=other)

        attached = attached_to(message, fields)
        shown = native(attached, self.limits.files)
        text = numbered_text(message, in_words(attached, shown))
        said: list[dict[str, object]] = [
            {"text": each} for each in split(text, self.limits.most, self.limits.size)
        ]
        if said and (labels := labels_of(message)):
            said[-1]["quick_replies"] = _quick_replies(labels)
        files = [call(_file(each), each.words) for each in shown]
        return files + [call(each) for each in said]


def _file(shown: Shown) -> dict[str, object]:
    """Return a message that is a file, which Meta fetches from its address."""
    return {"attachment": {"type": shown.kind, "payload": {"url": shown.url}}}


def as_a_person(refusal: Refusal) -> ProviderCall | None:
    """Return the call that says a person's words once more, for the seven days after the window.

    The bot's words never have that tag.
    """
    is_person = refusal.delivery.speaker not in ("bot", "system", None)
    is_late = refusal.refused.outcome.startswith("window")
    if not is_person or not is_late or refusal.settings.after_window != HUMAN_AGENT:
        return None
    tagged = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return replace(refusal.call, body={**refusal.call.body, **tagged})


def _quick_replies(labels: Sequence[str]) -> list[dict[str, str]]:
    """Return a button for each choice. Its payload is the whole label."""
    return [
        {
            "content_type": "text",
            "title": shortened(each, TITLE),
            "payload": shortened(each, PAYLOAD),
        }
        for each in labels[:QUICK_REPLIES]
    ]
