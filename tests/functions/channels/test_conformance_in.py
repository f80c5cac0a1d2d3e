"""Each kind of channel hears its provider alike: verified, once, in order, nothing lost."""

import base64
import json
from typing import Any

import pytest
from surgeline.domain.media.deleted import DELETED

from local.simulators.providers.files import PICTURE
from tests.functions.channels.driver import HOURS, RETURNS, Driver

QUESTION = "When are you open?"
WORDS = "Where is it? 📦 어디예요 👨‍👩‍👧‍👦 \u00e9"
ROTATE = f"{Driver.admin_path}/secret"

# ---------------------------------------------------------------- verification


def test_a_right_signature_is_accepted(mine: Driver) -> None:
    """A request of the provider is acknowledged with a 2xx."""
    assert mine.send(mine.text(mine.CUSTOMERS[0], QUESTION)).status == 200
    assert mine.queued() == 1


def test_a_missing_signature_is_refused(mine: Driver) -> None:
    """A request without proof is 401 and has no effect."""
    body, _ = mine.request([mine.text(mine.CUSTOMERS[0], QUESTION)], mine.FIELDS)
    assert (mine.post(body, {}).status, mine.queued()) == (401, 0)


def test_a_foreign_signature_is_refused(mine: Driver) -> None:
    """A request that another secret signed is 401 and has no effect."""
    answer = mine.send(mine.text(mine.CUSTOMERS[0], QUESTION), fields=mine.NEXT_FIELDS)
    assert (answer.status, mine.queued()) == (401, 0)


def test_a_changed_body_is_refused(mine: Driver) -> None:
    """One added space breaks the proof."""
    body, headers = mine.request([mine.text(mine.CUSTOMERS[0], QUESTION)], mine.FIELDS)
    assert (mine.post(body + b" ", headers).status, mine.queued()) == (401, 0)


def test_an_old_request_is_refused(mine: Driver) -> None:
    """A request that was signed long ago is 401, where the proof has a time."""
    body, headers = mine.request([mine.text(mine.CUSTOMERS[0], QUESTION)], mine.FIELDS)
    mine.home.clock.advance(86_400)
    assert (mine.post(body, headers).status, mine.queued()) == (401, 0)


def test_both_secrets_of_a_rotation_are_accepted(mine: Driver) -> None:
    """The provider may sign with the old secret and the new one, until the end."""
    fields = dict(mine.NEXT_FIELDS)
    assert mine.shop.admin("POST", ROTATE, {"fields": fields}).json == {"good": 2}
    for each in (mine.FIELDS, mine.NEXT_FIELDS):
        assert mine.send(mine.text(mine.CUSTOMERS[0], QUESTION), fields=each).status == 200


def test_a_finished_rotation_refuses_the_old_secret(mine: Driver) -> None:
    """Only the newest secret is good once the rotation is finished."""
    mine.shop.admin("POST", ROTATE, {"fields": dict(mine.NEXT_FIELDS)})
    mine.shop.admin("POST", ROTATE, {"finish": True})
    assert mine.send(mine.text(mine.CUSTOMERS[0], QUESTION)).status == 401


def test_the_secret_opens_nothing_else(mine: Driver) -> None:
    """Another kind's hook and another channel refuse the same request."""
    body, headers = mine.request([mine.text(mine.CUSTOMERS[0], QUESTION)], mine.FIELDS)
    assert mine.post(body, headers, kind="carrier").status == 404
    assert mine.post(body, headers, channel="shop").status == 401
    assert mine.post(body, headers, channel="nobody").status == 401


def test_a_removed_channel_refuses_all(mine: Driver) -> None:
    """The secret is gone with the channel."""
    assert mine.shop.admin("DELETE", mine.admin_path).status == 200
    assert mine.send(mine.text(mine.CUSTOMERS[0], QUESTION)).status == 401


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"\xff"', b"[" * 5_000, b"null", b"{}"])
def test_a_signed_body_that_can_not_be_read_is_no_5xx(mine: Driver, body: bytes) -> None:
    """Who signed correctly gets a 4xx for what cannot be read, and nothing is queued."""
    assert mine.post(body, mine.resigned(body)).status in (200, 400)
    assert mine.queued() == 0


