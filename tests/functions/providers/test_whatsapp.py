"""A conversation over WhatsApp goes through the production handlers, against a stand-in for it."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from surgeline.application.media.kept import key_of
from surgeline.application.ports.conversations import Record
from surgeline.domain.customers.events import CustomerMoved
from surgeline.domain.ids import thread_id
from surgeline.domain.media.files import MediaPlace
from surgeline.domain.thread import Thread
from surgeline.domain.turn import Explanation

from local.simulators.providers.files import PICTURE
from local.simulators.providers.meta import refused
from local.virtual.home import VirtualHome
from local.virtual.shop import KEY
from tests.functions.channels.driver import HOURS, RETURNS
from tests.functions.channels.whatsapp_driver import WhatsAppDriver

QUESTION = "When are you open?"
DAY = 86_400


@pytest.fixture
def number(tmp_path: Path) -> Iterator[WhatsAppDriver]:
    """Yield a number in a virtual home."""
    home = VirtualHome(tmp_path)
    yield WhatsAppDriver(home)
    home.close()


def test_the_hook_answers_metas_first_request(number: WhatsAppDriver) -> None:
    """The challenge comes back to whoever knows the verify token."""
    asked = "/v1/hooks/whatsapp/mine?hub.mode=subscribe&hub.challenge=42&hub.verify_token="
    right = number.shop.request("GET", f"{asked}verify-1")
    assert (right.status, right.text) == (200, "42")
    assert number.shop.request("GET", f"{asked}other").status == 401


def test_the_largest_request_of_meta_is_taken_in(number: WhatsAppDriver) -> None:
    """Meta may put a thousand events into one request, and each is a message."""
    events = [number.text(f"US.{customer}", QUESTION) for customer in range(1_000)]
    assert number.send(*events).status == 200
    assert number.queued() == len(events)


def rename(number: WhatsAppDriver, former: str, named: str) -> None:
    """Let Meta tell that a customer has another id now."""
    system = {"type": "user_changed_number", "previous_user_id": former, "user_id": named}
    told = {"from": "15550111", "id": f"wamid.{former}{named}", "timestamp": "1", "type": "system"}
    moved = number.server.change("messages", messages=[{**told, "system": system}])
    assert number.send(moved).status == 200
    number.home.drain()


def listed(number: WhatsAppDriver, sender: str) -> list[str]:
    """Return the ids of a sender's conversations, as the console lists them."""
    found = number.shop.admin("GET", f"/v1/admin/conversations?channel=mine&sender={sender}").json
    return [each["conversation_id"] for each in found["conversations"]]


def test_a_customer_with_another_number_goes_on_with_the_same_person(
    number: WhatsAppDriver,
) -> None:
    """The old thread goes on under the new id, whichever words follow, and an erasure finds it."""
    number.write("I want to talk to a person")
    number.person_says("Hello, Kim here.")
    former, named = number.CUSTOMERS[0], "US.700"
    rename(number, former, named)
    rename(number, former, named)
    number.person_says("Is this still you?")
    number.write("Yes, it is me", user=named)
    assert number.screen(named) == ["Is this still you?"]
    [offer] = [each for each in number.told if each["type"] == "handoff.offered"]
    said = number.told[-1]["data"]
    assert (said["message"]["text"], said["conversation_id"]) == (
        "Yes, it is me",
        offer["data"]["conversation_id"],
    )
    assert len(listed(number, named)) == 1
    erased = {"channel": "mine", "sender": named}
    assert number.shop.admin("POST", "/v1/admin/erasures", erased).status in (200, 202)
    number.home.run_for(60)
    records = number.home.backend.store().records(thread_id(KEY, "mine", former), after_seq=0)
    assert "it is me" not in repr(records)


