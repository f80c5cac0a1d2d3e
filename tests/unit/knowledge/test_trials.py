"""Answers and choices are drawn from a thread's log, each with what was said of it."""

import pytest
from surgeline.application.answers.labels.trials import OF_A_CUSTOMER, Trial, trials_of
from surgeline.application.ports.conversations import Record
from surgeline.domain.events import AgentWrote, CustomerWrote
from surgeline.domain.reading import Basis
from surgeline.domain.survey.ask import HELPED, NOT_HELPED
from surgeline.domain.turn import Explanation
from surgeline.knowledge.articles.article import Article

BASIS = Basis("lexical", 0.9)
ARTICLES = {
    "a": Article("a", "A", "en", ("one", "two"), "Parcels arrive within three days."),
    "b": Article("b", "B", "en", ("three", "four"), "Send it back within a month."),
}
ANSWERED = Explanation("answer", "", "a", 0.95, ("a", "b"), basis=BASIS)
OFFERED = Explanation("suggest", "", None, 0.6, ("a", "b"), basis=BASIS)


def customer(text: str, why: Explanation) -> Record:
    """Return the record of a customer's message."""
    return Record(0, CustomerWrote("m", "t", "web", "c", 0, text), (), why, "c1", 10)


def agent(text: str) -> Record:
    """Return the record of an agent's message."""
    said = AgentWrote("m", "t", 0, "c1", "vendor", 1, text)
    return Record(0, said, (), Explanation("send"), "c1", 10)


@pytest.mark.parametrize(
    ("asked", "after", "kind"),
    [
        (ANSWERED, [], "unopposed"),
        (ANSWERED, [customer("no", Explanation(NOT_HELPED))], "not_helped"),
        (ANSWERED, [customer("yes", Explanation(HELPED))], "helped"),
        (ANSWERED, [customer("wrong", Explanation("suggest", rejected=("a",)))], "rejected"),
        (ANSWERED, [agent(ARTICLES["b"].answer)], "used_another"),
        (OFFERED, [], None),
        (OFFERED, [customer("1", Explanation("answer", "", "a"))], "picked"),
        (OFFERED, [customer("2", Explanation("answer", "", "b"))], "picked_another"),
        (OFFERED, [customer("a person", Explanation("handoff: customer_asked"))], "to_person"),
        (Explanation("handoff: no_answer", basis=BASIS), [], None),
    ],
)
def test_what_is_said_gives_an_answer_its_kind(
    asked: Explanation, after: list[Record], kind: str | None
) -> None:
    """Each outcome has its kind, and a choice that nobody settled is none."""
    records = [customer("Where is it?", asked), *after][::-1]
    expected = [] if kind is None else [Trial("Where is it?", "a", kind)]
    assert trials_of("t", records, ARTICLES, 0) == expected


def test_a_rejection_does_not_outweigh_an_agent_who_used_the_article() -> None:
    """Whoever looked at the answer tells more than whoever objected to it."""
    said = [
        customer("Where is it?", ANSWERED),
        customer("wrong", Explanation("handoff: answer_rejected", rejected=("a",))),
        agent(ARTICLES["a"].answer),
    ]
    assert [each.kind for each in trials_of("t", said[::-1], ARTICLES, 0)] == ["used"]


def test_a_customer_gives_a_few_recent_trials_of_known_articles() -> None:
    """A flood, an old question and an article that is gone count little or not at all."""
    flood = [customer(str(place), ANSWERED) for place in range(OF_A_CUSTOMER + 5)]
    assert len(trials_of("t", flood, ARTICLES, 0)) == OF_A_CUSTOMER
    assert trials_of("t", flood, ARTICLES, 11) == []
    assert trials_of("t", flood, {}, 0) == []
