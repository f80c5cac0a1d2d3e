"""The operators' route for spikes lives here: topics that many customers ask about at once."""

from surgeline.application.answers.knowledge_shelf import KnownArticles
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.spikes.notice_spikes import noticed
from surgeline.application.spikes.show_spikes import sentences_of
from surgeline.domain.crisis.incident import Incident
from surgeline.domain.spikes.baseline import LEAST_DAYS
from surgeline.domain.spikes.detect import Spike
from surgeline.domain.spikes.growth import Growth
from surgeline.domain.times import rfc3339
from surgeline.knowledge.articles.article import Article
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response

from functions.admin_api.routes import Routes

SHOWN_MS = 2 * 86_400_000
MOST_SHOWN = 20


class SpikeRoutes:
    """The route GET /v1/admin/spikes."""

    def __init__(
        self, backend: Backend, shelf: ConfigurationShelf, articles: KnownArticles
    ) -> None:
        self._backend = backend
        self._shelf = shelf
        self._articles = articles

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {"GET /v1/admin/spikes": self._list}

    def write(self) -> Routes:
        """Return no routes, because looking changes nothing."""
        return {}

    def _list(self, request: Request) -> Response:
        """Answer the spikes of the last two days, the newest first, with sentences.

        Topics that grow slowly stand beside them, the greatest first.
        """
        del request
        now, found = self._backend.clock.now(), noticed(self._backend.blobs())
        newest = [each for each in found.spikes if each.last_at > now - SHOWN_MS][-MOST_SHOWN:]
        incidents = self._shelf.current().incidents
        running = [each for each in incidents if each.state(now) == "running"]
        body = {
            "as_of": rfc3339(now),
            "counted_until": rfc3339(found.counted_until) if found.counted_until else None,
            "days_known": found.days,
            "days_needed": LEAST_DAYS,
            "spikes": [self._shown(each, running) for each in newest[::-1]],
            "growing": [self._grown(each) for each in found.growing],
        }
        return Response(200, body)

    def _shown(self, spike: Spike, running: list[Incident]) -> dict[str, object]:
        backend, article = self._backend, self._article(spike.topic)
        told = [each.id for each in running if each.concerns([spike.topic])]
        return {
            "topic": spike.topic,
            "article": article and {"id": article.id, "title": article.title},
            "answer": article.answer if article else None,
            "began_at": rfc3339(spike.began_at),
            "last_at": rfc3339(spike.last_at),
            "ended_at": rfc3339(spike.ended_at) if spike.ended_at else None,
            "customers": spike.customers,
            "expected": round(spike.expected, 1),
            "peak": spike.peak,
            "share": round(spike.share, 3),
            "sentences": sentences_of(backend.store(), backend.outcomes(), spike),
            "incidents": told,
        }

    def _grown(self, growth: Growth) -> dict[str, object]:
        article = self._article(growth.topic)
        return {
            "topic": growth.topic,
            "article": article and {"id": article.id, "title": article.title},
            "days": growth.days,
            "customers": growth.customers,
            "expected": round(growth.expected, 1),
        }

    def _article(self, topic: str) -> Article | None:
        """Return the article that a topic is, or None where no base has it."""
        bases = {each.knowledge_base for each in self._shelf.current().channels}
        about = (self._articles.article(base, topic) for base in sorted(bases))
        return next((each for each in about if each is not None), None)
