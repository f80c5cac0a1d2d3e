"""The operators' routes for phrasings from life are here, and for dismissing proposals for good."""

from collections.abc import Iterator, Sequence

from surgeline.application.answers.current_knowledge import Current
from surgeline.application.answers.knowledge_shelf import KnowledgeShelf
from surgeline.application.answers.life.book import change_book, read_book
from surgeline.application.answers.life.edit_drafts import EditDrafts, Wording
from surgeline.application.answers.life.labels import Label, labels_of
from surgeline.application.answers.life.phrasings import (
    Phrasing,
    dismissal_of,
    phrasings_of,
    quiz_of,
    with_phrasings,
)
from surgeline.application.answers.recent_questions import recent_records
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.copies import note_copies
from surgeline.application.ports.refusals import Absent
from surgeline.errors import BadRequest
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.articles.article import MAX_ID_CHARS
from surgeline.knowledge.articles.life import Step
from surgeline.knowledge.text.reading import match_form
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.strict_json import load_object, text_field

from functions.admin_api.routes import Routes, draft_id_of, name_in, reason_of, said_yes

PATH = "/v1/admin/knowledge/{knowledge_base}"
MOST_TEXTS = 100


class PhrasingRoutes:
    """The routes that show proposed phrasings, make drafts of them, and dismiss proposals."""

    def __init__(
        self, backend: Backend, configuration: ConfigurationShelf, knowledge: KnowledgeShelf
    ) -> None:
        self._backend = backend
        self._configuration = configuration
        self._blobs = backend.blobs()
        self._knowledge = knowledge

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {f"GET {PATH}/phrasings": self.list_phrasings}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {
            f"POST {PATH}/phrasings": self.take,
            f"POST {PATH}/dismissals": self.dismiss,
        }

    def list_phrasings(self, request: Request) -> Response:
        """Answer proposed phrasings by article, with the number of customers and the sources.

        With `known=yes` questions come too that are phrasings already. With `pool` those of the
        quiz in a pool's pack come, and whose they are is noted, so that an erasure names the pack.
        """
        base = name_in(request, "knowledge_base")
        channels = self._configuration.current().channels
        is_begun = self._knowledge.index(base) is not None
        if not is_begun and any(each.knowledge_base == base for each in channels):
            return Response(200, {"articles": []})
        current, index = self._known(base)
        found = self._phrasings(base, index, known=said_yes(request, "known"))
        if pool := self._pool(request):
            found = quiz_of(found, dict(current.states))
            threads = [each for of in found.values() for one in of for each in one.threads]
            now = self._backend.clock.now()
            note_copies(self._backend.ledger(), threads, "pack", pool, now=now)
        articles = [
            {
                "article": article.id,
                "title": article.title,
                "language": article.language,
                "phrasings": [each.as_json() for each in found[article.id]],
            }
            for article in index.articles
            if article.id in found
        ]
        return Response(200, {"articles": articles})

    def take(self, request: Request) -> Response:
        """Begin a draft of an article with some of its proposed phrasings."""
        base = name_in(request, "knowledge_base")
        article_id, texts, reason = _asked(request)
        index = self._index(base)
        article = index.article(article_id)
        if article is None:
            raise Absent(f"no article {article_id!r} answers")
        proposed = {each.text: each for each in self._phrasings(base, index).get(article_id, ())}
        unknown = [each for each in texts if each not in proposed]
        if unknown:
            raise BadRequest("use texts of the proposed phrasings as they are", field="texts")
        wording = Wording(
            article_id,
            with_phrasings(article, texts),
            read_book(self._blobs, base).review_by(article_id),
            tuple(origin for each in texts for origin in proposed[each].origins),
        )
        step = Step(self._backend.clock.now(), request.who, "written", reason)
        draft = EditDrafts(self._blobs, base).write(
            draft_id_of(self._backend.randomness), wording, step
        )
        return Response(201, {"id": draft.id, "article": article_id, "added": len(texts)})

    def dismiss(self, request: Request) -> Response:
        """Never propose these texts again, for an article, or as a new one without `article`."""
        base = name_in(request, "knowledge_base")
        article_id, texts, _ = _asked(request, required=False)
        key = ids_key(self._backend.secrets())
        digests = [dismissal_of(key, article_id, match_form(each)) for each in texts]
        change_book(self._blobs, base, lambda book: book.dismissing(digests))
        return Response(200, {"dismissed": len(digests)})

    def _phrasings(
        self, base: str, index: Index, *, known: bool = False
    ) -> dict[str, list[Phrasing]]:
        key = ids_key(self._backend.secrets())
        dismissed = frozenset(read_book(self._blobs, base).dismissed)
        return phrasings_of(
            self._labels(base, index),
            index,
            lambda article_id, form: dismissal_of(key, article_id, form) in dismissed,
            known=known,
        )

    def _labels(self, base: str, index: Index) -> Iterator[Label]:
        articles = {each.id: each for each in index.articles}
        channels = self._configuration.current().channels
        bases = {each.id: base for each in channels if each.knowledge_base == base}
        backend = self._backend
        for _, thread_id, records in recent_records(
            backend.store(), backend.outcomes(), bases, now=backend.clock.now()
        ):
            yield from labels_of(thread_id, records, articles)

    def _pool(self, request: Request) -> str:
        """Return the pool that a pack is for, or an empty text. Raises BadRequest."""
        pool = request.query.get("pool", "")
        if pool and pool not in {each.id for each in self._configuration.current().pools}:
            raise BadRequest("use the id of a pool", field="pool")
        return pool

    def _index(self, base: str) -> Index:
        return self._known(base)[1]

    def _known(self, base: str) -> tuple[Current, Index]:
        found = self._knowledge.index(base)
        if found is None:
            raise Absent(f"there is no published knowledge base {base!r}")
        return found


def _asked(request: Request, *, required: bool = True) -> tuple[str, Sequence[str], str]:
    """Return the article, the texts and the reason of a request. Raises BadRequest."""
    json_only(request)
    body = load_object(request.body)
    article_id = text_field(body, "article", max_chars=MAX_ID_CHARS, required=required) or ""
    texts = body.get("texts")
    if not isinstance(texts, list) or not 1 <= len(texts) <= MOST_TEXTS:
        raise BadRequest(f"use a list of 1 to {MOST_TEXTS} texts", field="texts")
    if not all(isinstance(each, str) for each in texts):
        raise BadRequest("use a list of texts", field="texts")
    return article_id, texts, reason_of(request, body)