def test_the_providers_test_is_answered(mine: Driver) -> None:
    """A request without events is acknowledged."""
    assert (mine.send().status, mine.queued()) == (200, 0)


# ---------------------------------------------------------------- messages


def test_a_text_is_kept_exactly(mine: Driver) -> None:
    """Emoji, Hangul and accents arrive as they were written."""
    mine.write(WORDS)
    assert mine.said() == [WORDS]


def test_a_batch_is_taken_whole_and_in_its_order(mine: Driver) -> None:
    """Every message of a request is on its customer's record, in order."""
    first, second = mine.CUSTOMERS
    texts = [("a", first), ("b", second), ("c", first), ("d", second)]
    assert mine.send(*(mine.text(user, text) for text, user in texts)).status == 200
    mine.home.drain()
    assert (mine.said(first), mine.said(second)) == (["a", "c"], ["b", "d"])


def test_a_request_that_comes_again_changes_nothing(mine: Driver) -> None:
    """Five copies of a request, now and a day later, are one message with one answer."""
    event = mine.text(mine.CUSTOMERS[0], QUESTION)
    for seconds in (0, 0, 1, 600, 86_400):
        mine.home.clock.advance(max(0, seconds - 600))
        mine.home.run_for(min(seconds, 600))
        assert mine.send(event).status == 200
    mine.home.drain()
    assert (mine.said(), mine.screen()) == ([QUESTION], [HOURS])


def test_one_message_under_two_event_ids_is_one(mine: Driver) -> None:
    """Two events about one message are one message, in one request or in two."""
    event = mine.text(mine.CUSTOMERS[0], QUESTION)
    mine.send(event, mine.repeated(event))
    mine.send(mine.repeated(event))
    mine.home.drain()
    assert mine.said() == [QUESTION]


@pytest.mark.parametrize("kind", ["sticker", "place", "quote", "unknown message"])
def test_no_kind_of_message_is_lost(mine: Driver, kind: str) -> None:
    """A message that is no plain text still stands on the record with words."""
    mine.send(mine.event(kind))
    mine.home.drain()
    [text] = mine.said()
    assert text


def test_a_picture_is_fetched_for_people(mine: Driver) -> None:
    """A picture is fetched by its type, and opens for people by a link, and nothing in it runs."""
    mine.send(mine.picture(mine.CUSTOMERS[0]))
    mine.home.drain()
    [file] = mine.shown_files()
    assert (file["state"], file["type"], file["bytes"]) == ("kept", "image/png", len(PICTURE))
    answer = mine.shop.request("GET", file["path"])
    assert (answer.status, base64.b64decode(answer.text)) == (200, PICTURE)
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_file_that_can_not_be_fetched_is_told(mine: Driver) -> None:
    """The transcript says of a file that is gone why nobody can open it, and nothing is kept."""
    mine.no_file = (410, b"")
    mine.send(mine.picture(mine.CUSTOMERS[0]))
    mine.home.drain()
    [file] = mine.shown_files()
    assert (file["state"], file["reason"], file["path"]) == ("failed", "status 410", None)
    assert mine.home.backend.blobs().keys("media/") == []


def test_a_deleted_text_is_forgotten(mine: Driver) -> None:
    """A message that the customer took back has no words and no files any more, for anybody."""
    question, picture = mine.text(mine.CUSTOMERS[0], QUESTION), mine.picture(mine.CUSTOMERS[0])
    mine.send(question)
    mine.send(picture)
    mine.home.drain()
    mine.send(mine.deleted(question), mine.deleted(picture))
    mine.home.drain()
    assert mine.said() == [DELETED, DELETED]
    assert mine.wanted_files() == {("", "")}
    assert mine.shown_files() == []
    assert mine.home.backend.blobs().keys("media/") == []


def test_a_picture_is_handed_to_a_person(mine: Driver) -> None:
    """An attachment without words goes to a person."""
    mine.send(mine.event("picture"))
    mine.home.drain()
    [offer] = [each for each in mine.told if each["type"] == "handoff.offered"]
    assert offer["data"]["reason"] == "attachment"


