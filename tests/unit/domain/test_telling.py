"""A waiting customer is told each stage once, in all languages, and an honest place and time."""

from dataclasses import replace

import pytest
from surgeline.adapters.system_texts import system_texts
from surgeline.domain.company.stages import SHIPPED, Stage, WaitingSettings
from surgeline.domain.effects import NoteWait, SendText, StartTimer
from surgeline.domain.estimates.pace import Pace
from surgeline.domain.pools import Pool
from surgeline.domain.routing import Policy
from surgeline.domain.waiting.telling import RECOUNT_MS, wants_place

from tests.unit.domain.story import NORTH, PERSON, SOUTH, START, Story

KNOWN = Pace(ended=40, handled=60, handle_seconds=300.0, gave_up=2, waited_seconds=6_000.0)
FULL = replace(NORTH, limit=4, full=True, waits_ahead=3, pace=KNOWN)
HALF_DAY = 12 * 3_600_000


def in_line(pool: Pool = FULL, *, language: str = "en", waiting: WaitingSettings | None = None):  # noqa: ANN201 # a story
    """Return a story where a customer waits, with the texts of a language."""
    story = Story(
        pools=(pool,),
        waiting=waiting or WaitingSettings(),
        words_said=system_texts()[language],
    )
    story.thread = replace(story.thread, language=language)
    story.customer("a person", replace(PERSON, language=language))
    return story


def look(story: Story) -> list[str]:
    """Play the next look at the waiting request, and return what was said."""
    timers = [t for t in story.all_of(StartTimer) if t.kind in ("seat_wait", "kept_look")]
    story.fire(timers[-1])
    return story.texts


def look_until(story: Story, minutes: float) -> list[str]:
    """Play every look of so many minutes, and return all that was said."""
    said, end = [], story.now + minutes * 60_000
    while story.handoff.look_at <= end:
        said += look(story)
    story.now = max(story.now, round(end))
    return said


@pytest.mark.parametrize("language", ["en", "fr", "ko"])
def test_twelve_hours_without_anybody_say_each_stage_once(language: str) -> None:
    """F17: each stage is said once, nothing is said twice, and no text is left unfilled."""
    story = in_line(replace(FULL, pace=Pace()), language=language)
    look_until(story, 720)
    said = [each.text for each in story.all_of(SendText)]
    assert story.now >= HALF_DAY
    # The hand-over, the place, the kept request, and the stages at 5, 30 and 120 minutes.
    assert len(said) == len(set(said)) == 6
    assert not any("{" in text for text in said)
    shipped = {each.minutes for each in SHIPPED if each.when == "after"}
    assert {f"after {minutes}" for minutes in shipped} < {t.stage for t in story.handoff.told}


def test_the_place_and_the_interval_are_told_at_once() -> None:
    """A waiting customer hears the number in line and a rounded range of minutes."""
    story = in_line()
    assert "You are number 4 in line" in story.texts[-1]
    [quote] = story.conversation.account.quotes
    assert quote.place == 4
    assert 0 < quote.low < quote.high
    assert quote.high % 60 == 0
    assert f"{quote.low // 60} to {quote.high // 60} minutes" in story.texts[-1]


@pytest.mark.parametrize(
    "pool",
    [
        replace(FULL, pace=replace(KNOWN, ended=19)),
        replace(FULL, pace=replace(KNOWN, handled=4)),
        replace(FULL, limit=0),
    ],
)
def test_without_data_or_seats_no_time_is_told(pool: Pool) -> None:
    """The place is told, and no time, rather than a wrong one."""
    story = in_line(pool)
    assert "You are number 4 in line. You keep" in story.texts[-1]
    assert story.conversation.account.quotes[-1].high == 0


