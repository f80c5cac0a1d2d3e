"""The operators' routes for the states of articles are here: what they are, and how they change."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from surgeline.application.answers.knowledge_shelf import KnowledgeShelf
from surgeline.application.answers.life.book import Book, read_book
from surgeline.application.answers.states.change_state import change_state
from surgeline.application.answers.states.check_states import Gate, gate_of
from surgeline.application.answers.states.ledger import Change, Standing, read_ledger
from surgeline.application.answers.states.steps import fall_of, next_step, refusal_of
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.ports.refusals import Absent
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest
from surgeline.knowledge.articles.article import MAX_ID_CHARS, Article
from surgeline.knowledge.articles.life import Step
from surgeline.knowledge.articles.states import needs_proof, state_of
from surgeline.reports.closing import Flag, Proof
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response
from surgeline.runtime.strict_json import text_field

from functions.admin_api.bodies import body_of
from functions.admin_api.routes import Routes, name_in, reason_of

PATH = "/v1/admin/knowledge/{knowledge_base}/states"
MOST_RATINGS = 20


class StateRoutes:
    """The routes that show the states of articles with their numbers, and change a state."""

    def __init__(
        self,
        backend: Backend,
        configuration: ConfigurationShelf,
        knowledge: KnowledgeShelf,
        info: Callable[..., None],
    ) -> None:
        self._backend = backend
        self._configuration = configuration
        self._knowledge = knowledge
        self._blobs = backend.blobs()
        self._info = info

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {f"GET {PATH}": self.show}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {f"PUT {PATH}": self.change}

    def show(self, request: Request) -> Response:
        """Answer the state of each article, what its uses prove, and the step that is due."""
        base = name_in(request, "knowledge_base")
        index = self._index(base)
        wanted = request.query.get("article")
        articles = [each for each in index if wanted in (None, each.id)]
        if not articles and wanted is not None:
            raise Absent(f"there is no article {wanted!r}")
        ledger, gate, book = read_ledger(self._blobs, base), self._gate(base), self._book(base)
        shown = [_shown(each, ledger.of(each.id), gate, book) for each in articles]
        rules = gate.rules
        told = {name: getattr(rules, name) for name in type(rules).__dataclass_fields__}
        return Response(200, {"articles": shown, "rules": told})

    def change(self, request: Request) -> Response:
        """Take an article to another state, or with `dry_run` say whether that is allowed."""
        base, body = name_in(request, "knowledge_base"), body_of(request)
        article_id = text_field(body, "article", max_chars=MAX_ID_CHARS)
        try:
            after = state_of(text_field(body, "state", max_chars=20))
        except ValueError as error:
            raise BadRequest(str(error), field="state") from error
        dry_run = body.get("dry_run", False)
        if not isinstance(dry_run, bool):
            raise BadRequest("use true or false", field="dry_run")
        step = Step(self._backend.clock.now(), request.who, "moved", reason_of(request, body))
        before = read_ledger(self._blobs, base).of(article_id).state
        standing = change_state(
            self._blobs,
            base,
            step,
            self._gate(base),
            article_id=article_id,
            after=after,
            dry_run=dry_run,
        )
        if not dry_run:
            self._info("state_changed", knowledge_base=base, before=before, after=after)
        last = standing.changes[-1] if standing.changes else None
        told = {"article": article_id, "before": before, "state": standing.state}
        numbers = last.numbers if last else ""
        return Response(200, told | {"numbers": numbers, "dry_run": dry_run})

    def _index(self, base: str) -> Iterable[Article]:
        """Return the articles, none before the first publication. Raises Absent."""
        found = self._knowledge.index(base)
        if found is None:
            channels = self._configuration.current().channels
            if any(each.knowledge_base == base for each in channels):
                return ()
            raise Absent(f"there is no published knowledge base {base!r}")
        return found[1].articles

    def _book(self, base: str) -> Book:
        return read_book(self._blobs, base)

    def _gate(self, base: str) -> Gate:
        backend = self._backend
        configuration = self._configuration.latest()
        return gate_of(
            backend.store(), backend.outcomes(), configuration, base, at=backend.clock.now()
        )


def _shown(article: Article, standing: Standing, gate: Gate, book: Book) -> dict[str, Any]:
    proof = gate.proof(article.id, standing)
    events = gate.proofs.events(article.id) if gate.proofs else ()
    kept = book.kept.get(article.id)
    fall = fall_of(events, standing, gate.rules) if standing.state == "automated" else None
    rise = next_step(proof, standing.state, gate.rules)
    return {
        "article": article.id,
        "title": article.title,
        "language": article.language,
        "state": standing.state,
        "numbers": _numbers(proof),
        "finding": proof.sentence,
        "rises_to": rise,
        "lacks": _lacks(proof, standing, gate),
        "falls_because": fall,
        "review_by": kept.review_by if kept else None,
        "owner": (kept.owner or kept.author) if kept else "",
        "sources": list(kept.sources) if kept else [],
        "reviewed_at": rfc3339(kept.reviewed_at) if kept and kept.reviewed_at else None,
        "flags": [
            {"at": rfc3339(each.at), "who": each.who, "reason": each.reason}
            for each in events
            if isinstance(each, Flag)
        ],
        "ratings": _ratings(article.id, gate),
        "changes": [_change(each) for each in reversed(standing.changes)],
        "since_change": _since_change(article, standing, gate, kept.published_at if kept else None),
    }


def _ratings(article_id: str, gate: Gate) -> list[dict[str, Any]]:
    """Return what people said that they think of an article, the newest first."""
    told = gate.proofs.verdicts(article_id, 0) if gate.proofs else []
    return [
        {"at": rfc3339(each.at), "who": each.who, "rating": each.rating, "reason": each.reason}
        for each in reversed(told)
        if each.rating is not None
    ][:MOST_RATINGS]


def _since_change(
    article: Article, standing: Standing, gate: Gate, published_at: int | None
) -> dict[str, Any] | None:
    """Return what people made of an article since its last change, or None for an old article."""
    moments = [each.at for each in standing.changes[-1:]]
    since = max([standing.text_since, published_at or 0, *moments])
    if not since or gate.proofs is None:
        return None
    told = gate.proofs.verdicts(article.id, since)
    people = dict.fromkeys(each.who for each in told)
    by = [{"who": who} | _counts(each.use for each in told if each.who == who) for who in people]
    return {"at": rfc3339(since), **_counts(each.use for each in told), "by": by}


def _counts(uses: Iterable[str]) -> dict[str, int]:
    counted = Counter(uses)
    return {name: counted[name] for name in ("used", "edited", "skipped")}


def _lacks(proof: Proof, standing: Standing, gate: Gate) -> str | None:
    """Return what keeps an article for people from the next step, or None."""
    after = {"assisted": "shadow", "shadow": "automated"}.get(standing.state)
    if after is None or not needs_proof(standing.state, after):
        return None
    return refusal_of(proof, standing.state, after, gate.rules)


def _numbers(proof: Proof) -> dict[str, Any]:
    low, high = proof.closes
    return {
        "uses": proof.uses,
        "closed": proof.closed,
        "low": low,
        "high": high,
        "followed": proof.followed,
        "asked": proof.asked,
        "helped": proof.helped,
        "decided_beside": proof.known,
        "right_beside": proof.right,
        "flagged_by": list(proof.flagged_by),
    }


def _change(change: Change) -> Mapping[str, Any]:
    return {
        "at": rfc3339(change.at),
        "who": change.who,
        "before": change.before,
        "after": change.after,
        "reason": change.reason,
        "numbers": change.numbers,
        "by_itself": change.by_itself,
    }
