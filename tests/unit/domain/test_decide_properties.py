"""The laws of a thread under any order of events, stale and foreign ones among them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import cycle, islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from surgeline.adapters.codec import encode_thread
from surgeline.domain.decide import decide
from surgeline.domain.effects import OfferToPool, StartTimer
from surgeline.domain.events import (
    AgentTyped,
    AgentWrote,
    CustomerLeft,
    CustomerWrote,
    Event,
    OfferAccepted,
    OfferDeclined,
    PoolNoted,
    PoolPromised,
    PoolResolved,
    PoolReturned,
    PoolUnreachable,
    SeatFreed,
    TimerFired,
)
from surgeline.domain.facts import Facts, Rules, UntoldMessage
from surgeline.domain.pools import Pool
from surgeline.domain.reading import (
    Abstained,
    Answered,
    Offered,
    Reading,
    Rejected,
    SmallTalk,
    WantsPerson,
)
from surgeline.domain.routing import Policy, Trigger
from surgeline.domain.routing import Step as Step_
from surgeline.domain.thread import OpenOffer, Thread

from tests.often import often
from tests.unit.domain.laws import THANKS as WORDS_OF_THANKS
from tests.unit.domain.laws import Ledger
from tests.unit.domain.story import (
    ABSTAIN,
    ANSWER,
    NORTH,
    PERSON,
    REJECTED,
    SOUTH,
    START,
    TEXTS,
    THANKS,
    THREAD_ID,
    Story,
)

WEST = Pool("west", 10)
SEATED = replace(NORTH, limit=1)
FULL = replace(SEATED, full=True)
ANSWERS = (
    None,
    ANSWER,
    ABSTAIN,
    PERSON,
    THANKS,
    REJECTED,
    Offered(why="", candidates=ABSTAIN.candidates),
    Offered(why="nothing to offer"),
    SmallTalk(why="", courtesy="greeting"),
    replace(ABSTAIN, reason="unsupported_language", language="de"),
)
STATUSES = (None, "open", "accepted", "declined", "timed_out", "withdrawn")


@dataclass(frozen=True)
class Step:
    """One thing that happens; the small numbers pick among what there is by then."""

    what: str
    wait: int
    pick: int
    off: int
    answer: Reading | None
    status: str | None
    pools: tuple[Pool, ...]
    policy: Policy
    seq: int | None


def weighted(**weights: int) -> st.SearchStrategy[str]:
    """Return one of the names, each as often as its weight."""
    return st.sampled_from([name for name, weight in weights.items() for _ in range(weight)])


STEPS = st.builds(
    Step,
    what=weighted(
        nothing=1,  # what a step shrinks to
        customer=6,
        accept=5,
        agent=3,
        timer=3,
        decline=2,
        resolve=1,
        give_back=1,
        unreachable=1,
        leave=1,
        note=1,
        typing=1,
        freed=2,
        no_room=1,
    ),
    wait=st.sampled_from((0, 0, 0, 1, 30, 1_000, 90_000)),
    pick=st.sampled_from((0, 0, 0, 0, 0, 0, 1, 2, 3)),
    off=st.sampled_from((0, 0, 0, 0, 0, -1, 1)),
    answer=st.sampled_from(ANSWERS),
    status=st.sampled_from(STATUSES),
    pools=st.sampled_from(
        (
            (NORTH, SOUTH),
            (SOUTH, NORTH),
            (WEST, NORTH, SOUTH),
            (NORTH,),
            (),
            (SEATED, replace(SOUTH, limit=2)),
            (FULL, replace(SOUTH, limit=2, full=True)),
            (FULL, SOUTH),
            (replace(NORTH, sat_at=START + 60_000), FULL),
            (replace(SEATED, closed="paused"), replace(FULL, promised=True)),
            (replace(NORTH, closed="outside its hours", opens_at=START + 9_000_000),),
        )
    ),
    policy=st.sampled_from(
        (
            Policy(),
            Policy((Step_(at_once=2),), longest_wait_seconds=90, keep_seconds=3_000),
            Policy(keep_seconds=0),
            Policy((Step_(("north",), seconds=30), Step_(only_if=Trigger(waited_seconds=20)))),
        )
    ),
    seq=st.sampled_from((None, 1, 2, 3, 4)),
)
CALM = settings(max_examples=often(40, 100), suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no reason to fail."""

MANY = st.lists(STEPS, min_size=25, max_size=40)


def happen(story: Story, step: Step) -> None:
    """Play one step; the newest offer or timer is 0, the one before it 1."""
    story.wait(step.wait)
    story.pools = step.pools
    story.offer_status = step.status
    story.policy = step.policy
    _HOW[step.what](story, step)


