"""Recent questions that no article answered are grouped into candidates for articles here."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from surgeline.application.answers.life.best_answer import (
    best_answer,
    replies_to,
    shortest_first,
    simplicity_of,
)
from surgeline.application.answers.recent_questions import AskedQuestion
from surgeline.domain.redaction import redact, without_names
from surgeline.knowledge.answering.candidates import candidates_of
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

    Each also has `answers`: the first words of people to such questions. The first one is that of
    the person whose answers close most, as far as `best` tells one, and then come the shortest. A
    group is worth its questions and their likeness, times the `simplicity` of the answers.

    `origins` are pairs of a thread and a text. A draft keeps them, so that an erasure of the thread
    reaches the draft. Numbers, addresses and the customer's known names are taken out of all texts.
    Questions whose form `is_dismissed` are left out, and so are those that `is_settled` names.

    `by_hand` counts the questions that people answered, which an article would save. `searches`
    counts those that were searched in the help centre without a result. `saves_hours`
    is their work where `handle_minutes` says how long one takes. `trend` compares two spans before
    `now` (ms), or is None where the times are not known.
    """
    left = (
        each
        for each in asked
        if each.article_id is None and not is_dismissed(match_form(_shown(each, each.text)))
    )
    newest = islice(left, MOST_QUESTIONS)  # also bounds how many are judged
    unanswered = [_redacted(each) for each in newest if not is_settled(each)]
    origins = _origins(unanswered)
    by_text: dict[str, list[AskedQuestion]] = defaultdict(list)
    for each in unanswered:
        by_text[each.text].append(each)
    times = _Times([(each.text, each.at) for each in unanswered if each.at], now)
    shown = []
    for candidate in candidates_of([each.text for each in unanswered], encoders):
        questions = set(candidate.questions)
        replies = list(replies_to(each for each in unanswered if each.text in questions))
        best = best_answer(replies)
        said = shortest_first((each.text for each in replies), best)
        answers, simplicity = said[:MOST_ANSWERS], simplicity_of(said)
        texts = dict.fromkeys((*candidate.questions[:MOST_ORIGINS], *answers))
        pairs = [[thread, text] for text in texts for thread in origins.get(text, ())]
        whole = [each for text in questions for each in by_text[text]]
        saved = sum(each.reply is not None for each in whole)
        more = {
            "answers": answers,
            "best": best and best.as_json(),
            "simplicity": round(simplicity, 3),
            "by_hand": saved,
            "searches": sum(each.searched for each in whole),
            "saves_hours": None
            if handle_minutes is None
            else round(saved * handle_minutes / 60, 1),
            "trend": times.trend(candidate.questions),
            "origins": pairs[:MOST_ORIGINS],
        }
        shown.append((candidate.worth * simplicity, candidate, more))
    ranked = sorted(shown, key=lambda each: (-round(each[0], 4), each[1].questions))
    return [candidate.as_json(rank) | more for rank, (_, candidate, more) in enumerate(ranked, 1)]


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
            if text is not None and each.thread_id:
                found[text][each.thread_id] = None
    return {text: list(threads) for text, threads in found.items()}


def _redacted(asked: AskedQuestion) -> AskedQuestion:
    reply = None if asked.reply is None else _shown(asked, asked.reply)
    return replace(asked, text=_shown(asked, asked.text), reply=reply)


def _shown(asked: AskedQuestion, text: str) -> str:
    return without_names(redact(text, "contact"), asked.names)
