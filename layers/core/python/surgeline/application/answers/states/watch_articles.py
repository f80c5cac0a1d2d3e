"""Each day the articles that people or customers see are judged by their uses here.

One whose uses stop closing their issues is taken back, with its reason and an alert. One that has
earned a step up takes it only where the company wants that without a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from surgeline.application.alerts.alerts import Alerts
from surgeline.application.answers.states.change_state import change_state, point_states
from surgeline.application.answers.states.check_states import Gate
from surgeline.application.answers.states.ledger import ITSELF, Ledger, Standing, read_ledger
from surgeline.application.answers.states.published_articles import articles_now
from surgeline.application.answers.states.steps import fall_of, next_step
from surgeline.application.ports.blobs import Blobs
from surgeline.domain.texts import Words
from surgeline.knowledge.articles.life import Step
from surgeline.knowledge.articles.states import FOR_PEOPLE

PAUSED = "paused"
MOST_NAMED = 5
"""The number of articles that an alert names."""


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step that an article's uses ask for. `taken` is false where a person has to confirm it."""

    article_id: str
    before: str
    after: str
    why: str
    taken: bool
    overdue: str = ""


def watch_articles(
    blobs: Blobs,
    knowledge_base: str,
    gate: Gate,
    *,
    at: int,
    overdue: Mapping[str, str] = MappingProxyType({}),
) -> list[DueStep]:
    """Take the steps that are due, as far as the company's rules let the instance do it.

    `overdue` are the articles to be paused until somebody reviews them, with the day of that.
    A step that an earlier run kept in the ledger alone takes effect now.
    """
    point_states(blobs, knowledge_base)
    ledger, steps = read_ledger(blobs, knowledge_base), []
    for article in articles_now(blobs, knowledge_base):
        standing = ledger.of(article.id)
        due = _due(article.id, standing, gate, overdue.get(article.id, ""))
        if due is None:
            continue
        if due.taken:
            change_state(
                blobs,
                knowledge_base,
                Step(at, ITSELF, "moved", due.why),
                gate,
                article_id=article.id,
                after=due.after,
                by_itself=True,
                overdue=due.overdue,
            )
        steps.append(due)
    return steps


def _due(article_id: str, standing: Standing, gate: Gate, overdue: str) -> DueStep | None:
    if standing.state not in FOR_PEOPLE or gate.proofs is None:
        return None
    mode = gate.rules.by_itself
    why = fall_of(gate.proofs.events(article_id), standing, gate.rules)
    if why is not None:
        return DueStep(article_id, standing.state, PAUSED, why, taken=mode != "none")
    if overdue:
        return _overdue(article_id, standing, overdue, taken=mode != "none")
    proof = gate.proof(article_id, standing)
    after = next_step(proof, standing.state, gate.rules)
    if after is None:
        return None
    return DueStep(article_id, standing.state, after, proof.sentence, taken=mode == "both")


def _overdue(article_id: str, standing: Standing, day: str, *, taken: bool) -> DueStep:
    said = f"its review is due since {day}"
    return DueStep(article_id, standing.state, PAUSED, said, taken=taken, overdue=day)


def tell_steps(
    alerts: Alerts, knowledge_base: str, steps: list[DueStep], blobs: Blobs, words: Words
) -> None:
    """Raise the alerts of the articles that stand so, and clear those that stand for nothing.

    Articles that were taken back are read from the ledger, so that a step that was taken by a run
    that died is told by the next one.
    """
    fallen = _taken_back(read_ledger(blobs, knowledge_base))
    waiting = {each.article_id: (0, each.why) for each in steps if not each.taken}
    _tell(alerts, "article_taken_back", knowledge_base, fallen, words)
    _tell(alerts, "article_step_due", knowledge_base, waiting, words)


def _taken_back(ledger: Ledger) -> dict[str, tuple[int, str]]:
    """Return the articles that the instance took back, the newest first, with when and why."""
    last = {name: each.changes[-1] for name, each in ledger.standings.items() if each.changes}
    found = {name: (each.at, each.reason) for name, each in last.items() if each.takes_back}
    return dict(sorted(found.items(), key=lambda each: (-each[1][0], each[0])))


def _tell(
    alerts: Alerts,
    kind: str,
    knowledge_base: str,
    articles: Mapping[str, tuple[int, str]],
    words: Words,
) -> None:
    key = f"{kind}:{knowledge_base}"
    if not articles:
        alerts.clear(key)
        return
    first, *others = list(articles)[:MOST_NAMED]
    why = articles[first][1]  # of one article, because an alert is short
    more = ["…"] if len(articles) > MOST_NAMED else []
    named = ", ".join([f"{first} ({why})" if why else first, *others, *more])
    said = words(f"alert_{kind}", named=named, about=knowledge_base)
    standing = alerts.book().standing.get(key)
    if standing is not None and max(at for at, _ in articles.values()) > standing.raised_at:
        alerts.clear(key)  # others are named now
    alerts.raise_(key, said)


def tell_due(alerts: Alerts, knowledge_base: str, due: int, *, held: int, words: Words) -> None:
    """Raise the alert of articles whose review is due, or clear it where none is."""
    key = f"review_due:{knowledge_base}"
    if not due:
        alerts.clear(key)
        return
    kind = "alert_review_due_held" if held else "alert_review_due"
    alerts.raise_(key, words(kind, count=due, held=held, about=knowledge_base))
