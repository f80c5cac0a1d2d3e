"""`surgeline customer export` puts all pages and mails into one file."""

import base64
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

ROUTE = "POST /v1/admin/customers/export"
WHOM = ("--channel", "app", "--sender", "customer 17")
FIRST: dict[str, Any] = {
    "thread_id": "t1",
    "known": True,
    "customer": {"sender": "customer 17"},
    "mails": ["m1.eml"],
    "dead_letters": [],
    "entries": [{"seq": 1}],
    "deliveries": [{"id": "d1"}],
    "next_after": 1,
}
SECOND = {"entries": [{"seq": 2}], "deliveries": [], "next_after": None}
MAIL = {"name": "m1.eml", "bytes": 6, "base64": base64.b64encode("Où?\r\n".encode()).decode()}


def test_all_pages_and_mails_are_in_one_file(operator: Run, instance: FakeInstance) -> None:
    """Only its owner can read the file, and the sender travels in bodies alone."""
    instance.answer(ROUTE, FIRST, SECOND, MAIL)
    told = operator("customer", "export", *WHOM, "--out", "c.json")
    assert told.exit_code == 0, told.output
    assert "2 events, 1 mail and 0 dead letters" in told.output
    written = json.loads(Path("c.json").read_text(encoding="utf-8"))
    assert [each["seq"] for each in written["entries"]] == [1, 2]
    assert written["mails"] == [{"name": "m1.eml", "bytes": 6, "text": "Où?\r\n"}]
    assert (written["sender"], written["about"][:10]) == ("customer 17", "Everything")
    assert stat.S_IMODE(Path("c.json").stat().st_mode) == 0o600
    whom = {"channel": "app", "sender": "customer 17"}
    assert [each.json for each in instance.asked] == [
        whom,
        {**whom, "after": 1},
        {**whom, "mail": "m1.eml"},
    ]


def test_the_chats_that_they_were_sent_on_to_are_in_the_file(
    operator: Run, instance: FakeInstance
) -> None:
    """Each is asked for by its thread."""
    whole = {**FIRST, **SECOND, "mails": []}
    instance.answer(ROUTE, {**whole, "threads": ["t1", "t2"]}, {**whole, "thread_id": "t2"})
    assert operator("customer", "export", *WHOM, "--out", "c.json").exit_code == 0
    written = json.loads(Path("c.json").read_text(encoding="utf-8"))
    assert [each["thread_id"] for each in written["elsewhere"]] == ["t2"]
    assert instance.asked[1].json["thread"] == "t2"


def test_a_file_that_is_there_is_kept(operator: Run, instance: FakeInstance) -> None:
    """Another customer's export is not overwritten."""
    instance.answer(ROUTE, FIRST | SECOND | {"mails": []})
    Path("c.json").write_text("mine")
    told = operator("customer", "export", *WHOM, "--out", "c.json")
    assert told.exit_code == 1
    assert "--out" in told.output
    assert Path("c.json").read_text() == "mine"


def test_a_sender_of_whom_nothing_is_held_is_told(operator: Run, instance: FakeInstance) -> None:
    """The name may be misspelt. The file says the same."""
    instance.answer(ROUTE, {**FIRST, **SECOND, "entries": [], "mails": [], "known": False})
    told = operator("customer", "export", *WHOM)
    assert "Check how" in told.output
    assert json.loads(Path("customer-t1.json").read_text())["known"] is False


def test_programs_are_told_in_json(operator: Run, instance: FakeInstance) -> None:
    """The counts are told, and never the data."""
    instance.answer(ROUTE, FIRST | SECOND | {"mails": []})
    told = json.loads(operator("customer", "export", *WHOM, "--json").output)
    assert told == {
        "file": "customer-t1.json",
        "known": True,
        "entries": 1,
        "deliveries": 0,
        "mails": 0,
        "dead_letters": 0,
    }


def test_a_mail_that_no_answer_holds_is_named(operator: Run, instance: FakeInstance) -> None:
    """The file says where to find it."""
    instance.answer(ROUTE, FIRST | SECOND, {"name": "m1.eml", "bytes": 5_000_000, "base64": None})
    assert operator("customer", "export", *WHOM, "--out", "c.json").exit_code == 0
    [mail] = json.loads(Path("c.json").read_text())["mails"]
    assert mail["text"] is None
    assert "mail-kept/" in mail["why"]
