"""Events of Zendesk's messaging become what a person did, and its answers have consequences."""

import json
from typing import Any

import pytest
from surgeline.adapters.configuration.providers import Checked
from surgeline.adapters.desks.zendesk_messaging.api import number_of
from surgeline.adapters.desks.zendesk_messaging.check import check
from surgeline.adapters.desks.zendesk_messaging.hook import read, verify
from surgeline.adapters.desks.zendesk_messaging.settings import (
    ZendeskMessagingDesk,
    settings_problems,
)
from surgeline.adapters.hooks import Call, Ignored
from surgeline.application.configuration import PoolSettings
from surgeline.application.desks.acts import Act, Attached, Closed, DeskSaid, Said, Typed, Unsent
from surgeline.application.ports.deliveries import Reply, SendFailed
from surgeline.errors import Unauthorized

from local.simulators.desks.zendesk_messaging import APP_ID, MessagingServer

NOON = 1_772_366_400_000
FIELDS = {"key_id": "app_key-1", "key_secret": "secret-1", "webhook_secret": "shared-1"}
SERVER = MessagingServer(**FIELDS, people=("Kim",))
DESK = ZendeskMessagingDesk("https://shop.zendesk.com", APP_ID)
POOL = PoolSettings("team", "in_house", DESK, "zendesk-messaging")
REF = "13f32c6cf7d0d38e6e0eba93"


def heard(said: dict[str, Any]) -> DeskSaid | Ignored:
    [found] = read(POOL, said)
    return found


def message(text: str = "Hello", **changes: Any) -> dict[str, Any]:
    said = SERVER.reply(REF, "Kim", text, now=NOON)
    said["events"][0]["payload"]["message"] |= changes
    return said


def test_the_shared_secret_proves_who_calls() -> None:
    """The documented header has the secret, and nothing else is let in."""
    keys = ({"webhook_secret": "shared-1"}, {"webhook_secret": "shared-0"})
    verify(keys, Call({"x-api-key": "shared-1"}, b"{}", "", NOON))
    verify(keys, Call({"x-api-key": "shared-0"}, b"{}", "", NOON))
    for wrong in ({}, {"x-api-key": ""}, {"x-api-key": "shared-2"}):
        with pytest.raises(Unauthorized):
            verify(keys, Call(wrong, b"{}", "", NOON))
    with pytest.raises(Unauthorized):
        verify((), Call({"x-api-key": ""}, b"{}", "", NOON))


def test_an_agents_message_is_words() -> None:
    """The conversation is the place, and the agent's name is what the customer may see."""
    found = heard(message())
    assert isinstance(found, DeskSaid)
    assert (found.ref, found.acts, found.person, found.agent) == (
        REF,
        (Said("Hello"),),
        "Kim",
        "Kim",
    )
    nameless = heard(message(author={"type": "business"}))
    assert isinstance(nameless, DeskSaid)
    assert (nameless.person, nameless.agent) == ("nobody", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"source": {"type": "api:conversations"}},
        {"author": {"type": "user", "displayName": "Kim"}},
        {"author": {"type": "business", "displayName": "Automated Responses"}},
        {"author": {"type": "business", "displayName": "Ava", "subtypes": ["AI"]}},
        {"content": {"type": "text", "text": "[Surgeline] Kim has taken this conversation."}},
        {"content": {"type": "text", "text": "  "}},
        {"content": None, "author": None},
        {"id": 7},
    ],
)
def test_nobody_but_an_agent_is_heard(changes: dict[str, Any]) -> None:
    """Our own words, the customer's and a robot's are nothing."""
    assert isinstance(heard(message(**changes)), Ignored)


@pytest.mark.parametrize(
    ("url", "act"),
    [
        ("https://x.example/a%20b.png?s=1", Attached("https://x.example/a%20b.png?s=1", "a b.png")),
        (None, Unsent("file", "", "gone")),
    ],
)
def test_a_file_goes_along(url: str | None, act: Act) -> None:
    """The words are sent, and then the file, whose name is the end of its address."""
    found = heard(message(content={"type": "image", "text": "Look", "mediaUrl": url}))
    assert isinstance(found, DeskSaid)
    assert found.acts == (Said("Look"), act)


