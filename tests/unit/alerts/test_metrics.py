"""The numbers of alerts become metrics of CloudWatch, by lines of the log."""

import json

import pytest
from surgeline.adapters.aws.watch.meter import DIMENSION, NAMESPACE, EmfMeter
from surgeline.application.watch.numbers import ANSWERED, NAMES, TRANSFERS, URGENT, numbers_of
from surgeline.domain.alerts.book import Book, Reading, raised
from surgeline.domain.alerts.rules import SHIPPED

FREE = 10
METRICS = {*NAMES.values(), ANSWERED, TRANSFERS, URGENT}
HOUR = {"answered": {"share": 0.25}, "transfers": 3}


def test_a_line_of_the_log_has_every_number(capsys: pytest.CaptureFixture[str]) -> None:
    """The line is EMF: the namespace, one dimension, and each metric with its unit."""
    EmfMeter("surgeline-dev").tell({"Waiting": 3.0, "CapUsedPercent": 91.5, "Undelivered": 0.0})
    [line] = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    [about] = told["_aws"]["CloudWatchMetrics"]
    assert (about["Namespace"], about["Dimensions"]) == (NAMESPACE, [[DIMENSION]])
    assert told[DIMENSION] == "surgeline-dev"
    units = {each["Name"]: each["Unit"] for each in about["Metrics"]}
    assert units == {"Waiting": "Count", "CapUsedPercent": "Percent"}
    assert (told["Waiting"], told["CapUsedPercent"]) == ([3.0], [91.5])


def test_a_quiet_minute_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers that are 0 cost nothing."""
    EmfMeter("surgeline-dev").tell({"Waiting": 0.0})
    assert capsys.readouterr().out == ""


def test_each_drawn_number_is_of_a_rule_or_of_the_hour_and_all_are_free() -> None:
    """Ten custom metrics cost nothing."""
    assert set(NAMES) <= {each.name for each in SHIPPED}
    assert len(METRICS) == FREE


def test_the_dashboard_and_the_alarm_look_at_what_is_written() -> None:
    """Each name on the dashboard is written, under the same namespace and dimension."""
    from infra.stacks import monitoring

    drawn = {*monitoring.WAITING, *monitoring.SHARES, *monitoring.TROUBLES}
    assert drawn == METRICS
    assert (monitoring.NAMESPACE, monitoring.DIMENSION) == (NAMESPACE, DIMENSION)


def test_the_worst_pool_is_told_and_troubled_pools_are_counted() -> None:
    """Shares are in percent, and what could not be read is not told."""
    book = raised(Book(), "spike", "Many ask.", "urgent", at=1)
    found = numbers_of(
        [
            Reading("cap_near", 0.5, "north"),
            Reading("cap_near", 0.9, "south"),
            Reading("endpoint_resting", 1, "north"),
            Reading("endpoint_resting", 1, "south"),
            Reading("undelivered", None),
            Reading("worker_lag", 70, "events"),
        ],
        book,
        HOUR,
    )
    assert found == {
        "CapUsedPercent": 90.0,
        "PoolsOut": 2.0,
        ANSWERED: 25.0,
        TRANSFERS: 3.0,
        URGENT: 1.0,
    }
