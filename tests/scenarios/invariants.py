"""I1 to I9, asked of a world: some after every step, all of them once its queues have run empty."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import permutations

from surgeline.application.deliveries.compose_delivery import Send, place_of, sends
from surgeline.application.ports.board import PoolLoad
from surgeline.application.ports.conversations import Record
from surgeline.domain.effects import OfferToPool, RecordOpened, RecordOutcome
from surgeline.domain.ids import conversation_id

from tests.scenarios.actors import Outside, Request, Seen

Check = Callable[[Outside], None]


def after_every_step(outside: Outside) -> None:
    """Check the laws that hold at any moment."""
    assert outside.world.violations == [], outside.world.violations
    for check in (i4_one_owner, i6_one_reply, no_seat_is_sold_twice):
        check(outside)


def after_draining(outside: Outside, *, buried: frozenset[str] = frozenset()) -> None:
    """Check the laws that hold once nothing moves, where `buried` are ids of former dead
    letters.
    """
    after_every_step(outside)
    i1_nothing_is_lost(outside)
    i2_processed_once(outside)
    i3_order(outside, buried)
    i7_no_silent_end(outside)
    i9_offers_end(outside)
    seats_are_neither_oversold_nor_lost(outside)
    outcomes_are_neither_lost_nor_doubled(outside)


def buried_ids(outside: Outside) -> frozenset[str]:
    """Return the ids of the events and deliveries that are dead letters now."""
    found = set()
    for letter in outside.world.home.dead_letters().list(limit=10_000):
        try:
            found.add(str(json.loads(letter.body).get("id")))
        except ValueError:
            continue  # poison has none
    return frozenset(found)


def dead_letter_bodies(outside: Outside) -> str:
    """Return all dead letters in one text, to look for ids in."""
    letters = outside.world.home.dead_letters().list(limit=10_000)
    return "\n".join(letter.body for letter in letters)


def i1_nothing_is_lost(outside: Outside) -> None:
    """I1: whatever we acknowledged is in its thread's log, or a dead letter that people see."""
    dead = dead_letter_bodies(outside)
    for request in outside.requests:
        assert not request.pending
        if request.acknowledged and request.event_id:
            known = _record_of(outside, request) is not None or request.event_id in dead
            assert known, f"I1: {request.event_id} was acknowledged and is lost"


def i2_processed_once(outside: Outside) -> None:
    """I2: no event is in a log twice, and numbers have no gaps."""
    for thread_id in _threads(outside):
        records = outside.world.records(thread_id)
        counts = Counter(record.event.id for record in records)
        assert not counts or max(counts.values()) == 1, "I2: an event was processed twice"
        expected = 1
        for record in records:
            assert record.seq == expected, "I3: a gap in the log"
            expected = record.last_seq + 1


def i3_order(outside: Outside, buried: frozenset[str]) -> None:
    """I3: what was acknowledged before the next was tried stands before it; screens likewise."""
    seqs = {
        (thread_id, record.event.id): record.seq
        for thread_id in _threads(outside)
        for record in outside.world.records(thread_id)
        if record.event.type != "offer_accepted"  # may have come by the offer's answer before
    }
    tries: dict[tuple[str, str], list[Request]] = defaultdict(list)
    for request in outside.requests:
        key = (request.thread_id, request.event_id or "")
        if key in seqs and request.event_id not in buried:
            tries[key].append(request)
    for (one, promised), (other, asked) in permutations(tries.items(), 2):
        settled = min((each.settled_at for each in promised if each.settled_at), default=None)
        if one[0] == other[0] and settled and settled < min(each.first_try for each in asked):
            assert seqs[one] < seqs[other], f"I3: {one[1]} and {other[1]} changed places"
    for screen in outside.screens.values():
        _in_order([seen for seen in screen if seen.data["message"]["id"] not in buried], "seq")
    for pool in outside.pools.values():
        told = defaultdict(list)
        for seen in pool.inbox:
            late = seen.data.get("reason") == "offer_over"  # stands beside any ownership
            if seen.event.startswith("conversation.") and not late:
                told[seen.data["conversation_id"], seen.data["epoch"]].append(seen)
        for each in told.values():
            _in_order([seen for seen in each if seen.delivery_id not in buried], "seq")


def _in_order(seen: list[Seen], key: str) -> None:
    firsts: dict[str, int] = {}
    for each in seen:
        firsts.setdefault(each.delivery_id, each.data[key])
    assert list(firsts.values()) == sorted(firsts.values()), "I3: deliveries changed places"


def i4_one_owner(outside: Outside) -> None:
    """I4: of a conversation's offers under one epoch at most one was ever accepted."""
    rows = outside.world.home.offers()._database.fetch(  # no port lists offers
        "SELECT conversation_id, epoch FROM offers WHERE status = 'accepted'"
    )
    assert len(set(rows)) == len(rows), "I4: two pools accepted the same conversation"


def i6_one_reply(outside: Outside) -> None:
    """I6: a message is replied to by one decision, at most once by the bot, under one id."""
    for screen in outside.screens.values():
        decisions, answers, texts = defaultdict(set), defaultdict(set), {}
        for seen in screen:
            message = seen.data["message"]
            assert texts.setdefault(seen.delivery_id, message) == message, "I6: same id, other text"
            if message["in_reply_to"] is None:
                continue
            record, _ = outside.world.effects[message["id"]]
            decisions[message["in_reply_to"]].add(record.event.id)
            if message["speaker"] == "bot":
                answers[message["in_reply_to"]].add(message["id"])
        assert all(ids == {message} for message, ids in decisions.items()), "I6: decided twice"
        assert all(len(ids) == 1 for ids in answers.values()), "I6: two answers to one message"


