"""The commands of `surgeline delivery` ask the instance, print its answer and set the exit code."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

LIST, REPLAY = "GET /v1/admin/deliveries", "POST /v1/admin/deliveries/replay"
DELIVERY: dict[str, Any] = {
    "id": "n2wq",
    "target": "pool:vendor",
    "event": "conversation.message",
    "conversation_id": "tone-1",
    "decided_at": "2026-03-01T12:00:00.000Z",
    "end": None,
    "outcome": "time\x1b[2Jout",
    "attempts": 2,
    "tries": [
        {"number": 1, "at": "2026-03-01T12:00:00.100Z", "outcome": "status 500"},
        {"number": 2, "at": "2026-03-01T12:00:02.100Z", "outcome": "time\x1b[2Jout"},
    ],
}


def test_deliveries_are_listed_with_their_attempts(operator: Run, instance: FakeInstance) -> None:
    """Deliveries are a table without escapes for people, and the list as it is for programs."""
    instance.answer(LIST, {"deliveries": [DELIVERY]})
    table = operator("delivery", "list").output
    for word in ("n2wq", "pool:vendor", "2026-03-01T12:00:00Z", "retrying", "2, the last: time"):
        assert word in table
    assert "\x1b" not in table
    assert json.loads(operator("delivery", "list", "--json").output) == [DELIVERY]
    instance.answer(LIST, {"deliveries": []})
    assert operator("delivery", "list").output == "No deliveries.\n"


def test_what_is_looked_for_is_asked(operator: Run, instance: FakeInstance) -> None:
    """Every option reaches the instance; a duration becomes a time of now."""
    instance.answer(LIST, {"deliveries": []})
    operator(
        *("delivery", "list", "--id", "n1", "--endpoint", "pool:vendor", "--since", "2h"),
        *("--until", "2026-03-01T12:00:00+09:00", "--state", "failed", "--conversation", "t-1"),
    )
    asked = {name: value for name, [value] in parse_qs(instance.asked[0].query).items()}
    since = datetime.fromisoformat(asked.pop("since"))
    assert abs(datetime.now(UTC) - timedelta(hours=2) - since) < timedelta(minutes=1)
    assert asked == {
        "id": "n1",
        "endpoint": "pool:vendor",
        "until": "2026-03-01T12:00:00+09:00",
        "state": "failed",
        "conversation": "t-1",
        "limit": "100",
    }


@pytest.mark.parametrize("time", ["yesterday", "2026-03-01T12:00:00", "5", "999999d", "1h30m"])
def test_a_time_that_is_none_is_refused_with_what_is_accepted(
    operator: Run, instance: FakeInstance, time: str
) -> None:
    """A malformed time exits with 2 and names the accepted forms, and no instance is asked."""
    result = operator("delivery", "list", "--since", time)
    assert result.exit_code == 2
    assert "2h" in result.output
    assert instance.asked == []


@pytest.mark.parametrize(
    ("args", "body"),
    [
        (("n1", "n2"), {"ids": ["n1", "n2"], "limit": 100}),
        (
            ("--endpoint", "pool:vendor", "--limit", "5"),
            {"endpoint": "pool:vendor", "limit": 5},
        ),
        (
            ("--conversation", "t-1", "--state", "failed"),
            {"conversation": "t-1", "state": "failed"},
        ),
    ],
)
def test_a_replay_says_how_many_went(
    operator: Run, instance: FakeInstance, args: tuple[str, ...], body: dict[str, Any]
) -> None:
    """A replay by id or by options says how many deliveries went."""
    instance.answer(REPLAY, {"replayed": ["n1", "n2"], "skipped": []})
    result = operator("delivery", "replay", *args)
    assert (result.exit_code, result.output) == (0, "2 sent again.\n")
    assert instance.asked[0].json == {"limit": 100} | body


def test_one_that_was_named_and_did_not_go_is_a_failure(
    operator: Run, instance: FakeInstance
) -> None:
    """A named delivery that did not go is told with its reason, and the command exits with 1."""
    answer = {"replayed": ["n1"], "skipped": [{"id": "n2", "why": "it is still being tried"}]}
    instance.answer(REPLAY, answer)
    result = operator("delivery", "replay", "n1", "n2", "n3")
    assert result.exit_code == 1
    assert result.output.splitlines()[:2] == ["1 sent again.", "n2: it is still being tried"]
    assert "n3: not found" in result.output
    again = operator("delivery", "replay", "n1", "n2", "--json")
    assert (json.loads(again.stdout), again.exit_code) == (answer, 1)


def test_a_replay_of_everything_is_refused(operator: Run, instance: FakeInstance) -> None:
    """A replay without ids, endpoint or conversation exits with 2, and no instance is asked."""
    assert operator("delivery", "replay", "--since", "2h").exit_code == 2
    assert instance.asked == []


LETTERS = [
    {
        "id": f"d{number}",
        "queue": queue,
        "group": group,
        "sent_at": 1_772_366_400_000 + number * 3_600_000,
        "receive_count": 1,
    }
    for number, (queue, group) in enumerate(
        (
            ("events", "tone"),
            ("deliveries", "tone.channel.app"),
            ("deliveries", "ttwo.pool.vendor"),
            ("deliveries", "ttwo.channel.app"),
            ("timers", None),
        )
    )
]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (("--queue", "deliveries"), ["d1", "d2", "d3"]),
        (("--endpoint", "channel:app"), ["d1", "d3"]),
        (("--endpoint", "pool:vendor"), ["d2"]),
        (("--endpoint", "pool:endor"), []),
        (("--since", "2026-03-01T15:00:00Z"), ["d3", "d4"]),
        (("--until", "2026-03-01T13:00:00Z"), ["d0"]),
        (("--queue", "deliveries", "--since", "2026-03-01T15:00:00Z"), ["d3"]),
    ],
)
def test_dead_letters_are_picked_as_deliveries_are(
    operator: Run, instance: FakeInstance, options: tuple[str, ...], ids: list[str]
) -> None:
    """Dead letters are listed and sent again by queue, endpoint and time."""
    instance.answer("GET /v1/admin/dead-letters", {"dead_letters": LETTERS})
    listed = json.loads(operator("dlq", "list", "--json", *options).output)
    assert [each["id"] for each in listed] == ids
    instance.answer("POST /v1/admin/dead-letters/redrive", {"redriven": len(ids)})
    assert operator("dlq", "redrive", *options).exit_code == 0
    assert instance.requests("POST")[-1].json == {"ids": ids}


def test_a_list_that_stops_at_its_limit_says_so(operator: Run, instance: FakeInstance) -> None:
    """Whoever gets as many as they asked for, or as can be listed, is told of the rest."""
    letters = [LETTERS[0] | {"id": f"d{number}"} for number in range(1_000)]
    instance.answer("GET /v1/admin/dead-letters", {"dead_letters": letters})
    told = operator("dlq", "list", "--queue", "timers", "--json")
    assert "Only the oldest 1000" in told.stderr
    instance.answer("POST /v1/admin/deliveries/replay", {"replayed": ["n1"], "skipped": []})
    full = operator("delivery", "replay", "--endpoint", "pool:vendor", "--limit", "1")
    assert "see --limit" in full.stderr
    some = operator("delivery", "replay", "--endpoint", "pool:vendor", "--limit", "2")
    assert some.stderr == ""


def test_dead_letters_are_named_in_one_way(operator: Run, instance: FakeInstance) -> None:
    """Dead letters are named by id, by filter or all, and two ways at once are refused unasked."""
    for args in (("--all", "d1"), ("d1", "--queue", "events"), ("--all", "--since", "2h"), ()):
        assert operator("dlq", "redrive", *args).exit_code == 2
    assert instance.asked == []
