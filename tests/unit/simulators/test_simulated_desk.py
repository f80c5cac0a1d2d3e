"""The simulated vendor's rules, one table a topic."""

import pytest
from vendor_desk import CONVERSATION, Vendor, about, spoken, types

from local.simulators.desk import CHATS_PER_AGENT, LATE_SECONDS

ENDS = ["typing", "message.sent", "conversation.resolved"]


@pytest.mark.parametrize(
    ("behaviour", "status", "body", "callback", "wait"),
    [
        ({}, 202, {}, "handoff.accepted", 1.0),
        ({"ring_seconds": 9.0}, 202, {}, "handoff.accepted", 9.0),
        ({"accept": "late"}, 202, {}, "handoff.accepted", 30.0 + LATE_SECONDS),
        ({"accept": "response"}, 200, {"accepted": True}, "handoff.accepted", 1.0),
        ({"accept": "never"}, 202, {}, None, None),
        ({"decline": 1.0}, 202, {}, "handoff.declined", 1.0),
        ({"decline": 1.0, "accept": "response"}, 200, {"accepted": False}, None, None),
        ({"decline": 1.0, "accept": "never"}, 202, {}, None, None),
    ],
)
def test_an_offer_is_answered_as_the_behaviour_says(
    behaviour: dict[str, object],
    status: int,
    body: dict[str, bool],
    callback: str | None,
    wait: float | None,
) -> None:
    """Each way to accept or decline has its answer and its callbacks."""
    answer, callbacks = Vendor(**behaviour).offered()
    assert (answer.status, {k: answer.body[k] for k in body}) == (status, body)
    assert types(callbacks) == ([callback] if callback else [])
    assert [each.after_seconds for each in callbacks] == ([wait] if callback else [])


@pytest.mark.parametrize(
    ("status", "body", "then"),
    [
        (200, {"accepted": True, "epoch": 3}, ENDS),
        (409, {"error": {"code": "conflict", "state": "timed_out"}}, []),
        (404, {}, []),
        (401, {}, []),
        (0, {}, []),
    ],
)
def test_only_an_acceptance_that_was_in_time_makes_the_agent_speak(
    status: int, body: dict[str, object], then: list[str]
) -> None:
    """An answer of 200 opens the conversation, and 409, 404, a refusal and silence do not."""
    vendor = Vendor(resolve_after_replies=1)
    _, callbacks = vendor.offered()
    assert types(vendor.desk.answered(callbacks[0], status, body)) == then
    assert (CONVERSATION in vendor.desk.chats) == bool(then)


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("en", "help", "simulated agent"),
        ("ko", "help", "시뮬레이션 상담원"),
        ("fr", "help", "conseiller simulé"),
        (None, "도와주세요", "시뮬레이션 상담원"),
        (None, "help", "simulated agent"),
        ("de", "Hilfe", "simulated agent"),
    ],
)
def test_the_agent_speaks_the_conversations_language(
    language: str | None, text: str, word: str
) -> None:
    """The offer's language decides; without one that is spoken here, the text's script does."""
    assert word in spoken(Vendor().takes(language=language, text=text))


def test_each_message_is_answered_in_turn_and_the_last_reply_closes() -> None:
    """A chat of three replies has a greeting, two different replies, and then the end at once."""
    vendor = Vendor(resolve_after_replies=3, reply_after_seconds=2.0)
    greeting = vendor.takes()
    first = vendor.wrote("it is about my sofa", seq=1)
    second = vendor.wrote("the blue one", seq=2)
    assert types(greeting) == types(first) == types(second) == ENDS
    assert len({spoken(greeting), spoken(first), spoken(second)}) == 3
    assert [each[1].after_seconds for each in (greeting, first, second)] == [2.0, 2.0, 2.0]
    assert [each[2].after_seconds for each in (greeting, first, second)] == [32.0, 32.0, 2.0]


