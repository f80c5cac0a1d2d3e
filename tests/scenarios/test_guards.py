"""Guards are taken away one at a time, and a test of ours must fail for each.

One that has moved or changed fails with "the guard is not where it was": then its row is brought up
to date, never dropped. How a guard is found and taken away lives in `taken_away`.
"""

from collections.abc import Callable

import pytest
import surgeline.application
import surgeline.domain
from hypothesis import HealthCheck, Phase, given, settings
from surgeline.application.ports.refusals import Absent

import local.engine
from tests.scenarios import named_faults as hands
from tests.scenarios import test_invariants as invariants
from tests.scenarios import test_named_faults as faults
from tests.scenarios import test_named_faults_offers as offer_faults
from tests.scenarios import test_named_faults_pools as pool_faults
from tests.scenarios.script import outside
from tests.scenarios.taken_away import Guard, without
from tests.unit.domain import test_decide_offers as offers
from tests.unit.domain import test_decide_ownership as ownership
from tests.unit.domain import test_decide_properties as properties
from tests.unit.domain import test_silence as silence
from tests.unit.domain.story import waiting

# ---------------------------------------------------------------- who notices


@settings(
    max_examples=150,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(properties.MANY)
def the_laws(steps: list[properties.Step]) -> None:
    """Check the laws of a thread under any order of events."""
    properties.held_to_the_laws(steps)


def named(test: Callable[..., None]) -> Callable[[], None]:
    """Return a named fault, played in a world of its own."""

    def play() -> None:
        with outside() as out:
            test(out)

    return play


def a_crash_after(call: str) -> Callable[[], None]:
    """Return the scripted day with a crash after one of the calls of that name."""

    def play() -> None:
        invariants.the_day.cache_clear()
        try:
            with outside(**invariants.PATIENT) as out:
                invariants.Day(out).play()
                found = [n for n, name in enumerate(out.world.gate.trail, 1) if name == call]
            invariants.survives({found[1]: "after"}, quick_restarts=True)
        finally:
            invariants.the_day.cache_clear()

    return play


def another_pool_is_refused_by_the_record() -> None:
    """Check that an offer's record takes no acceptance of another pool."""
    with outside() as out:
        hands.asks_for_a_person(out)
        _, offer = out.offers()[0]
        offers_of = out.world.home.offers()
        try:
            offers_of.accept(offer["offer_id"], pool_id="south", now=out.world.clock.at)
        except Absent:
            return
        raise AssertionError("another pool has it now")


# ---------------------------------------------------------------- the guards


DOMAIN, APPLICATION, ENGINE = surgeline.domain, surgeline.application, local.engine

GUARDS = (
    Guard(
        "a pool speaks only under its epoch",
        DOMAIN,
        'Owner("pool", event.pool_id)\n        and current.epoch == event.epoch\n',
        'Owner("pool", event.pool_id)\n',
        the_laws,
    ),
    Guard(
        "a pool speaks only where it is the owner",
        DOMAIN,
        '        and current.owner == Owner("pool", event.pool_id)\n',
        "",
        the_laws,
    ),
    Guard(
        "a pool speaks only in its own conversation",
        DOMAIN,
        "        and current.id == event.conversation_id\n"
        '        and current.owner == Owner("pool", event.pool_id)\n',
        '        and current.owner == Owner("pool", event.pool_id)\n',
        the_laws,
    ),
    Guard(
        "only an open offer is accepted",
        DOMAIN,
        "if o.offer_id == offer_id), None)",
        "), None)",
        the_laws,
    ),
    Guard(
        "an offer belongs to its conversation",
        DOMAIN,
        "current is None or current.id != conversation or current.handoff is None",
        "current is None or current.handoff is None",
        offers.test_an_offer_of_an_earlier_conversation_can_not_be_accepted_in_this_one,
    ),
    Guard(
        "a new owner raises the epoch",
        DOMAIN,
        "owner=owner, epoch=self.conversation.epoch + 1",
        "owner=owner",
        the_laws,
    ),
    Guard(
        "a forwarded message counts as told",
        DOMAIN,
        "    turn.change_handoff(told_seq=turn.event_seq)\n    return",
        "    return",
        the_laws,
    ),
    Guard(
        "a message never overtakes what its owner is still owed",
        DOMAIN,
        "if turn.handoff.behind:",
        "if False:",
        lambda: offers.test_a_message_that_comes_meanwhile_is_told_in_its_turn(0),
    ),
    Guard(
        "what an acceptance brings along counts as told",
        DOMAIN,
        "turn.change_handoff(told_seq=message.seq)",
        "pass",
        the_laws,
    ),
    Guard(
        "a pool that was tried is not asked again",
        DOMAIN,
        "offers=left, tried=(*turn.handoff.tried, offer.pool_id)",
        "offers=left",
        lambda: properties.test_every_handoff_ends(3),
    ),
    Guard(
        "a silence timer of an earlier ownership is stale",
        DOMAIN,
        "current.id != timer.conversation_id or current.epoch != timer.epoch:",
        "current.id != timer.conversation_id:",
        ownership.test_the_watch_starts_anew_with_the_next_owner,
    ),
    Guard(
        "who has spoken is not silent",
        DOMAIN,
        "agent_spoke=True, quiet_since=0, kept_until=0",
        "agent_spoke=True, kept_until=0",
        silence.test_an_answer_in_time_keeps_the_conversation,
    ),
    Guard(
        "an owner has one timer, and no other counts",
        DOMAIN,
        "turn.handoff.watch_at not in (0, event.due_at)",
        "False",
        silence.test_a_timer_other_than_the_one_believed_in_is_stale,
    ),
    Guard(
        "whoever waits for an answer is watched over",
        DOMAIN,
        "        expect_answer(turn)\n    if turn.handoff.behind",
        "        pass\n    if turn.handoff.behind",
        silence.test_a_message_left_unanswered_costs_the_pool_the_conversation,
    ),
    Guard(
        "an offer that was won is won at its deadline too",
        DOMAIN,
        'if turn.facts.offer_status == "accepted":',
        "if False:",
        lambda: offers.test_an_offer_accepted_just_before_its_deadline_is_won("accepted"),
    ),
    Guard(
        "an event that is done is not decided again, and its sends are made up for",
        APPLICATION,
        "            if loaded.done:\n",
        "            if False:\n",
        a_crash_after("store.commit"),
    ),
    Guard(
        "a late redelivery shows nothing twice",
        APPLICATION,
        "if self._again and self._log",
        "if False and self._log",
        named(faults.test_f07_a_message_sent_again_and_again_is_answered_once),
    ),
    Guard(
        "an offer is closed on its record before its deadline counts",
        APPLICATION,
        'return self._offers.close(event.subject, "timed_out")',
        "return None",
        named(offer_faults.test_an_acceptance_whose_event_was_lost_is_found_at_the_deadline),
    ),
    Guard(
        "what was written meanwhile is looked up at the acceptance",
        APPLICATION,
        'takes_over = isinstance(event, OfferAccepted) or status == "accepted"',
        'takes_over = status == "accepted"',
        named(pool_faults.test_f40_what_was_written_meanwhile_is_told_once),
    ),
    Guard(
        "the owner is checked again at send time, for customers",
        APPLICATION,
        "    newer = conversation.epoch > delivery.epoch\n",
        "    newer = False\n",
        named(pool_faults.test_words_that_a_person_overtook_are_not_sent),
    ),
    Guard(
        "the owner is checked again at send time, for pools",
        APPLICATION,
        "return None if owned and conversation.epoch == delivery.epoch else ",
        "return None if True else ",
        named(pool_faults.test_a_pool_that_lost_the_conversation_is_told_no_more_of_it),
    ),
    Guard(
        "an offer is not sent after its deadline",
        APPLICATION,
        "if delivery.expires_at is not None and self._clock.now() >= delivery.expires_at:",
        "if False:",
        named(offer_faults.test_f28_an_offer_is_not_sent_after_its_deadline),
    ),
    Guard(
        "a stale callback is refused at once",
        APPLICATION,
        'return (conversation.owner, conversation.epoch) == (Owner("pool", pool_id), epoch)',
        "return True",
        named(pool_faults.test_f38_words_under_an_old_epoch_go_nowhere),
    ),
    Guard(
        "a callback made again is answered as the first time",
        APPLICATION,
        "if loaded.done.explanation.decision != REFUSED:",
        "if False:",
        named(
            lambda out: pool_faults.test_a_callback_made_again_is_answered_as_the_first_time(
                out, "conversation.resolved"
            )
        ),
    ),
    Guard(
        "ending an offer that was never made is no error",
        APPLICATION,
        "        except Absent:\n            return  # the event that made the offer",
        "        except ZeroDivisionError:\n            return  # the event that made the offer",
        named(faults.test_an_offer_that_was_never_made_is_ended_without_trouble),
    ),
    Guard(
        "a commit needs the thread as it was loaded",
        ENGINE,
        "if seq != expected_seq:",
        "if False:",
        named(faults.test_f20_two_workers_on_one_thread_lose_nothing),
    ),
    Guard(
        "an offer is accepted before its deadline or not at all",
        ENGINE,
        "if now >= offer.expires_at:",
        "if False:",
        named(offer_faults.test_f36_an_acceptance_after_the_deadline_moves_nothing),
    ),
    Guard(
        "an offer that has ended is not accepted",
        ENGINE,
        'if offer.status != "open":',
        "if False:",
        named(offer_faults.test_an_offer_that_was_withdrawn_can_not_be_accepted),
    ),
    Guard(
        "an offer is accepted by its own pool",
        ENGINE,
        "if offer is None or offer.pool_id != pool_id:",
        "if offer is None:",
        another_pool_is_refused_by_the_record,
    ),
    Guard(
        "of a conversation's offers one is accepted",
        ENGINE,
        "if _one(db, _TAKEN, offer.conversation_id, offer.epoch):",
        "if False:",
        offer_faults.test_f35_of_two_pools_that_accept_one_wins,
    ),
    Guard(
        "a seat is claimed below the limit",
        ENGINE,
        "if claim.limit is not None and _taken(db, pool_id) >= claim.limit:",
        "if False:",
        offer_faults.test_one_seat_for_two_who_ask_at_once,
    ),
    Guard(
        "what was delivered stays delivered",
        ENGINE,
        'ended if ended == "delivered" else end',
        "end",
        named(pool_faults.test_a_delivery_that_arrived_stays_delivered),
    ),
    Guard(
        "a deadline is timed from now",
        APPLICATION,
        "wait = delay(due_at, self._clock.now())",
        "wait = delay(due_at, self._clock.now() - 180_000)",
        named(offer_faults.test_a_crash_does_not_put_the_deadline_off),
    ),
    Guard(
        "making an offer again changes nothing",
        ENGINE,
        "ON CONFLICT (offer_id) DO NOTHING",
        "ON CONFLICT (offer_id) DO UPDATE SET status = 'open'",
        named(offer_faults.test_a_redelivery_changes_no_offer),
    ),
)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name.replace(" ", "-"))
def test_without_this_guard_a_test_fails(guard: Guard) -> None:
    """A guard that could go without anybody noticing would be no guard."""
    with without(guard), pytest.raises((AssertionError, ValueError)):
        guard.noticed_by()


@pytest.mark.parametrize("notice", [the_laws, a_crash_after("store.commit")])
def test_with_every_guard_they_pass(notice: Callable[[], object]) -> None:
    """The checks that notice a missing guard pass while every guard is there."""
    notice()


def test_a_guard_can_be_taken_away_and_comes_back() -> None:
    """A removed guard is felt inside the block and is back after it."""
    guard = next(each for each in GUARDS if each.name == "a new owner raises the epoch")
    with without(guard):
        assert waiting().epoch == 1
    assert waiting().epoch == 2
