"""Chatwoot's events become what a person did, and its answers have consequences."""

import json
from typing import Any

import pytest
from surgeline.adapters.configuration.providers import Checked
from surgeline.adapters.desks.chatwoot.api import number_of
from surgeline.adapters.desks.chatwoot.check import check
from surgeline.adapters.desks.chatwoot.hook import read, signature, verify
from surgeline.adapters.desks.chatwoot.settings import ChatwootDesk, settings_problems
from surgeline.adapters.hooks import Call, Ignored
from surgeline.application.configuration import PoolSettings
from surgeline.application.desks.acts import (
    Attached,
    Closed,
    DeskSaid,
    Noted,
    Said,
    Took,
    Typed,
    Unsent,
)
from surgeline.application.ports.deliveries import Reply
from surgeline.errors import Unauthorized

from local.simulators.desks.chatwoot import ChatwootServer

NOON = 1_772_366_400_000
SERVER = ChatwootServer("inbox", "token", "secret", people={3: "Kim"})
POOL = PoolSettings("team", "in_house", ChatwootDesk(1), "chatwoot")
BODY, STAMP, KEY = b'{"ticket_id":42,"status":"solved"}', "1795816800", "desk-test-secret-0001"
PROOF = "sha256=bc857d29692af834dab412f08713cb74544a765f4d6f588ce177d46b10ba77bd"


def heard(said: dict[str, Any]) -> DeskSaid | Ignored:
    [found] = read(POOL, said)
    return found


def reply(text: str = "Hello", **changes: Any) -> dict[str, Any]:
    return SERVER.reply(42, 3, text, now=NOON) | changes


def call(body: bytes, stamp: str, proof: str, *, now: int) -> Call:
    headers = {"x-chatwoot-timestamp": stamp, "x-chatwoot-signature": proof}
    return Call({name: value for name, value in headers.items() if value}, body, "", now)


def test_the_signature_covers_the_time_and_the_body() -> None:
    """A vector that was made by the documented rule is right, and any change of it is refused."""
    assert signature(KEY, STAMP, BODY) == PROOF
    keys, now = ({"webhook_secret": KEY},), int(STAMP) * 1000
    verify(keys, call(BODY, STAMP, PROOF, now=now))
    for wrong in (
        call(BODY + b" ", STAMP, PROOF, now=now),
        call(BODY, "1795816801", PROOF, now=now),
        call(BODY, STAMP, "", now=now),
        call(BODY, "", PROOF, now=now),
        call(BODY, STAMP, PROOF, now=now + 301_000),
        call(BODY, STAMP, PROOF, now=now - 301_000),
    ):
        with pytest.raises(Unauthorized):
            verify(keys, wrong)
    with pytest.raises(Unauthorized):
        verify((), call(BODY, STAMP, PROOF, now=now))


def test_an_agents_message_is_words() -> None:
    """The conversation is the place, and the agent's name is what the customer may see."""
    found = heard(reply())
    assert isinstance(found, DeskSaid)
    assert (found.ref, found.acts, found.person, found.agent) == (
        "42",
        (Said("Hello"),),
        "3",
        "Kim",
    )


def test_a_private_message_is_a_note() -> None:
    """Commands in a note are words of the note."""
    found = heard(reply("#resolve is what I would do", private=True))
    assert isinstance(found, DeskSaid)
    assert found.acts == (Noted("#resolve is what I would do"),)


def test_files_and_deletions_are_read() -> None:
    """A file goes along, and a deletion reaches nobody."""
    file = heard(reply(attachments=[{"file_type": "image", "data_url": "https://x.example/a"}]))
    assert isinstance(file, DeskSaid)
    assert file.acts == (Said("Hello"), Attached("https://x.example/a", "a"))
    deleted = heard(SERVER.deleted(reply()))
    assert isinstance(deleted, DeskSaid)
    assert deleted.acts == (Unsent("taken_back"),)


