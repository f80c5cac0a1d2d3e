"""What the table of answers says of a run."""

from typing import Any

import pytest

from benchmarks.answers.table import Line, as_rows, lines, printed


def measured(name: str, tier: str, **figures: float | None) -> dict[str, Any]:
    """Return a row of a run, with what is not said as nothing measured."""
    row: dict[str, Any] = {"set": name, "tier": tier, "in_scope": 10, "unanswerable": 0}
    shares = ("accuracy", "realised_precision", "coverage", "self_served", "bm25", "linear")
    return row | dict.fromkeys(shares) | {"unanswerable_answered": None} | figures


def result(*rows: dict[str, Any]) -> dict[str, Any]:
    """Return a run without costs."""
    return {"sets": list(rows), "costs": [], "means": {}}


def line(found: list[Line], what: str) -> Line:
    """Return the line of a demand."""
    return next(each for each in found if each.what == what)


@pytest.mark.parametrize(
    ("share", "reached"),
    [(0.899, "no"), (0.90, "at least"), (0.95, "goal"), (None, "not measured")],
)
def test_a_demand_is_reached_from_its_least_figure_on(share: float | None, reached: str) -> None:
    """A demand's line says how far the accuracy is from it, and a missing set is no failure."""
    found = lines(result(measured("clinc150_10", "sentence", accuracy=share)))
    assert line(found, "accuracy: clinc150_10").reached == reached
    assert line(found, "accuracy: parakqc_5").reached == "not measured"


def test_the_best_tier_is_judged_and_the_lexical_one_for_itself() -> None:
    """Each demand takes the row of its own tier, with the baselines beside it."""
    found = lines(
        result(
            measured("parakqc_5", "lexical", accuracy=0.95, bm25=0.9),
            measured("parakqc_5", "sentence", accuracy=0.97, bm25=0.9),
        )
    )
    assert line(found, "accuracy: parakqc_5").measured == 0.97
    assert line(found, "lexical tier, accuracy: parakqc_5").measured == 0.95
    assert line(found, "accuracy: parakqc_5").beside == {"bm25": 0.9}


def test_the_worst_set_answers_for_all_and_siblings_for_themselves() -> None:
    """The table shows the least precision of all sets and each set's share."""
    asked = {"unanswerable": 5, "in_scope": 5}
    shares = {"a": (0.97, 0.01), "b": (0.93, 0.05), "banking77_9/x": (0.92, 0.0)}
    rows = [
        measured(name, "sentence", realised_precision=right, unanswerable_answered=lured) | asked
        for name, (right, lured) in shares.items()
    ]
    found = lines(result(*rows))
    worst = line(found, "least precision")
    assert (worst.measured, worst.where, worst.reached) == (0.93, "b", "no")
    assert line(found, "sibling sets, least precision").reached == "at least"
    assert line(found, "unanswerable not answered: b").reached == "no"


def test_what_is_measured_in_time_or_memory_may_not_be_more() -> None:
    """A measured time or memory is judged against an upper limit, and the table says so."""
    cost = {"tier": "sentence", "phrasings": 10_000, "p50_ms": 3.0, "p50_to_bm25": 30.0}
    found = lines({**result(measured("a", "sentence")), "costs": [cost]})
    asked = line(found, "p50 ms, 10,000 phrasings")
    assert (asked.reached, asked.beside) == ("at least", {"bm25": 0.1})
    assert line(found, "p99 ms, 10,000 phrasings").reached == "not measured"
    assert "p50 ms, 10,000 phrasings" in printed(found)
    assert {row["reached"] for row in as_rows(found)} == {"at least", "not measured"}
