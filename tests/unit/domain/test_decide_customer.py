"""What a customer's message does while the bot is the one to speak."""

from dataclasses import replace

import pytest
from surgeline.domain.bot import REJECTED_LIMIT
from surgeline.domain.decide import bot_would_speak
from surgeline.domain.effects import Choice, NotifyPool, OfferToPool, SendText, StartTimer
from surgeline.domain.reading import Abstained, Answered, Courtesy, Offered, Reading, SmallTalk
from surgeline.domain.thread import BOT, WAITING, Thread

from tests.unit.domain.story import (
    ABSTAIN,
    ANSWER,
    NORTH,
    PERSON,
    REJECTED,
    THANKS,
    Story,
    closed,
    waiting,
    with_bot,
)

SUGGEST = Offered(
    why="0.71 over 0.60",
    language="en",
    confidence=0.71,
    candidates=(("a1", "One"), ("a2", "Two"), ("a3", "Three"), ("a4", "Four")),
)


def test_first_message_opens_the_first_conversation() -> None:
    """A thread's first message opens conversation 1 at epoch 1, owned by the bot."""
    story = Story()
    story.customer("can I return this?", ANSWER)
    conversation = story.conversation
    assert (conversation.id, conversation.number) == (f"{story.thread.id}-1", 1)
    assert (conversation.epoch, conversation.owner) == (1, BOT)
    assert (conversation.opened_at, conversation.last_customer_at) == (story.now, story.now)
    assert conversation.is_open


def test_an_answer_is_sent_and_costs_no_timer() -> None:
    """An answered question is one text in reply to it, and an opening: no timer, no offer."""
    story = Story()
    decision = story.customer("can I return this?", ANSWER)
    text, opened = decision.effects
    assert isinstance(text, SendText)
    assert opened.type == "record_opened"
    assert (text.speaker, text.text, text.article_id) == ("bot", "Within 30 days.", "returns")
    assert text.in_reply_to == story.log[0][0].id
    assert (decision.seq, text.seq, story.thread.seq) == (1, 2, 2)
    assert story.conversation.last_answer == "returns"


def test_an_answer_is_explained() -> None:
    """The explanation names the decision, the article, the confidence and the candidates."""
    story = with_bot()
    why = story.last.explanation
    assert (why.decision, why.article_id, why.confidence) == ("answer", "returns", 0.97)
    assert why.candidates == ("returns", "refunds")


def test_no_explanation_repeats_the_customer() -> None:
    """I14: no explanation holds the customer's words."""
    story = Story()
    for answer in (ANSWER, SUGGEST, ABSTAIN, PERSON, THANKS, REJECTED):
        story = Story()
        story.customer("my secret is 1234", answer)
        assert "1234" not in repr(story.last.explanation)


def test_suggestions_are_three_choices_and_a_person() -> None:
    """At most three articles and a person are offered, and they are remembered for the pick."""
    story = Story()
    story.customer("hm", SUGGEST)
    (text,) = story.of(SendText)
    assert text.text == "<suggest_intro>"
    assert text.choices == (
        Choice("a1", "One"),
        Choice("a2", "Two"),
        Choice("a3", "Three"),
        Choice(None, "<suggest_person>"),
    )
    assert story.conversation.choices == ("a1", "a2", "a3")
    assert story.owner == BOT


def test_an_answer_ends_the_choices() -> None:
    """An answer ends earlier choices, which can no longer be picked."""
    story = Story()
    story.customer("hm", SUGGEST)
    story.customer("2", ANSWER)
    assert story.conversation.choices == ()


def test_a_handoff_ends_the_choices() -> None:
    """A handoff ends earlier choices, which can no longer be picked. People are shown them."""
    story = Story()
    story.customer("hm", SUGGEST)
    story.customer("4", PERSON)
    assert story.conversation.choices == ()
    assert story.of(OfferToPool)[0].candidates == ("a1", "a2", "a3")