def i7_no_silent_end(outside: Outside) -> None:
    """I7: every send ended, none is left waiting, and nobody waits for a person that won't come."""
    dead = dead_letter_bodies(outside)
    for thread_id in _threads(outside):
        thread = outside.world.home.store().thread(thread_id)
        records = outside.world.records(thread_id)
        places = [place_of(thread, record, effect) for record, effect in _sends(records)]
        found = outside.world.home.delivery_log().find(places)
        ends = {logged.place.id: logged.end for logged in found}
        for record, effect in _sends(records):
            ended = ends.get(effect.id) is not None or effect.id in dead
            if isinstance(effect, OfferToPool):  # for want of a seat it may end before it is sent
                offer = outside.world.home.offers().read(effect.offer_id)
                ended = ended or (offer is not None and offer.status != "open")
            assert ended, f"I7: {effect.type} after {record.event.type} has no end"
        waits = thread and thread.conversation and thread.conversation.owner.kind == "waiting"
        assert not waits, "I7: a conversation waits for ever"
        kept = thread and thread.conversation and thread.conversation.is_kept
        assert not kept, "I7: a request is kept for ever"


def seats_are_neither_oversold_nor_lost(outside: Outside) -> None:
    """I13: as many seats are taken as conversations are owned or offered, never over the limit."""
    world = outside.world
    loads = _loads(outside)
    for pool_id, load in loads.items():
        owned = [
            thread.id
            for thread in map(world.home.store().thread, _threads(outside))
            if thread and thread.conversation and thread.conversation.owner.pool_id == pool_id
        ]
        expected = len(owned) if world.seats is not None else 0
        assert load.taken == expected, f"{pool_id}: {load.taken} seats taken, {expected} owned"
    waits = [world.home.waitlist().waiting(pool_id) for pool_id in outside.pools]
    assert (world.home.waitlist().backlog(), sum(waits)) == (0, 0), "somebody was forgotten"


def no_seat_is_sold_twice(outside: Outside) -> None:
    """I13: never more seats are taken than a pool has."""
    if outside.world.seats is None:
        return
    taken = {pool_id: load.taken for pool_id, load in _loads(outside).items()}
    assert max(taken.values()) <= outside.world.seats, f"I13: seats sold twice: {taken}"


def i8_others_go_on(outside: Outside, poisoned: set[str]) -> None:
    """I8: dead letters belong only to threads that were poisoned."""
    letters = outside.world.home.dead_letters().list(limit=10_000)
    groups = {(letter.group or "").partition(".")[0] for letter in letters}
    assert groups <= poisoned, "I8: poison reached another thread"


def i9_offers_end(outside: Outside) -> None:
    """I9: no offer is open after its deadline."""
    rows = outside.world.home.offers()._database.fetch(  # no port lists offers
        "SELECT offer_id FROM offers WHERE status = 'open' AND expires_at <= ?",
        outside.world.clock.at,
    )
    assert rows == [], "I9: an offer never ended"


def outcomes_are_neither_lost_nor_doubled(outside: Outside) -> None:
    """Every conversation is on record once, with each of its ends, as its thread stands now."""
    world = outside.world
    dead = dead_letter_bodies(outside)
    kept = {
        each.opened[0].conversation_id: each
        for each in world.home.outcomes().find(0, world.clock.at + 1, limit=10_000)
    }
    logged = Counter(
        effect.opened.conversation_id if isinstance(effect, RecordOpened) else None
        for thread_id in _threads(outside)
        for record in world.records(thread_id)
        for effect in record.effects
        if record.event.id not in dead
    )
    del logged[None]
    assert {name: len(each.opened) for name, each in kept.items()}.items() >= logged.items()
    ends = Counter(
        effect.outcome.conversation_id
        for thread_id in _threads(outside)
        for record in world.records(thread_id)
        for effect in record.effects
        if isinstance(effect, RecordOutcome) and record.event.id not in dead
    )
    assert {name: len(each.outcomes) for name, each in kept.items()}.items() >= ends.items()
    for thread in map(world.home.store().thread, _threads(outside)):
        current = thread and thread.conversation
        if thread and current and current.id in logged:
            assert kept[current.id].has_ended != current.is_open, "an end was lost, or made up"
            numbers = range(1, current.number)  # whatever is over but the last
            assert all(kept[conversation_id(thread.id, number)].has_ended for number in numbers)


def _loads(outside: Outside) -> Mapping[str, PoolLoad]:
    day = datetime.fromtimestamp(outside.world.clock.at / 1000, UTC).date().isoformat()
    return outside.world.home.pool_board().loads(dict.fromkeys(outside.pools, day))


def _threads(outside: Outside) -> list[str]:
    return sorted({request.thread_id for request in outside.requests})


def _record_of(outside: Outside, request: Request) -> Record | None:
    if request.event_id is None:
        return None
    return outside.world.home.store().load(request.thread_id, request.event_id).done


def _sends(records: list[Record]) -> Iterator[tuple[Record, Send]]:
    for record in records:
        for effect in sends(record):
            yield record, effect