def _customer(story: Story, step: Step) -> None:
    story.thanks = step.off > 0
    words = WORDS_OF_THANKS if story.thanks else "hello"
    story.customer(words, step.answer, attachments=step.pick)


def _leave(story: Story, step: Step) -> None:
    del step
    story.leave()


def _accept(story: Story, step: Step) -> None:
    offers = _newest(story.all_of(OfferToPool))
    if len(offers) > step.pick:
        story.accept(_as_open(offers[step.pick]))


def _decline(story: Story, step: Step) -> None:
    offers = _newest(story.all_of(OfferToPool))
    if len(offers) > step.pick:
        story.decline(_as_open(offers[step.pick]), nobody_there=step.off >= 0)


def _no_room(story: Story, step: Step) -> None:
    offers = _newest(story.all_of(OfferToPool))
    if len(offers) > step.pick:
        story.decline(_as_open(offers[step.pick]), no_room=True)


def _freed(story: Story, step: Step) -> None:
    story.freed(("north", "south")[step.pick % 2])


def _owner_event(name: str) -> Callable[[Story, Step], None]:
    def play(story: Story, step: Step) -> None:
        known = story.thread.conversation
        changes: dict[str, str | int] = {"epoch": (known.epoch if known else 1) + step.off}
        if step.seq is not None and name in ("agent", "resolve", "give_back"):
            changes["seq"] = step.seq
        if step.pick == 3:
            changes["pool_id"] = SOUTH.id
        if step.pick == 2 and known:
            changes |= {"epoch": known.epoch, "conversation_id": f"{THREAD_ID}-{known.number + 1}"}
        if name == "agent":
            changes["text"] = f"words {len(story.log)}"
        getattr(story, name)(**changes)

    return play


def _timer(story: Story, step: Step) -> None:
    timers = _newest(story.all_of(StartTimer))
    if len(timers) > step.pick:
        story.fire(timers[step.pick])


def _newest(effects: list) -> list:
    return effects[::-1]


def _as_open(offer: OfferToPool) -> OpenOffer:
    return OpenOffer(offer.offer_id, offer.pool_id, offer.expires_at)


_HOW: dict[str, Callable[[Story, Step], None]] = {
    "nothing": lambda _story, _step: None,
    "customer": _customer,
    "leave": _leave,
    "accept": _accept,
    "decline": _decline,
    "timer": _timer,
    "freed": _freed,
    "no_room": _no_room,
    **{
        name: _owner_event(name)
        for name in ("agent", "resolve", "give_back", "unreachable", "note", "typing")
    },
}


def held_to_the_laws(steps: list[Step]) -> Story:
    """Play the steps on a fresh thread, every decision held to every law."""
    story = Story()
    ledger = Ledger()
    for step in steps:
        before, known = story.thread, len(story.log)
        happen(story, step)
        if len(story.log) > known:
            event, _, decision = story.log[-1]
            ledger.add(before, event, decision)
    return story


@CALM
@given(MANY)
def test_the_laws_hold_whatever_happens(steps: list[Step]) -> None:
    """I3 I4 I5 I7 I9: no order of early, late, stale or repeated events breaks a law."""
    held_to_the_laws(steps)


@CALM
@given(MANY)
def test_the_same_arguments_give_the_same_decision(steps: list[Step]) -> None:
    """I6: a replayed log gives the same states, effects and ids."""
    story = held_to_the_laws(steps)
    thread = Thread(THREAD_ID, "web", "visitor-1")
    for event, facts, decision in story.log:
        again = decide(thread, event, facts)
        assert again == decision
        thread = again.thread


@CALM
@given(MANY)
def test_a_pool_that_owes_a_word_and_says_none_loses_it(steps: list[Step]) -> None:
    """I7 I9: the owner's timers alone end its silence at its limit, from any state."""
    story = held_to_the_laws(steps)
    handoff = story.thread.conversation.handoff if story.thread.conversation else None
    if handoff is None or story.owner.pool_id is None or not handoff.quiet_since:
        return
    rules, epoch = story.rules, story.epoch
    seconds = rules.unanswered_seconds if handoff.agent_spoke else rules.agent_silence_seconds
    started_at = story.now
    for _ in range(2):
        if story.epoch == epoch:
            story.fire(_believed(story))
    assert story.epoch > epoch, "it keeps the conversation in silence"
    assert story.now == max(started_at, handoff.watch_at, handoff.quiet_since + seconds * 1000)


