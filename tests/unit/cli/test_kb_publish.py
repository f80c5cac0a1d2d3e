"""Publishing says how many articles go, and asks where they are most of those that answer."""

from collections.abc import Callable
from typing import Any

import pytest
from surgeline.knowledge.articles.article import Article

from cli.console import Failed
from cli.importers.read import Source
from cli.kb.publish import agree_to_what_goes


class Instance:
    """An instance whose knowledge base answers from a number of articles."""

    def __init__(self, articles: int | None) -> None:
        """Have published so many, or nothing."""
        self.versions = [
            {"version": "b", "articles": None, "answers": False},
            {"version": "a", "articles": articles, "answers": True},
        ][: 0 if articles is None else 2]

    def get(self, _path: str) -> Any:
        """Answer with the versions."""
        return {"versions": self.versions}


def source(count: int) -> Source:
    """Return a knowledge base of so many articles."""
    articles = tuple(Article(f"a{n}", "A", "en", ("Why?",), "So.") for n in range(count))
    return Source(articles, (), b"", "JSONL", "UTF-8")


def agreed(before: int | None, after: int, ask: Callable[[str], bool] | None) -> None:
    """Publish some articles over others."""
    agree_to_what_goes(source(after), "shop", Instance(before), ask=ask)  # type: ignore[arg-type] # only get


def test_most_articles_go_only_where_a_person_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    """Five articles over 120 are asked about; no means that nothing was published."""
    asked: list[str] = []
    agreed(120, 5, lambda question: bool(asked.append(question)) or True)
    assert len(asked) == 1
    assert "120 articles now; at least 115 of them go" in capsys.readouterr().err
    with pytest.raises(Failed, match="Nothing was published"):
        agreed(120, 5, lambda _: False)


@pytest.mark.parametrize(("before", "after"), [(None, 5), (120, 120), (120, 200), (120, 70)])
def test_few_that_go_are_not_asked_about(before: int | None, after: int) -> None:
    """A first publication, more articles, or fewer of them pass without a question."""
    agreed(before, after, lambda _: False)


def test_where_nobody_can_answer_it_is_only_said(capsys: pytest.CaptureFixture[str]) -> None:
    """A pipeline goes on, and its log says what went."""
    agreed(120, 5, None)
    assert "at least 115 of them go" in capsys.readouterr().err