@pytest.mark.parametrize(
    ("answer", "reason", "notice"),
    [
        (ABSTAIN, "no_answer", "<handing_over_no_answer>"),
        (None, "no_answer", "<handing_over_no_answer>"),
        (Offered(why="nothing to offer"), "no_answer", "<handing_over_no_answer>"),
        (PERSON, "customer_asked", "<handing_over>"),
        (REJECTED, "answer_rejected", "<handing_over>"),
        (
            Abstained(why="", reason="unsupported_language"),
            "unsupported_language",
            "<unsupported_language>",
        ),
        (Abstained(why="", reason="bot_failed"), "bot_failed", "<handing_over>"),
    ],
)
def test_what_the_bot_cannot_do_goes_to_people_in_one_turn(
    answer: Reading | None, reason: str, notice: str
) -> None:
    """Wanting a person, no answer, and any failure of the bot are offered to a pool at once."""
    story = Story()
    story.customer("help", answer)
    (offer,) = story.of(OfferToPool)
    assert offer.pool_id == NORTH.id
    assert offer.reason == reason
    assert story.owner == WAITING
    assert story.epoch == 2
    assert story.texts == [notice]


def test_an_offer_carries_its_deadline_and_what_the_bot_thought() -> None:
    """An offer says until when, under which epoch, what was found, and starts its timer."""
    story = Story()
    story.customer("help", ABSTAIN)
    (offer,) = story.of(OfferToPool)
    (timer,) = story.of(StartTimer)
    assert offer.expires_at == timer.due_at == story.now + 20_000
    assert (timer.kind, timer.subject) == ("offer_deadline", offer.offer_id)
    assert offer.epoch == story.epoch + 1
    assert offer.candidates == ("returns", "refunds")
    assert offer.language == "en"
    assert offer.told_seq == story.last.seq
    assert story.offer.expires_at == offer.expires_at


def test_a_rejected_answer_is_remembered_and_told() -> None:
    """The answer that was not it is kept from then on, and the pool learns which one it was."""
    story = with_bot()
    story.customer("no, that is not it", REJECTED)
    assert story.conversation.rejected == ("returns",)
    assert story.conversation.last_answer is None
    assert story.of(OfferToPool)[0].rejected == ("returns",)


def test_rejecting_the_same_answer_again_adds_nothing() -> None:
    """An article is listed once among the rejected ones, however often it is rejected."""
    story = Story(pools=())
    for _ in range(2):
        story.customer("can I return this?", ANSWER)
        story.customer("no", REJECTED)
    assert story.conversation.rejected == ("returns",)


def test_after_many_rejections_only_people_answer() -> None:
    """I13: the bot stops when too much was rejected, so the state stays small and nothing comes
    back.
    """
    story = Story(pools=())
    for number in range(100):
        story.wait(1).customer("?", Answered(why="", article_id=f"article-{number}", text="x"))
        story.customer("no", REJECTED)
    assert story.conversation.rejected == tuple(f"article-{n}" for n in range(REJECTED_LIMIT))
    story.pools = (NORTH,)
    story.customer("?", ANSWER)
    assert story.of(OfferToPool)[0].reason == "answer_rejected"


def test_a_rejected_answer_is_never_said_again_whatever_is_found() -> None:
    """A rejected article is neither answered nor offered, even if the knowledge base finds it."""
    story = Story(pools=())
    story.customer("can I return this?", ANSWER)
    story.customer("no", REJECTED)
    story.customer("can I return this?", ANSWER)
    assert "Within 30 days." not in story.texts
    story.customer("returns", replace(SUGGEST, candidates=(("returns", "Returns"), ("a1", "One"))))
    (text,) = story.of(SendText)
    assert [choice.article_id for choice in text.choices] == ["a1", None]


def test_after_a_rejection_the_next_candidates_are_offered_and_a_person() -> None:
    """The customer is understood; the next best are choices, with a person among them."""
    story = Story()
    story.customer("can I return this?", replace(ANSWER, alternatives=("a1", "a2")))
    assert story.conversation.alternatives == ("a1", "a2")
    story.customer("no", replace(REJECTED, candidates=(("a1", "One"), ("a2", "Two"))))
    (text,) = story.of(SendText)
    assert text.text == "<answer_rejected>"
    assert [choice.article_id for choice in text.choices] == ["a1", "a2", None]
    assert story.last.explanation.decision == "suggest"
    assert story.conversation.rejected == ("returns",)


