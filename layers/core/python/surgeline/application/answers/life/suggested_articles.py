"""The articles that people suggested at the end of conversations are gathered here."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from surgeline.application.ports.conversations import Record
from surgeline.application.thread_log import names_in
from surgeline.domain.events import PoolResolved
from surgeline.domain.redaction import redact, without_names
from surgeline.knowledge.text.reading import detect_language, match_form

MOST_SUGGESTED: Final = 50
MOST_ORIGINS: Final = 50


def suggested_articles(
    threads: Iterable[tuple[str, Sequence[Record]]],
    is_dismissed: Callable[[str], bool] = lambda _form: False,
) -> list[dict[str, Any]]:
    """Return the suggested articles as JSON objects, the most suggested first.

    Equal questions with equal answers are one suggestion. Numbers, addresses and the customer's
    known names are taken out. `origins` are pairs of a thread and a text, as of candidates.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for thread_id, records in threads:
        names = names_in(records)
        for record in records:
            event = record.event
            if not isinstance(event, PoolResolved) or event.article is None:
                continue
            question, title, answer = (
                without_names(redact(text, "contact"), names)
                for text in (event.article.question, event.article.title, event.article.answer)
            )
            form = match_form(question)
            if is_dismissed(form):
                continue
            one = found.setdefault(
                (form, answer),
                {"question": question, "title": title or question, "answer": answer}
                | {"count": 0, "pools": [], "language": detect_language(question), "origins": []},
            )
            one["count"] += 1
            if event.pool_id not in one["pools"]:
                one["pools"].append(event.pool_id)
            texts = dict.fromkeys((question, title or question, answer))
            one["origins"] += [[thread_id, text] for text in texts]
    ranked = sorted(found.values(), key=lambda each: (-each["count"], each["question"]))
    return [each | {"origins": each["origins"][:MOST_ORIGINS]} for each in ranked[:MOST_SUGGESTED]]
