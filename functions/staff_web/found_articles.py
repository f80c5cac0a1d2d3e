"""The console's route by which a person finds an article to insert lives here."""

from surgeline.application.answers.life.help_shelf import HelpShelf
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.staff.find_articles import find_articles
from surgeline.domain.texts import fill
from surgeline.errors import BadRequest
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response
from surgeline.runtime.staff_session import passes_of, signed_in

MOST_CHARS = 100


class FoundArticleRoutes:
    """The route GET /v1/staff/articles."""

    def __init__(self, backend: Backend, shelf: ConfigurationShelf) -> None:
        self._shelf = shelf
        self._passes = passes_of(backend)
        self._articles = HelpShelf(backend.blobs(), backend.clock)

    def find(self, request: Request) -> Response:
        """Answer the articles of a channel that have these words and that customers may read."""
        signed_in(request, self._passes)
        words = request.query.get("words", "")
        if len(words) > MOST_CHARS:
            raise BadRequest(f"use at most {MOST_CHARS} characters", field="words")
        channel_id = request.query.get("channel_id", "")
        channels = self._shelf.current().channels
        base = next((each.knowledge_base for each in channels if each.id == channel_id), None)
        shown = self._articles.of(base) if base else None
        found = find_articles(shown.articles if shown else (), words, request.query.get("language"))
        articles = [
            {"article_id": each.id, "title": each.title, "answer": fill(each.answer, {})}
            for each in found
        ]
        return Response(200, {"articles": articles})
