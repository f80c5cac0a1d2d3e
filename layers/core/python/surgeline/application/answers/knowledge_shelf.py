"""The indexes are kept in memory here, one a knowledge base, and looked up every few seconds."""

from collections.abc import Callable, Iterator, Mapping

from surgeline.application.answers.current_knowledge import Current, current_index, index_key
from surgeline.application.answers.encoders import Encoders
from surgeline.application.crisis.marks import marks_of
from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.clock import Clock
from surgeline.domain.crisis.in_crisis import Marks
from surgeline.errors import SurgelineError
from surgeline.knowledge.answering.index import MANAGED, TIERS, Index
from surgeline.knowledge.answering.traffic import moved_by, raised_to
from surgeline.knowledge.arrays.artifact import CorruptIndex
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.encoders.encoder import Encoder

REREAD_SECONDS = 5


class KnowledgeShelf:
    """The indexes in memory. If a newer version is unusable, the one in memory keeps answering.

    `alarm(message, **fields)` is told when an index or its weights can't be used.
    """

    def __init__(
        self, blobs: Blobs, clock: Clock, alarm: Callable[..., None], encoders: Encoders
    ) -> None:
        self._blobs = blobs
        self._clock = clock
        self._alarm = alarm
        self._encoders = encoders
        self._loaded: dict[str, tuple[Current, Index]] = {}
        self._as_built: dict[str, Index] = {}
        self._checked_at: dict[str, int] = {}

    def index(self, knowledge_base: str) -> tuple[Current, Index] | None:
        """Return the index that answers now, or None if no usable one was ever published."""
        now = self._clock.now()
        checked = self._checked_at.get(knowledge_base)
        # A clock that went back says nothing of how long ago the look-up was.
        if checked is None or not 0 <= now - checked <= REREAD_SECONDS * 1000:
            self._reread(knowledge_base)
            self._checked_at[knowledge_base] = now
        return self._loaded.get(knowledge_base)

    def encoders(self, knowledge_base: str) -> Mapping[str, Encoder]:
        """Return the encoders of the index that answers now, or those at hand before the first.

        A service is not among them, because it is paid for each text.
        """
        found = self.index(knowledge_base)
        if found is None:
            return self._encoders.at_hand(TIERS["sentence"])
        return {tier: each for tier, each in found[1].encoders.items() if tier != MANAGED}

    def _reread(self, knowledge_base: str) -> None:
        try:
            current = current_index(self._blobs, knowledge_base)
            known = self._loaded.get(knowledge_base)
            if current is None or (known and current == known[0]):
                return
            if known and current.key == known[0].key:
                index = self._as_built[knowledge_base]  # only a threshold changed
            else:
                key = index_key(knowledge_base, current.version, current.tier)
                index = self._read(knowledge_base, key)
        except (SurgelineError, CorruptIndex) as error:
            self._alarm("index_unusable", knowledge_base=knowledge_base, error=type(error).__name__)
            return
        self._as_built[knowledge_base] = index
        moved = raised_to(moved_by(index, current.traffic), current.least)
        self._loaded[knowledge_base] = (current, moved)

    def _read(self, knowledge_base: str, key: str) -> Index:
        index = Index.from_bytes(self._blobs.get(key))
        index = index.equipped(self._encoders.of(index.digests))
        if index.lacking == (MANAGED,):
            self._alarm("answers_without_service", knowledge_base=knowledge_base)
        elif index.lacking:
            self._alarm("answers_lexically", knowledge_base=knowledge_base, lacking=index.lacking)
        return index


class KnownArticles:
    """Looks articles up in the indexes of a shelf."""

    def __init__(self, shelf: KnowledgeShelf) -> None:
        self._shelf = shelf

    def has(self, knowledge_base: str, article_id: str) -> bool:
        """Return whether the knowledge base answers with an article of that id."""
        return self.article(knowledge_base, article_id) is not None

    def marks(self, knowledge_base: str, article_id: str) -> Marks:
        """Return an article's marks for a crisis. An article that is gone has none."""
        article = self.article(knowledge_base, article_id)
        return marks_of(article) if article else Marks()

    def all_marks(self, knowledge_base: str) -> Iterator[tuple[str, Marks]]:
        """Yield the id and the marks of each article that answers."""
        found = self._shelf.index(knowledge_base)
        for each in found[1].articles if found else ():
            yield each.id, marks_of(each)

    def article(self, knowledge_base: str, article_id: str) -> Article | None:
        """Return an article that answers now, or None where there is none of that id."""
        found = self._shelf.index(knowledge_base)
        return found[1].article(article_id) if found else None
