"""A waiting customer chooses to wait, another time, another place, or nobody any more."""

from dataclasses import replace

import pytest
from surgeline.domain.effects import (
    EndLapse,
    ListLapse,
    OfferToPool,
    RaiseAlarm,
    SendText,
    StartTimer,
)
from surgeline.domain.hours import Hours
from surgeline.domain.reading import Reading, TakesBack
from surgeline.domain.routing import Policy
from surgeline.domain.thread import BOT, WAITING
from surgeline.domain.waiting.windows import holds_window, windows
from surgeline.domain.wishes import Wish, address_in, shown_ways

from tests.unit.domain.laws import Ledger
from tests.unit.domain.story import ABSTAIN, ANSWER, NORTH, PERSON, REJECTED, Story, closed

HOUR = 3_600_000
ALL = ("later", "email", "phone")
SEATED = replace(NORTH, limit=1)
MONDAY = 1_772_409_600_000  # 2026-03-02T00:00Z


def shut(story: Story) -> tuple[object, ...]:
    """Return the pool as it is outside its hours, which begin in eight hours."""
    return (replace(SEATED, closed="outside its hours", opens_at=story.now + 8 * HOUR),)


def kept(ways: tuple[str, ...] = ALL) -> Story:
    """Return a story whose customer's request is kept, and who was shown the ways."""
    story = Story(ways=ways)
    story.pools = shut(story)  # type: ignore[assignment] # pools
    story.customer("a person", PERSON)
    assert story.conversation.is_kept
    return story


def wish(story: Story, kind: str, **more: object) -> None:
    """Play a message of the customer with that wish."""
    story.wish = Wish(kind, **more)  # type: ignore[arg-type] # a builder
    story.customer("a wish")
    story.wish = None


def look(story: Story) -> None:
    """Play that the time comes to look again."""
    story.fire([each for each in story.all_of(StartTimer) if each.kind == "kept_look"][-1])


def lawful(story: Story) -> None:
    """Hold all that was decided to the laws."""
    ledger, thread = Ledger(), Story().thread
    for event, _, decision in story.log:
        ledger.add(thread, event, decision)
        thread = decision.thread


def test_the_ways_stand_below_the_word_that_the_request_is_kept() -> None:
    """They are offered once, and only those that the company offers."""
    story = kept()
    [text] = story.of(SendText)
    assert [each.label for each in text.choices] == [
        "<way_wait>",
        "<way_later>",
        "<way_reach>",
        "<way_withdraw>",
    ]
    story.wait(60).customer("a person!", PERSON)
    assert [each.choices for each in story.of(SendText)] == [()]
    assert shown_ways(("later",)) == ("way_wait", "way_later", "way_withdraw")
    assert kept(()).of(SendText)[0].choices == ()


def test_a_chosen_time_is_offered_then() -> None:
    """Nobody is asked before, also at an empty desk. The offer has the time."""
    story = kept()
    story.pools = (SEATED,)
    look(story)
    story.decline(nobody_there=True)
    window = (story.now + 10 * HOUR, story.now + 13 * HOUR)
    story.windows = (window,)
    wish(story, "later")
    assert [len(each.choices) for each in story.of(SendText)] == [2]
    wish(story, "window")
    assert story.texts[0].startswith("<callback_set>")
    assert (story.handoff.look_at, story.handoff.kept_until) == window
    assert story.handoff.waitlist == ()
    story.pools = (SEATED,)
    story.wait(60).freed()
    assert story.of(OfferToPool) == []
    look(story)
    [offer] = story.of(OfferToPool)
    assert (offer.callback.at, offer.callback.by) == (window[0], "channel")
    story.wait(5).accept()
    story.agent()
    assert story.handoff.kept_until == 0
    lawful(story)


def test_a_time_that_nobody_came_in_is_told_and_the_request_goes_on() -> None:
    """The customer and the lead hear so, until a person has spoken."""
    story = kept()
    story.windows = ((story.now + HOUR, story.now + 2 * HOUR),)
    wish(story, "later")
    wish(story, "window")
    look(story)
    while not story.all_of(ListLapse):
        look(story)
    assert story.texts == ["<callback_missed>"]
    assert story.conversation.is_kept
    story.pools = (SEATED,)
    look(story)
    story.wait(5).accept()
    story.agent()
    assert [each.what for each in story.all_of(EndLapse)] == ["callback_missed"]
    lawful(story)


def missed() -> Story:
    """Return a story whose customer chose a time in which nobody came."""
    story = kept()
    story.policy = Policy(keep_seconds=7_200)
    story.windows = ((story.now + HOUR, story.now + 2 * HOUR),)
    wish(story, "later")
    wish(story, "window")
    while not story.all_of(ListLapse):
        look(story)
    return story


