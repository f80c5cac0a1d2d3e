"""The measurement of a message's stages drives the real handlers."""

from benchmarks.load.stages import stages
from local.load.traffic import Mix


def test_each_stage_of_a_few_messages_takes_time() -> None:
    """Intake, conversation and delivery are measured apart, each with its costliest functions."""
    measured = stages(8, Mix())
    assert set(measured) == {"intake", "conversation", "delivery"}
    assert all(each["ms_a_message"] > 0 and each["spent_in"] for each in measured.values())