def test_a_pool_s_factor_learns_before_anybody_is_told_a_time() -> None:
    """A bound that was not told teaches as a told one does, and no report counts it."""
    story = in_line(replace(FULL, pace=replace(KNOWN, ended=3)))
    [quote] = story.conversation.account.quotes
    assert (quote.high, quote.guess > 0) == (0, True)
    story.wait(quote.guess + 60).leave()
    assert [(n.kept, n.missed) for n in story.of(NoteWait)] == [(0, 1)]
    assert story.conversation.account.quotes[0].held is None


def test_an_estimate_that_moved_is_told_and_says_why_it_is_longer() -> None:
    """Going up says why, and after two such words no figure is given any more."""
    story = in_line(waiting=WaitingSettings(same_again_minutes=1, stages=(Stage("estimate"),)))
    story.pools = (replace(FULL, waits_ahead=30),)
    said = look_until(story, 3)
    assert len(said) == 1
    assert "because people whose matter is more urgent or older go first" in said[0]
    story.pools = (replace(FULL, waits_ahead=30, limit=1),)
    assert "because fewer people are here" in look_until(story, 3)[0]
    story.pools = (replace(FULL, waits_ahead=90, limit=1),)
    assert "we can no longer say how long" in look_until(story, 3)[0]
    story.pools = (replace(FULL, waits_ahead=300, limit=1),)
    [kept] = look_until(story, 3)
    assert kept.startswith("Nobody is free right now. You are number 301 in line. We keep")


def test_a_stage_says_why_its_figure_is_higher_than_the_last_one() -> None:
    """Each higher figure has its reason. After two the place alone is told, and none comes back."""
    stages = Stage("after", 5), Stage("after", 30), Stage("kept")
    story = in_line(waiting=WaitingSettings(stages=stages))
    story.pools = (replace(FULL, waits_ahead=30),)
    [little] = look_until(story, 5.5)
    assert little.startswith("Hello, you are still in line. It takes longer than we said, because")
    story.pools = (replace(FULL, waits_ahead=60),)
    [kept] = [each for each in look_until(story, 5) if each.startswith("Nobody is free")]
    assert "It takes longer than we said, because people whose matter is more urgent" in kept
    story.pools = (replace(FULL, waits_ahead=200),)
    said = look_until(story, 120)
    assert [each for each in said if "probably" in each or "We can now say" in each] == []
    assert "You are number 201 in line." in said[-1]


def test_a_company_s_figure_does_not_stand_without_its_reason() -> None:
    """Words with the bare time show their fallback where the time is higher than the last one."""
    own = Stage("after", 2, (), {"en": "It takes {time|a while}."})
    story = in_line(waiting=WaitingSettings(stages=(own,)))
    story.pools = (replace(FULL, waits_ahead=30),)
    assert look_until(story, 3) == ["It takes a while."]


def test_an_estimate_that_was_not_told_is_not_on_record() -> None:
    """The same words are not said again soon, so that the earlier figure stands until then."""
    story = in_line(waiting=WaitingSettings(stages=(Stage("estimate"),)))
    for ahead in (30, 60, 90):
        story.pools = (replace(FULL, waits_ahead=ahead),)
        look_until(story, 3)
    quotes = story.conversation.account.quotes
    told = [each for each in story.all_of(SendText) if "probably" in each.text]
    assert len(quotes) == len(told) == 2
    assert [each.place for each in quotes] == [4, 31]


def test_an_estimate_that_moves_less_than_a_step_is_not_told() -> None:
    """The same interval, or one that is a little longer, is no news."""
    story = in_line()
    assert look_until(story, 4) == []


@pytest.mark.parametrize(
    ("pool", "waiting"),
    [
        (replace(FULL, pace=Pace()), WaitingSettings()),
        (FULL, WaitingSettings(stages=())),
    ],
)
def test_the_line_is_counted_every_other_minute(pool: Pool, waiting: WaitingSettings) -> None:
    """That also holds while no time is known, and on a channel that tells no estimates."""
    story = in_line(pool, waiting=waiting)
    assert look_until(story, 3) == []
    _, facts, _ = story.log[-1]
    assert facts.now - START >= RECOUNT_MS
    soon, later = (replace(facts, now=facts.now + ms) for ms in (1_000, RECOUNT_MS))
    assert not wants_place(story.thread, soon)
    assert wants_place(story.thread, later)