def test_a_contact_is_not_lost(mine: Driver) -> None:
    """A contact's card stands on the record."""
    mine.send(mine.event("contact"))
    mine.home.drain()
    assert len(mine.said()) == 1


def test_a_menus_button_is_read(mine: Driver) -> None:
    """A pressed button of the account's own menu counts as words."""
    mine.send(mine.event("button"))
    mine.home.drain()
    assert mine.said() == ["opening hours"]


@pytest.mark.parametrize("pick", ["button", "number", "words"])
def test_a_choice_is_taken_in_every_way(mine: Driver, pick: str) -> None:
    """A pressed button, the choice's number and its words all give the article's answer."""
    mine.write("open or return?")
    shown = mine.server.shown[-1]
    label = shown.labels[0] if shown.labels else shown.text.partition("1. ")[2].splitlines()[0]
    if pick == "button":
        mine.send(mine.press(mine.CUSTOMERS[0], label))
        mine.home.drain()
    else:
        mine.write("1" if pick == "number" else label.upper())
    assert mine.screen()[-1] in (HOURS, RETURNS)


IGNORED = ["group", "other module", "read receipt", "no sender", "unknown event", "joined"]


@pytest.mark.parametrize("kind", IGNORED)
def test_what_is_no_message_is_ignored(mine: Driver, kind: str) -> None:
    """Groups, receipts, other modules' chats and unknown events are acknowledged without effect."""
    assert mine.send(mine.event(kind)).status == 200
    assert mine.queued() == 0


def test_a_strange_event_holds_up_no_other(mine: Driver) -> None:
    """The messages beside broken events of one request are taken in."""
    broken: list[Any] = [5, None, [], {"type": {}}, {"source": "x"}]
    mine.send(*broken, mine.text(mine.CUSTOMERS[0], QUESTION), *broken)
    mine.home.drain()
    assert mine.said() == [QUESTION]


def test_an_echo_of_ours_is_ignored(mine: Driver) -> None:
    """A copy of what we sent is no message of the customer."""
    mine.write(QUESTION)
    mine.send(mine.event("echo"))
    mine.write("How long can I return an item?")
    assert len(mine.said()) == 2
    assert mine.screen() == [HOURS, RETURNS]


def test_a_person_in_the_providers_app_silences_the_bot(mine: Driver) -> None:
    """Once a person answered from the provider's own app, the bot is silent."""
    mine.send(mine.event("person"))
    mine.write(QUESTION)
    assert mine.screen() == []


def test_an_edit_is_read(mine: Driver) -> None:
    """An edited question is answered anew if its text changed."""
    event = mine.text(mine.CUSTOMERS[0], QUESTION)
    changed = mine.edited(event, "How long can I return an item?")
    for each in (event, mine.edited(event, QUESTION), changed, changed):
        assert mine.send(each).status == 200
        mine.home.drain()
    assert mine.screen() == [HOURS, RETURNS]


def test_blocking_ends_the_conversation(mine: Driver) -> None:
    """Who blocks the account is written nothing any more, and a later message begins anew."""
    mine.write(QUESTION)
    mine.send(mine.event("left"))
    mine.home.run_for(3_600)
    assert mine.screen() == [HOURS]
    mine.write("How long can I return an item?")
    assert mine.screen()[-1] == RETURNS


def test_a_flood_of_one_customer_holds_up_no_other(mine: Driver) -> None:
    """Too many messages of one sender are refused, and the other's message is kept."""
    first, second = mine.CUSTOMERS
    flood = [mine.text(first, str(number)) for number in range(40)]
    assert mine.send(*flood, mine.text(second, QUESTION)).status == 429
    mine.home.drain()
    assert mine.said(second) == [QUESTION]


def test_no_customers_text_is_logged(mine: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    """The logs name ids and kinds, never words, keys or the sender."""
    mine.write(WORDS, "a very private matter")
    mine.send(mine.event("group"))
    logged = capsys.readouterr().out
    assert logged
    secrets = (*mine.FIELDS.values(), mine.CUSTOMERS[0], "private", json.dumps(WORDS)[1:8])
    assert not any(each in logged for each in secrets)
