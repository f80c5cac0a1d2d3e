"""The states that a file of articles asks for are checked here, before its version answers.

A file never lets an article rise without proof. A line without a state keeps the article's state.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from surgeline.application.answers.states.ledger import Change, Ledger, Standing
from surgeline.application.answers.states.proofs import Proofs
from surgeline.application.answers.states.steps import refusal_of
from surgeline.application.configuration import Configuration
from surgeline.application.knowledge_settings import StepRules
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import Outcomes
from surgeline.knowledge.articles.article import Article, KnowledgeRefused, Problem, Read
from surgeline.knowledge.articles.states import AUTOMATED, needs_proof
from surgeline.reports.closing import Proof


@dataclass(frozen=True, slots=True)
class Gate:
    """The rules and the uses by which a file's states are judged. By default nothing is proved."""

    rules: StepRules = field(default_factory=StepRules)
    proofs: Proofs | None = None

    def proof(self, article_id: str, standing: Standing) -> Proof:
        """Return what the uses of an article prove."""
        return self.proofs.of(article_id, standing) if self.proofs else Proof()

    def refusal(self, article_id: str, standing: Standing, after: str) -> str | None:
        """Return why an article may not take a step, or None where it may."""
        if not needs_proof(standing.state, after) or standing.resumes(after):
            return None
        return refusal_of(self.proof(article_id, standing), standing.state, after, self.rules)


def states_wanted(
    read: Read, ledger: Ledger, known: Collection[str], gate: Gate
) -> Mapping[str, str]:
    """Return the state of each article of a file. Raises KnowledgeRefused with every problem.

    `known` are the articles that answer now. An article that is neither there nor in the ledger is
    new, and begins in the state that it names, or else in that of the rules.
    """
    wanted: dict[str, str] = {}
    problems: list[Problem] = []
    for article, place in zip(read.articles, read.places, strict=True):
        standing = ledger.standings.get(article.id)
        is_new = standing is None and article.id not in known
        begins = gate.rules.new_articles if is_new else (standing or Standing()).state
        wanted[article.id] = article.state or begins
        why = _refusal(article, standing or Standing(begins), gate, is_new=is_new)
        if why:
            message = (
                f"{article.id!r} can't go from {begins} to {article.state}: {why}; leave the state "
                f"out to keep {begins}"
            )
            problems.append(Problem(place.file, place.line, "state", message))
    if problems:
        raise KnowledgeRefused(problems)
    return wanted


def _refusal(article: Article, standing: Standing, gate: Gate, *, is_new: bool) -> str | None:
    if not article.state:
        return None
    if is_new and standing.state == AUTOMATED:
        return None  # a company that asks for no proof of new articles says so in its rules
    return gate.refusal(article.id, standing, article.state)


def taking(ledger: Ledger, wanted: Mapping[str, str], gate: Gate, *, at: int, who: str) -> Ledger:
    """Return the ledger once the articles have these states."""
    for article_id, state in wanted.items():
        standing = ledger.of(article_id)
        if standing.state != state:
            numbers = gate.proof(article_id, standing).sentence
            change = Change(at, who, standing.state, state, "a publication", numbers)
            ledger = ledger.with_(article_id, standing.stepped(change))
    return ledger


def gate_of(
    store: ConversationStore,
    outcomes: Outcomes,
    configuration: Configuration,
    knowledge_base: str,
    *,
    at: int,
) -> Gate:
    """Return the gate of a knowledge base, by the company's rules and its conversations so far."""
    proofs = Proofs(store, outcomes, configuration, knowledge_base, at=at)
    return Gate(configuration.knowledge.steps, proofs)
