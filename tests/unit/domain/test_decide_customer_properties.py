"""Whatever is found and said: nothing rejected comes back, and a person is always within reach."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.domain.effects import SendText
from surgeline.domain.limits import SENDER_BURST
from surgeline.domain.reading import Abstained, Answered, Offered, Reading, Rejected, Weighed
from surgeline.domain.thread import BOT

from tests.unit.domain.story import PERSON, THANKS, Story


def found(
    kind: type[Reading], best: str, others: list[str], spare: list[str], *, rejects: bool
) -> Reading:
    """Return a reading of one kind, with what that kind has."""
    near = tuple((each, each.upper()) for each in (best, *others))
    if kind is Answered:
        return Answered(
            why="found",
            article_id=best,
            text=f"text of {best}",
            candidates=near,
            alternatives=tuple(spare),
            rejects_last=rejects,
        )
    if kind is Offered:
        return Offered(
            why="found", candidates=near, alternatives=tuple(spare), rejects_last=rejects
        )
    if kind is Rejected:
        return Rejected(why="found", candidates=near)
    return Abstained(why="found", candidates=near, rejects_last=rejects)


ARTICLES = st.sampled_from([f"a{number}" for number in range(15)])
FOUND = st.builds(
    lambda kind, best, others, spare, rejects: found(kind, best, others, spare, rejects=rejects),
    st.sampled_from([Answered, Answered, Offered, Abstained, Rejected]),
    ARTICLES,
    st.lists(ARTICLES, max_size=3, unique=True),
    st.lists(ARTICLES, max_size=3, unique=True),
    st.booleans(),
)
# One sender may say so much at once. Whatever is more is not read.
SAID = st.lists(st.one_of(FOUND, st.just(THANKS)), min_size=1, max_size=SENDER_BURST - 2)


def _rejects(answer: Reading) -> bool:
    return isinstance(answer, Rejected) or (isinstance(answer, Weighed) and answer.rejects_last)


@settings(max_examples=150)
@given(SAID)
def test_what_was_rejected_never_comes_back(said: list[Reading]) -> None:
    """A rejected article is neither answered nor offered, however often it is found. The bot
    goes on while nobody is free, so that many rejections come together.
    """
    story = Story(pools=())
    rejected: set[str] = set()
    for answer in said:
        talk = story.thread.conversation
        if talk and _rejects(answer):
            rejected |= set(talk.standing)
        story.customer("?", answer)
        for text in story.of(SendText):
            offered = {choice.article_id for choice in text.choices} - {None}
            assert not ({text.article_id} | offered) & rejected
            assert not text.choices or text.choices[-1].article_id is None
        assert story.owner == BOT


@settings(max_examples=50)
@given(SAID)
def test_a_person_is_one_turn_away_whatever_came_before(said: list[Reading]) -> None:
    """A request for a person asks for a person after any talk with the bot."""
    story = Story(pools=())
    for answer in said:
        story.customer("?", replace(answer))
    story.pools = Story().pools
    story.customer("a person", PERSON)
    assert story.owner != BOT
