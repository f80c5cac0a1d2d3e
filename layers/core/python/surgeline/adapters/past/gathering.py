"""Conversations and problems of a file are gathered here, in the order of the file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from surgeline.adapters.channels.email.headers import is_address
from surgeline.adapters.past.conversation import (
    CUT,
    MOST_SHORT,
    MOST_TEXT,
    By,
    Past,
    PastConversation,
    Said,
)
from surgeline.adapters.past.reasons import PastProblem, problem_of
from surgeline.adapters.past.times import moment_of
from surgeline.domain.plain_text import plain_text, says_something
from surgeline.knowledge.articles.article import Place

MOST_PROBLEMS: Final = 1_000
MOST_CONVERSATIONS: Final = 50_000
MOST_SENDER: Final = 256
MOST_SAID: Final = 200
_CLOSED: Final = frozenset(("closed", "solved", "resolved", "done", "spam", "deleted"))


@dataclass(slots=True)
class Draft:
    """A conversation that is being put together."""

    place: Place
    key: str
    sender: str = ""
    subject: str = ""
    name: str = ""
    language: str | None = None
    status: str = ""
    said: list[Said] = field(default_factory=list)
    message_id: str = ""
    references: tuple[str, ...] = ()

    def add(self, by: By, text: str, at: int | None) -> None:
        """Add a message that says something."""
        plain = plain_text(text).strip()
        if says_something(plain):
            whole = plain if len(plain) <= MOST_TEXT else plain[: MOST_TEXT - len(CUT)] + CUT
            self.said.append(Said(by, whole, at))


class Gathering:
    """The conversations and problems so far, in the order of the file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[PastProblem] = []
        self.left_out: Counter[str] = Counter()
        self._drafts: dict[str, Draft] = {}

    def draft(self, key: str, line: int) -> Draft:
        """Return the conversation of that key, a new one if there is none yet."""
        known = self._drafts.get(key)
        if known is None:
            known = self._drafts[key] = Draft(Place(self.file, line), key)
        return known

    def has(self, key: str) -> bool:
        """Return whether a conversation of that key was begun."""
        return key in self._drafts

    def report(self, line: int, named: str, code: str, **values: str | int) -> None:
        """Note what is wrong in a line, which is left out. `code` is one of PROBLEMS."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem_of(self.file, line, named, code, values))
        self.left_out["unread"] += 1

    def moment(self, line: int, named: str, value: object) -> tuple[int | None, bool]:
        """Return a time of the file, and whether it could be read. A fault is reported."""
        if value is None or (isinstance(value, str) and not value.strip()):
            return None, True
        at = moment_of(value)
        if at is None:
            self.report(line, named, "time", shown=str(value)[:40])
        return at, at is not None

    def past(self, form: str) -> Past:
        """Return everything that was gathered. A conversation without a sender is reported."""
        whole = [self._whole(each) for each in self._drafts.values()]
        found = [each for each in whole if each is not None]
        for each in found[MOST_CONVERSATIONS:][:1]:
            self.report(each.place.line, "", "too_many", most=MOST_CONVERSATIONS)
        self.problems.sort(key=lambda each: each.line)
        return Past(
            tuple(found[:MOST_CONVERSATIONS]), tuple(self.problems), form, dict(self.left_out)
        )

    def _whole(self, draft: Draft) -> PastConversation | None:
        if not any(each.by == "customer" for each in draft.said):
            self.left_out["no_customer" if draft.said else "no_words"] += 1
            return None
        sender = plain_text(draft.sender).strip()
        if is_address(sender):
            sender = sender.lower()
        if not sender or len(sender) > MOST_SENDER:
            self.report(draft.place.line, "sender", "no_address", most=MOST_SENDER)
            return None
        return PastConversation(
            place=draft.place,
            key=draft.key[:MOST_SHORT],
            sender=sender,
            said=_in_order(draft.said),
            subject=plain_text(draft.subject).strip()[:MOST_SHORT],
            name=plain_text(draft.name).strip()[:MOST_SHORT],
            language=draft.language,
            is_open=draft.status.strip().lower() not in _CLOSED,
            message_id=draft.message_id,
            references=draft.references,
        )


def _in_order(said: Sequence[Said]) -> tuple[Said, ...]:
    """Return the messages by their times. One without a time stays behind the one before it."""
    at = 0
    timed: list[tuple[int, int, Said]] = []
    for number, each in enumerate(said):
        at = at if each.at is None else each.at
        timed.append((at, number, each))
    ordered = [replace(each) for _, _, each in sorted(timed, key=lambda one: one[:2])]
    return tuple(ordered[-MOST_SAID:])