def test_a_customer_who_writes_again_calls_the_closing_off() -> None:
    """A customer who writes again calls off the resolution that was planned for a silence."""
    vendor = Vendor(resolve_after_replies=1)
    ending = vendor.takes()[2]
    assert vendor.desk.wanted(ending)
    again = vendor.wrote("wait, one more thing")
    assert not vendor.desk.wanted(ending)
    assert vendor.desk.wanted(again[2])


@pytest.mark.parametrize("text", ["Thanks!", "thank you so much", "Merci bien", "감사합니다"])
def test_a_thank_you_closes_at_once(text: str) -> None:
    """A thank you closes the chat at once, whatever number of replies is left."""
    vendor = Vendor(resolve_after_replies=9)
    vendor.takes()
    said = vendor.wrote(text)
    assert types(said) == ENDS
    assert said[1].after_seconds == said[2].after_seconds


def test_a_share_is_given_back_in_place_of_being_resolved() -> None:
    """A share of all to `give_back` ends a chat with a return and its reason."""
    said = Vendor(give_back=1.0, resolve_after_replies=1).takes()
    assert types(said) == ["typing", "message.sent", "conversation.returned"]
    assert said[2].data["reason"]


def test_a_dropped_conversation_gets_no_word() -> None:
    """A share of all to `drop` accepts, counts, and stays silent to every message."""
    vendor = Vendor(drop=1.0)
    assert vendor.takes() == ()
    assert vendor.wrote("hello?") == ()
    assert vendor.desk.counts["dropped"] == 1


def test_a_repeated_webhook_has_the_same_answer_and_no_second_effect() -> None:
    """A repeated webhook gives the same answer, keeps one offer in hand, and counts one repeat."""
    vendor = Vendor()
    kind, data = about("conversation.message", message={"id": "m1", "text": "hi", "at": ""})
    vendor.takes()
    first, once = vendor.told(kind, data, "n-same")
    second, again = vendor.told(kind, data, "n-same")
    assert (first, types(once)) == (second, ENDS)
    assert again == ()
    assert vendor.desk.counts["repeats"] == 1


def test_a_message_seen_under_another_id_is_known_by_its_seq() -> None:
    """A seq at or below the last is a repeat; one too high is taken and counted as a gap."""
    vendor = Vendor()
    vendor.takes()
    assert vendor.wrote("one", seq=1)
    assert vendor.wrote("one", seq=1) == ()
    assert vendor.wrote("three", seq=3)
    assert (vendor.desk.counts["repeats"], vendor.desk.counts["gaps"]) == (1, 1)


@pytest.mark.parametrize("kind", ["conversation.taken_back", "conversation.abandoned"])
def test_losing_the_conversation_calls_everything_off(kind: str) -> None:
    """Replies on their way are not wanted any more, and late messages are not answered."""
    vendor = Vendor()
    said = vendor.takes()
    vendor.told(*about(kind))
    assert not any(vendor.desk.wanted(each) for each in said)
    assert vendor.wrote("hello?", seq=2) == ()
    assert vendor.desk.counts["messages_after_end"] == 1


def test_a_withdrawn_offer_is_not_accepted_any_more() -> None:
    """The acceptance that was ringing is called off."""
    vendor = Vendor()
    _, callbacks = vendor.offered()
    vendor.told(*about("handoff.withdrawn", offer_id="o1", reason="taken"))
    assert not vendor.desk.wanted(callbacks[0])


def test_a_late_acceptance_is_sent_although_the_offer_was_withdrawn() -> None:
    """`late` is there to be refused with 409."""
    vendor = Vendor(accept="late")
    _, callbacks = vendor.offered()
    vendor.told(*about("handoff.withdrawn", offer_id="o1", reason="timed_out"))
    assert vendor.desk.wanted(callbacks[0])
    assert vendor.desk.answered(callbacks[0], 409, {}) == ()
    assert vendor.desk.counts["refused_409"] == 1