def test_a_customer_with_another_number_goes_on_for_years(number: WhatsAppDriver) -> None:
    """The pointer to the old thread is made anew before it ends, once in half a year."""
    former, named = number.CUSTOMERS[0], "US.700"
    number.write(QUESTION)
    rename(number, former, named)
    store, pointer = number.home.backend.store(), thread_id(KEY, "mine", named)
    ages = []
    for _ in range(3):
        number.home.clock.advance(150 * 86_400)
        number.write(QUESTION, user=named)
        found = store.thread(pointer)
        assert found is not None
        ages.append((number.home.clock.now() - found.moved_at) // 86_400_000)
    assert ages == [150, 0, 150]
    assert number.screen(named) == [HOURS] * 3


RINGS = [("US.701",), ("US.701", "US.702")]
"""The names that a customer has before the first name comes back."""


@pytest.mark.parametrize("between", RINGS)
def test_a_customer_whose_number_comes_back_is_answered(
    number: WhatsAppDriver, between: tuple[str, ...]
) -> None:
    """Nobody wrote in between. The first thread goes on, under every name it ever had."""
    first = number.CUSTOMERS[0]
    for former, named in pairwise((first, *between, first)):
        rename(number, former, named)
    goes_on, *others = (thread_id(KEY, "mine", each) for each in (first, *between))
    pointers = [number.home.backend.store().thread(each) for each in (goes_on, *others)]
    assert [each and each.moved_to for each in pointers] == ["", *([goes_on] * len(others))]
    number.write(QUESTION)
    assert number.screen() == [HOURS]
    rename(number, first, "US.703")
    number.write("How long can I return an item?", user="US.703")
    assert number.screen("US.703") == [RETURNS]
    [only] = listed(number, first)
    assert [listed(number, each) for each in (*between, "US.703")] == [[only]] * (len(between) + 1)
    assert number.home.backend.dead_letters().list() == []


def test_a_customer_who_wrote_in_between_goes_on_there(number: WhatsAppDriver) -> None:
    """The first thread never had a word, so its customer goes on with the open conversation."""
    first, named = number.CUSTOMERS[0], "US.701"
    number.write(QUESTION, user=named)
    rename(number, first, named)
    rename(number, named, first)
    number.write("How long can I return an item?")
    assert number.screen() == [RETURNS]
    assert listed(number, first) == listed(number, named) != []


@pytest.mark.parametrize("between", RINGS)
def test_threads_that_point_at_each_other_are_survived(
    number: WhatsAppDriver, between: tuple[str, ...]
) -> None:
    """An older release could store such threads. One of them takes every word, and is listed."""
    names = (number.CUSTOMERS[0], *between)
    for name, onward in zip(names, (*names[1:], names[0]), strict=True):
        here, there = (thread_id(KEY, "mine", each) for each in (name, onward))
        event = CustomerMoved("e1", here, "mine", 0, before=there)
        record = Record(1, event, (), Explanation("note", ""), None, 0)
        thread = Thread(here, "mine", "", seq=1, has_former_ids=False, moved_to=there)
        number.home.backend.store().commit(record, thread, expected_seq=0)
    for name in names:
        number.write(QUESTION, user=name)
        assert number.screen(name) == [HOURS]
    [only] = listed(number, names[0])
    assert [listed(number, each) for each in between] == [[only]] * len(between)


def test_a_number_that_somebody_else_has_now_reaches_nobody_before(
    number: WhatsAppDriver,
) -> None:
    """Numbers alone join no threads, so a stranger's words and answers stay with the stranger."""
    former, named = "15550111", "15550222"
    number.write(QUESTION, user=former)
    told = {"from": former, "id": "wamid.S", "timestamp": "1", "type": "system"}
    system = {"type": "user_changed_number", "wa_id": named}
    number.send(number.server.change("messages", messages=[{**told, "system": system}]))
    number.write(QUESTION, user=named)
    number.write("How long can I return an item?", user=former)
    assert (number.screen(former), number.screen(named)) == ([HOURS, RETURNS], [HOURS])
    assert not set(listed(number, former)) & set(listed(number, named))


def test_a_new_id_without_an_old_one_is_ignored(number: WhatsAppDriver) -> None:
    """A change that names one id only leaves no trace, and the next question is answered."""
    told = {"id": "wamid.S", "timestamp": "1", "type": "system", "from": "15550111"}
    for system in ({}, {"type": "user_changed_number", "wa_id": "15550111"}, None):
        number.send(number.server.change("messages", messages=[{**told, "system": system}]))
    number.write(QUESTION)
    assert number.screen() == [HOURS]


def test_a_late_reply_is_a_template_where_one_is_set(number: WhatsAppDriver) -> None:
    """After the 24 hours a person's words go out in the template, and count as delivered."""
    changed = {"template": "reply_later", "template_language": "en"}
    assert number.shop.admin("PATCH", number.admin_path, changed).status == 200
    number.write("I want to talk to a person")
    number.person_says("Hello, Kim here.")
    number.home.clock.advance(DAY)
    number.home.run_for(3_600)
    number.person_says("Still\nthere?")
    shown = number.server.shown[-1]
    assert (shown.by, shown.text) == ("template", "Still there?")
    assert number.ends()[-1] == ("delivered", ["ok"])


def test_a_batch_over_entries_and_changes_is_read_whole(number: WhatsAppDriver) -> None:
    """Two entries of three changes of four messages are twenty-four messages of their customers."""
    users = number.CUSTOMERS
    entries = []
    for entry in range(2):
        changes = []
        for change in range(3):
            [whole, *others] = [
                number.text(users[each % 2], f"{entry}{change}{each}") for each in range(4)
            ]
            whole["value"]["messages"] += [each["value"]["messages"][0] for each in others]
            changes.append(whole)
        entries.append({"id": str(entry), "changes": changes})
    body = json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode()
    assert number.post(body, number.resigned(body)).status == 200
    number.home.drain()
    assert [len(number.said(each)) for each in users] == [12, 12]


def test_a_customer_keeps_the_thread_without_the_number(number: WhatsAppDriver) -> None:
    """A message with the number, and one with the business-scoped id alone, are one thread."""
    user = number.CUSTOMERS[0]
    with_number = number.text(user, "first")
    [said] = with_number["value"]["messages"]
    del said["from_user_id"]
    said["from"] = "15550133"
    with_number["value"]["contacts"][0]["wa_id"] = "15550133"
    number.send(with_number)
    number.write("second")
    assert number.said() == ["first", "second"]


def test_a_person_in_the_phone_app_stops_the_search_for_another(number: WhatsAppDriver) -> None:
    """The offer is withdrawn once somebody answered in the WhatsApp Business app."""
    number.write("I want to talk to a person")
    before = number.screen()
    number.send(number.events(number.CUSTOMERS[0])["person"])
    number.write(QUESTION)
    assert number.screen() == before
    assert "handoff.offered" in [each["type"] for each in number.told]


def test_a_customer_with_too_many_messages_holds_up_no_other(number: WhatsAppDriver) -> None:
    """The rate of one customer is waited out, while the other's answer goes out."""
    first, second = number.CUSTOMERS
    number.server.faults.append(refused(400, 131056))
    number.write(QUESTION, user=first)
    number.write("How long can I return an item?", user=second)
    assert (number.screen(first), number.screen(second)) == ([], [RETURNS])
    number.home.run_for(30)
    assert number.screen(first) == [HOURS]


@pytest.mark.parametrize(
    ("answer", "ok", "said"),
    [
        (refused(400, 100), True, "Meta accepts it"),
        (refused(401, 190), False, "surgeline channel rotate"),
        (refused(403, 10), False, "surgeline channel rotate"),
        (refused(500, 2), False, "Meta could not be asked (HTTP 500)"),
    ],
)
def test_a_check_tells_how_meta_finds_the_token(
    number: WhatsAppDriver, answer: tuple[int, dict[str, object]], ok: bool, said: str
) -> None:
    """The token is tried by a message without a recipient, which reaches nobody."""
    number.server.faults.append(answer)
    found = number.shop.admin("POST", f"{number.admin_path}/check").json["findings"][0]
    assert (found["name"], found["ok"]) == ("access_token", ok)
    assert said in found["said"]
    assert number.server.shown == []


def late(number: WhatsAppDriver, code: int) -> None:
    """Let WhatsApp tell that it could not deliver the last text after all, twice."""
    failed = number.server.failed(number.server.tags[-1], code)
    number.send(failed, failed)
    number.home.run_for(1)


def test_a_text_that_came_too_late_after_all_goes_out_in_the_template(
    number: WhatsAppDriver,
) -> None:
    """WhatsApp took it, told later that the window was closed, and takes the template once."""
    changed = {"template": "reply_later", "template_language": "en"}
    assert number.shop.admin("PATCH", number.admin_path, changed).status == 200
    number.write(QUESTION)
    late(number, 131047)
    assert [each.by for each in number.server.shown] == ["text", "template"]
    late(number, 131047)
    assert len(number.server.shown) == 2
    listed = number.shop.admin("GET", "/v1/admin/conversations?unreached=yes").json
    assert len(listed["conversations"]) == 1


def test_a_text_that_whatsapps_own_trouble_lost_goes_out_once_more(number: WhatsAppDriver) -> None:
    """The same words go out again, and not for every repeat of the status."""
    number.write(QUESTION)
    late(number, 131016)
    assert number.screen() == [HOURS, HOURS]
    late(number, 131016)
    assert number.screen() == [HOURS, HOURS]


def test_a_lost_link_to_the_chat_page_is_the_customers_own_again(number: WhatsAppDriver) -> None:
    """The words of a closed channel go out once more with a token, so that the page knows them."""
    closure = {"texts": {"en": "Write here: {link}"}, "page": "https://help.example/c/web"}
    changed = number.shop.admin("PATCH", number.admin_path, {"closure": closure})
    assert changed.status == 200, changed.text
    number.home.run_for(6)
    number.write(QUESTION)
    late(number, 131016)
    assert len(number.screen()) == 2
    for text in number.screen():
        assert re.fullmatch(r"Write here: https://help\.example/c/web#from=[\w~-]+", text)


def test_a_failure_of_an_older_text_is_told_and_noted(
    number: WhatsAppDriver, capsys: pytest.CaptureFixture[str]
) -> None:
    """A text that many messages followed does not go out again. Its delivery says why, once."""
    number.write(QUESTION)
    tag = number.server.tags[-1]
    for _ in range(2):
        number.write(*(f"Hello {each}" for each in range(21)))
        number.home.run_for(10)
    for _ in range(2):
        number.send(number.server.failed(tag, 131016))
        number.home.run_for(400)
    assert number.screen().count(HOURS) == 1
    lost = ("delivered", ["ok", "undelivered after all: later: code 131016"])
    assert number.ends().count(lost) == 1
    assert capsys.readouterr().out.count("late_failure_unknown") == 1


def test_a_failure_of_a_text_that_nobody_has_changes_nothing(
    number: WhatsAppDriver, capsys: pytest.CaptureFixture[str]
) -> None:
    """A status with another tag is told. One about an erased customer is not."""
    number.write(QUESTION)
    tag = number.server.tags[-1]
    number.send(number.server.failed(f"r-unknown:{number.CUSTOMERS[0]}", 131047))
    number.home.drain()
    assert capsys.readouterr().out.count("late_failure_unknown") == 1
    sender = {"channel": "mine", "sender": number.CUSTOMERS[0]}
    number.shop.admin("POST", "/v1/admin/erasures", sender)
    number.home.run_for(60)
    number.send(number.server.failed(tag, 131016))
    number.home.run_for(60)
    assert number.screen() == [HOURS]
    assert number.home.backend.dead_letters().list() == []
    assert "late_failure_unknown" not in capsys.readouterr().out


@pytest.mark.parametrize("fault", ["", "refused", "gone"])
def test_a_kept_file_is_brought_by_its_bytes(number: WhatsAppDriver, fault: str) -> None:
    """Meta gets the bytes of a person's file. If that fails for good, the words go out."""
    number.write("I want to talk to a person")
    thread, file = thread_id(KEY, "mine", number.CUSTOMERS[0]), "f" + "a" * 26
    picture = {"kind": "image", "file": file, "alt": "A plan"}
    if fault != "gone":
        number.home.backend.blobs().put(key_of(MediaPlace(thread, file)), PICTURE)
    if fault == "refused":
        number.server.faults.append(refused(400, 100))
    number.person_says("Here it is.", media=[picture])
    told = [each.url for each in number.calls if each.url.endswith("/media")]
    shown = number.server.shown[-2:]
    assert len(told) == (0 if fault == "gone" else 1)
    assert [each.media for each in shown] == (["A plan.png", ""] if not fault else ["", ""])
    assert shown[-1].text == "Here it is."
