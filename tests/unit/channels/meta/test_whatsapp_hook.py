"""WhatsApp's webhooks are verified over their exact bytes, and every event of them is read."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pywa import WhatsApp, types
from surgeline.adapters.channels.in_words import named
from surgeline.adapters.channels.whatsapp.hook import HOOK
from surgeline.adapters.hooks import Call, Heard, Ignored
from surgeline.adapters.signing.field_proof import DECOY
from surgeline.application.conversations.intake import Inbound, Left, Moved, Spoke, Undelivered
from surgeline.errors import Unauthorized

from tests.often import often

BODIES = Path("tests/events/channels/whatsapp")
NUMBER = "210000000000007"
KEYS = (
    {"app_secret": "new-secret", "phone_number_id": NUMBER},
    {"app_secret": "old-secret", "phone_number_id": NUMBER},
)
MINA = "KR.2000000000000000001"


def body_of(name: str) -> Any:
    return json.loads((BODIES / f"{name}.json").read_text(encoding="utf-8"))


def changed(about: str = "messages", **value: Any) -> dict[str, Any]:
    metadata = {"metadata": {"phone_number_id": NUMBER}}
    return {"entry": [{"id": "1", "changes": [{"field": about, "value": metadata | value}]}]}


def heard(*messages: object, **value: Any) -> list[Heard]:
    return HOOK.read("shop", changed(messages=list(messages), **value))


def message(kind: str, **fields: Any) -> dict[str, Any]:
    known = {"from": "15550133", "id": "wamid.X", "timestamp": "1791000000", "type": kind}
    return known | fields


def said(kind: str, **fields: Any) -> Inbound:
    [found] = heard(message(kind, **fields))
    assert isinstance(found, Inbound)
    return found


# ---------------------------------------------------------------- verification


def proof(body: bytes, secret: str = "new-secret") -> str:  # noqa: S107 # of the tests
    return f"sha256={hmac.digest(secret.encode(), body, hashlib.sha256).hex()}"


def verified(value: str | None, body: bytes = b"{}", keys: Any = KEYS) -> None:
    headers = {} if value is None else {"x-hub-signature-256": value}
    HOOK.verify(keys, Call(headers, body, query="", now=0))


@pytest.mark.parametrize("secret", ["new-secret", "old-secret"])
def test_each_secret_of_a_rotation_is_accepted(secret: str) -> None:
    """The old app secret is good beside the new one until the rotation is finished."""
    verified(proof(b"{}", secret))


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        proof(b"{}", "another"),
        proof(b"{ }"),
        proof(b"{}").removeprefix("sha256="),
        proof(b"{}").replace("sha256", "sha1"),
        "sha256=é",
        "\ud800",
    ],
)
def test_i11_any_other_signature_is_refused(value: str | None) -> None:
    """A missing, foreign, shortened or unreadable signature is refused."""
    with pytest.raises(Unauthorized):
        verified(value)


@pytest.mark.parametrize("secret", ["", DECOY.decode()])
def test_i11_a_channel_without_a_secret_takes_nothing(secret: str) -> None:
    """Neither an empty secret nor the public stand-in opens a channel."""
    for keys in ((), ({},), ({"app_secret": ""},)):
        with pytest.raises(Unauthorized):
            verified(proof(b"{}", secret), keys=keys)


# ---------------------------------------------------------------- reading


def test_a_text_of_a_customer_without_a_number_is_read() -> None:
    """The business-scoped id is the customer's, with the name of the profile."""
    assert HOOK.read("shop", body_of("text")) == [
        Inbound("shop", MINA, "message/wamid.M1", "Where is my parcel? 📦", customer=named("Mina"))
    ]


def test_every_event_of_a_batch_is_read() -> None:
    """All messages of a request are read, beside a failed status, under ids that stay."""
    found = HOOK.read("shop", body_of("batch"))
    messages = [each for each in found if isinstance(each, Inbound)]
    assert [(each.sender, each.text, each.attachments) for each in messages] == [
        (MINA, "It came broken", 1),
        ("DE.2000000000000000002", "Opening hours of the shop", 0),
        (MINA, "A person", 0),
    ]
    assert [each.customer for each in messages] == [
        named("Mina"),
        named("Leo"),
        named("Mina"),
    ]
    assert [each for each in found if not isinstance(each, Inbound)] == [
        Ignored("failed 131047"),
    ]