def test_a_missed_time_is_made_up_for_when_the_request_expires() -> None:
    """The alarm of the expired request takes its place on the lead's list."""
    story = missed()
    while story.conversation.is_kept:
        look(story)
    assert story.handoff.state == "expired"
    assert [each.what for each in story.of(EndLapse)] == ["callback_missed"]
    assert [each.what for each in story.of(RaiseAlarm)] == ["request_expired"]
    lawful(story)


def test_a_missed_time_is_over_when_the_customer_takes_the_request_back() -> None:
    """A message that is read so ends it, as the choice of that way does."""
    story = missed()
    story.customer("I need nobody any more", TakesBack(why="it is taken back", language="en"))
    assert story.handoff.state == "withdrawn"
    assert [each.what for each in story.of(EndLapse)] == ["callback_missed"]
    lawful(story)


def test_a_missed_time_is_over_when_a_pool_gives_the_request_back() -> None:
    """The pool came and left the matter to the bot."""
    story = missed()
    story.pools = (SEATED,)
    look(story)
    story.wait(5).accept()
    story.give_back()
    assert story.handoff.state == "returned"
    assert [each.what for each in story.of(EndLapse)] == ["callback_missed"]
    lawful(story)


def test_a_new_request_ends_the_missed_time_of_an_earlier_one() -> None:
    """A thread that an earlier release left with an expired request keeps no lapse."""
    story = missed()
    handoff = replace(story.handoff, state="expired", look_at=0, kept_until=0, waitlist=())
    current = replace(story.conversation, handoff=handoff)
    story.thread = replace(story.thread, conversation=current)
    story.customer("a person", PERSON)
    assert [each.what for each in story.of(EndLapse)] == ["callback_missed"]
    assert not (story.handoff.callback and story.handoff.callback.missed_at)


def test_an_address_goes_with_the_offer() -> None:
    """It is asked for, read, and told to the pool alone."""
    story = kept()
    wish(story, "reach")
    assert story.texts == ["<callback_address>"]
    wish(story, "unclear")
    assert story.texts == ["<callback_unclear>"]
    wish(story, "address", by="phone", address="+33612345678")
    assert story.texts == ["<callback_set_reach> +33612345678 <callback_soon>"]
    story.pools = (SEATED,)
    look(story)
    [offer] = story.of(OfferToPool)
    assert (offer.callback.by, offer.callback.address) == ("phone", "+33612345678")
    lawful(story)


@pytest.mark.parametrize("full", [True, False])
def test_never_mind_ends_a_wait_in_line_kindly(full: bool) -> None:
    """Whoever waits in line, or was told that the request is kept, may take it back."""
    story = Story(pools=(replace(SEATED, full=True),), ways=ALL) if full else kept()
    if full:
        story.customer("a person", PERSON)
        assert story.owner == WAITING
    wish(story, "withdraw")
    assert (story.owner, story.texts) == (BOT, ["<request_withdrawn>"])
    assert (story.handoff.state, story.handoff.waitlist) == ("withdrawn", ())
    lawful(story)


def test_whoever_waits_here_keeps_the_place() -> None:
    """A word about waiting changes nothing, and another message is answered as ever."""
    story = Story(pools=(replace(SEATED, full=True),), ways=ALL)
    story.customer("a person", PERSON)
    line = story.handoff.waitlist
    wish(story, "wait")
    assert (story.texts, story.owner, story.handoff.waitlist) == (["<waits_here>"], WAITING, line)
    story.customer("and one more thing")
    assert story.texts == []
    lawful(story)


def test_a_channel_that_lets_nobody_write_later_says_so() -> None:
    """Where no window fits into the channel's time, an address is asked for instead."""
    story = kept()
    story.reply_until = story.now + HOUR
    wish(story, "later")
    assert story.texts == ["<callback_no_window>"]
    assert story.handoff.callback.step == "address"
    lawful(story)


def test_no_address_is_asked_for_where_the_company_takes_none() -> None:
    """The customer hears that later is not possible here, and the request stays as it is."""
    story = kept(("later",))
    before = story.handoff
    story.reply_until = story.now + HOUR
    wish(story, "later")
    assert story.texts == ["<callback_no_later>"]
    assert story.handoff.callback.step == ""
    assert replace(story.handoff, callback=before.callback) == before
    lawful(story)


def test_later_is_not_offered_where_no_time_fits_into_the_channels_time() -> None:
    """A minute holds no window, and a day does. The other ways are shown as ever."""
    story = Story(ways=("later",), holds_later=False)
    story.pools = shut(story)  # type: ignore[assignment] # pools
    story.customer("a person", PERSON)
    [text] = story.of(SendText)
    assert [each.label for each in text.choices] == ["<way_wait>", "<way_withdraw>"]
    assert (holds_window(60), holds_window(86_400)) == (False, True)


def scheduled(story: Story) -> tuple[int, int]:
    """Let the customer choose a time a day later, and return that window."""
    window = (story.now + 20 * HOUR, story.now + 23 * HOUR)
    story.windows = (window,)
    wish(story, "later")
    wish(story, "window")
    assert (story.handoff.callback.at, story.handoff.callback.until) == window
    return window


