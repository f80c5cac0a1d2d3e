"""Recent questions that no article answered are grouped into candidates for articles here."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from surgeline.application.answers.recent_questions import AskedQuestion
from surgeline.domain.redaction import redact
from surgeline.knowledge.answering.candidates import Candidate, candidates_of
from surgeline.knowledge.encoders.encoder import Encoder
from surgeline.knowledge.text.reading import match_form

MOST_QUESTIONS: Final = 600
"""The newest questions that are grouped at once, so that an answer takes a few seconds."""
MOST_ORIGINS: Final = 150
"""The number of origins that are told of a group. A draft takes no more."""
MOST_TREND_DAYS: Final = 7
"""A trend compares a week with the week before, or shorter spans where less is known."""
DAY_MS: Final = 86_400_000
MOST_ANSWERS: Final = 3
"""The number of people's answers that are shown with a group."""


def find_candidates(
    asked: Sequence[AskedQuestion],
    encoders: Mapping[str, Encoder],
    is_dismissed: Callable[[str], bool] = lambda _form: False,
    is_settled: Callable[[AskedQuestion], bool] = lambda _asked: False,
    *,
    now: int = 0,
    handle_minutes: float | None = None,
) -> list[dict[str, Any]]:
    """Return the groups of unanswered questions as JSON objects, the most worthwhile first.

    Each also has `answers`: the first words of people to such questions, the shortest first.
    `origins` are pairs of a thread and a text. A draft keeps them, so that an erasure of the thread
    reaches the draft. Card numbers, addresses and phone numbers are taken out of all texts.
    Questions whose form `is_dismissed` are left out, and so are those that `is_settled` names.

    `by_hand` counts the questions that people answered, which an article would save. `saves_hours`
    is their work where `handle_minutes` says how long one takes. `trend` compares two spans before
    `now` (ms), or is None where the times are not known.
    """
    left = (
        each
        for each in asked
        if each.article_id is None and not is_dismissed(match_form(_shown(each.text)))
    )
    newest = islice(left, MOST_QUESTIONS)  # also bounds how many are judged
    unanswered = [each for each in newest if not is_settled(each)]
    replies: dict[str, list[str]] = defaultdict(list)
    for each in unanswered:
        if each.reply is not None:
            replies[_shown(each.text)].append(_shown(each.reply))
    origins = _origins(unanswered)
    found = candidates_of([_shown(each.text) for each in unanswered], encoders)
    shown = []
    times = _Times([(_shown(each.text), each.at) for each in unanswered if each.at], now)
    by_hand = Counter(_shown(each.text) for each in unanswered if each.reply is not None)
    for rank, candidate in enumerate(found, 1):
        answers = _answers(candidate, replies.__getitem__)
        texts = dict.fromkeys((*candidate.questions[:MOST_ORIGINS], *answers))
        pairs = [[thread, text] for text in texts for thread in origins[text]]
        saved = sum(by_hand[text] for text in set(candidate.questions))
        more = {
            "answers": answers,
            "by_hand": saved,
            "saves_hours": None
            if handle_minutes is None
            else round(saved * handle_minutes / 60, 1),
            "trend": times.trend(candidate.questions),
            "origins": pairs[:MOST_ORIGINS],
        }
        shown.append(candidate.as_json(rank) | more)
    return shown


class _Times:
    """When each text was asked, and the two spans that a trend compares."""

    def __init__(self, asked: Sequence[tuple[str, int]], now: int) -> None:
        self._at: dict[str, list[int]] = defaultdict(list)
        for text, at in asked:
            self._at[text].append(at)
        oldest = min((at for _, at in asked), default=now)
        self._now = now
        self._span = min(MOST_TREND_DAYS, (now - oldest) // DAY_MS // 2) * DAY_MS

    def trend(self, texts: Iterable[str]) -> dict[str, int] | None:
        """Return how often the texts were asked in the newest days, and in as many before."""
        if not self._span:
            return None
        ages = [self._now - at for text in set(texts) for at in self._at[text]]
        newer = sum(age < self._span for age in ages)
        older = sum(self._span <= age < 2 * self._span for age in ages)
        return {"days": self._span // DAY_MS, "newer": newer, "older": older}


def _origins(asked: Sequence[AskedQuestion]) -> dict[str, list[str]]:
    """Return the threads in which each shown text was said."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for each in asked:
        for text in (each.text, each.reply):
            if text is not None:
                found[_shown(text)][each.thread_id] = None
    return {text: list(threads) for text, threads in found.items()}


def _answers(candidate: Candidate, replies_to: Callable[[str], list[str]]) -> list[str]:
    texts = {reply for question in candidate.questions for reply in replies_to(question)}
    return sorted(texts, key=lambda text: (len(text), text))[:MOST_ANSWERS]


def _shown(text: str) -> str:
    return redact(text, "contact")
