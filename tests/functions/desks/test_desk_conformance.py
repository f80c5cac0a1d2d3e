"""Each kind of desk says and hears the pool protocol alike: once, in order, nothing lost."""

import pytest
from surgeline.application.alerts.alerts import Alerts

from tests.functions.company_system import KIM as KIM_FILE
from tests.functions.desks.desk_driver import DESK, LEE, PDF, WISH, DeskDriver

CARD = "4111 1111 1111 1111"

# ---------------------------------------------------------------- the offer


def test_an_offer_reaches_the_tool(desk: DeskDriver) -> None:
    """An offer brings the reason and the words so far to the tool."""
    desk.customer("When are you open?")
    desk.ask()
    shown = desk.newest(2)
    assert "asked for a person" in shown
    assert "When are you open?" in shown


def test_a_person_takes_an_offer(desk: DeskDriver) -> None:
    """An accepted offer gives the pool the conversation, and the customer hears who came."""
    desk.taken()
    [joined] = [text for _, text in desk.shop.said() if "Kim" in text]
    assert joined


def test_of_two_people_one_takes_it(desk: DeskDriver) -> None:
    """Of two people who accept at once the first has it, and the other is told who that is."""
    place = desk.ask()
    desk.do(desk.accept(place), desk.accept(place, LEE))
    assert desk.owner() == f"pool:{DESK}"
    assert any("Kim was quicker" in each for each in desk.seen())


def test_a_declined_offer_goes_to_the_next_pool(desk: DeskDriver) -> None:
    """A person who declines lets the next pool be asked."""
    place = desk.ask()
    desk.do(desk.decline(place))
    assert len(desk.offered()) == 1


def test_the_first_words_take_the_offer(desk: DeskDriver) -> None:
    """Words in the place of an open offer take it and reach the customer."""
    place = desk.ask()
    desk.do(desk.write(place, "Hello, how can I help?"))
    assert desk.owner() == f"pool:{DESK}"
    assert desk.sent() == ["Hello, how can I help?"]


def test_an_offer_that_ran_out_is_told(desk: DeskDriver) -> None:
    """An offer that nobody takes ends in the tool, and a late acceptance is told to be late."""
    place = desk.ask()
    desk.home.run_messages_for(3_700)
    assert any("over" in each for each in desk.seen())
    desk.do(desk.accept(place))
    assert desk.owner() != f"pool:{DESK}"
    assert "moved on" in desk.newest()


def test_whoever_takes_it_reads_the_customers_file(desk: DeskDriver) -> None:
    """A person who takes an offer is told the customer's profile, orders and cases."""
    desk.connect_system(KIM_FILE)
    place = desk.ask()
    desk.do(desk.accept(place))
    told = "\n".join(desk.seen())
    assert "Kim, VIP" in told
    assert "Order 1042: shipped, 2026-02-20, 19.90 EUR, DHL, https://dhl.test/1042" in told
    assert "Case Scratch: open, https://crm.test/k-1" in told
    assert desk.sent() == []


# ---------------------------------------------------------------- the conversation


def test_words_go_both_ways(desk: DeskDriver) -> None:
    """A person's words reach the customer, and the customer's reach the tool, in order."""
    place = desk.taken()
    desk.do(desk.write(place, "Hello"), desk.write(place, "Which order?"))
    desk.customer("Number 17")
    assert desk.sent() == ["Hello", "Which order?"]
    assert "Number 17" in desk.newest()


def test_quotes_and_marks_stay_out(desk: DeskDriver) -> None:
    """The customer gets the person's own words and nothing else of the tool."""
    place = desk.taken()
    desk.do(desk.write(place, "Yes & no: 3 < 4\n\nSee https://shop.example/help"))
    assert desk.sent() == ["Yes & no: 3 < 4\n\nSee https://shop.example/help"]


def test_a_person_resolves(desk: DeskDriver) -> None:
    """A closed conversation is over for the customer."""
    place = desk.taken()
    desk.do(desk.write(place, "Done."), desk.resolve(place))
    assert desk.owner() == "closed"


def test_words_and_their_end_may_come_together(desk: DeskDriver) -> None:
    """One text may have the last words and the command that closes."""
    place = desk.taken()
    desk.do(desk.write(place, "It is on its way.\n#resolve"))
    assert desk.sent() == ["It is on its way."]
    assert desk.owner() == "closed"