def test_rejecting_the_choices_too_brings_a_person() -> None:
    """A person is asked when all choices are rejected too, and there is no third round."""
    story = Story()
    story.customer("hm", SUGGEST)
    story.customer("none of these", REJECTED)
    assert story.conversation.rejected == ("a1", "a2", "a3")
    assert story.of(OfferToPool)[0].rejected == ("a1", "a2", "a3")


def test_a_rejection_with_a_new_question_is_answered_at_once() -> None:
    """A rejection with a new question rejects the old answer and answers the new one in the
    same turn.
    """
    story = Story()
    story.customer("can I return this?", ANSWER)
    found = Answered(why="", article_id="hours", text="9 to 18.", rejects_last=True)
    story.customer("no, when are you open?", found)
    assert story.texts == ["9 to 18."]
    assert story.conversation.rejected == ("returns",)
    assert story.conversation.last_answer == "hours"


TWO = replace(ANSWER, also=(("hours", "Hi {first_name|you}, 9 to 18."),), alternatives=("a1",))


def test_two_questions_get_both_answers_in_one_text() -> None:
    """The answers stand in the order of the questions, filled in, and count as two articles."""
    story = Story()
    story.customer("can I return this? when are you open?", TWO)
    (text,) = story.of(SendText)
    assert text.text == "Within 30 days.\n\nHi you, 9 to 18."
    assert text.article_id == "returns"
    assert story.conversation.account is not None
    assert story.conversation.account.answered == ("returns", "hours")


def test_a_rejection_after_two_answers_rejects_both() -> None:
    """Nobody knows which of the two was wrong, so neither is said again."""
    story = Story()
    story.customer("can I return this? when are you open?", TWO)
    story.customer("no", replace(REJECTED, candidates=(("a1", "One"),)))
    assert story.conversation.rejected == ("returns", "hours")
    assert story.conversation.also_answered == ()


def test_an_answer_that_was_rejected_is_left_out_of_two() -> None:
    """Of two answers the one that was rejected before stays unsaid."""
    story = Story()
    story.customer("when are you open?", Answered(why="", article_id="hours", text="9 to 18."))
    story.customer("no", replace(REJECTED, candidates=(("a1", "One"),)))
    story.customer("can I return this? when are you open?", TWO)
    assert "Within 30 days." in story.texts
    assert story.conversation.last_answer == "returns"
    assert story.conversation.also_answered == ()


def test_a_rejection_with_a_question_nobody_wrote_down_is_a_persons_case() -> None:
    """A person is told that an answer was rejected, because such a customer goes first."""
    story = Story()
    story.customer("can I return this?", ANSWER)
    story.customer("no, what about my cat?", replace(ABSTAIN, rejects_last=True))
    assert story.of(OfferToPool)[0].reason == "answer_rejected"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("greeting", "<greeting>"),
        ("thanks", "<thanks>"),
        ("unreadable", "<unreadable>"),
    ],
)
def test_small_talk_is_answered_by_the_bot(kind: Courtesy, text: str) -> None:
    """A greeting, thanks and the unreadable get their own line and change nothing else."""
    story = Story()
    story.customer("hi", SmallTalk(why="", courtesy=kind))
    assert story.texts == [text]
    assert story.owner == BOT


def test_an_attachment_alone_goes_to_a_person() -> None:
    """A person looks at an attachment that the bot cannot read."""
    story = Story()
    story.customer("  ", ANSWER, attachments=1)
    assert story.of(OfferToPool)[0].reason == "attachment"
    assert story.texts == ["<attachment>"]


def test_a_question_with_an_attachment_is_answered() -> None:
    """An attachment beside a question does not keep the answer back."""
    story = Story()
    story.customer("can I return this?", ANSWER, attachments=2)
    assert story.texts == ["Within 30 days."]