def test_an_edit_names_the_message_that_it_changes() -> None:
    """An edit is a message of its own, the same for each event with that text."""
    [found] = HOOK.read("shop", body_of("edit"))
    assert isinstance(found, Inbound)
    assert (found.sender, found.edits) == (MINA, "message/wamid.M1")
    assert found.text == "Where is my parcel 42?"


@pytest.mark.parametrize("kind", ["image", "video", "audio", "document"])
def test_media_count_as_an_attachment(kind: str) -> None:
    """Each kind of file is an attachment, with its caption if it has one."""
    assert said(kind, **{kind: {"id": "1"}}).attachments == 1
    assert said(kind, **{kind: {"id": "1", "caption": "Here"}}).text == "Here"


@pytest.mark.parametrize(
    ("kind", "fields", "text"),
    [
        ("sticker", {"sticker": {"id": "1"}}, "[sticker]"),
        (
            "location",
            {"location": {"latitude": 37.5, "longitude": 127.0, "name": "Office"}},
            "[place: Office, 37.5, 127.0]",
        ),
        (
            "contacts",
            {"contacts": [{"name": {"formatted_name": "Kim"}, "phones": [{"phone": "+1"}]}]},
            "[contact: Kim, +1]",
        ),
        ("button", {"button": {"text": "Yes", "payload": "p"}}, "Yes"),
        ("button", {"button": {"payload": "p"}}, "p"),
        ("interactive", {"interactive": {"type": "nfm_reply", "nfm_reply": {}}}, "[form]"),
        ("order", {"order": {}}, "[message]"),
        ("unsupported", {"errors": [{"code": 131051}]}, "[message]"),
    ],
)
def test_what_is_no_text_is_told_in_words(kind: str, fields: dict[str, Any], text: str) -> None:
    """A sticker, a place, a contact, a form and an unknown message stand on the record in words."""
    assert said(kind, **fields).text == text


def test_a_person_in_the_phone_app_is_heard() -> None:
    """A message sent from the WhatsApp Business app tells that a person has answered."""
    echo = {"id": "wamid.E", "to": "15550133", "type": "text", "text": {"body": "Kim here"}}
    contact = {"wa_id": "15550133", "user_id": MINA}
    value = {"message_echoes": [echo], "contacts": [contact]}
    assert HOOK.read("shop", changed("smb_message_echoes", **value)) == [
        Spoke("shop", MINA, "echo/wamid.E", "Kim here")
    ]


def test_only_the_channels_own_number_is_read() -> None:
    """An app gets the events of all its numbers. Those of another number are left out."""
    known = body_of("batch")
    other = body_of("text")["entry"][0]
    other["changes"][0]["value"]["metadata"]["phone_number_id"] = "999"
    whole = {**known, "entry": [other, *known["entry"]]}
    assert HOOK.read("shop", HOOK.part_for(KEYS, whole)) == [*HOOK.read("shop", known)]


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (message("reaction", reaction={"message_id": "1", "emoji": "👍"}), "reaction"),
        (message("revoke"), "malformed"),
        (message("system", system={"type": "user_changed_number"}), "system"),
        (message("text", text={"body": "hi"}, group_id="G"), "group"),
        (message("text", text={"body": " \u200b"}), "without words"),
        (message("text", text=5), "without words"),
        (message("text", text={"body": "hi"}, id=None), "malformed"),
        ({"id": "wamid.X"}, "no sender"),
        (5, "no sender"),
    ],
)
def test_all_else_is_ignored_by_name(event: object, kind: str) -> None:
    """Events that are no customer's message are ignored, each with a word for the log."""
    assert heard(event) == [Ignored(kind)]


CONTACTS = (
    {"wa_id": "15550133", "user_id": "US.1"},
    {"wa_id": "15550144", "user_id": "US.2"},
)


@pytest.mark.parametrize(
    ("system", "contacts", "is_moved"),
    [
        ({"wa_id": "15550144"}, CONTACTS, True),
        ({"user_id": "US.2"}, CONTACTS[:1], True),
        ({"previous_user_id": "US.1", "wa_id": "15550144"}, CONTACTS[1:], True),
        ({"user_id": "US.2"}, (), False),
        ({"previous_user_id": "US.1", "wa_id": "15550144"}, (), False),
    ],
)
def test_a_customer_moves_between_business_scoped_ids_alone(
    system: dict[str, str], contacts: tuple[object, ...], is_moved: bool
) -> None:
    """Each id is that of a message, so the contact's counts. A number is nobody's for good."""
    told = message("system", system={"type": "user_changed_number", **system})
    moved = [
        Moved("shop", "US.2", "moved/wamid.X", before="US.1"),
        Moved("shop", "US.1", "moved/wamid.X", after="US.2"),
    ]
    expected = moved if is_moved else [Ignored("system")]
    assert heard(told, contacts=list(contacts)) == expected