def test_control_that_leaves_the_agents_is_an_end() -> None:
    """A closed ticket is quiet, because our own end looks the same. Our own passing is nothing."""
    closed = SERVER.closed(REF, now=NOON)
    found = heard(closed)
    assert isinstance(found, DeskSaid)
    assert (found.acts, found.quiet) == ((Closed(),), True)
    closed["events"][0]["type"] = "switchboard:passControl"
    assert isinstance(heard(closed), DeskSaid)
    closed["events"][0]["payload"].pop("reason")
    assert isinstance(heard(closed), Ignored)


def test_a_typing_agent_is_heard_and_one_who_stops_is_not() -> None:
    """Only the begin of typing counts."""
    typing = SERVER.typing(REF, "Kim", now=NOON)
    found = heard(typing)
    assert isinstance(found, DeskSaid)
    assert found.acts == (Typed(),)
    typing["events"][0]["payload"]["activity"]["type"] = "typing:stop"
    assert isinstance(heard(typing), Ignored)


def test_several_events_of_a_request_keep_their_order() -> None:
    """A poor event beside good ones loses none of them."""
    events = [*message("one")["events"], 7, {"type": 3}, *message("two")["events"]]
    found = [each.acts for each in read(POOL, {"events": events}) if isinstance(each, DeskSaid)]
    assert found == [(Said("one"),), (Said("two"),)]
    assert isinstance(heard({"events": "none"}), Ignored)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"app_id": "12"}, "app_id"),
        ({"agents": "the people"}, "agents"),
        ({"api_base": "http://shop.zendesk.com"}, "api_base"),
    ],
)
def test_wrong_settings_name_their_field(changes: dict[str, str], problem: str) -> None:
    """Each problem says which setting it is about."""
    whole = {"api_base": DESK.api_base, "app_id": APP_ID, **changes}
    [found] = settings_problems(ZendeskMessagingDesk(**whole), allow_loopback=False)
    assert found.startswith(problem)
    assert list(settings_problems(DESK, allow_loopback=False)) == []


def test_an_answer_without_a_conversation_has_no_number() -> None:
    """Whatever a server answers, a number is text or nothing."""
    for body in (b"", b"[]", b'{"conversation": 3}', b'{"conversation": {"id": 3}}'):
        assert number_of(Reply(200, body, None, 1)) == ""
    made = json.dumps({"conversation": {"id": REF}}).encode()
    assert number_of(Reply(201, made, None, 1)) == REF


class Posts:
    """Zendesk and our own hook, as the check asks them."""

    def __init__(self, server: MessagingServer, *, down: bool = False) -> None:
        self.server, self.down = server, down

    def get(self, url: str, headers: Any, **_: Any) -> Reply:
        if self.down:
            raise SendFailed("connect")
        path = url.removeprefix(DESK.api_base)
        status, body = self.server.answer("GET", path, headers, b"", now=NOON)
        return Reply(status, json.dumps(body).encode(), None, 1)

    def post(self, _url: str, headers: Any, _body: bytes, **_: Any) -> Reply:
        return Reply(200 if headers["x-api-key"] == "shared-1" else 401, b"{}", None, 1)


def findings(settings: ZendeskMessagingDesk, **how: Any) -> dict[str, tuple[bool, str]]:
    fields = how.pop("fields", FIELDS)
    posts: Any = Posts(MessagingServer(**FIELDS), **how)
    url, mails = "https://ours.example/v1/desks/zendesk-messaging/team", None
    checked = Checked(settings, fields, url, posts, mails, NOON)  # type: ignore[arg-type] # no mails are sent
    return {each.name: (each.ok, each.said) for each in check(checked)}


def test_the_check_names_what_is_missing() -> None:
    """A right key, switchboard and hook are found, and each wrong thing has its advice."""
    assert all(ok for ok, _ in findings(DESK).values())
    elsewhere = ZendeskMessagingDesk(DESK.api_base, APP_ID, "people")
    ok, said = findings(elsewhere)["switchboard"]
    assert (ok, "zd-agentWorkspace, zd-answerBot" in said) == (False, True)
    ok, said = findings(DESK, fields=FIELDS | {"key_secret": "other"})["key_secret"]
    assert (ok, "HTTP 401" in said) == (False, True)
    assert said.endswith("`surgeline pool rotate ID --field key_secret=-`")
    ok, said = findings(DESK, down=True)["key_secret"]
    assert (ok, "api_base" in said) == (False, True)
