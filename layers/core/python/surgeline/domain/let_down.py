"""A customer whom the last conversation did not help is remembered here, until a person has helped.

On that matter they meet no bot again, and go before others in line.
"""

from dataclasses import replace

from surgeline.domain.reading import Answered, SmallTalk
from surgeline.domain.thread import BOT, EndedBy, LetDown
from surgeline.domain.turn import Turn

DAY_MS = 86_400_000
MOST_ARTICLES = 10


def note_let_down(turn: Turn, ended_by: EndedBy, code: str | None) -> None:
    """Note that a conversation ends in which the bot's answers were rejected and nobody wrote.

    A person who solved the matter ends what was noted before.
    """
    conversation = turn.conversation
    account = conversation.account
    heard_person = account is not None and account.first_person_at is not None
    if ended_by == "pool" and code == "solved":
        turn.note(let_down=None)
    elif conversation.rejected and not heard_person and ended_by not in ("confirmed", "erased"):
        _note(turn, LetDown(turn.facts.now, "rejected", conversation.rejected))


def note_rating(turn: Turn) -> None:
    """Note that the customer said that the conversation did not help."""
    account = turn.conversation.account
    answered = tuple(dict.fromkeys(account.answered)) if account else ()
    heard_person = account is not None and account.first_person_at is not None
    _note(turn, LetDown(turn.facts.now, "rated", () if heard_person else answered))


def comes_back(turn: Turn) -> str:
    """Return why a person is asked for at once, or an empty text where the bot may answer.

    A question that another article answers surely is another matter.
    """
    let_down, reading = turn.header.let_down, turn.facts.reading
    current = turn.conversation
    if let_down is None or current.owner != BOT:
        return ""
    if current.handoff is not None or reading is None or isinstance(reading, SmallTalk):
        return ""
    if turn.facts.now - let_down.at > turn.facts.policy.let_down_days * DAY_MS:
        return ""
    other = isinstance(reading, Answered) and reading.article_id not in let_down.articles
    if other and let_down.articles:
        return ""
    return f"the last conversation did not help ({let_down.why})"


def _note(turn: Turn, let_down: LetDown) -> None:
    cut = replace(let_down, articles=let_down.articles[-MOST_ARTICLES:])
    turn.note(let_down=cut)
