"""Whatever is found and said: nothing rejected comes back, and a person is always within reach."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.domain.effects import SendText
from surgeline.domain.facts import Answer
from surgeline.domain.thread import BOT

from tests.unit.domain.story import PERSON, THANKS, Story

ARTICLES = st.sampled_from([f"a{number}" for number in range(15)])
FOUND = st.builds(
    lambda kind, best, others, spare, rejects: Answer(
        kind,
        "found",
        language="en",
        article_id=best if kind == "answer" else None,
        text=f"text of {best}" if kind == "answer" else None,
        candidates=tuple((each, each.upper()) for each in (best, *others)),
        alternatives=tuple(spare),
        rejects=rejects,
    ),
    st.sampled_from(["answer", "answer", "suggest", "abstain", "rejected"]),
    ARTICLES,
    st.lists(ARTICLES, max_size=3, unique=True),
    st.lists(ARTICLES, max_size=3, unique=True),
    st.booleans(),
)
SAID = st.lists(st.one_of(FOUND, st.just(THANKS)), min_size=1, max_size=40)


@settings(max_examples=150, deadline=None)
@given(SAID)
def test_what_was_rejected_never_comes_back(said: list[Answer]) -> None:
    """However often the knowledge base finds it: neither as an answer nor as a choice; with nobody
    free the bot goes on, so that many rejections come together.
    """
    story = Story(pools=())
    rejected: set[str] = set()
    for answer in said:
        talk = story.thread.conversation
        if talk and (answer.rejects or answer.decision == "rejected"):
            rejected |= set(talk.standing)
        story.customer("?", answer)
        for text in story.of(SendText):
            offered = {choice.article_id for choice in text.choices} - {None}
            assert not ({text.article_id} | offered) & rejected
            assert not text.choices or text.choices[-1].article_id is None
        assert story.owner == BOT


@settings(max_examples=50, deadline=None)
@given(SAID)
def test_a_person_is_one_turn_away_whatever_came_before(said: list[Answer]) -> None:
    """After any talk with the bot, asking for a person asks for a person."""
    story = Story(pools=())
    for answer in said:
        story.customer("?", replace(answer))
    story.pools = Story().pools
    story.customer("a person", PERSON)
    assert story.owner != BOT