def test_a_message_is_read_beside_any_status() -> None:
    """A status of any form holds up no message."""
    statuses: list[Any] = [{"status": "failed"}, {"status": "read"}, 5]
    found = heard(message("text", text={"body": "hi"}), statuses=statuses)
    assert isinstance(found[0], Inbound)
    assert found[1:] == [Ignored("failed unknown"), Ignored("receipt"), Ignored("receipt")]


# ---------------------------------------------------------------- a library as the oracle

CLIENT = WhatsApp(phone_id=NUMBER, token="t", validate_updates=False)  # of nobody


def only(change: Any, message: Any) -> dict[str, Any]:
    """Return one message of a change, with the contact who wrote it."""
    ids = {message.get("from"), message.get("from_user_id")}
    contacts = [
        each
        for each in change["value"]["contacts"]
        if ids & {each.get("wa_id", 0), each["user_id"]}
    ]
    return {"messages": [message], "contacts": contacts}


def alone(name: str) -> list[dict[str, Any]]:
    """Return a request for each message, because the library reads the first of all lists."""
    return [
        {
            "object": "whatsapp_business_account",
            "entry": [
                {
                    "id": entry["id"],
                    "changes": [{**change, "value": {**change["value"], **only(change, each)}}],
                }
            ],
        }
        for entry in body_of(name)["entry"]
        for change in entry["changes"]
        for each in change["value"].get("messages", [])
    ]


@pytest.mark.parametrize("update", [*alone("text"), alone("batch")[0]])
def test_a_message_is_read_as_a_library_reads_it(update: dict[str, Any]) -> None:
    """Texts, captions, ids and names are those that pywa finds."""
    theirs = types.Message.from_update(CLIENT, update)
    [ours] = HOOK.read("shop", update)
    assert isinstance(ours, Inbound)
    assert ours.event_id == f"message/{theirs.id}"
    assert ours.text == (theirs.text or theirs.caption)
    assert ours.customer == named(theirs.from_user.name)
    assert ours.sender == theirs.from_user.bsuid


def test_picked_choices_are_read_as_a_library_reads_them() -> None:
    """The ids of a picked row and of a pressed button are those that pywa finds."""
    row, button = alone("batch")[1:]
    [picked], [pressed] = (HOOK.read("shop", each) for each in (row, button))
    assert isinstance(picked, Inbound)
    assert isinstance(pressed, Inbound)
    assert picked.text == types.CallbackSelection.from_update(CLIENT, row).data
    assert pressed.text == types.CallbackButton.from_update(CLIENT, button).data


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KINDS = ["text", "image", "location", "contacts", "interactive", "button", "edit", "hologram"]


@settings(max_examples=often(30, 100))
@given(st.sampled_from(KINDS), JSON, JSON)
def test_i12_no_body_is_an_error(kind: str, inner: Any, other: Any) -> None:
    """Any JSON in any place is read as something or ignored."""
    for each in heard(message(kind, **{kind: inner}), other, contacts=other, statuses=other):
        assert isinstance(each, Inbound | Left | Spoke | Ignored)
    edit = {"original_message_id": "1", "message": {"type": "text", "text": inner}}
    heard(message("edit", edit=edit), message("interactive", interactive={"list_reply": inner}))
    for whole in ({"entry": other}, {"entry": [{"changes": other}]}, changed(messages=other)):
        HOOK.read("shop", HOOK.part_for(KEYS, whole))


def test_a_late_failure_names_the_text_and_its_customer() -> None:
    """Our tag tells both. Several parts of one text, and every repeat, are one failure."""
    told = {"status": "failed", "errors": [{"code": 131047}]}
    tagged = {**told, "biz_opaque_callback_data": f"r1:{MINA}"}
    again = {**tagged, "id": "wamid.part2", "recipient_id": "15550133"}
    failed = Undelivered("shop", MINA, "failed/r1", "r1", "window: code 131047")
    assert heard(statuses=[tagged, again]) == [failed, failed]
    for tag in (None, 5, "", "r1", ":x", "r1:", "r" * 600):
        [found] = heard(statuses=[{**told, "biz_opaque_callback_data": tag}])
        assert found == Ignored("failed 131047")
