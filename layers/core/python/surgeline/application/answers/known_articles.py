"""The articles that answer now are looked up by their ids here, for the acts of operators."""

from collections.abc import Iterator

from surgeline.application.answers.knowledge_shelf import KnowledgeShelf
from surgeline.domain.crisis.in_crisis import Marks
from surgeline.knowledge.articles.article import Article


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
        return _marks(article) if article else Marks()

    def all_marks(self, knowledge_base: str) -> Iterator[tuple[str, Marks]]:
        """Yield the id and the marks of each article that answers."""
        found = self._shelf.index(knowledge_base)
        for each in found[1].articles if found else ():
            yield each.id, _marks(each)

    def article(self, knowledge_base: str, article_id: str) -> Article | None:
        """Return an article that answers now, or None where there is none of that id."""
        found = self._shelf.index(knowledge_base)
        return found[1].article(article_id) if found else None


def _marks(article: Article) -> Marks:
    return Marks(article.tags, article.crisis_answer)
