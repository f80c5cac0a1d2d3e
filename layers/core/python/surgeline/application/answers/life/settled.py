"""A recent question needs no new article where one fits it already, and that is told here.

Weeks later a question still stands in the log as it was answered then. So it is judged by the
articles of today, and by what people did with it.
"""

from collections.abc import Callable, Iterable, Mapping

from surgeline.application.answers.life.labels import AGAINST, Label
from surgeline.application.answers.recent_questions import AskedQuestion
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.articles.states import AT_REST
from surgeline.knowledge.text.message import own_words


def settled_by(
    index: Index, threshold: float | None, states: Mapping[str, str], labels: Iterable[Label]
) -> Callable[[AskedQuestion], bool]:
    """Return a call that tells whether a question needs no new article.

    It needs none where an article of `index` answers it now, or is on its way to that. Neither does
    it where a person answered with an article, or the customer picked one: its words are proposed
    as a phrasing of that article. A question about an article at rest still needs an answer.
    """
    known = {(each.thread_id, each.text) for each in labels if each.source not in AGAINST}
    at_rest = {name for name, state in states.items() if state in AT_REST}

    def is_settled(asked: AskedQuestion) -> bool:
        if (asked.thread_id, asked.text) in known:
            return True
        verdict = index.judge(own_words(asked.text), threshold=threshold)
        return verdict.kind == "answer" and verdict.article_id not in at_rest

    return is_settled
