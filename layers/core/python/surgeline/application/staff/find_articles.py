"""A person who answers finds an article by its words here, beside those that are suggested."""

from collections.abc import Iterable, Sequence

from surgeline.knowledge.articles.article import Article

MOST_FOUND = 8


def find_articles(articles: Iterable[Article], words: str, language: str | None) -> list[Article]:
    """Return the articles in which every word stands, also as a part of another word.

    Those in the customer's language come first, then those with more of the words in their titles.
    """
    wanted = words.casefold().split()
    found = [each for each in articles if wanted and _has_all(each, wanted)]
    return sorted(found, key=lambda each: _rank(each, wanted, language))[:MOST_FOUND]


def _has_all(article: Article, wanted: Sequence[str]) -> bool:
    text = f"{article.title}\n{article.answer}".casefold()
    return all(each in text for each in wanted)


def _rank(article: Article, wanted: Sequence[str], language: str | None) -> tuple[bool, int, str]:
    title = article.title.casefold()
    return article.language != language, -sum(each in title for each in wanted), article.id
