"""What Messenger and Instagram are sent is what Meta's own program and another's would send.

Meta's own program (`facebook-business`) knows each parameter of a call, its type and its words. It
takes a message as it is, so `fbmessenger` makes the messages.
"""

from copy import deepcopy
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fbmessenger import MessengerClient
from fbmessenger.attachments import Audio, Image, Video
from fbmessenger.elements import Text
from fbmessenger.quick_replies import QuickReplies, QuickReply
from surgeline.adapters.channels.instagram.kind import InstagramChannel, utf8
from surgeline.adapters.channels.messenger.kind import MessengerChannel
from surgeline.adapters.channels.meta.look_up import asked_for
from surgeline.adapters.channels.meta.say import Limits, PageSpeech, as_a_person
from surgeline.adapters.channels.posting import Refusal
from surgeline.adapters.channels.text import utf16
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Refused

URL, CUSTOMER = "https://shop.example/plan", "710000000000007"
SPEECHES = {
    "messenger": PageSpeech(Limits(2_000, utf16, tags=True)),
    "instagram": PageSpeech(Limits(1_000, utf8, tags=False)),
}
SETTINGS: dict[str, Any] = {
    "messenger": MessengerChannel(after_window="human_agent"),
    "instagram": InstagramChannel(after_window="human_agent"),
}
LABELS = ("A parcel", "Where can I see when my parcel comes to me?")
EVERY_KIND = [{"kind": each, "url": f"{URL}.{each}"} for each in ("image", "video", "audio")]
LATE = Refused(outcome="window: status 400, code 10", final=True)


def delivery() -> Delivery:
    listed = [{"title": "", "alt": "A plan", **each} for each in EVERY_KIND]
    message = {
        "text": "Which one?",
        "choices": [{"label": each} for each in LABELS],
        "attached": listed,
    }
    payload = {"sender": CUSTOMER, "message": message}
    return Delivery(
        "r1", "t1", "t1-1", "channel", "shop", "message.created", 1, 0, payload, speaker="vendor"
    )


def bodies(kind: str) -> list[dict[str, Any]]:
    """Return every form of body that we send: files, choices, and a person's late words."""
    speech, settings, said = SPEECHES[kind], SETTINGS[kind], delivery()
    calls = speech.calls(said, settings, {"access_token": "the-token"})
    late = as_a_person(Refusal(calls[-1], said, settings, LATE))
    assert late is not None
    return [deepcopy(dict(each.body)) for each in (*calls, late)]


class Wire:
    """The connection of `fbmessenger`, which keeps what would be sent."""

    sent: dict[str, Any]

    def post(self, url: str, *, json: dict[str, Any], **_: object) -> "Wire":
        assert url.endswith("/me/messages")
        self.sent = json
        return self

    def json(self) -> dict[str, Any]:
        return {}


def made(message: Any, **how: str) -> dict[str, Any]:
    """Return the body that `fbmessenger` sends. It names the usual notification, and we do not."""
    wire = Wire()
    MessengerClient("the-token", session=wire).send(message.to_dict(), CUSTOMER, **how)
    assert wire.sent.pop("notification_type") == "REGULAR"
    return wire.sent


class OfMeta:
    """Meta's own program for a page of that kind, as strict as it can be."""

    def __init__(self, kind: str) -> None:
        from facebook_business.adobjects.iguserforigonlyapi import IGUserForIGOnlyAPI
        from facebook_business.adobjects.page import Page
        from facebook_business.api import FacebookAdsApi, FacebookSession

        named = {"messenger": Page, "instagram": IGUserForIGOnlyAPI}[kind]
        self._page = named("me", api=FacebookAdsApi(FacebookSession(access_token="the-token")))

    def wrong(self, call: str, params: dict[str, Any]) -> list[str]:
        """Return the parameters that Meta's call does not have, or not with such a value.

        The program takes each parameter whose form it is not told for an object. `tag` is one of
        them, and Meta's reference says that it is a word.
        """
        request = getattr(self._page, call)(params={}, pending=True)
        checker = request._param_checker
        untold = {"tag"} if isinstance(params.get("tag"), str) else set[str]()
        return [
            name
            for name, value in params.items()
            if not checker.is_valid_key(name)
            or not (name in untold or checker.is_valid_pair(name, value))
        ]


@pytest.mark.parametrize("kind", SPEECHES)
def test_meta_knows_every_parameter(kind: str) -> None:
    """Each body and each question about a lost text fits, and a wrong one of each sort does not."""
    meta = OfMeta(kind)
    every = bodies(kind)
    assert [meta.wrong("create_message", each) for each in every] == [[]] * len(every)
    changes = ({"recipients": {"id": "1"}}, {"messaging_type": "REPLY"}, {"message": "Yes."})
    for change in changes:
        assert meta.wrong("create_message", {**every[0], **change}) == list(change)
    asked = parse_qs(urlsplit(asked_for(kind, delivery())).query)
    params = {name: value for name, [value] in asked.items() if name != "fields"}
    assert meta.wrong("get_conversations", params | {"platform": params["platform"].upper()}) == []
    assert meta.wrong("get_conversations", {"user": "1"}) == ["user"]


@pytest.mark.parametrize("kind", SPEECHES)
def test_another_program_makes_the_same_bodies(kind: str) -> None:
    """Files, choices and a person's late words are the same, but for our tag on Messenger."""
    shortened = LABELS[1][:19] + "…"
    replies = QuickReplies([QuickReply(LABELS[0], LABELS[0]), QuickReply(shortened, LABELS[1])])
    text = Text(f"Which one?\n\n1. {LABELS[0]}\n2. {LABELS[1]}", replies)
    files = [Image(f"{URL}.image"), Video(f"{URL}.video"), Audio(f"{URL}.audio")]
    theirs = [made(each) for each in (*files, text)]
    theirs.append(made(text, messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT"))
    ours = bodies(kind)
    tags = [each["message"].pop("metadata", None) for each in ours]
    assert set(tags) == {"surgeline:r1" if kind == "messenger" else None}
    assert ours == theirs