def test_it_goes_faster() -> None:
    """A bound that moved nearer by a step is told."""
    story = in_line(replace(FULL, waits_ahead=40))
    story.pools = (replace(FULL, waits_ahead=4),)
    [said] = look_until(story, 3)
    assert said.startswith("It goes faster than we said. You are number 5 in line")


def test_after_a_person_has_come_nothing_is_said_about_waiting() -> None:
    """The wait is noted with its outcome, and no later stage is said."""
    story = in_line()
    high = story.conversation.account.quotes[0].high
    story.wait(30)
    story.pools = (replace(FULL, full=False),)
    story.freed()
    story.accept(agent="Kim")
    [noted] = story.of(NoteWait)
    assert (noted.came, noted.kept, noted.missed, noted.waited_seconds) == (True, 1, 0, 30)
    assert story.conversation.account.quotes[0].held is True
    assert high >= 60
    story.agent()
    for timer in story.all_of(StartTimer):
        if timer.kind == "seat_wait":
            story.fire(timer)
            assert story.texts == []


def test_a_wait_that_took_longer_than_was_told_is_a_miss() -> None:
    """Whoever gives up after the bound was missed as well. Before it, nobody can know."""
    late, gone, soon = in_line(), in_line(), in_line()
    late.wait(590)
    late.pools = (replace(FULL, full=False),)
    late.freed()
    late.wait(3_000).accept()
    assert [(n.came, n.kept, n.missed) for n in late.of(NoteWait)] == [(True, 0, 1)]
    gone.wait(3_600).leave()
    assert [(n.came, n.kept, n.missed) for n in gone.of(NoteWait)] == [(False, 0, 1)]
    soon.wait(5).leave()
    assert [(n.came, n.kept, n.missed) for n in soon.of(NoteWait)] == [(False, 0, 0)]
    assert gone.conversation.account.quotes[0].held is False


def test_another_pool_that_comes_teaches_the_pool_that_was_waited_for() -> None:
    """The told time came of that pool's pace, and so its factor learns how it went."""
    story = in_line()
    story.wait(30)
    story.pools = (FULL, SOUTH)
    story.freed("south")
    story.accept()
    [noted] = story.of(NoteWait)
    assert (story.owner.pool_id, noted.pool_id, noted.kept) == ("south", "north", 1)


@pytest.mark.parametrize(
    ("hours", "words"),
    [(24, " window_until window_kept"), (0.02, " window_short window_kept"), (24 * 30, "")],
)
def test_a_channel_that_closes_sooner_says_what_is_possible(hours: float, words: str) -> None:
    """Nobody is told that a person writes at a time at which the channel lets nobody write."""
    story = Story(
        pools=(replace(NORTH, closed="outside its hours", opens_at=START + 8 * 3_600_000),)
    )
    story.writes_until = story.now + int(hours * 3_600_000)
    story.customer("a person", PERSON)
    assert story.texts == [f"<kept_while_closed> Wed at 6:13 Sat at 6:13{words}"]


def test_no_place_is_promised_where_no_request_is_kept() -> None:
    """The wait ends with the longest wait there, so that writing again later begins anew."""
    story = Story(pools=(replace(NORTH, full=True),), policy=Policy(keep_seconds=0))
    story.writes_until = story.now + 60_000
    story.customer("a person", PERSON)
    assert story.texts[-1].endswith(" window_short")


def test_a_company_words_its_stages_by_language_and_channel() -> None:
    """Its own text is said where channel and language fit, else Surgeline's."""
    own = Stage("after", 2, ("web",), {"en": "{first_name|Friend}, number {place|?}"})
    other = Stage("after", 2, ("mail",), {"en": "wrong"})
    settings = WaitingSettings(stages=(other, own))
    assert look_until(in_line(waiting=settings), 3) == ["Friend, number 4"]
    french = look_until(in_line(language="fr", waiting=settings), 3)
    assert french[0].startswith("Bonjour, vous êtes toujours dans la file.")


