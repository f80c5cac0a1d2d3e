"""An article's marks for a crisis are read here, with a check of the text that would go out."""

from surgeline.application.ports.answering import Suggestion
from surgeline.domain.crisis.in_crisis import Marks
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.text.promises import loud_problems


def marks_of(article: Article | Suggestion) -> Marks:
    """Return the marks of an article. Its crisis answer is checked, or else its usual answer."""
    text = article.crisis_answer or article.answer
    return Marks(article.tags, article.crisis_answer, next(loud_problems(text), ""))
