"""Wrong values are told at every edge in our own plain words, never in the library's."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.adapters.pool_protocol import parse_pool_event, parse_transcript_request
from surgeline.errors import BadRequest, Unprocessable

from local.simulators.desk import Behaviour
from local.simulators.scenario import WrongScenario, read_scenario

Refusal = TypeVar("Refusal", bound=Exception)

CONVERSATION = f"t{'a' * 26}-1"
OFFER = f"o{'a' * 26}"
EVENTS: Mapping[str, Mapping[str, object]] = {
    "handoff.accepted": {"offer_id": OFFER, "agent": {"name": "Ada"}},
    "handoff.declined": {"offer_id": OFFER, "reason": "busy"},
    "message.sent": {"epoch": 1, "seq": 1, "text": "hello", "agent": {"name": "Ada"}},
    "typing": {"epoch": 1},
    "conversation.resolved": {
        "epoch": 1,
        "seq": 1,
        "outcome": "solved",
        "summary": "done",
        "article": {"question": "q", "answer": "a", "title": "t"},
    },
    "conversation.returned": {"epoch": 1, "reason": "bot"},
    "conversation.transferred": {"epoch": 1, "to": "night", "reason": "bills"},
    "note.added": {"epoch": 1, "text": "hello"},
    "conversation.pending": {"epoch": 1, "until": "2026-03-01T14:00:00Z"},
    "capacity.reported": {"seats": 1, "valid_seconds": 60},
}
POOL = {
    "id": "v",
    "kind": "outsourced",
    "url": "https://v.example/",
    "languages": ["en"],
    "ring_seconds": 30,
    "paused": False,
    "skills": ["bills"],
    "seats": 1,
    "priority": 1,
    "hours": {"zone": "UTC", "week": {"mon": ["09:00-18:00"]}, "holidays": ["2026-12-25"]},
    "cost_per_conversation": 1.5,
    "daily_cap": 4.5,
    "redaction": "contact",
}
DOCUMENT = {
    "pools": [POOL],
    "channels": [{"id": "web", "kind": "web", "knowledge_base": "shop", "origins": ["*"]}],
    "rules": {"gap_seconds": 5},
    "routing": {"steps": [{"pools": ["v"], "seconds": 30, "skip_if": {"waited_seconds": 9}}]},
}
STEPS = [{"at_seconds": 60, "accept": "late", "agents": 3, "error": 0.5, "ring_seconds": 1.5}]
WRONG = (None, True, 5, -1, 1.5, float("inf"), 10**30, "", "x" * 20_000, "\u200b", [], [5], {})
LIBRARY = ("Input should", "should be", "should have", "should match", "required", "not permitted")
FALLBACK = "is no value that is accepted here"


def spoiled(value: Any) -> Iterator[Any]:
    """Yield copies of a JSON value, each with one value wrong, one too many or one missing."""
    yield from WRONG
    if isinstance(value, dict):
        yield value | {"colour": "red"}
        for name, each in value.items():
            yield {other: there for other, there in value.items() if other != name}
            yield from (value | {name: wrong} for wrong in spoiled(each))
    if isinstance(value, list):
        yield from ([wrong] for wrong in spoiled(value[0]))


def refusals(
    call: Callable[[Any], object], good: object, kind: type[Refusal], fewest: int
) -> Iterator[Refusal]:
    """Yield the refusals of the spoiled copies of a value that is accepted."""
    call(good)
    found = []
    for each in spoiled(good):
        try:
            call(each)
        except kind as error:
            found.append(error)
    assert len(found) >= fewest
    yield from found


def in_plain_words(told: str) -> bool:
    return FALLBACK not in told and not any(each in told for each in LIBRARY)


@pytest.mark.parametrize("kind", EVENTS)
def test_a_pool_s_event_is_refused_in_plain_words(kind: str) -> None:
    """Every wrong field of every event that a pool posts is named, with what is accepted."""
    good = {"conversation_id": CONVERSATION, **EVENTS[kind]}
    if kind == "capacity.reported":
        del good["conversation_id"]
    read = lambda data: parse_pool_event({"type": kind, "data": data})  # noqa: E731 # one line
    for error in refusals(read, good, BadRequest, 20):
        assert in_plain_words(str(error)), str(error)
        assert error.field
        assert error.field.startswith("data")
        assert str(error).startswith(f"{error.field} ")


def test_a_request_for_a_transcript_is_refused_in_plain_words() -> None:
    """A wrong field of a request for a transcript is named, with what is accepted."""
    good = {"conversation_id": CONVERSATION, "after_seq": 3}
    parse_transcript_request(good)
    with pytest.raises(BadRequest, match=r"^after_seq must be at least 0$"):
        parse_transcript_request({**good, "after_seq": -1})
    with pytest.raises(BadRequest, match=r"^conversation_id must be a conversation's id"):
        parse_transcript_request({"conversation_id": "that one"})


def test_a_configuration_is_refused_in_plain_words() -> None:
    """Every wrong value of a configuration is told in plain words."""
    form = ConfigurationFormat()
    read = lambda document: form.parse(document, allow_loopback=False)  # noqa: E731 # one line
    for error in refusals(read, DOCUMENT, Unprocessable, 100):
        for problem in error.problems:
            assert in_plain_words(problem), problem


def test_a_scenario_is_refused_in_plain_words(tmp_path: Path) -> None:
    """Every wrong value of a simulated vendor's scenario is told in plain words."""
    file = tmp_path / "scenario.json"

    def read(steps: object) -> object:
        file.write_text(json.dumps(steps))
        return read_scenario(file, Behaviour())

    for error in refusals(read, STEPS, WrongScenario, 20):
        assert in_plain_words(str(error)), str(error)


def test_words_never_repeat_a_customer_s_text() -> None:
    """A refusal of an event says nothing of its text, because the text may be a customer's."""
    data = {"conversation_id": CONVERSATION, "epoch": 1, "text": "SECRET" * 5_000}
    with pytest.raises(BadRequest, match=r"^data.text must have at most 10,000 characters$"):
        parse_pool_event({"type": "message.sent", "data": data})
