"""Each day the articles that people or customers see are judged by their uses here.

One whose uses stop closing their issues is taken back, with its reason and an alert. One that has
earned a step up takes it only where the company wants that without a person.
"""

from dataclasses import dataclass

from surgeline.application.alerts.alerts import Alerts
from surgeline.application.answers.states.change_state import change_state, point_states
from surgeline.application.answers.states.check_states import Gate
from surgeline.application.answers.states.ledger import ITSELF, Standing, read_ledger
from surgeline.application.answers.states.published_articles import articles_now
from surgeline.application.answers.states.steps import fall_of, next_step
from surgeline.application.ports.blobs import Blobs
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

    @property
    def words(self) -> str:
        """Return the step for an alert."""
        return f"{self.article_id} ({self.before} to {self.after}): {self.why}"


def watch_articles(blobs: Blobs, knowledge_base: str, gate: Gate, *, at: int) -> list[DueStep]:
    """Take the steps that are due, as far as the company's rules let the instance do it.

    A step that an earlier run kept in the ledger alone takes effect now.
    """
    point_states(blobs, knowledge_base)
    ledger, steps = read_ledger(blobs, knowledge_base), []
    for article in articles_now(blobs, knowledge_base):
        standing = ledger.of(article.id)
        due = _due(article.id, standing, gate)
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
            )
        steps.append(due)
    return steps


def _due(article_id: str, standing: Standing, gate: Gate) -> DueStep | None:
    if standing.state not in FOR_PEOPLE or gate.proofs is None:
        return None
    mode = gate.rules.by_itself
    why = fall_of(gate.proofs.events(article_id), standing, gate.rules)
    if why is not None:
        return DueStep(article_id, standing.state, PAUSED, why, taken=mode != "none")
    proof = gate.proof(article_id, standing)
    after = next_step(proof, standing.state, gate.rules)
    if after is None:
        return None
    return DueStep(article_id, standing.state, after, proof.sentence, taken=mode == "both")


def tell_steps(alerts: Alerts, knowledge_base: str, steps: list[DueStep], blobs: Blobs) -> None:
    """Raise the alerts of these steps, and clear those that stand for nothing any more."""
    fallen = [each for each in steps if each.after == PAUSED and each.taken]
    waiting = [each for each in steps if not each.taken]
    ledger = read_ledger(blobs, knowledge_base)
    is_paused = any(
        each.state == PAUSED and each.changes and each.changes[-1].by_itself
        for each in ledger.standings.values()
    )
    _tell(
        alerts, f"article_taken_back:{knowledge_base}", "was taken back", fallen, stands=is_paused
    )
    _tell(alerts, f"article_step_due:{knowledge_base}", "waits for a person", waiting)


def _tell(
    alerts: Alerts, key: str, words: str, steps: list[DueStep], *, stands: bool = False
) -> None:
    if steps:
        alerts.clear(key)  # others are named now
        named = "; ".join(each.words for each in steps[:MOST_NAMED])
        alerts.raise_(key, f"An article {words}. {named}. See `surgeline kb states`.")
    elif not stands:
        alerts.clear(key)


def tell_due(alerts: Alerts, knowledge_base: str, due: int, *, held: int) -> None:
    """Raise the alert of articles whose review is due, or clear it where none is."""
    key = f"review_due:{knowledge_base}"
    if not due:
        alerts.clear(key)
        return
    kept = f", of which {held} do not answer until then" if held else ""
    words = f"The review of {due} articles is due{kept}. See `surgeline kb due {knowledge_base}`."
    alerts.raise_(key, words)