def _believed(story: Story) -> StartTimer:
    """Return the owner's timer that is in the air; what is still held has been let go by then."""
    return next(
        each
        for each in story.all_of(StartTimer)
        if each.kind == "agent_silence"
        and (each.epoch, each.due_at) == (story.epoch, story.handoff.watch_at)
    )


@CALM
@given(st.lists(STEPS, min_size=10, max_size=20))
def test_state_stays_small(steps: list[Step]) -> None:
    """I13: a thread is an item of less than two kilobytes after hundreds of events."""
    story = Story()
    for step in islice(cycle(steps), 150):
        happen(story, step)
        del story.log[:-40]  # the test's own memory
    assert len(encode_thread(story.thread)) < 2_000


# ---------------------------------------------------------------- wild arguments

CONVERSATIONS = st.sampled_from((f"{THREAD_ID}-1", f"{THREAD_ID}-2", "t0-1", ""))
POOL_IDS = st.sampled_from(("north", "south", ""))
COMMON = {
    "id": st.text("abc", min_size=1, max_size=3),
    "thread_id": st.just(THREAD_ID),
    "at": st.integers(),
}
OWNED = COMMON | {
    "conversation_id": CONVERSATIONS,
    "pool_id": POOL_IDS,
    "epoch": st.integers(-1, 6),
}
OFFERED = COMMON | {"conversation_id": CONVERSATIONS, "pool_id": POOL_IDS, "offer_id": st.text()}
WILD_EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(CustomerWrote, channel_id=st.text(), sender=st.text(), text=st.text(), **COMMON),
    st.builds(CustomerLeft, channel_id=st.text(), **COMMON),
    st.builds(OfferAccepted, epoch=st.integers(-1, 6), **OFFERED),
    st.builds(OfferDeclined, reason=st.text(), **OFFERED),
    st.builds(AgentWrote, text=st.text(), **OWNED),
    st.builds(PoolResolved, outcome=st.text(), **OWNED),
    st.builds(PoolReturned, **OWNED),
    st.builds(PoolUnreachable, reason=st.text(), **OWNED),
    st.builds(PoolNoted, text=st.text(), **OWNED),
    st.builds(PoolPromised, until=st.integers(), text=st.text(), **OWNED),
    st.builds(AgentTyped, **OWNED),
    st.builds(
        SeatFreed,
        conversation_id=CONVERSATIONS,
        pool_id=POOL_IDS,
        priority=st.integers(),
        since=st.integers(),
        **COMMON,
    ),
    st.builds(
        TimerFired,
        conversation_id=CONVERSATIONS,
        subject=st.text(),
        epoch=st.integers(-1, 6),
        due_at=st.integers(),
        **COMMON,
    ),
)
READINGS = st.one_of(
    *map(st.from_type, (Abstained, Answered, Offered, Rejected, SmallTalk, WantsPerson))
)
WILD_FACTS = st.builds(
    Facts,
    now=st.integers(),
    rules=st.builds(Rules, st.integers(), st.integers(), st.integers()),
    reading=st.none() | READINGS,
    pools=st.lists(st.builds(Pool, POOL_IDS, st.integers()), max_size=3).map(tuple),
    offer_status=st.none() | st.text(),
    untold=st.lists(st.from_type(UntoldMessage), max_size=3).map(tuple),
    texts=st.just(TEXTS) | st.dictionaries(st.text(), st.text(), max_size=2),
)


@CALM
@given(MANY, st.lists(st.tuples(WILD_EVENTS, WILD_FACTS), max_size=6))
def test_no_arguments_make_it_raise(steps: list[Step], wild: list[tuple[Event, Facts]]) -> None:
    """I12: there is a decision for any event and any facts, and the fence holds."""
    thread = held_to_the_laws(steps).thread
    for event, facts in wild:
        decision = decide(thread, event, facts)
        old, new = thread.conversation, decision.thread.conversation
        assert decision.seq == thread.seq + 1
        assert old is None or (new is not None and new.epoch >= old.epoch)
        thread = decision.thread


@pytest.mark.parametrize("pools", [1, 3, 20])
def test_every_handoff_ends(pools: int) -> None:
    """I9: deadlines alone end all offers to any number of pools that never answer."""
    story = Story(pools=tuple(Pool(f"pool-{n}", 20) for n in range(pools)))
    story.customer("a person", PERSON)
    for _ in range(pools):
        story.deadline()
    assert (story.owner.kind, story.handoff.state) == ("bot", "kept")
    assert story.now - story.log[0][1].now == pools * 20_000