@pytest.mark.parametrize(
    ("detected", "said", "kept"),
    [("fr", "en", "fr"), (None, "ko", "ko"), (None, None, "en")],
)
def test_the_language_is_the_detected_one_then_the_channels_then_the_last(
    detected: str | None, said: str | None, kept: str
) -> None:
    """A message may change the thread's language, and one without a language keeps it."""
    story = with_bot()
    story.customer("x", SmallTalk(why="", language=detected, courtesy="unreadable"), language=said)
    assert story.thread.language == kept


def test_a_reply_has_an_address_whatever_came_first() -> None:
    """A thread that began with a customer leaving still answers the sender who writes later."""
    story = Story(thread=Thread("t0", "web", ""))
    story.leave()
    story.customer("can I return this?", ANSWER)
    assert story.thread.sender == "visitor-1"


@pytest.mark.parametrize(("blocked", "texts"), [(False, ["<left>"]), (True, [])])
def test_who_blocked_us_is_told_nothing(blocked: bool, texts: list[str]) -> None:
    """Both end the conversation, and only who did not block us gets the confirmation."""
    story = with_bot()
    story.leave(blocked=blocked)
    assert story.texts == texts
    assert story.thread.conversation is not None
    assert story.thread.conversation.ended_by == "customer"


def test_a_missing_system_text_is_its_key() -> None:
    """A system text that nobody wrote shows as its key and never as an error."""
    story = Story()
    story.customer("x", SmallTalk(why="", courtesy="thanks"))
    story.pools = ()
    assert story.texts
    assert all(isinstance(text, str) and text for text in story.texts)


def test_nobody_to_offer_it_to_leaves_the_bot_with_it() -> None:
    """I7: the customer is told at once if there is no pool, and the bot stays."""
    story = Story(pools=())
    story.customer("a person", PERSON)
    assert (story.owner, story.epoch, story.handoff.state) == (BOT, 1, "failed")
    assert story.texts == ["<nobody_free>"]
    assert story.handoff.offers == ()


def test_asking_again_after_nobody_was_free_tries_every_pool_again() -> None:
    """A failed handoff does not count against the next one."""
    story = waiting()
    story.decline()
    story.decline()
    assert story.owner == BOT
    story.customer("a person!", PERSON)
    assert story.offer.pool_id == NORTH.id


def test_an_old_conversation_of_the_bots_makes_room() -> None:
    """A day after the customer's last message the next one opens a new conversation."""
    story = with_bot()
    story.wait(86_400).customer("still there?", ANSWER)
    assert story.conversation.number == 1
    story.wait(86_401).customer("new question", ANSWER)
    assert (story.conversation.number, story.epoch) == (2, 2)
    assert story.conversation.opened_at == story.now


@pytest.mark.parametrize("days", [0, 30])
def test_a_waiting_conversation_is_never_replaced(days: int) -> None:
    """While an offer is out, a message is kept with its conversation however late it comes."""
    story = waiting()
    story.wait(days * 86_400).customer("hello?", None)
    assert story.conversation.number == 1


def test_who_would_answer_the_next_message() -> None:
    """An answer is looked up exactly where the bot might use it."""
    assert bot_would_speak(None)
    assert bot_would_speak(Thread("t", "web", "v"))
    assert bot_would_speak(with_bot().thread)
    assert bot_would_speak(closed().thread)
    assert not bot_would_speak(waiting().thread)
    story = waiting()
    story.accept()
    assert not bot_would_speak(story.thread)


def test_a_message_while_waiting_is_kept_and_nothing_is_said() -> None:
    """F40: the bot is silent while offers are out, and no pool is told of the message yet."""
    story = waiting()
    before = story.conversation
    story.wait(1).customer("it is urgent", ANSWER)
    assert story.last.effects == ()
    assert story.of(NotifyPool) == []
    assert (story.owner, story.epoch) == (before.owner, before.epoch)
