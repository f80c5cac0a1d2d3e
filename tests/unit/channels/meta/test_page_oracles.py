"""What Messenger and Instagram are sent fits Meta's own program and Meta's reference.

Meta's own program (`facebook-business`) knows each parameter of a call, its type and its words. It
takes a message as it is, so the messages are written out here in the form of the reference.
"""

from copy import deepcopy
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
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
def test_each_body_has_the_form_of_metas_reference(kind: str) -> None:
    """Files, choices and a person's late words are so, but for our tag on Messenger."""
    files = [
        {"attachment": {"type": each, "payload": {"url": f"{URL}.{each}"}}}
        for each in ("image", "video", "audio")
    ]
    titles = (LABELS[0], LABELS[1][:19] + "…")
    choices = {
        "text": f"Which one?\n\n1. {LABELS[0]}\n2. {LABELS[1]}",
        "quick_replies": [
            {"content_type": "text", "title": title, "payload": label}
            for title, label in zip(titles, LABELS, strict=True)
        ],
    }
    usual, late = {"messaging_type": "RESPONSE"}, {"messaging_type": "MESSAGE_TAG"}
    expected = [{**usual, "message": each} for each in (*files, choices)]
    expected.append({**late, "tag": "HUMAN_AGENT", "message": choices})
    ours = bodies(kind)
    tags = [each["message"].pop("metadata", None) for each in ours]
    assert set(tags) == {"surgeline:r1" if kind == "messenger" else None}
    assert ours == [{"recipient": {"id": CUSTOMER}, **each} for each in expected]
