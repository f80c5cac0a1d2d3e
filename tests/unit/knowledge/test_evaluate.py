"""Evaluating decisions against the right articles: what each figure counts."""

from dataclasses import replace

from surgeline.knowledge.answering.author_report import report
from surgeline.knowledge.answering.evaluate import Query, evaluate, summarise
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.articles.jsonl import Article, parse_jsonl

from tests.unit.knowledge.shop import jsonl


def test_rows_follow_the_queries_in_order(index: Index) -> None:
    """Each query gives one row with its decision, confidence and ranking, in order."""
    queries = [Query("Where is my refund?", "en-refund"), Query("tell me a joke", None)]
    rows = list(evaluate(index, queries))
    assert [row["text"] for row in rows] == [query.text for query in queries]
    assert rows[0]["ranking"][0] == "en-refund"
    assert set(rows[0]) == {"text", "decision", "article", "confidence", "ranking"}


def test_the_summary_counts_what_happened() -> None:
    """Precision is of the answers given, coverage of the questions that have one."""
    rows = [
        {"decision": "answer", "article": "a", "ranking": ["a", "b"]},
        {"decision": "answer", "article": "b", "ranking": ["b", "a"]},
        {"decision": "suggest", "article": None, "ranking": ["b", "a"]},
        {"decision": "suggest", "article": None, "ranking": ["b", "a"]},
        {"decision": "abstain", "article": None, "ranking": ["b", "a"]},
    ]
    queries = [
        Query("1", "a"),
        Query("2", "a"),
        Query("3", "a"),
        Query("4", None),
        Query("5", None),
    ]
    summary = summarise(rows, queries)
    assert summary["realised_precision"] == 0.5
    assert summary["coverage"] == 0.3333
    assert summary["self_served"] == 0.6667
    assert summary["unanswerable_answered"] == 0.0
    assert summary["unanswerable_bothered"] == 0.5


def test_the_summary_of_nothing_has_no_shares() -> None:
    """A share of nothing is None, not a division by zero."""
    assert summarise([], [])["realised_precision"] is None


def test_an_author_is_told_what_is_missing_confused_and_duplicate() -> None:
    """The report names thin articles, siblings with their sentences, and duplicates."""
    articles = [
        Article("new", "", "en", ("I need a new card", "order a card", "get me a card"), "A"),
        Article("lost", "", "en", ("I need a new card", "I lost a card", "card is lost"), "B"),
        Article("thin", "", "en", ("opening hours",), "C"),
    ]
    told = report(articles, build(articles))
    assert [entry["id"] for entry in told["articles"]] == ["new", "lost", "thin"]
    assert told["articles"][2]["missing_phrasings"] == 2
    assert told["duplicates"] == [{"text": "I need a new card", "articles": ["new", "lost"]}]
    assert told["articles"][0]["confused_with"][0]["id"] == "lost"
    assert "I need a new card" in told["articles"][0]["confused_with"][0]["sentences"]
    assert [entry["promise"] for entry in told["expected"]] == [0.90, 0.95, 0.97, 0.99]
    assert {each["articles"][0]: each["do"].split(":")[0] for each in told["advice"]} == {
        "lost": "4 phrasings are taken for the other's",
        "thin": "add 2 phrasings",
    }


def test_a_phrasing_that_would_be_answered_with_another_article_fits_two() -> None:
    """A phrasing that fits two articles is named with both and lowers the expected precision.

    Its own article has too few others to say that it is misplaced.
    """
    kinds = ("chair", "lamp", "sofa", "table", "shelf", "plant", "carpet", "mirror")
    asked = ("repair my {} today", "repair my {} please", "return my {} now", "return my {} please")
    stray = "please repair my sofa"
    articles = [
        Article(kind, f"About the {kind}", "en", tuple(each.format(kind) for each in asked), "A")
        for kind in kinds
    ]
    articles[0] = replace(articles[0], questions=(articles[0].questions[0], stray))
    told = report(articles, build(articles))
    assert told["fits_two"] == [{"text": stray, "article": "chair", "also": "sofa"}]
    assert 0 < told["expected"][1]["precision"] < 1


def test_the_curve_falls_from_the_surest_answers_to_all() -> None:
    """The curve has more answers and fewer right ones at each point, and ends with all answers."""
    told = report(articles := _shop(), build(articles))
    answered = [point["answered"] for point in told["curve"]]
    assert answered == sorted(answered)
    assert answered[-1] == 1.0
    assert told["curve"][0]["precision"] >= told["curve"][-1]["precision"]


def test_nothing_to_rehearse_gives_no_curve() -> None:
    """One phrasing an article can't be left out."""
    told = report(articles := [Article("a", "", "en", ("x",), "A")], build(articles))
    assert told["curve"] == []
    assert told["expected"][0] == {
        "promise": 0.90,
        "answered": 0.0,
        "suggested": 0.0,
        "precision": None,
    }


def _shop() -> list[Article]:
    return list(parse_jsonl(jsonl("en", "ko", "fr"), "kb.jsonl"))