@pytest.mark.parametrize(
    ("event", "act"),
    [
        (SERVER.assigned(42, 3), Took()),
        (SERVER.resolved(42, 3), Closed()),
        (SERVER.typing(42, 3), Typed()),
    ],
)
def test_other_acts_are_quiet(event: dict[str, Any], act: object) -> None:
    """Acts that may be our own, or come too late, are told to nobody if they are refused."""
    found = heard(event)
    assert isinstance(found, DeskSaid)
    assert (found.ref, found.acts, found.quiet) == ("42", (act,), True)


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (reply(message_type="incoming"), "no agent's message"),
        (reply(message_type="template"), "no agent's message"),
        (reply(sender={"id": 1, "type": "agent_bot", "name": "Bot"}), "no agent's message"),
        (reply(sender=None), "no agent's message"),
        (reply("[Surgeline] A customer waits"), "echo"),
        (reply(conversation={"id": "42"}), "malformed"),
        (reply(id=True), "malformed"),
        (reply("   "), "without words"),
        (reply(event="message_updated"), "receipt"),
        (SERVER.resolved(42, 3) | {"status": "snoozed"}, "other status"),
        (SERVER.resolved(42, 3) | {"id": None}, "malformed"),
        (SERVER.assigned(42, 3) | {"changed_attributes": [{"priority": {}}]}, "no assignment"),
        (SERVER.assigned(42, 3) | {"meta": {"assignee": None}}, "no assignment"),
        (SERVER.typing(42, 3) | {"user": {"id": 9, "type": "contact"}}, "no agent's typing"),
        (SERVER.typing(42, 3) | {"is_private": True}, "no agent's typing"),
        ({"event": "contact_created"}, "other event"),
        ({"event": ["message_created"]}, "other event"),
        ({}, "other event"),
    ],
)
def test_all_else_is_ignored_by_its_kind(event: dict[str, Any], kind: str) -> None:
    """Customers, bots, our own notes and what can't be read say nothing."""
    assert heard(event) == Ignored(kind)


def test_an_answer_names_the_conversation() -> None:
    """The number in the answer is the place, and an answer without one has none."""
    assert number_of(Reply(200, json.dumps({"id": 42}).encode(), None, 5)) == "42"
    for body in (b"", b"[]", b"null", b'{"id": "x"}', b"[" * 5_000):
        assert number_of(Reply(200, body, None, 5)) == ""


def test_a_wrong_account_is_told() -> None:
    """The message says where the number stands."""
    [problem] = settings_problems(ChatwootDesk(0), allow_loopback=False)
    assert problem.startswith("account_id: give the number")


class Posts:
    """Chatwoot and our own hook, as the check asks them."""

    def get(self, url: str, headers: Any, **_: Any) -> Reply:
        path = url.removeprefix("https://chat.example")
        status, body = SERVER.answer("GET", path, headers, b"", now=NOON)
        return Reply(status, json.dumps(body).encode(), None, 1)

    def post(self, _url: str, headers: Any, body: bytes, **_: Any) -> Reply:
        own = SERVER.proof(body, now=NOON)["x-chatwoot-signature"]
        return Reply(200 if headers["x-chatwoot-signature"] == own else 401, b"{}", None, 1)


@pytest.mark.parametrize("wrong", ["", "inbox_identifier", "api_access_token", "webhook_secret"])
def test_the_check_finds_the_field_that_is_wrong(wrong: str) -> None:
    """Each field is tried by itself, and right ones pass."""
    fields = {"inbox_identifier": "inbox", "api_access_token": "token", "webhook_secret": "secret"}
    fields |= {wrong: "other"} if wrong else {}
    desk = ChatwootDesk(1, api_base="https://chat.example")
    url, posts = "https://ours.example/v1/desks/chatwoot/team", Posts()
    checked = Checked(desk, fields, url, posts, None, NOON)  # type: ignore[arg-type] # no mails are sent
    found = {each.name for each in check(checked) if not each.ok}
    assert found == ({wrong.replace("webhook_secret", "hook")} if wrong else set())
