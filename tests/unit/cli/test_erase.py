"""The command `surgeline erase` asks until the erasure is done."""

import json

import pytest
from fake_instance import FakeInstance, Run

from cli import erase

pytestmark = pytest.mark.enable_socket

ROUTE = "POST /v1/admin/erasures"
WHOM = ("--channel", "app", "--sender", "customer 17")
UNDER_WAY = {"thread_id": "t1", "erased_at": None}
DONE = {"thread_id": "t1", "erased_at": "2026-03-01T12:00:00.000Z", "dead_letters": 2}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the pause between two questions."""
    monkeypatch.setattr(erase, "STEP_SECONDS", 0)


def test_it_asks_until_nothing_is_kept(operator: Run, instance: FakeInstance) -> None:
    """The sender travels in the body; people and programs are told when it was done."""
    instance.answer(ROUTE, UNDER_WAY, UNDER_WAY, DONE)
    people = operator("erase", *WHOM)
    assert people.exit_code == 0
    assert "2026-03-01T12:00:00" in people.output
    assert "2 dead letters" in people.output
    assert [each.json for each in instance.asked] == [
        {"channel": "app", "sender": "customer 17"}
    ] * 3
    instance.answer(ROUTE, DONE)
    assert json.loads(operator("erase", *WHOM, "--json").output) == DONE


def test_it_names_where_copies_went(operator: Run, instance: FakeInstance) -> None:
    """No erasure reaches a pack on a disk or a mail, so the company asks their readers."""
    at = {"at": "2026-02-28T12:00:00.000Z"}
    copies = [{"kind": "pack", "name": "vendor"} | at, {"kind": "report", "name": "boss"} | at]
    instance.answer(ROUTE, DONE | {"copies": copies})
    said = operator("erase", *WHOM).output
    assert "2026-02-28  the pack of the pool vendor" in said
    assert "2026-02-28  a report for the subscriber boss" in said


def test_a_sender_of_whom_nothing_was_kept_is_told(operator: Run, instance: FakeInstance) -> None:
    """A name that nobody wrote under may be a misspelt one."""
    instance.answer(ROUTE, DONE | {"known": False}, DONE | {"known": True})
    assert "Check how" in operator("erase", *WHOM).output
    assert "Check how" not in operator("erase", *WHOM).output


def test_it_does_not_wait_for_ever(operator: Run, instance: FakeInstance) -> None:
    """An erasure that is unfinished after the given time says what is left and is no success."""
    instance.answer(ROUTE, UNDER_WAY, UNDER_WAY | {"dead_letters": "more"})
    result = operator("erase", *WHOM, "--wait", "0")
    assert result.exit_code == 1
    assert "queued" in result.output
    assert "texts and dead letters may still be kept" in result.output
    assert "Run the same command again" in result.output
    assert "Some dead letters were not" in operator("erase", *WHOM, "--wait", "0").output
