"""The uses of an article allow a step up or take it back, by bounds that can be counted again."""

import random

import pytest
from surgeline.application.answers.states.ledger import Change, Standing
from surgeline.application.answers.states.steps import fall_of, next_step, refusal_of
from surgeline.application.knowledge_settings import StepRules
from surgeline.reports.closing import Beside, Event, Flag, Proof, Use, proof_of

RULES = StepRules()
GOOD = Proof(uses=40, closed=36, followed=3)


def use(at: int, *, closed: bool, followed: bool = False) -> Use:
    return Use("en-hours", "web", at, "answered", closed=closed, followed=followed)


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        (Proof(), "0 uses that count, and 20 are needed"),
        (Proof(uses=19, closed=19), "19 uses"),
        (Proof(uses=20, closed=17), "17 of 20 uses closed their issue, so that 64% surely do"),
        (Proof(uses=40, closed=36, followed=13), "the customer asked again (32%)"),
    ],
)
def test_a_step_up_is_refused_with_its_numbers(proof: Proof, words: str) -> None:
    """Too few uses, a low bound, and too many follow-ups each refuse it."""
    assert words in str(refusal_of(proof, "assisted", "automated", RULES))
    assert next_step(proof, "assisted", RULES) is None


def test_a_proven_article_rises_one_step_at_a_time() -> None:
    """From beside people it needs right decisions as well."""
    assert next_step(GOOD, "assisted", RULES) == "shadow"
    assert "0 of 0 decisions" in str(refusal_of(GOOD, "shadow", "automated", RULES))
    sure = Proof(uses=40, closed=36, followed=3, known=40, right=38)
    assert next_step(sure, "shadow", RULES) == "automated"
    assert next_step(sure, "automated", RULES) is None
    doubtful = Proof(uses=40, closed=36, followed=3, known=40, right=34)
    assert "34 of 40 decisions" in str(refusal_of(doubtful, "shadow", "automated", RULES))


def test_the_numbers_of_uses_are_counted_by_kind() -> None:
    """A decision that nobody's act tells of counts for nothing, and a person flags once."""
    events: list[Event] = [
        use(1, closed=True),
        use(2, closed=False, followed=True),
        Beside("en-hours", "web", 3, right=True),
        Beside("en-hours", "web", 4, right=None),
        Flag("en-hours", "web", 5, "Ann"),
        Flag("en-hours", "web", 6, "Ann"),
    ]
    found = proof_of(events)
    assert (found.uses, found.closed, found.followed) == (2, 1, 1)
    assert (found.known, found.right, found.flagged_by) == (1, 1, ("Ann",))


def test_an_article_that_turns_wrong_falls_within_fifty_uses() -> None:
    """In 300 histories it falls after 40 uses at most, and half of them after ten."""
    chance, needed = random.Random(7), []
    for _ in range(300):
        uses: list[Event] = [use(at, closed=chance.random() < 0.9) for at in range(60)]
        assert fall_of(uses, Standing(), RULES) is None
        for more in range(1, 51):
            uses.append(use(60 + more, closed=chance.random() < 0.15))
            if fall_of(uses, Standing(), RULES):
                needed.append(more)
                break
    assert len(needed) == 300
    assert sorted(needed)[150] <= 10
    assert max(needed) <= 40


def test_a_good_article_hardly_ever_falls() -> None:
    """Of 100 articles that close 85 in 100, looked at after each of 200 uses, four at most fall."""
    chance, fallen = random.Random(11), 0
    for _ in range(100):
        uses: list[Event] = []
        for at in range(200):
            uses.append(use(at, closed=chance.random() < 0.85))
            if fall_of(uses[-40:], Standing(), RULES):
                fallen += 1
                break
    assert fallen <= 4


def test_follow_ups_and_people_take_an_article_back() -> None:
    """Each says so with its numbers."""
    asked: list[Event] = [use(at, closed=True, followed=at % 4 != 0) for at in range(20)]
    assert "the customer asked again" in str(fall_of(asked, Standing(), RULES))
    flags: list[Event] = [Flag("a", "web", 1, "Ann"), Flag("a", "web", 2, "Lee", "old price")]
    assert fall_of(flags[:1], Standing(), RULES) is None
    assert "2 people rated it as wrong" in str(fall_of(flags, Standing(), RULES))


def test_what_was_before_a_new_text_or_a_fall_counts_no_more() -> None:
    """A mended article begins anew."""
    failing: list[Event] = [use(at, closed=False) for at in range(10)]
    assert fall_of(failing, Standing(), RULES)
    assert fall_of(failing, Standing(texts=((0, "a"), (10, "b"))), RULES) is None
    back = Change(10, "the instance", "automated", "paused", by_itself=True)
    assert fall_of(failing, Standing("assisted", (back,)), RULES) is None


def test_only_a_persons_pause_with_the_same_text_is_taken_back_freely() -> None:
    """A fall by itself, another text and another state all ask for proof."""
    pause = Change(5, "Ann", "automated", "paused")
    assert Standing("paused", (pause,)).resumes("automated")
    assert not Standing("paused", (pause,)).resumes("shadow")
    assert not Standing("paused", (pause,), ((6, "new"),)).resumes("automated")
    itself = Change(5, "the instance", "automated", "paused", by_itself=True)
    assert not Standing("paused", (itself,)).resumes("automated")