@pytest.mark.parametrize("status", [404, 409])
def test_a_stale_epoch_ends_the_conversation_here(status: int) -> None:
    """An answer of 404 or 409 to a message ends the conversation at this desk."""
    vendor = Vendor()
    said = vendor.takes()
    assert vendor.desk.answered(said[1], status, {}) == ()
    assert CONVERSATION not in vendor.desk.chats


def test_a_message_under_a_new_epoch_proves_ownership() -> None:
    """A message under a new epoch is answered after a restart or before the acceptance was."""
    forgetful = Vendor()
    assert types(forgetful.wrote("도와주세요", epoch=7)) == ENDS
    quick = Vendor()
    _, callbacks = quick.offered(language="fr")
    assert "vrai conseiller" in spoken(quick.wrote("bonjour"))
    assert not quick.desk.wanted(callbacks[0])
    assert quick.desk.answered(callbacks[0], 200, {"accepted": True}) == ()


def test_a_conversation_can_come_back_under_a_higher_epoch() -> None:
    """A conversation accepted again drops the old epoch's leftovers and sends the new one's
    replies.
    """
    vendor = Vendor()
    old = vendor.takes()
    vendor.told(*about("conversation.taken_back"))
    new = vendor.takes(offer="o2", epoch=5)
    assert not vendor.desk.wanted(old[1])
    assert vendor.desk.wanted(new[1])


def test_a_full_desk_declines() -> None:
    """An offer is declined as busy while every agent's hands are full, and accepted again later."""
    vendor = Vendor(agents=1)
    for number in range(CHATS_PER_AGENT):
        assert types(vendor.offered(offer=f"o{number}")[1]) == ["handoff.accepted"]
    _, callbacks = vendor.offered(offer="one too many")
    assert (callbacks[0].type, callbacks[0].data["reason"]) == ("handoff.declined", "busy")
    vendor.told(*about("handoff.withdrawn", offer_id="o0", reason="taken"))
    assert types(vendor.offered(offer="next")[1]) == ["handoff.accepted"]


def test_seats_that_are_asked_for_are_brought() -> None:
    """As many seats as there are agents are reported after the time of a ring."""
    vendor = Vendor(agents=3, ring_seconds=2.0)
    _, [callback] = vendor.told("capacity.requested", {"schema": 1, "seq": 1, "seats": 9})
    assert (callback.type, callback.after_seconds) == ("capacity.reported", 2.0)
    assert callback.data["seats"] == 3
    assert vendor.desk.wanted(callback)
    assert vendor.told("capacity.released", {"schema": 1, "seq": 2})[1] == ()


def test_an_unknown_event_is_taken_and_left_alone() -> None:
    """Types that come with a later version must not fail a vendor."""
    answer, callbacks = Vendor().told(*about("conversation.rated", stars=5))
    assert (answer.status, callbacks) == (200, ())


@pytest.mark.parametrize(("error", "hang"), [(0.3, 0.0), (0.0, 0.3), (0.2, 0.3)])
def test_accidents_come_in_the_share_asked_for_and_repeat_with_the_seed(
    error: float, hang: float
) -> None:
    """Shares hold over many requests; the same seed has the same accidents, another has others."""
    runs = [
        [Vendor(error=error, hang=hang, seed=seed).desk.fault(f"n{n}", 1) for n in range(2000)]
        for seed in (1, 1, 2)
    ]
    assert runs[0] == runs[1] != runs[2]
    for name, share in (("error", error), ("hang", hang)):
        assert abs(runs[0].count(name) / 2000 - share) < 0.04


def test_a_second_attempt_draws_again() -> None:
    """An accident is an attempt's and not a webhook's, so retrying helps."""
    desk = Vendor(error=0.5).desk
    outcomes = {desk.fault("n1", attempt) for attempt in range(20)}
    assert outcomes == {None, "error"}
