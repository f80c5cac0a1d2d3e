"""Phrasings that stand with the wrong article are named, and nothing is learned from them."""

from dataclasses import replace

import pytest
from surgeline.knowledge.answering.author_report import report
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.articles.article import Article

from benchmarks.answers.misplaced import misplaced

KINDS = ("chair", "lamp", "sofa", "table", "shelf", "plant", "carpet", "mirror")
ASKED = (
    "how do I clean a {}",
    "what does a {} cost",
    "is the {} in stock",
    "do you repair a broken {}",
    "where is the {} made",
    "can I return my {}",
)
ARTICLES = [
    Article(kind, f"About the {kind}", "en", tuple(each.format(kind) for each in ASKED), "A")
    for kind in KINDS
]
STRAY = "where is the sofa made"


def with_stray(text: str = STRAY) -> list[Article]:
    """Return the articles, where the sofa's question stands with the chair."""
    chair, lamp, sofa, *rest = ARTICLES
    moved = replace(chair, questions=(*chair.questions, text))
    left = replace(sofa, questions=tuple(each for each in sofa.questions if each != text))
    return [moved, lamp, left, *rest]


@pytest.fixture(scope="module")
def strayed() -> Index:
    """Return the index of a base with one misplaced phrasing."""
    return build(with_stray())


def test_a_misplaced_phrasing_is_named_with_the_article_that_it_belongs_to(strayed: Index) -> None:
    """The report says from which article to which a phrasing should move."""
    told = report(with_stray(), strayed)
    assert told["misplaced"] == [{"text": STRAY, "article": "chair", "to": "sofa"}]
    assert told["fits_two"] == []


def test_every_phrasing_stands_where_it_should_in_a_clean_base() -> None:
    """No phrasing of a clean base is named or set aside."""
    index = build(ARTICLES)
    assert report(ARTICLES, index)["misplaced"] == []
    assert len(index.parts[0].owners) == len(ARTICLES) * (len(ASKED) + 1)


def test_nothing_is_learned_from_a_misplaced_phrasing(strayed: Index) -> None:
    """A question like it is answered by the article that it belongs to."""
    clean = [each if each.id != "chair" else ARTICLES[0] for each in with_stray()]
    text = "where was the sofa made"
    assert strayed.judge(text).ranking == build(clean).judge(text).ranking
    assert strayed.judge(text).ranking[0].article_id == "sofa"


def test_its_very_text_is_still_its_article_s(strayed: Index) -> None:
    """An author's phrasing is answered word for word by the article that it stands in."""
    verdict = strayed.judge(STRAY)
    assert (verdict.kind, verdict.article_id) == ("answer", "chair")
    assert max(each.confidence for each in verdict.ranking) == verdict.confidence
    assert strayed.judge(STRAY, exclude=["chair"]).ranking[0].article_id == "sofa"


def test_a_phrasing_that_stands_rightly_as_well_is_answered_there() -> None:
    """Where the right article has the same phrasing, its article answers."""
    chair = replace(ARTICLES[0], questions=(*ARTICLES[0].questions, STRAY))
    index = build([chair, *ARTICLES[1:]])
    assert index.judge(STRAY).ranking[0].article_id == "sofa"


def test_an_artifact_keeps_what_was_set_aside(strayed: Index) -> None:
    """A stored index judges and reports as the index that was built."""
    read = Index.from_bytes(strayed.to_bytes())
    assert read.judge(STRAY) == strayed.judge(STRAY)
    assert report(with_stray(), read) == report(with_stray(), strayed)


def test_most_phrasings_that_are_moved_by_chance_are_found() -> None:
    """Of three phrasings that are moved, at least two are named first."""
    articles, moved = misplaced(ARTICLES, 3, seed=2)
    told = report(articles, build(articles))["misplaced"][:4]
    assert sum((each["text"], each["article"]) in moved for each in told) >= 2
