"""`surgeline backlog`, against an instance of a few lines."""

from pathlib import Path
from typing import Any

import pytest
from fake_instance import FakeInstance, Run
from surgeline.domain.waiting.notices import SHUT

from cli.backlog.bring import name_of

pytestmark = pytest.mark.enable_socket  # a fake instance on loopback

PATH = "/v1/admin/backlogs/queue"
TABLE = "id,sender,text,at,by\n1,ada,When?,2026-03-01,\n2,,x,,\n3,bob,Hi,,\n3,bob,Yes,,team\n"


def ticket(state: str = "silent", finding: str = "answer", key: str = "1") -> dict[str, Any]:
    """Return a ticket as the instance lists it."""
    return {
        "key": key,
        "since": "2026-03-01T00:00:00.000Z",
        "state": state,
        "conversation_id": f"t-{key}",
        "pool": None,
        "finding": finding,
        "article_id": "en-hours",
        "confidence": 0.9,
        "why": "",
    }


def test_an_import_names_bad_lines_and_brings_the_rest_in(
    instance: FakeInstance, operator: Run, tmp_path: Path
) -> None:
    """What waits for a word is sent, the others are counted, and it is said how it stands."""
    (tmp_path / "queue.csv").write_text(TABLE)
    instance.answer(f"POST {PATH}/tickets", (202, {"tickets": 1, "new": 1}))
    instance.answer(f"GET {PATH}", {"tickets": [ticket()], "next_after": None})
    said = operator("backlog", "import", str(tmp_path / "queue.csv"), "--channel", "shop")
    assert said.exit_code == 0, said.output
    assert "queue.csv:3: sender: the cell is empty" in said.output
    assert "1  left out: the team had the last word" in said.output
    assert "1 new in the backlog 'queue'. Nobody was written to." in said.output
    [sent] = instance.asked[0].json["tickets"]
    assert (sent["key"], sent["sender"]) == ("1", "ada")
    assert sent["said"] == [{"by": "customer", "text": "When?", "at": "2026-03-01T00:00:00+00:00"}]


def test_a_dry_run_asks_no_instance(instance: FakeInstance, operator: Run, tmp_path: Path) -> None:
    """Reading a file alone needs no instance."""
    (tmp_path / "queue.csv").write_text(TABLE)
    file = str(tmp_path / "queue.csv")
    said = operator("backlog", "import", file, "--channel", "shop", "--dry-run")
    assert said.exit_code == 0, said.output
    assert instance.asked == []


def test_an_answer_needs_a_word(instance: FakeInstance, operator: Run) -> None:
    """Without a terminal nothing is sent unless it was said before, and pages are followed."""
    tickets = [ticket(), ticket("silent", "person", "2")]
    instance.answer(f"GET {PATH}", {"tickets": tickets, "next_after": None})
    instance.answer(
        f"POST {PATH}/acts",
        (202, {"conversations": 1, "next_after": "b"}),
        (202, {"conversations": 0, "next_after": None}),
    )
    refused = operator("backlog", "answer", "queue")
    assert refused.exit_code == 2
    assert "say --yes" in refused.output
    said = operator("backlog", "answer", "queue", "--yes")
    assert said.exit_code == 0, said.output
    assert "1 answer on the way" in said.output
    assert [each.json.get("after") for each in instance.asked[-2:]] == [None, "b"]


def test_nothing_to_answer_is_said(instance: FakeInstance, operator: Run) -> None:
    """Where the promise allows nothing, nobody is asked for a word."""
    listed = {"tickets": [ticket("silent", "person")], "next_after": None}
    instance.answer(f"GET {PATH}", listed)
    said = operator("backlog", "answer", "queue", "--yes")
    assert said.exit_code == 1
    assert "the promise allows no answer there" in said.output


def test_an_offer_and_a_withdrawal_are_said(instance: FakeInstance, operator: Run) -> None:
    """A slice goes to a pool in one call, and a withdrawal goes through all pages."""
    instance.answer(f"POST {PATH}/acts", (202, {"conversations": 3, "next_after": None}))
    offered = operator(
        "backlog", "offer", "queue", "--pool", "vendor", "--before", "2026-03-01T00:00:00Z", "--yes"
    )
    assert "3 conversations offered to vendor" in offered.output
    assert instance.asked[-1].json == {
        "act": "offer",
        "pool": "vendor",
        "articles": [],
        "until": "2026-03-01T00:00:00+00:00",
        "limit": 20,
    }
    assert "3 conversations taken out" in operator("backlog", "withdraw", "queue", "--yes").output


def test_answers_that_a_channel_lets_nobody_send_are_told(
    instance: FakeInstance, operator: Run
) -> None:
    """The lead sees why a sure answer is for a person."""
    shut = ticket("silent", "person", "2") | {"why": SHUT}
    instance.answer(f"GET {PATH}", {"tickets": [ticket(), shut], "next_after": None})
    said = operator("backlog", "show", "queue").output
    assert "1  of those have an answer, but the channel lets nobody write" in said


def test_a_backlog_is_named_after_its_file() -> None:
    """A name of ids is made of any name of a file."""
    names = [name_of(Path(each)) for each in ("Support Mails.mbox", "2026.csv", "티켓.csv")]
    assert names == ["support-mails", "queue-2026", "queue-file"]