def test_a_reply_that_comes_after_its_end_is_sent(desk: DeskDriver) -> None:
    """An end that overtook the reply before it takes effect after that reply."""
    place = desk.taken()
    reply = desk.write(place, "It is on its way.")
    end = desk.resolve(place)
    assert desk.deliver(end) == 200
    desk.home.run_for(1)
    desk.do(reply)
    assert desk.sent() == ["It is on its way."]
    assert desk.owner() == "closed"


def test_a_person_looks_into_it(desk: DeskDriver) -> None:
    """The customer is promised word, and the place is told the time, or that it is too far."""
    place = desk.taken()
    desk.do(desk.write(place, "#pending 2h I ask the workshop."))
    assert desk.sent() == ["I ask the workshop."]
    assert "promised the customer word by" in desk.newest()
    assert desk.owner() == f"pool:{DESK}"
    desk.do(desk.write(place, "#pending 31d"))
    assert "at most 30 days" in desk.newest()


def test_a_person_passes_it_on(desk: DeskDriver) -> None:
    """A transfer offers the conversation to the named pool, with the reason."""
    place = desk.taken()
    desk.do(desk.write(place, "#transfer vendor needs a technician"))
    [offer] = [each for each in desk.vendor if each["type"] == "handoff.offered"]
    [before] = offer["data"]["context"]["handovers"]
    assert before["reason"] == "needs a technician"


def test_an_unknown_pool_is_told(desk: DeskDriver) -> None:
    """A transfer to a pool that is not there changes nothing, and the person is told."""
    place = desk.taken()
    desk.do(desk.write(place, "#transfer nobody"))
    assert desk.owner() == f"pool:{DESK}"
    assert "there is no pool nobody" in desk.newest()


def test_a_person_gives_it_back(desk: DeskDriver) -> None:
    """A return gives the conversation to the assistant."""
    place = desk.taken()
    desk.do(desk.write(place, "#return"))
    assert desk.owner() == "bot"


@pytest.mark.parametrize("text", ["// ask the warehouse", "#note ask the warehouse"])
def test_a_note_stays_inside(desk: DeskDriver, text: str) -> None:
    """A note is kept for the next pool and never reaches the customer."""
    place = desk.taken()
    desk.do(desk.write(place, text), desk.write(place, "#transfer vendor"))
    assert desk.sent() == []
    [offer] = [each for each in desk.vendor if each["type"] == "handoff.offered"]
    [note] = offer["data"]["context"]["notes"]
    assert note["text"] == "ask the warehouse"


def test_changed_words_are_corrected(desk: DeskDriver) -> None:
    """Changed words reach the customer once, as a correction, behind the words before them."""
    place = desk.taken()
    said = desk.write(place, "It costs 10.")
    edited = desk.edit(said, "It costs 12.")
    assert (desk.deliver(said), desk.deliver(edited)) == (200, 503), "they are on their way"
    desk.home.run_for(5)
    desk.do(edited, edited)
    assert desk.sent() == ["It costs 10.", "Correction: It costs 12."]
    assert "as a correction" in desk.newest()
    elder = desk.edit(said, "It costs 13.")
    desk.home.run_for(1)
    desk.do(desk.edit(said, "It costs 14."), elder)
    assert desk.sent()[2:] == ["Correction: It costs 14."], "the elder change came too late"
    desk.do(desk.write(place, "#transfer vendor"))
    desk.do(desk.edit(said, "It costs 15."))
    assert desk.sent()[3:] == [], "another pool has the conversation"
    assert "Nothing was sent" in desk.newest()


def test_words_that_are_deleted_stay(desk: DeskDriver) -> None:
    """Words that are deleted in the tool stay with the customer, and the person is told."""
    said = desk.write(desk.taken(), "It costs 10.")
    desk.do(said, desk.delete(said))
    assert desk.sent() == ["It costs 10."]
    assert "change was not sent" in desk.newest()


def test_a_file_reaches_the_customer(desk: DeskDriver) -> None:
    """A file reaches the customer once, behind the words beside it and in the person's name."""
    event = desk.with_file(desk.write(desk.taken(), "Look at this"))
    desk.do(event, event)
    assert desk.sent() == ["Look at this", "a.pdf"]
    assert desk.files() == [PDF]
    assert not any("was not sent" in each for each in desk.seen())


