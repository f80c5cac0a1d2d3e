"""A customer whom the last conversation did not help is remembered here, until a person has helped.

On that matter they meet no bot again, and go before others in line. That holds on other channels
too, where both channels prove the same address, number or id of the customer.
"""

from dataclasses import replace

from surgeline.domain.effects import LinkThread
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
        turn.change_header(let_down=None, helped_at=turn.facts.now if turn.header.proven else 0)
    elif conversation.rejected and not heard_person and ended_by not in ("confirmed", "erased"):
        _note(turn, LetDown(turn.facts.now, "rejected", conversation.rejected))


def note_rating(turn: Turn) -> None:
    """Note that the customer said that the conversation did not help."""
    account = turn.conversation.account
    answered = tuple(dict.fromkeys(account.answered)) if account else ()
    heard_person = account is not None and account.first_person_at is not None
    _note(turn, LetDown(turn.facts.now, "rated", () if heard_person else answered))


def note_elsewhere(turn: Turn) -> None:
    """Keep what the channel proves of the customer, and a let-down on another channel.

    The newest counts. A person who solved the matter here since then has ended it.
    """
    proven, found = turn.facts.proven, turn.facts.let_down
    if proven and proven != turn.header.proven:
        turn.change_header(proven=proven)
    if found is None or found.at <= turn.header.helped_at:
        return
    own = turn.header.let_down
    if own is None or own.at < found.at:
        turn.change_header(let_down=found)


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
    """Remember the let-down, and have the customer's other channels find it while it counts."""
    cut = replace(let_down, articles=let_down.articles[-MOST_ARTICLES:])
    turn.change_header(let_down=cut)
    until = let_down.at + turn.facts.policy.let_down_days * DAY_MS
    for key in turn.header.proven if until > let_down.at else ():
        turn.effects.append(LinkThread(turn.new_id("n", "let_down"), key, until))
