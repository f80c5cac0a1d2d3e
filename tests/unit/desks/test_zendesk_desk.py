"""Zendesk's events become what a person did, and its answers have consequences."""

import json
from typing import Any

import pytest
from surgeline.adapters.desks.zendesk.api import number_of
from surgeline.adapters.desks.zendesk.hook import read, signature, verify
from surgeline.adapters.desks.zendesk.settings import ZendeskDesk, settings_problems
from surgeline.adapters.hooks import Call, Ignored
from surgeline.application.configuration import PoolSettings
from surgeline.application.desks.acts import Closed, DeskSaid, Noted, Said, Took, Unsent
from surgeline.application.ports.deliveries import Reply
from surgeline.errors import Unauthorized

from local.simulators.desks.zendesk import ZendeskServer

SERVER = ZendeskServer("a@shop.example", "token", "secret", people={3: "Kim"})
POOL = PoolSettings("team", "in_house", ZendeskDesk("https://shop.zendesk.com"), "zendesk")
BODY, STAMP = b'{"ticket_id":42,"status":"solved"}', "2026-11-27T22:00:00Z"
KEY, PROOF = "desk-test-secret-0001", "G4xNow8uEkFdh6mQKYsKA9FCauIpCOlnyt2NWmlgdKI="
AT = 1_795_816_800_000


def heard(said: dict[str, Any]) -> DeskSaid | Ignored:
    [found] = read(POOL, said)
    return found


def comment(text: str = "Hello", *, public: bool = True, **changes: Any) -> dict[str, Any]:
    said = SERVER.reply(42, 3, text, public=public)
    said["event"]["comment"] |= changes
    return said


def call(body: bytes, stamp: str, proof: str, *, now: int = AT) -> Call:
    headers = {
        "x-zendesk-webhook-signature-timestamp": stamp,
        "x-zendesk-webhook-signature": proof,
    }
    return Call({name: value for name, value in headers.items() if value}, body, "", now)


def test_the_signature_covers_the_time_and_the_body() -> None:
    """A vector that was made by the documented rule is right, and any change of it is refused."""
    assert signature(KEY, STAMP, BODY) == PROOF
    keys = ({"webhook_secret": KEY},)
    verify(keys, call(BODY, STAMP, PROOF))
    for wrong in (
        call(BODY + b" ", STAMP, PROOF),
        call(BODY, "2026-11-27T22:00:01Z", PROOF),
        call(BODY, STAMP, ""),
        call(BODY, "", PROOF),
        call(BODY, "yesterday", PROOF),
        call(BODY, "2026-11-27T22:00:00", PROOF),
        call(BODY, STAMP, PROOF, now=AT + 901_000),
        call(BODY, STAMP, PROOF, now=AT - 901_000),
    ):
        with pytest.raises(Unauthorized):
            verify(keys, wrong)
    with pytest.raises(Unauthorized):
        verify((), call(BODY, STAMP, PROOF))


def test_a_public_comment_is_words_and_a_private_one_a_note() -> None:
    """The ticket is the place, and the agent's name is what the customer may see."""
    found = heard(comment())
    assert isinstance(found, DeskSaid)
    assert (found.ref, found.acts, found.person, found.agent) == (
        "42",
        (Said("Hello"),),
        "3",
        "Kim",
    )
    note = heard(comment("#resolve is what I would do", public=False))
    assert isinstance(note, DeskSaid)
    assert note.acts == (Noted("#resolve is what I would do"),)


def test_a_file_is_told() -> None:
    """The words are sent, and the person hears that the file was not."""
    found = heard(comment(attachments=[{"filename": "a.pdf"}]))
    assert isinstance(found, DeskSaid)
    assert found.acts == (Said("Hello"), Unsent("file"))


@pytest.mark.parametrize(
    ("event", "act"), [(SERVER.assigned(42, 3), Took()), (SERVER.solved(42, 3), Closed())]
)
def test_other_acts_are_quiet(event: dict[str, Any], act: object) -> None:
    """Acts that may be our own, or come too late, are told to nobody if they are refused."""
    found = heard(event)
    assert isinstance(found, DeskSaid)
    assert (found.ref, found.acts, found.person, found.quiet) == ("42", (act,), "3", True)


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (comment(author={"id": "9", "is_staff": False}), "no agent's comment"),
        (comment(author=None), "no agent's comment"),
        (comment("[Surgeline] Customer: hello", public=False), "echo"),
        (comment(id=None), "malformed"),
        (comment("   "), "without words"),
        (comment() | {"detail": {"id": "x"}}, "malformed"),
        (comment() | {"detail": None}, "malformed"),
        (SERVER.solved(42, 3) | {"event": {"current": "PENDING"}}, "other status"),
        (SERVER.solved(42, 3) | {"event": {"current": 7}}, "other status"),
        (SERVER.assigned(42, 3) | {"event": {"current": None}}, "no assignment"),
        ({"type": "zen:event-type:ticket.created"}, "other event"),
        ({"type": ["x"]}, "other event"),
        ({}, "other event"),
    ],
)
def test_all_else_is_ignored_by_its_kind(event: dict[str, Any], kind: str) -> None:
    """Customers, our own notes and what can't be read say nothing."""
    assert heard(event) == Ignored(kind)


def test_an_answer_names_the_ticket() -> None:
    """The number in the answer is the place, and an answer without one has none."""
    assert number_of(Reply(201, json.dumps({"ticket": {"id": 42}}).encode(), None, 5)) == "42"
    for body in (b"", b"[]", b'{"ticket": []}', b'{"ticket": {"id": "x"}}'):
        assert number_of(Reply(201, body, None, 5)) == ""


def test_a_wrong_server_is_told() -> None:
    """An address that may not be called is refused with its field."""
    [problem] = settings_problems(ZendeskDesk("http://127.0.0.1:1"), allow_loopback=False)
    assert problem.startswith("api_base:")