def test_a_file_that_cannot_go_is_told(desk: DeskDriver) -> None:
    """A file that can't go is told to the person, and the words beside it reach the customer."""
    place = desk.taken()
    desk.do(desk.with_lost_file(desk.write(place, "Look at this")))
    assert desk.sent() == ["Look at this"]
    assert "was not sent, because" in desk.newest()


def test_an_unknown_command_is_told(desk: DeskDriver) -> None:
    """A misspelt command sends nothing, and the person is told the right ones."""
    place = desk.taken()
    desk.do(desk.write(place, "Bye\n#resovle"))
    assert desk.sent() == []
    assert desk.owner() == f"pool:{DESK}"
    assert "there is no command resovle" in desk.newest()


def test_a_customer_who_leaves_is_told(desk: DeskDriver) -> None:
    """The tool hears that the conversation is over, and words after that are not sent."""
    place = desk.taken()
    thread = desk.shop.thread()
    assert thread is not None
    asked = {"channel": "shop", "sender": "c1"}
    assert desk.shop.admin("POST", "/v1/admin/erasures", asked).status == 202
    desk.home.run_for(5)
    assert any("left" in each for each in desk.seen())
    desk.do(desk.write(place, "Are you there?"))
    assert desk.sent() == []


# ---------------------------------------------------------------- epochs and repeats


def test_each_place_has_its_own_end(desk: DeskDriver) -> None:
    """The same act of the same person in two places of one customer is two acts."""
    desk.do(desk.resolve(desk.taken()))
    assert desk.owner() == "closed"
    desk.do(desk.resolve(desk.taken("One more thing: where is my order?")))
    assert desk.owner() == "closed"


def test_words_under_an_old_epoch_are_refused(desk: DeskDriver) -> None:
    """A pool that was silent too long loses the conversation, and its later words are told."""
    place = desk.taken()
    desk.home.run_messages_for(16 * 60)
    assert len(desk.offered()) == 1
    assert any("taken back" in each for each in desk.seen())
    desk.do(desk.write(place, "Sorry, I am back."))
    assert desk.sent() == []
    assert "Nothing was sent" in desk.newest()


def test_a_conversation_that_comes_back_has_a_new_place(desk: DeskDriver) -> None:
    """A customer who comes back gets the same pool, in a place under the new epoch."""
    first = desk.taken()
    desk.do(desk.write(first, "Done."), desk.resolve(first))
    desk.customer("One more thing: where is my order?")
    second = desk.places()[-1]
    assert len(desk.places()) == 2
    desk.do(desk.write(first, "In the old place"), desk.write(second, "In the new place"))
    assert desk.sent() == ["Done.", "In the new place"]


def test_an_event_that_comes_twice_counts_once(desk: DeskDriver) -> None:
    """The tool may send each event again, at once or much later."""
    place = desk.ask()
    accepted, said = desk.accept(place), desk.write(place, "Hello")
    desk.do(accepted, accepted, said, said)
    desk.home.run_for(600)
    desk.do(said)
    assert desk.sent() == ["Hello"]


def test_our_own_words_are_not_heard(desk: DeskDriver) -> None:
    """What we wrote into the tool comes back as an event, and is nothing."""
    place = desk.taken()
    desk.customer("Hello?")
    desk.do(desk.echo(), desk.write(place, "#transfer vendor"))
    assert desk.sent() == []
    [offer] = [each for each in desk.vendor if each["type"] == "handoff.offered"]
    assert offer["data"]["context"]["notes"] == []


def test_strangers_are_not_heard(desk: DeskDriver) -> None:
    """Words that nobody of the pool wrote are refused, and change nothing."""
    place = desk.ask()
    desk.deliver(desk.forged(place, "Send me the money."))
    desk.home.run_for(5)
    assert desk.sent() == []
    assert desk.owner() == "waiting"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"payload=%7B", b"null", b"{}"])
def test_a_hostile_body_is_no_failure_of_ours(desk: DeskDriver, body: bytes) -> None:
    """Whatever arrives is answered without a 5xx, and changes nothing."""
    desk.ask()
    assert desk.deliver(body) < 500
    desk.home.run_for(5)
    assert desk.owner() == "waiting"


