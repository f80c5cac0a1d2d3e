"""A pool looks into a case and promises word by a time, which is kept or told to all."""

from typing import Any

import pytest
from surgeline.domain.times import rfc3339

from tests.functions.alerts.test_alerts import minute, standing
from tests.functions.stage import Stage
from tests.functions.test_conversations_listed import listed
from tests.functions.test_pools_come_and_go import accept, ask, owner

HOUR = 3_600_000
LATE = "You were promised word by now, and it is not here yet."


@pytest.fixture
def owned(stage: Stage) -> dict[str, Any]:
    """Return what the pool `vendor` may say of the conversation it has just accepted."""
    ask(stage, "c1")
    return accept(stage)


def promise(stage: Stage, owned: dict[str, Any], hours: float = 2, **more: Any) -> Any:
    """Let the pool promise word in so many hours."""
    until = rfc3339(stage.clock.now() + int(hours * HOUR))
    answer = stage.pool("conversation.pending", owned | {"until": until} | more)
    stage.drain("events")
    return answer


@pytest.mark.enable_socket
def test_a_promise_that_nobody_keeps_is_told_and_rings(stage: Stage, owned: dict[str, Any]) -> None:
    """The customer hears at the time, the list has it, and the alert stands until a word comes."""
    assert promise(stage, owned, text="I ask the workshop.").status == 202
    [(_, words), (_, told)] = stage.said()[-2:]
    assert words == "I ask the workshop."
    assert "by today at 14:00, whatever happens" in told
    [line] = listed(stage, promised="yes")
    assert (line["promised_until"][11:16], line["overdue"]) == ("14:00", False)
    assert listed(stage, overdue="yes") == []
    stage.clock.advance(7_200)
    stage.drain("timers", "events")
    assert stage.said()[-1][1].startswith(LATE)
    assert [each["conversation_id"] for each in listed(stage, overdue="yes")] == [
        owned["conversation_id"]
    ]
    minute(stage, works=False)
    assert standing(stage)["promise_broken"]["level"] == "urgent"
    assert stage.pool("message.sent", owned | {"text": "It is mended."}).status == 202
    stage.drain("events")
    minute(stage, works=False)
    assert "promise_broken" not in standing(stage)
    assert listed(stage, overdue="yes") == listed(stage, promised="yes") == []


def test_a_word_in_time_keeps_it(stage: Stage, owned: dict[str, Any]) -> None:
    """Nothing is said at the time any more."""
    promise(stage, owned)
    stage.clock.advance(3_600)
    stage.pool("message.sent", owned | {"text": "It is mended."})
    stage.drain("events")
    before = stage.said()
    stage.clock.advance(3_600)
    stage.drain("timers", "events")
    assert (stage.said(), owner(stage)) == (before, "pool:vendor")


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("2026-03-01T14:00:00", "a time such as"),
        ("tomorrow", "a time such as"),
        ("2026-05-01T14:00:00Z", "within the next 30 days"),
        ("2020-05-01T14:00:00Z", "within the next 30 days"),
    ],
)
def test_a_time_that_nobody_can_promise_is_refused(
    stage: Stage, owned: dict[str, Any], until: str, words: str
) -> None:
    """It has a zone, lies ahead, and is not too far away."""
    refused = stage.pool("conversation.pending", owned | {"until": until})
    assert (refused.status, refused.json["error"]["field"]) == (400, "data.until")
    assert words in refused.json["error"]["message"]
