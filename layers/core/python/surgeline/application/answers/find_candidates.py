"""Recent questions that no article answered are grouped into candidates for articles here."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from surgeline.application.answers.recent_questions import AskedQuestion
from surgeline.domain.redaction import redact
from surgeline.knowledge.answering.candidates import Candidate, candidates_of
from surgeline.knowledge.encoders.encoder import Encoder

MOST_QUESTIONS: Final = 600
"""The newest questions that are grouped at once, so that an answer takes a few seconds."""
MOST_ANSWERS: Final = 3
"""The number of people's answers that are shown with a group."""


def find_candidates(
    asked: Sequence[AskedQuestion], encoders: Mapping[str, Encoder]
) -> list[dict[str, Any]]:
    """Return the groups of unanswered questions as JSON objects, the most worthwhile first.

    Each also has `answers`: the first words of people to such questions, the shortest first. Card
    numbers, addresses and phone numbers are taken out of all texts.
    """
    unanswered = [each for each in asked if each.article_id is None][:MOST_QUESTIONS]
    replies: dict[str, list[str]] = defaultdict(list)
    for each in unanswered:
        if each.reply is not None:
            replies[_shown(each.text)].append(_shown(each.reply))
    found = candidates_of([_shown(each.text) for each in unanswered], encoders)
    return [
        candidate.as_json(rank) | {"answers": _answers(candidate, replies.__getitem__)}
        for rank, candidate in enumerate(found, 1)
    ]


def _answers(candidate: Candidate, replies_to: Callable[[str], list[str]]) -> list[str]:
    texts = {reply for question in candidate.questions for reply in replies_to(question)}
    return sorted(texts, key=lambda text: (len(text), text))[:MOST_ANSWERS]


def _shown(text: str) -> str:
    return redact(text, "contact")
