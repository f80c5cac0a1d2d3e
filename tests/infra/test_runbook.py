"""The runbook has a section for every alarm of the template."""

import re
from pathlib import Path

from tests.infra.conftest import Synthesised

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"


def sections() -> dict[str, str]:
    """Return the text below each third heading of the runbook, by its heading."""
    _, *parts = re.split(r"^### (\w+)$", RUNBOOK.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_each_alarm_has_its_section_and_no_section_is_left_over(synthesised: Synthesised) -> None:
    """The runbook's sections are the alarms of the template, by name."""
    alarms = synthesised.named("AWS::CloudWatch::Alarm", "AlarmName")
    assert {name.removeprefix("surgeline-prod-") for name in alarms} == set(sections())


def test_each_section_says_what_it_means_and_what_to_do() -> None:
    """No alarm wakes anybody for nothing."""
    for name, text in sections().items():
        assert "**Means:**" in text, name
        assert "**Do:**" in text, name


def test_f56_the_first_dead_letter_of_any_queue_rings(synthesised: Synthesised) -> None:
    """F56: each queue of dead letters has one alarm, at the first message, within a minute."""
    dead = {
        each["QueueName"]
        for each in synthesised.of_type("AWS::SQS::Queue")
        if "-dead" in each["QueueName"]
    }
    rings = {
        alarm["Dimensions"][0]["Value"]
        for alarm in synthesised.of_type("AWS::CloudWatch::Alarm")
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        and (alarm["Threshold"], alarm["EvaluationPeriods"], alarm["Period"]) == (0, 1, 60)
        and alarm["ComparisonOperator"] == "GreaterThanThreshold"
    }
    assert len(dead) == 3
    assert rings == dead
