"""The states of articles change a reading before any rule sees it."""

from surgeline.application.answers.states.by_state import by_state
from surgeline.domain.reading import Abstained, Answered, Offered, Rejected, SmallTalk

TITLES = (("a", "A"), ("b", "B"), ("c", "C"))
ANSWERED = Answered(
    why="sure", candidates=TITLES, article_id="a", text="yes", alternatives=("b", "c")
)


def test_without_states_a_reading_is_as_it_was() -> None:
    """A base whose articles all answer costs nothing."""
    assert by_state(ANSWERED, {}) is ANSWERED


def test_an_answer_offers_only_what_customers_may_see() -> None:
    """Others are left out of what is offered after a rejection."""
    found = by_state(ANSWERED, {"b": "assisted"})
    assert isinstance(found, Answered)
    assert (found.alternatives, found.candidates) == (("c",), (TITLES[0], TITLES[2]))


def test_a_shadow_article_decides_and_says_nothing() -> None:
    """A person sees it first, and articles that rest are not shown at all."""
    found = by_state(ANSWERED, {"a": "shadow", "b": "paused"})
    assert isinstance(found, Abstained)
    assert (found.shadow, found.candidates) == ("a", (TITLES[0], TITLES[2]))
    paused = by_state(ANSWERED, {"a": "paused"})
    assert isinstance(paused, Abstained)
    assert (paused.shadow, paused.candidates) == (None, TITLES[1:])


def test_two_answers_need_both_articles() -> None:
    """Where one of them may not answer, a person answers the whole message."""
    both = Answered(why="sure", candidates=TITLES, article_id="a", text="x", also=(("b", "y"),))
    found = by_state(both, {"b": "shadow"})
    assert isinstance(found, Abstained)
    assert found.shadow is None
    assert "'b'" in found.why


def test_the_first_choice_decides_whether_any_is_offered() -> None:
    """A choice without the likeliest article would only mislead."""
    offered = Offered(why="unsure", candidates=TITLES, alternatives=("d", "e"))
    left = by_state(offered, {"b": "draft", "e": "paused"})
    assert isinstance(left, Offered)
    assert (left.candidates, left.alternatives) == ((TITLES[0], TITLES[2]), ("d",))
    assert isinstance(by_state(offered, {"a": "assisted"}), Abstained)


def test_other_readings_lose_only_what_nobody_may_see() -> None:
    """Customers lose articles for people, and people lose those that rest."""
    states = {"a": "assisted", "b": "retired"}
    rejected = by_state(Rejected(why="no", candidates=TITLES), states)
    assert isinstance(rejected, Rejected)
    assert rejected.candidates == (TITLES[2],)
    abstained = by_state(Abstained(why="?", candidates=TITLES), states)
    assert isinstance(abstained, Abstained)
    assert abstained.candidates == (TITLES[0], TITLES[2])
    talk = SmallTalk(why="hi", courtesy="greeting")
    assert by_state(talk, states) is talk
