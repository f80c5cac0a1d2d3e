"""The operators' routes about answers live here: the articles, explanations and reviews."""

from collections.abc import Callable, Iterable, Sequence

from surgeline.application.answers.current_knowledge import Current
from surgeline.application.answers.find_candidates import find_candidates
from surgeline.application.answers.judged_bases import last_judged, last_labels
from surgeline.application.answers.knowledge_shelf import KnowledgeShelf
from surgeline.application.answers.life.book import read_book
from surgeline.application.answers.life.labels import labels_of
from surgeline.application.answers.life.phrasings import dismissal_of
from surgeline.application.answers.life.settled import settled_by
from surgeline.application.answers.life.suggested_articles import suggested_articles
from surgeline.application.answers.life.unfound_searches import unfound_searches
from surgeline.application.answers.recent_questions import (
    DAYS,
    AskedQuestion,
    questions_in,
    recent_records,
)
from surgeline.application.answers.review_answers import upload_reviews
from surgeline.application.configuration import ConfigurationShelf, PoolSettings
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.refusals import Absent
from surgeline.errors import BadRequest
from surgeline.knowledge.answering.explain import explain
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.jsonl import as_fields, page_of
from surgeline.knowledge.text.languages import LANGUAGES
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.strict_json import load_object

from functions.admin_api.routes import Routes, name_in, said_yes

PATH = "/v1/admin/knowledge/{knowledge_base}"
MOST_CHARACTERS = 10_000
MOST_DIGITS = 9
MOST_NAMED = 200
DAY_MS = 86_400_000


class AnswerRoutes:
    """The routes that list what is answered, explain answers, and show and take reviews."""

    def __init__(
        self, backend: Backend, configuration: ConfigurationShelf, knowledge: KnowledgeShelf
    ) -> None:
        self._backend = backend
        self._configuration = configuration
        self._blobs = backend.blobs()
        self._clock = backend.clock
        self._shelf = knowledge

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {
            f"GET {PATH}/articles": self.list_articles,
            f"POST {PATH}/explain": self.explain,
            f"GET {PATH}/candidates": self.list_candidates,
            f"GET {PATH}/reviews": self.show_reviews,
        }

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {f"PUT {PATH}/reviews": self.put_reviews}

    def list_articles(self, request: Request) -> Response:
        """Answer the ids, languages and titles of the articles that answer now.

        `ids` names those that are wanted. With `content=yes` the articles are whole, and come in
        pages.
        """
        current, index = self._index(name_in(request, "knowledge_base"))
        states = dict(current.states)
        if not said_yes(request, "content"):
            listed = [
                {"id": each.id, "language": each.language, "title": each.title}
                | _state(states.get(each.id))
                for each in _wanted(request, index)
            ]
            return Response(200, {"version": current.version, "articles": listed})
        after = _place(request)
        page = page_of(index.articles, after)
        ends = after + len(page)
        next_after = ends if ends < len(index.articles) else None
        whole = [as_fields(each) | _state(states.get(each.id)) for each in page]
        told = {"version": current.version, "articles": whole, "next_after": next_after}
        return Response(200, told)

    def list_candidates(self, request: Request) -> Response:
        """Answer what was asked recently and not answered, in groups, the most worthwhile first.

        Before the first publication these are all questions. `suggested` are articles that people
        suggested when they ended conversations.
        """
        base = name_in(request, "knowledge_base")
        channels = self._configuration.current().channels
        bases = {each.id: base for each in channels if each.knowledge_base == base}
        known = self._shelf.index(base) if bases else self._index(base)
        backend, now = self._backend, self._clock.now()
        recent = recent_records(backend.store(), backend.outcomes(), bases, now=now)
        threads = [(thread_id, records) for _, thread_id, records in recent]
        since = now - DAYS * DAY_MS
        asked = unfound_searches(backend.ledger(), base, now=now)
        asked += [each for thread in threads for each in questions_in(*thread, since)]
        dismissed = frozenset(read_book(self._blobs, base).dismissed)
        key = ids_key(backend.secrets())

        def is_dismissed(form: str) -> bool:
            return dismissal_of(key, "", form) in dismissed

        settled = _settled(known, threads)
        found = find_candidates(
            asked,
            self._shelf.encoders(base),
            is_dismissed,
            settled,
            now=now,
            handle_minutes=_handle_minutes(self._configuration.current().pools),
        )
        suggested = suggested_articles(threads, is_dismissed)
        version = known[0].version if known else None
        return Response(200, {"version": version, "candidates": found, "suggested": suggested})

    def explain(self, request: Request) -> Response:
        """Answer how a text would be answered, and why. Nothing of the text is kept."""
        json_only(request)
        base = name_in(request, "knowledge_base")
        body = load_object(request.body)
        text, language = body.get("text"), body.get("language")
        if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
            raise BadRequest(f"use a text of at most {MOST_CHARACTERS:,} characters", field="text")
        if language is not None and not isinstance(language, str):
            raise BadRequest(
                f"use a language ({', '.join(LANGUAGES)}), or leave it out", field="language"
            )
        current, index = self._index(base)
        told = explain(
            index,
            text,
            language=language,
            threshold=current.threshold,
            held=current.held,
            states=dict(current.states),
        )
        return Response(200, {"knowledge_base": base, "version": current.version} | told)

    def show_reviews(self, request: Request) -> Response:
        """Answer what the last uploaded reviews prove, and what labels say beside them."""
        base = name_in(request, "knowledge_base")
        judged, labels = last_judged(self._blobs, base), last_labels(self._blobs, base)
        if judged is None and labels is None:
            raise Absent(f"no reviews of {base!r} were judged yet")
        return Response(200, (judged or {}) | ({"labels": labels} if labels else {}))

    def put_reviews(self, request: Request) -> Response:
        """Take all reviews as JSONL.

        They replace the earlier reviews and are judged shortly after.
        """
        version, reviews = upload_reviews(
            self._blobs,
            name_in(request, "knowledge_base"),
            request.body,
            at=self._clock.now(),
        )
        return Response(202, {"reviews": version, "count": reviews})

    def _index(self, base: str) -> tuple[Current, Index]:
        found = self._shelf.index(base)
        if found is None:
            raise Absent(f"there is no published knowledge base {base!r}")
        return found


def _handle_minutes(pools: Iterable[PoolSettings]) -> float | None:
    """Return the mean handle time of the pools that have one, or None where none has."""
    known = [each.handle_minutes for each in pools if each.handle_minutes is not None]
    return sum(known) / len(known) if known else None


def _settled(
    known: tuple[Current, Index] | None, threads: Sequence[tuple[str, Sequence[Record]]]
) -> Callable[[AskedQuestion], bool]:
    """Return which questions need no new article, by the articles of today."""
    if known is None:
        return lambda _asked: False
    current, index = known
    articles = {each.id: each for each in index.articles}
    labels = (label for thread in threads for label in labels_of(*thread, articles))
    return settled_by(index, current.threshold, dict(current.states), labels)


def _wanted(request: Request, index: Index) -> Sequence[Article]:
    """Return the articles that the query names and that there are, or all without a name."""
    named = request.query.get("ids")
    if named is None:
        return index.articles
    ids = dict.fromkeys(named.split(",")[:MOST_NAMED])
    return [article for article in map(index.article, ids) if article is not None]


def _state(state: str | None) -> dict[str, str]:
    """Return the field for a state that is not `automated`, which no field says."""
    return {"state": state} if state else {}


def _place(request: Request) -> int:
    """Return how many articles the caller has already."""
    after = request.query.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) <= MOST_DIGITS):
        raise BadRequest("use next_after of the page before", field="after")
    return int(after)
