"""Each kind of channel knows its customer: by name, in a language, and until an erasure."""

import re

import pytest
from surgeline.domain.ids import thread_id

from local.virtual.shop import KEY
from tests.functions.channels.driver import HOURS, Driver
from tests.functions.channels.test_conformance_out import QUESTION

NAME = re.compile(r"\bSam\b")
PERSON = "I want to talk to a person"


def test_people_see_the_customers_name(mine: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    """People see the customer's name as the provider tells it, and no log has it."""
    mine.write(QUESTION)
    mine.write(PERSON)
    offer = next(each for each in mine.told if each["type"] == "handoff.offered")
    assert NAME.search(str(offer["data"]["context"]["customer"]))
    assert not NAME.search(capsys.readouterr().out)


def test_a_missing_profile_holds_nothing_up(mine: Driver) -> None:
    """If the provider tells no profile, the answer comes all the same, and no alarm follows."""
    mine.server.known.clear()  # type: ignore[attr-defined] # the servers that have profiles
    mine.write(QUESTION)
    mine.home.run_for(600)
    assert mine.screen() == [HOURS]
    assert mine.home.backend.dead_letters().list() == []
    asked = mine.shop.logged("profile:mine")
    assert {each.end for each in asked} == {"failed"}


def test_an_erasure_forgets_the_name(mine: Driver) -> None:
    """An erasure forgets what the provider told of the customer, with all words."""
    mine.write(QUESTION)
    sender = {"channel": "mine", "sender": mine.CUSTOMERS[0]}
    assert mine.shop.admin("POST", "/v1/admin/erasures", sender).status in (200, 202)
    mine.home.run_for(60)
    thread = thread_id(KEY, "mine", mine.CUSTOMERS[0])
    kept = mine.home.backend.store().records(thread, after_seq=0)
    assert not NAME.search(repr(kept))


def test_the_language_of_the_profile_counts(mine: Driver) -> None:
    """A customer who sends no words is spoken to in the language of the profile or the app."""
    mine.speaks_korean()
    mine.write("👍")
    mine.send(mine.event("picture"))
    mine.home.drain()
    assert re.search("[가-힣]", mine.screen()[-1])


def test_a_changed_address_keeps_the_thread(mine: Driver) -> None:
    """A customer whose number comes with a new id, or goes, keeps the thread."""
    for each in mine.moved():
        mine.send(each)
    mine.home.drain()
    assert len(mine.said()) == len(mine.moved())


def test_stop_and_start_are_heeded(mine: Driver) -> None:
    """After STOP nothing is written any more, and after START the next question is answered."""
    mine.write(QUESTION, "STOP", user=mine.CUSTOMERS[1])
    before = mine.screen(mine.CUSTOMERS[1])
    mine.home.run_for(3_600)
    assert mine.screen(mine.CUSTOMERS[1]) == before
    mine.write("START", QUESTION, user=mine.CUSTOMERS[1])
    assert mine.screen(mine.CUSTOMERS[1])[-1] == HOURS


def test_a_reaction_is_no_message(mine: Driver) -> None:
    """A reaction is acknowledged, and is neither a message nor an answer."""
    mine.write(QUESTION)
    assert mine.send(mine.event("reaction")).status == 200
    mine.home.drain()
    assert (mine.said(), mine.screen()) == ([QUESTION], [HOURS])


def test_every_file_of_a_message_is_fetched(mine: Driver) -> None:
    """Every file of one message is fetched for people."""
    mine.send(mine.event("two pictures"))
    mine.home.drain()
    assert len(mine.wanted_files()) == 2


def test_a_customer_who_left_gets_no_late_answer(mine: Driver) -> None:
    """An answer that still waits is not sent to a customer who blocked the account since."""
    mine.server.faults.append(mine.TROUBLE)
    mine.write(QUESTION)
    mine.send(mine.event("left"))
    mine.home.run_for(600)
    assert mine.screen() == []
