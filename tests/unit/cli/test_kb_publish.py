"""Publishing names the articles that go, and asks where they are most of those that answer."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from fake_instance import FakeInstance, Run
from surgeline.knowledge.articles.article import Article

from cli.api import Api
from cli.console import Failed
from cli.importers.read import Source
from cli.kb.publish import agree_to_what_goes

pytestmark = pytest.mark.enable_socket

ROUTE = "/v1/admin/knowledge/shop"
LINE = '{"id": "own", "title": "T", "language": "en", "questions": ["Why?"], "answer": "So."}\n'


def ids(count: int, prefix: str = "a") -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


@pytest.fixture
def agreed(instance: FakeInstance) -> Callable[..., None]:
    """Return a function that publishes some English articles over others."""

    def publish(
        before: Sequence[tuple[str, str]] | None,
        after: Sequence[str],
        ask: Callable[[str], bool] | None,
    ) -> None:
        if before is not None:
            listed = [{"id": id_, "language": language} for id_, language in before]
            instance.answer(f"GET {ROUTE}/articles", {"version": "v1", "articles": listed})
        articles = tuple(Article(each, "A", "en", ("Why?",), "So.") for each in after)
        source = Source(articles, (), b"", "JSONL", "UTF-8")
        agree_to_what_goes(source, "shop", Api(instance.url), ask=ask)

    return publish


def english(*ids_: str) -> list[tuple[str, str]]:
    return [(each, "en") for each in ids_]


def test_most_articles_go_only_where_a_person_agrees(
    agreed: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Five articles over 120 are asked about; no means that nothing was published."""
    asked: list[str] = []
    before = english(*ids(40)) + [(each, "ko") for each in ids(80, "k")]
    agreed(before, ids(5), lambda question: bool(asked.append(question)) or True)
    assert len(asked) == 1
    told = capsys.readouterr().err
    assert "120 articles now; 115 of them go: a5, a6, " in told
    assert "a14 and 105 more." in told
    assert "No article is left in: ko." in told
    with pytest.raises(Failed, match="Nothing was published"):
        agreed(before, ids(5), lambda _: False)


def test_ids_are_compared_and_not_counts(agreed: Callable[..., None]) -> None:
    """As many articles under other ids take all of those away that answer."""
    with pytest.raises(Failed, match="Nothing was published"):
        agreed(english(*ids(120)), ids(120, "other"), lambda _: False)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, ids(5)),
        (english(*ids(120)), ids(120)),
        (english(*ids(120)), ids(200)),
        (english(*ids(120)), ids(60)),
    ],
)
def test_few_that_go_are_not_asked_about(
    agreed: Callable[..., None], before: Sequence[tuple[str, str]] | None, after: Sequence[str]
) -> None:
    """A first publication, more articles, or up to half of them fewer pass without a question."""
    agreed(before, after, lambda _: False)
    agreed(before, after, None)


def test_where_nobody_can_answer_it_is_refused(
    operator: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """A pipeline publishes over most articles only with --yes, and its log names what goes."""
    file = tmp_path / "own.jsonl"
    file.write_text(LINE)
    listed = [{"id": each, "language": "ko"} for each in ("k0", "k1")]
    instance.answer(f"GET {ROUTE}/articles", {"version": "v1", "articles": listed})
    instance.answer(f"PUT {ROUTE}", (202, {"version": "v2", "articles": 1}))
    instance.answer(f"GET {ROUTE}", {"current": "v2"})
    for words in (("kb", "publish", file, "shop"), ("kb", "build", file, "--publish", "shop")):
        refused = operator(*words)
        assert refused.exit_code == 1
        for told in ("2 of them go: k0, k1.", "left in: ko.", "kb publish FILE shop --yes"):
            assert told in refused.output
    assert instance.requests("PUT") == []
    published = operator("kb", "publish", file, "shop", "--yes")
    assert published.exit_code == 0
    assert "2 of them go: k0, k1." in published.output
    assert len(instance.requests("PUT")) == 1


def test_what_answers_must_be_known_before_it_is_replaced(
    instance: FakeInstance, agreed: Callable[..., None]
) -> None:
    """An instance that cannot say what answers now is published over by nobody."""
    instance.answer(f"GET {ROUTE}/articles", (503, {"error": {"message": "later"}}))
    with pytest.raises(Failed, match="503"):
        agreed(None, ids(5), None)