def test_the_customer_is_called_by_the_first_name_that_the_channel_says() -> None:
    """A text of waiting uses it, and without it the text still is a sentence."""
    story = in_line()
    story.customer("hello?", None, customer={"first_name": "Mike"})
    with_name = replace(story)
    assert look_until(with_name, 6)[0].startswith("Hello, you are still in line.")


def test_hours_are_told_on_the_customers_clock() -> None:
    """F11: the company is in UTC and the customer in Seoul, so that people are back at 18:00."""
    opens = (Story().now // 86_400_000 + 1) * 86_400_000 + 9 * 3_600_000
    shut = replace(NORTH, limit=1, closed="outside its hours", opens_at=opens)
    story = Story(pools=(shut,), words_said=system_texts()["en"])
    story.customer("a person", PERSON, customer={"time_zone": "Asia/Seoul"})
    assert "18:00" in story.texts[-1]
    story = Story(pools=(shut,), words_said=system_texts()["en"])
    story.customer("a person", PERSON, customer={"time_zone": "No/Where"})
    assert "9:00" in story.texts[-1]


def test_a_waiting_customer_hears_once_that_the_hours_end() -> None:
    """A kept request whose pools close is told when people are back, once in the evening."""
    story = in_line(replace(FULL, pace=Pace()))
    look_until(story, 20)
    assert story.conversation.is_kept
    opens = story.now + 15 * 3_600_000
    story.pools = (replace(FULL, full=False, closed="outside its hours", opens_at=opens),)
    said = look_until(story, 14 * 60)
    assert [text.startswith("Nobody is here right now. We are back") for text in said] == [True]


def test_a_pool_that_comes_and_says_nothing_has_no_text_said_again() -> None:
    """The customer hears once that somebody joined, and then that the request is kept after all."""
    story = in_line(waiting=WaitingSettings(same_again_minutes=600))
    story.policy = Policy(longest_wait_seconds=60)
    look_until(story, 2)
    story.pools = (replace(FULL, full=False, waits_ahead=0),)
    said = []
    for _ in range(3):
        while not story.handoff.offers:
            look(story)
        story.accept()
        said += story.texts
        story.silence()
        said += story.texts
    joined, kept = said
    assert "has joined" in joined
    assert kept.startswith("Nobody is free right now.")


def test_a_pool_that_opens_soon_shortens_the_time() -> None:
    """F17: seats that are to come at a known time count from then."""
    busy = replace(FULL, waits_ahead=20)
    alone = in_line(busy)
    opens = Story().now + 300_000
    south = replace(SOUTH, limit=20, closed="outside its hours", opens_at=opens, waits_ahead=20)
    helped = Story(
        pools=(busy, replace(south, pace=KNOWN)),
        waiting=WaitingSettings(),
        words_said=system_texts()["en"],
    )
    helped.customer("a person", PERSON)
    account, other = helped.conversation.account, alone.conversation.account
    assert account is not None
    assert other is not None
    assert 300 < account.quotes[0].high < other.quotes[0].high


def test_people_who_said_that_they_come_shorten_the_time() -> None:
    """Whoever is on call and said yes counts from when they arrive, also where nobody sits yet."""
    busy = replace(FULL, waits_ahead=20)
    alone = in_line(busy).conversation.account
    arrive = tuple((Story().now + 300_000, 2) for _ in range(4))
    helped = in_line(replace(busy, coming=arrive)).conversation.account
    assert 300 < helped.quotes[0].high < alone.quotes[0].high
    empty = replace(busy, limit=0, free=0)
    assert in_line(empty).conversation.account.quotes[0].high == 0
    assert in_line(replace(empty, coming=arrive)).conversation.account.quotes[0].high > 300