@pytest.mark.parametrize("answer", [ABSTAIN, REJECTED])
def test_a_question_without_an_answer_leaves_the_chosen_time(answer: Reading) -> None:
    """Nobody is asked before, the look stays, and the customer hears that the time stands."""
    story = kept()
    window = scheduled(story)
    said = story.texts
    story.pools = (SEATED,)
    story.wait(60).customer("and is it blue?", answer)
    assert (story.of(OfferToPool), story.of(StartTimer), story.texts) == ([], [], said)
    assert (story.handoff.look_at, story.handoff.kept_until) == window
    look(story)
    [offer] = story.of(OfferToPool)
    assert (offer.callback.at, offer.callback.until) == window
    lawful(story)


def test_a_question_within_the_chosen_time_leaves_its_end() -> None:
    """The pools are asked anew, and a time in which nobody came is still missed."""
    story = kept()
    _, until = scheduled(story)
    look(story)
    story.wait(60).customer("is anybody there?")
    assert (story.handoff.callback.until, story.handoff.kept_until) == (until, until)
    lawful(story)


def test_a_customer_who_returned_chooses_as_any_other() -> None:
    """Each way does what it says, and the chosen time stands while the customer goes on."""
    for kind in ("withdraw", "later"):
        story = closed()
        story.ways = ALL
        story.pools = shut(story)  # type: ignore[assignment] # pools
        story.customer("it is still broken")
        assert (story.conversation.is_kept, story.handoff.reason) == (True, "customer_returned")
        if kind == "withdraw":
            wish(story, kind)
            assert (story.texts, story.handoff.state) == (["<request_withdrawn>"], "withdrawn")
        else:
            window = scheduled(story)
            story.customer("can I return this?", ANSWER)
            assert story.texts == ["Within 30 days."]
            assert story.handoff.look_at == window[0]
        lawful(story)


def test_a_time_that_has_begun_is_asked_for_again() -> None:
    """Nothing is confirmed that is over, and the times are those of now."""
    story = kept()
    story.windows = ((story.now + HOUR, story.now + 2 * HOUR),)
    wish(story, "later")
    story.wait(3 * 3_600)
    later = (story.now + HOUR, story.now + 2 * HOUR)
    story.windows = (later,)
    wish(story, "window")
    assert (story.texts, story.handoff.callback.until) == (["<callback_when>"], 0)
    wish(story, "window")
    assert (story.handoff.callback.at, story.handoff.callback.until) == later
    assert story.all_of(ListLapse) == []
    lawful(story)


def test_whoever_asks_for_a_person_again_wants_one_now() -> None:
    """The chosen time is given up, and pools are asked at once."""
    story = kept()
    story.windows = ((story.now + 20 * HOUR, story.now + 23 * HOUR),)
    wish(story, "later")
    wish(story, "window")
    story.pools = (SEATED,)
    story.wait(60).customer("a person now", PERSON)
    assert (len(story.of(OfferToPool)), story.handoff.callback.at) == (1, 0)
    lawful(story)


def test_windows_lie_within_opening_hours() -> None:
    """A part of a day counts if a pool is open in all of it."""
    week = Hours("UTC", {"mon": ("09:00-15:00",), "tue": ("09:00-12:00",)})
    found = windows([week], now=MONDAY + 9 * HOUR, zone="UTC")
    assert found == (
        (MONDAY + 12 * HOUR, MONDAY + 15 * HOUR),
        (MONDAY + 33 * HOUR, MONDAY + 36 * HOUR),
    )
    always = windows([None], now=MONDAY, zone="UTC", before=MONDAY + 15 * HOUR)
    assert [start for start, _ in always] == [MONDAY + 9 * HOUR, MONDAY + 12 * HOUR]
    assert windows([], now=MONDAY, zone="UTC") == ()
    lunch = Hours("UTC", {"mon": ("08:00-10:00", "10:20-12:30", "12:30-18:00")})
    found = windows([lunch], now=MONDAY, zone="UTC")
    assert [(start - MONDAY) // HOUR for start, _ in found] == [12, 15]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (" ann@example.org ", Wish("address", by="email", address="ann@example.org")),
        ("+33 6 12-34.56 78", Wish("address", by="phone", address="+33612345678")),
        ("0082 10 1234 5678", Wish("address", by="phone", address="+821012345678")),
        ("06 12 34 56 78", Wish("unclear")),
        ("ann@", Wish("unclear")),
        ("where is my parcel?", None),
    ],
)
def test_addresses_have_a_form(text: str, found: Wish | None) -> None:
    """A number has its country code, and what looks like neither is an ordinary message."""
    assert address_in(text, ALL) == found
    if found and found.kind == "address":
        assert address_in(text, ("later",)) == Wish("unclear")