def test_a_removed_pool_is_not_heard(desk: DeskDriver) -> None:
    """A pool that was removed can't speak any more, and the next pool has its conversations."""
    place = desk.taken()
    said = desk.write(place, "Hello?")
    assert desk.shop.admin("DELETE", f"/v1/admin/pools/{DESK}").status == 200
    desk.home.run_for(5)
    desk.deliver(said)
    desk.home.run_for(5)
    assert desk.sent() == []
    assert len(desk.offered()) == 1


# ---------------------------------------------------------------- faults


def test_a_lost_answer_doubles_nothing(desk: DeskDriver) -> None:
    """A text whose answer was lost is looked for before it is written again."""
    desk.taken()
    before = len(desk.seen())
    desk.lose_answer()
    desk.customer("Where is my order?")
    desk.home.run_for(30)
    assert len(desk.seen()) == before + 1


def test_words_before_the_place_is_known_are_not_lost(desk: DeskDriver) -> None:
    """Words in a place whose making was not confirmed are asked for again, and none are lost."""
    desk.lose_answer(desk.CALLS_BEFORE_ITS_PLACE)
    said = desk.write(desk.ask(), "Hello, how can I help?")
    status = desk.deliver(said)
    desk.home.run_for(60)
    if status == 503:
        desk.do(said)
    assert desk.sent() == ["Hello, how can I help?"]


def test_an_offer_that_failed_halfway_becomes_whole(desk: DeskDriver) -> None:
    """An offer whose later calls fail for a moment brings all words so far, and each once."""
    desk.customer("When are you open?")
    desk.break_tool(1, before=desk.CALLS_BEFORE_ITS_PLACE + 1)
    desk.customer(WISH)
    desk.home.run_for(120)
    assert "\n".join(desk.seen()).count("When are you open?") == 1
    assert len(desk.places()) == 1


def test_a_tool_that_fails_for_a_moment_loses_nothing(desk: DeskDriver) -> None:
    """A message is written once the tool answers again."""
    desk.taken()
    desk.break_tool(1)
    desk.customer("Where is my order?")
    desk.home.run_for(120)
    assert "Where is my order?" in desk.newest()
    desk.stand_before(2)
    desk.customer("Is it lost?")
    desk.home.run_for(240)
    assert "\n".join(desk.seen()).count("Is it lost?") == 1, "a page is no answer of the tool"
    assert desk.owner() == f"pool:{DESK}"


def test_an_offer_to_a_tool_that_is_down_goes_on(desk: DeskDriver) -> None:
    """The next pool is asked where the tool does not answer for some minutes."""
    desk.break_tool(20)
    desk.customer("I want to talk to a person")
    desk.home.run_for(300)
    assert len(desk.offered()) == 1


def test_a_tool_that_stays_down_loses_the_conversation_and_no_message(desk: DeskDriver) -> None:
    """The conversation goes to the next pool, with the message that could not be written."""
    desk.taken()
    desk.break_tool(200)
    desk.customer("Where is my order?")
    desk.home.run_messages_for(1_200)
    [offer] = [each for each in desk.vendor if each["type"] == "handoff.offered"]
    told = [each["text"] for each in offer["data"]["context"]["transcript"]]
    assert "Where is my order?" in told


def test_the_people_of_a_pool_are_told_of_alerts(desk: DeskDriver) -> None:
    """An alert stands once where the pool's people work, also after a lost answer."""
    chat = {"kind": "chat", "pool": DESK, "subjects": ["alerts"]}
    added = desk.shop.admin("PUT", "/v1/admin/subscriptions/team", chat)
    assert added.status == 200, added.text
    Alerts(desk.home.backend.notebook(), desk.home.clock).raise_("one", "Look.", "urgent")
    desk.lose_answer()
    desk.home.run_for(90)
    assert [each for each in desk.seen() if "Look." in each] == ["Alert: Look."]


def test_the_tool_sees_no_card_numbers(desk: DeskDriver) -> None:
    """Texts in the tool are redacted to the pool's level."""
    desk.taken(f"I want to talk to a person about my card {CARD}")
    desk.customer(f"It is {CARD}")
    assert not any(CARD in each for each in desk.seen())
