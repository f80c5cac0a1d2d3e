"""A flood's requests are taken last, and taken all the same."""

from typing import Any

import pytest

from local.runner.front.floods import REMEMBERED, Floods, Line

REFUSED = {"statusCode": 429, "headers": {"retry-after": "2"}}


def event(sender: str, path: str = "/v1/channels/a/messages") -> dict[str, Any]:
    return {"rawPath": path, "headers": {}, "body": f'{{"text": "x", "sender": "{sender}"}}'}


def test_who_was_refused_is_known_until_the_wait_is_over() -> None:
    """The sender of a 429 is known on that channel for as long as the answer told it to wait."""
    floods = Floods()
    assert not floods.has(event("loud"), now=10)
    floods.observe(event("loud"), REFUSED, now=10)
    assert floods.has(event("loud"), now=11.9)
    assert not floods.has(event("loud"), now=12)
    assert not floods.has(event("other"), now=11)
    assert not floods.has(event("loud", "/v1/channels/b/messages"), now=11)


def test_a_visitor_is_known_by_the_token() -> None:
    """A visitor is known by the token, because the chat page's messages name no sender."""
    floods = Floods()
    loud = {"rawPath": "/m", "headers": {"authorization": "Bearer a"}, "body": "{}"}
    floods.observe(loud, REFUSED, now=0)
    assert floods.has(loud, now=1)
    assert not floods.has(loud | {"headers": {"authorization": "Bearer b"}}, now=1)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        ({"statusCode": 202, "headers": {"retry-after": "2"}}, '{"sender": "a"}'),
        ({"statusCode": 429}, '{"sender": "a"}'),
        (REFUSED, ""),
        (REFUSED, "no JSON"),
        ({"statusCode": 429, "headers": "no"}, '{"sender": "a"}'),
        ({1}, '{"sender": "a"}'),
    ],
)
def test_nobody_else_is_held_for_a_flood(answer: object, body: str) -> None:
    """A sender that was taken in, or that cannot be told from others, is not kept as a flood."""
    floods, said = Floods(), {"rawPath": "/", "headers": {}, "body": body}
    floods.observe(said, answer, now=0)
    assert not floods.has(said, now=1)


def test_i13_only_so_many_are_remembered() -> None:
    """The oldest floods are forgotten first when too many are remembered."""
    floods = Floods()
    for number in range(REMEMBERED + 1):
        floods.observe(event(str(number)), REFUSED, now=0)
    assert not floods.has(event("0"), now=1)
    assert floods.has(event("1"), now=1)


def test_late_ones_come_last_and_some_in_every_round() -> None:
    """A round has the other senders first, in order, and an eighth of late ones."""
    line: Line[str] = Line(lambda item: item.startswith("late"))
    line.extend([f"late {n}" for n in range(20)])
    line.extend([f"{n}" for n in range(20)])
    first = line.take(16)
    assert first == [*(str(n) for n in range(14)), "late 0", "late 1"]
    assert line.take(16) == [*(str(n) for n in range(14, 20)), *(f"late {n}" for n in range(2, 12))]
    assert line.take(16) == [f"late {n}" for n in range(12, 20)]
    assert len(line) == 0
